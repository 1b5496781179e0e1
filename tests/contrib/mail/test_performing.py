"""``SendMessage`` opens the composer about the right record, and sends nothing."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from liveactions import ActionRequest, Component, Error, SendMessage, action
from liveactions.contrib.mail import performing
from liveactions.contrib.mail.performing import about
from liveactions.errors import LocalError
from sample_site.desk.models import Customer


@pytest.fixture
def opened(monkeypatch):
    """The windows that were opened: (component, title, params)."""
    windows = []
    module = ModuleType("liveactions.contrib.windows")
    module.open_window = lambda request, component, *, title, params: windows.append((component, title, params))
    monkeypatch.setitem(sys.modules, "liveactions.contrib.windows", module)
    monkeypatch.setattr(performing.apps, "is_installed", lambda name: True)
    return windows


class CustomerPage(Component):
    name = "tests.customer_page"
    template = "<p>{{ record }}</p>"
    record: Customer

    @action
    def write(self):
        return SendMessage(modal_type="note", contacts=[{"name": "Ada", "email": "ada@firm.test"}])


def test_the_record_is_that_of_the_component(live, ana, ada, opened, mailoutbox):
    live.open(CustomerPage, user=ana, record=ada).call("write")
    contacts = [{"name": "Ada", "email": "ada@firm.test"}]
    params = {"model": "desk.customer", "record_id": str(ada.pk), "kind": "note", "contacts": contacts}
    assert opened == [("live_mail.composer", "Log a note", params)]
    assert mailoutbox == []


def test_everything_that_the_word_says_is_handed_over(ana, opened):
    word = SendMessage("shop.invoice", 7, 3, "message", "Subject", "<p>Body</p>", "shop.invoice")
    assert performing.compose(word, ActionRequest(user=ana)) is None
    ((_, title, params),) = opened
    assert title == "New message"
    assert params == {
        "model": "shop.invoice",
        "record_id": "7",
        "kind": "message",
        "template_id": 3,
        "subject": "Subject",
        "body": "<p>Body</p>",
        "report_id": "shop.invoice",
    }


@pytest.mark.parametrize("user", [AnonymousUser(), None])
def test_nobody_writes_without_signing_in(opened, user):
    answer = performing.compose(SendMessage("shop.invoice", 7), ActionRequest(user=user))
    assert isinstance(answer, Error) and answer.status == 403
    assert opened == []


def test_without_windows_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(performing.apps, "is_installed", lambda name: False)
    with pytest.raises(LocalError, match=r'Add "liveactions.contrib.windows"'):
        performing.compose(SendMessage("shop.invoice", 7), ActionRequest())


def test_a_component_shows_a_record_under_several_names(ada):
    key = ("desk.customer", ada.pk)
    assert about(SimpleNamespace(record=ada)) == key
    assert about(SimpleNamespace(instance=ada)) == key
    assert about(SimpleNamespace(model=Customer, pk=ada.pk)) == key
    assert about(SimpleNamespace(model="desk.customer", record_id=5)) == ("desk.customer", 5)
    assert about(SimpleNamespace(model="desk.customer")) == (None, None)
    assert about(SimpleNamespace(record=Customer())) == (None, None)
    assert about(None) == (None, None)
