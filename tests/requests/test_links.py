"""Links, in which everything is escaped."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import ActionRequest, WindowAction
from liveactions.errors import ResultError
from liveactions.requests import links, record_urls
from sample_site.desk.models import Customer
from tests.requests.components import Customers


class Page:
    """Something with an address of its own."""

    def __init__(self, pk, name, url=None):
        self.pk, self.name, self.url = pk, name, url

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.url or f"/pages/{self.pk}/"


@pytest.fixture
def known(monkeypatch):
    """A registry of records knows where customers are."""
    monkeypatch.setattr(links, "RECORD_URLS", [])
    record_urls(lambda model, pk: f"/customers/{pk}/" if model is Customer else None)


request = ActionRequest()


class TestObjects:
    def test_an_object_is_linked_by_its_name(self):
        assert request.obj2html(Page(7, "A <b>")) == '<a href="/pages/7/">A &lt;b&gt;</a>'

    def test_text_and_attributes_are_ones_own_to_say(self):
        html = request.obj2html(Page(7, "A"), "<look>", class_="x y", data_id='"7"', hidden=True)
        assert html == '<a href="/pages/7/" class="x y" data-id="&quot;7&quot;" hidden>&lt;look&gt;</a>'

    def test_none_is_nothing(self):
        assert request.obj2html(None) == request.obj2url(None) == ""

    def test_a_registry_of_records_knows_more(self, known):
        assert request.obj2html(Customer(pk=3, name="Bo", city="Oslo")) == '<a href="/customers/3/">Bo, Oslo</a>'
        assert request.obj2url(Customer(name="new")) == ""

    def test_without_an_address_there_is_only_the_text(self):
        assert request.obj2html(Customer(pk=3, name="<Bo>", city="")) == "&lt;Bo&gt;, "

    def test_several_are_linked_with_commas_between_them(self):
        html = request.obj2htmls([Page(1, "a"), None, Page(2, "b")])
        assert html == '<a href="/pages/1/">a</a>, <a href="/pages/2/">b</a>'

    def test_an_address_that_would_run_a_script_is_refused(self):
        with pytest.raises(ResultError):
            request.obj2html(Page(1, "a", "javascript:alert(1)"))


class TestKeys:
    def test_l20_none_is_only_the_text(self):
        assert ActionRequest(speaker=Customers()).goto_pk(None, "a <b>") == "a &lt;b&gt;"

    def test_a_key_is_linked_without_looking_for_the_row(self, known, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            html = ActionRequest(speaker=Customers()).goto_pk(77, "a <b>")
        assert html == '<a href="/customers/77/">a &lt;b&gt;</a>'

    def test_a_model_that_knows_its_addresses_is_asked(self, monkeypatch):
        monkeypatch.setattr(links, "RECORD_URLS", [])
        pages = type("Pages", (SimpleNamespace,), {"model": staticmethod(lambda pk: Page(pk, ""))})
        assert ActionRequest(speaker=pages()).goto_pk(5, "x") == '<a href="/pages/5/">x</a>'


class TestElsewhere:
    def test_going_to_an_instance_is_a_window_action(self):
        own = ActionRequest()
        own.goto_instance(Customer(pk=3), target="new")
        assert own.compile() == [WindowAction("desk.customer", 3, target="new")]

    def test_a_row_is_opened_in_a_window_of_its_own(self):
        html = request.open_in_own_window_button(Page(7, "A"))
        assert html == '<a href="/pages/7/" target="_blank" rel="noopener">⏏</a>'
        assert request.open_in_own_window_button(Customer(pk=1)) == ""

    def test_home_and_help(self):
        assert request.get_home_url() == "/"
        assert request.get_help_url("orders", "Orders?") == '<a href="/help/orders.html" target="_blank">Orders?</a>'
        assert 'href="/help/index.html"' in request.get_help_url()
