"""``WindowAction`` leads to a registered record, and ``RecordDeleted`` is heard by those who show it."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pytest

from liveactions import ActionRequest, Error, RecordDeleted, Redirect, WindowAction
from liveactions.contrib.records import performers
from liveactions.requests import ActionRequest as CompleteRequest
from liveactions.results import perform
from tests.contrib.records.conftest import numbers
from tests.contrib.records.shop.models import Purchase, Secret

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]


class TestGoingToARecord:
    @pytest.mark.parametrize(
        "where", [{"model": "records_shop.purchase"}, {"model": "Purchase"}, {"identifier": "shop.orders"}]
    )
    def test_by_model_class_or_identifier(self, ana, orders, where):
        word = WindowAction(**where, record_id=orders[0].pk)
        assert perform(word, ActionRequest(user=ana)) == Redirect(
            f"/office/records_shop/purchase/record/{orders[0].pk}/"
        )

    def test_to_a_list_where_no_record_is_named(self, ana, guest, orders):
        word = WindowAction(identifier="shop.orders")
        assert perform(word, ActionRequest(user=ana)) == Redirect("/office/records_shop/purchase/")
        assert perform(WindowAction(identifier="records_shop.buyer"), ActionRequest(user=guest)).status == 403

    def test_what_is_unknown_is_said(self, ana, orders):
        for model in ("records_shop.ordr", "auth.user", ""):
            if model:
                assert perform(WindowAction(model=model, record_id=1), ActionRequest(user=ana)).status == 404
        missing = perform(WindowAction(model="Purchase", record_id=999), ActionRequest(user=ana))
        assert missing == Error("There is no order 999.", status=404)
        assert perform(WindowAction(model="Purchase", record_id="nonsense"), ActionRequest(user=ana)).status == 404

    def test_a_record_out_of_sight_is_as_if_it_were_not(self, ana):
        other = Secret.objects.create(owner="ben", text="not yours")
        there = perform(WindowAction(model="Secret", record_id=other.pk), ActionRequest(user=ana))
        assert there == Error(f"There is no secret {other.pk}.", status=404)

    def test_one_who_may_not_is_told_so(self, ana, orders):
        ana.user_permissions.clear()
        assert perform(WindowAction(model="Purchase", record_id=orders[0].pk), ActionRequest(user=ana)).status == 403

    @pytest.mark.urls("tests.urls")
    def test_without_pages_it_is_said_that_there_are_none(self, ana, orders):
        word = WindowAction(model="Purchase", record_id=orders[0].pk)
        assert perform(word, ActionRequest(user=ana)) == Error("Orders has no page.", status=404)


class TestWindows:
    def test_a_page_without_windows_is_left_for_that_of_the_record(self, ana, orders):
        word = WindowAction(model="Purchase", record_id=orders[0].pk, target="new")
        assert isinstance(perform(word, ActionRequest(user=ana)), Redirect)

    def test_with_windows_the_form_is_opened_in_one(self, ana, orders, monkeypatch):
        asked = []
        windows = ModuleType("windows")
        vars(windows)["open_window"] = lambda request, name, **rest: asked.append(SimpleNamespace(name=name, **rest))
        monkeypatch.setattr(performers.apps, "is_installed", lambda name: True)
        monkeypatch.setattr(performers, "import_module", lambda name: windows)
        monkeypatch.setattr(ActionRequest, "find", lambda self, name: name == "live_windows.stack")
        perform(WindowAction(model="Purchase", record_id=orders[0].pk, target="new"), ActionRequest(user=ana))
        (window,) = asked
        assert (window.name, window.title) == ("live_records.detail", "#101")
        assert window.params == {
            "model": "records_shop.purchase",
            "pk": str(orders[0].pk),
            "query": "",
            "in_window": True,
        }


def test_a_record_is_opened_in_a_window_changed_and_deleted_there(order_list, ana, orders):
    page = order_list(ana)
    page.call("open", pk=str(orders[0].pk))
    form = page.component("live_records.detail")
    form.submit("form", {"Total": "77"})
    assert page.texts(".live-records__row")[-1].startswith("101 Abel Aachen New 77.00")
    assert form.find("[name=total]").value == "77.00"
    form.click("Delete", confirm=True)
    assert page.find_all("form") == []
    assert numbers(page)[-1] == "102"


def test_links_of_a_request_lead_to_the_pages(ana, orders):
    request = CompleteRequest(user=ana)
    assert request.obj2url(orders[0]) == f"/office/records_shop/purchase/record/{orders[0].pk}/"
    assert str(request.obj2html(orders[0])) == f'<a href="{request.obj2url(orders[0])}">#101</a>'
    assert request.obj2url(ana) == ""


def test_lists_hear_of_deleted_records(order_list, ana, orders):
    page = order_list(ana)
    Purchase.objects.filter(pk=orders[0].pk)._raw_delete("default")
    word = RecordDeleted([orders[0].pk], model="records_shop.purchase")
    assert perform(word, ActionRequest(user=ana)) is word
    assert numbers(page)[-1] == "102"
    assert perform(RecordDeleted([1], model="auth.user"), ActionRequest(user=ana))
