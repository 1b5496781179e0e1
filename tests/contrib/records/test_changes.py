"""Whoever changes a record and wherever: those who look at it see it, once it is committed, and once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from liveactions.contrib import records
from liveactions.contrib.records import changes
from tests.contrib.records.conftest import numbers
from tests.contrib.records.shop.models import Buyer, Line, Purchase, Tag

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]


@pytest.fixture
def told(monkeypatch, orders, ana) -> list[tuple[list[str], dict[str, Any]]]:
    """What is broadcast from now on: topics and payloads."""
    said: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(changes, "broadcast", lambda topics, **payload: said.append((list(topics), payload)))
    changes.WAITING.clear()  # what the fixtures have changed, in the same transaction
    return said


ORDER = "records_shop.purchase"


class TestLists:
    def test_a_list_follows_what_is_made_changed_and_deleted(self, order_list, ana, orders):
        page = order_list(ana)
        Purchase.objects.create(number=107, customer=orders[0].customer)
        assert numbers(page)[0] == "107"
        orders[5].number = 200
        orders[5].save()
        assert numbers(page)[0] == "200"
        orders[5].delete()
        assert numbers(page)[0] == "107"

    def test_a_list_follows_related_rows_and_what_its_columns_lead_to(self, order_list, ana, orders):
        page = order_list(ana)
        Line.objects.create(order=orders[5], product="Bread")
        assert "1 × Bread" in page.texts("tbody tr")[0]
        customer = Buyer.objects.get(name="Carl")
        customer.city = "Cochem"
        customer.save()
        assert "Cochem" in page.texts("tbody tr")[0]
        orders[5].tags.add(Tag.objects.create(name="gift"))
        assert "gift" in page.texts("tbody tr")[0]

    def test_bulk_updates_are_told_by_a_call(self, order_list, ana, orders):
        page = order_list(ana)
        Purchase.objects.update(stage="shipped")
        assert "Shipped" not in page.text("tbody")
        records.changed(Purchase)
        assert "New" not in page.text("tbody")

    def test_a_deleted_record_is_selected_no_more(self, order_list, ana, orders):
        page = order_list(ana)
        page.click("Select #101")
        orders[0].delete()
        assert page.texts(".live-records__selection") == []

    def test_a_change_costs_a_list_nothing_that_it_made_itself(self, order_list, ana, orders):
        page = order_list(ana)
        page.call("edit", pk=str(orders[0].pk), column="total")
        page.submit("form", {"total": "11"})
        assert len([query for query in page.queries if "COUNT(*)" in query]) == 1

    def test_a_transaction_that_changes_several_models_costs_a_list_one_look(self, order_list, ana, orders):
        page = order_list(ana)
        page.text()
        before = len(page.component("live_records.list").instance._heard)
        with transaction.atomic():
            orders[0].save()
            orders[0].customer.save()
            Line.objects.create(order=orders[0], product="Bread")
        assert "1 × Bread" in page.text("tbody")
        assert len(page.component("live_records.list").instance._heard) == before + 1


class TestOnce:
    def test_one_event_for_all_that_a_transaction_has_changed(self, told, orders, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            for order in orders:
                order.save()
            orders[0].customer.save()
            with transaction.atomic():
                orders[0].save()
        ((topics, payload),) = told
        assert payload["changed"][ORDER] == [str(order.pk) for order in orders]
        assert payload["changed"]["records_shop.buyer"] == [str(orders[0].customer_id)]
        assert {"live_records.records_shop.purchase", "live_records.records_shop.buyer"} <= set(topics)

    def test_what_was_rolled_back_is_not_told(self, told, orders, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            orders[0].save()
            with transaction.atomic():
                orders[1].save()
                transaction.set_rollback(True)
        ((_, payload),) = told
        assert payload["changed"][ORDER] == [str(orders[0].pk)]

    def test_many_records_are_many(self, told, orders, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for number in range(changes.MANY + 1):
                Purchase.objects.create(number=1000 + number, customer=orders[0].customer)
        ((topics, payload),) = told
        assert payload["changed"] == {ORDER: None}
        assert topics == ["live_records.records_shop.purchase", "live_records.records_shop.purchase.many"]

    def test_each_record_has_a_topic(self, told, orders, django_capture_on_commit_callbacks):
        pk = orders[0].pk
        with django_capture_on_commit_callbacks(execute=True):
            orders[0].delete()
        ((topics, payload),) = told
        assert topics == ["live_records.records_shop.purchase", f"live_records.records_shop.purchase.row.{pk}"]
        assert payload["gone"] == {ORDER: [str(pk)]}

    def test_a_line_changes_its_order(self, told, orders, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            line = Line.objects.create(order=orders[0], product="Bread")
        ((_, payload),) = told
        assert payload["changed"] == {"records_shop.line": [str(line.pk)], ORDER: [str(orders[0].pk)]}

    def test_from_the_other_side_of_a_relation_it_is_the_same(self, told, orders, django_capture_on_commit_callbacks):
        tag = Tag.objects.create(name="gift")
        with django_capture_on_commit_callbacks(execute=True):
            tag.purchase_set.add(orders[1])
        ((_, payload),) = told
        assert payload["changed"][ORDER] == [str(orders[1].pk)]

    def test_models_that_nobody_shows_are_not_told_of(self, told, ana, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            ana.save()
        assert told == []


def test_who_did_it_is_told(order_form, ana, ben, orders):
    page = order_form(ana, orders[0])
    page.call("begin")
    with records.acting(ben):
        orders[0].save()
    assert page.text(".live-records__note span") == "Changed by Ben."


def test_a_key_that_no_topic_can_hold_has_a_topic_all_the_same():
    topic = changes.row_topic(Purchase, "a/b c" * 40)
    assert len(topic) < 150
    assert changes.row_topic(Purchase, "a/b c") != topic
