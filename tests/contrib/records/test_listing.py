"""The list of a registered model, as its users see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Avg, Count, F, Sum
from django.test.utils import CaptureQueriesContext

from liveactions import Alert, Confirm, Error
from tests.contrib.records.conftest import numbers
from tests.contrib.records.shop.models import Buyer, Line, Purchase, Secret, Tag
from tests.contrib.records.shop.records import OrderRecords

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]


class TestLooking:
    def test_columns_are_fields_relations_and_methods(self, order_list, ana, orders):
        Line.objects.create(order=orders[5], product="Bread", quantity=3)
        orders[5].tags.add(Tag.objects.create(name="gift"), Tag.objects.create(name="early"))
        page = order_list(ana)
        assert page.texts("thead th")[1:] == ["Number", "Customer", "City", "Stage", "Total", "Tags", "Lines"]
        assert page.texts("tbody tr")[0] == "106 Carl Celle New 60.00 early, gift 3 × Bread"

    def test_the_totals_are_those_of_everything_found(self, order_list, ana):
        page = order_list(ana)
        assert page.text("tfoot .is-number:not(:empty)[data-label=Total]") == "210.00"
        page.fill("stage", "Shipped")
        assert page.text("tfoot [data-label=Total]") == ""

    @pytest.mark.parametrize(
        ("total", "text"),
        [
            (Sum(F("total") * 2), "420.00"),
            (Sum(F("total") * F("number")), "21,910.00"),
            (Avg("total"), "35.00"),
            (Count("total"), "6"),
        ],
        ids=["a sum", "of two fields", "a mean", "a number"],
    )
    def test_the_total_of_a_column_that_is_no_field_has_the_decimals_of_what_it_is_made_of(
        self, order_list, ana, monkeypatch, total, text
    ):
        monkeypatch.setattr(OrderRecords, "totals", {"lines_text": total})
        assert order_list(ana).text("tfoot [data-label=Lines]") == text

    def test_a_column_sorts_upwards_and_then_downwards(self, order_list, ana):
        page = order_list(ana)
        assert numbers(page)[0] == "106"
        page.click("Total")
        assert numbers(page) == ["101", "102", "103", "104", "105", "106"]
        assert page.find("th[aria-sort=ascending]").text() == "Total↑"
        page.click("Total↑")
        assert numbers(page)[0] == "106"
        assert page.find("th[aria-sort=descending]").text() == "Total↓"

    def test_a_second_column_can_be_added_to_the_order(self, order_list, ana):
        page = order_list(ana)
        page.click("Customer")
        page.call("sort", column="number", add=True)
        assert numbers(page) == ["101", "104", "102", "105", "103", "106"]
        assert page.texts("th:not([aria-sort=none]) .live-records__arrow") == ["↑2", "↑1"]

    def test_one_cannot_sort_by_what_is_no_column(self, order_list, ana):
        order_list(ana).call("sort", column="customer__orders__note", expect="action.invalid")

    def test_the_search_looks_in_all_its_fields_for_every_word(self, order_list, ana, orders):
        Line.objects.create(order=orders[0], product="Rye bread")
        Line.objects.create(order=orders[0], product="White bread")
        page = order_list(ana)
        page.fill("Search", "abel")
        assert numbers(page) == ["104", "101"]
        page.fill("Search", "bread abel")
        assert numbers(page) == ["101"]
        page.fill("Search", "nobody")
        assert page.text(".live-records__empty") == "Nothing here fits."

    def test_filters_are_choices_relations_booleans_and_days(self, order_list, ana, orders):
        Purchase.objects.filter(pk=orders[0].pk).update(urgent=True, created="2020-02-03T12:00Z")
        page = order_list(ana)
        page.fill("customer", "Abel")
        assert numbers(page) == ["104", "101"]
        page.fill("urgent", "Yes")
        assert numbers(page) == ["101"]
        page.click("Clear")
        assert len(numbers(page)) == 6
        page.fill("Created, until", "2020-02-03")
        assert numbers(page) == ["101"]
        page.fill("Created, from", "2020-02-04")
        assert numbers(page) == []

    def test_a_list_begins_where_its_address_says(self, order_list, ana):
        page = order_list(ana, "q=abel&o=total&f.stage=new&f.nonsense=1&o.more=2")
        assert numbers(page) == ["101", "104"]
        assert page.find("input[type=search]").value == "abel"
        page.click("Total↑")
        place = "/office/records_shop/purchase/?q=abel&o=-total&f.stage=new"
        assert page.find("section").attributes["data-place"] == place

    def test_a_long_list_has_pages(self, live, ana):
        Buyer.objects.bulk_create(Buyer(name=f"Customer {number:02}") for number in range(25))
        page = live.open("/office/records_shop/buyer/", user=ana)
        assert page.text(".live-records__count") == "1–10 of 25"
        page.click("Next")
        page.click("Next")
        assert page.text(".live-records__count") == "21–25 of 25"
        assert page.find("nav button:last-child").disabled
        page.call("turn", to=99)
        assert page.text(".live-records__pages span") == "Page 3 of 3"

    def test_of_a_windowed_list_only_what_is_in_sight_is_there(self, live, ana):
        Secret.objects.bulk_create(Secret(owner="ana", text=f"{number:03}") for number in range(300))
        page = live.open("/office/records_shop/secret/", user=ana)
        assert len(numbers(page)) == 40
        assert page.text(".live-records__count") == "300 secrets"
        page.set(visible={"first": 290, "count": 60})
        assert numbers(page)[-1] == "299"


class TestCost:
    def test_fifty_rows_cost_as_many_queries_as_two(self, order_list, ana, orders):
        def queries() -> int:
            page.text()  # what is on its way arrives before
            with CaptureQueriesContext(connection) as counted:
                page.call("show")
            return len(counted)

        page = order_list(ana)
        few = queries()
        tag = Tag.objects.create(name="gift")
        for number in range(200, 260):
            customer = Buyer.objects.create(name=f"Customer {number}")
            order = Purchase.objects.create(number=number, customer=customer)
            Line.objects.create(order=order, product="Bread")
            order.tags.add(tag)
        assert queries() == few
        assert few <= 9
        assert len(numbers(page)) == 50

    def test_selecting_asks_the_database_nothing(self, order_list, ana, orders):
        page = order_list(ana)
        page.call("select", pk=str(orders[0].pk))
        assert page.queries == []


class TestPermission:
    def test_who_may_not_see_orders_is_refused(self, live, ana, orders):
        ana.user_permissions.clear()
        assert live.browser(ana).client.get("/office/records_shop/purchase/").status_code == 403

    def test_who_is_not_signed_in_is_sent_to_do_so(self, live, orders):
        assert live.browser().client.get("/office/records_shop/purchase/").status_code == 302

    def test_who_may_only_look_is_offered_nothing_else(self, order_list, guest, orders):
        page = order_list(guest)
        assert "New order" not in page.text()
        assert page.find_all(".is-editable") == []
        page.click(f"Select {orders[5]}")
        assert page.texts(".live-records__selection button") == ["Select none"]

    def test_who_may_only_look_cannot_do_it_by_hand_either(self, order_list, guest, orders):
        page = order_list(guest)
        pk = str(orders[0].pk)
        page.call("edit", pk=pk, column="total", expect="action.forbidden")
        page.call("select", pk=pk)
        page.call("delete", expect="action.forbidden")
        page.call("run", name="ship", expect="action.forbidden")
        page.call("insert", expect="action.forbidden")

    def test_a_row_out_of_sight_is_not_found(self, live, ana):
        Secret.objects.create(owner="ana", text="mine")
        other = Secret.objects.create(owner="ben", text="not yours")
        page = live.open("/office/records_shop/secret/", user=ana)
        assert numbers(page) == ["mine"]
        page.call("edit", pk=str(other.pk), column="text", expect="action.not_found")
        page.call("select", pk=str(other.pk))
        assert page.component("live_records.list").state.selected == set()

    def test_a_permission_that_was_taken_away_counts_at_the_next_change(self, order_list, ana, ben, orders):
        page, other = order_list(ana), order_list(ben)
        other.call("edit", pk=str(orders[0].pk), column="total")
        page.component("live_records.list").instance.user.user_permissions.clear()
        vars(page.component("live_records.list").instance.user).pop("_perm_cache", None)
        vars(page.component("live_records.list").instance.user).pop("_user_perm_cache", None)
        other.submit("form", {"total": 5})
        assert numbers(page) == []
        assert page.text(".live-records__empty") == "You may not see this any more."


class TestSelection:
    def test_rows_are_selected_one_by_one_and_through(self, order_list, ana, orders):
        page = order_list(ana)
        page.click("Select #105")
        assert page.text(".live-records__selection strong") == "1 selected"
        page.call("select", pk=str(orders[1].pk), through=True)
        assert page.text(".live-records__selection strong") == "4 selected"
        assert page.texts("tr[aria-selected=true] .live-records__open") == ["105", "104", "103", "102"]
        page.click("Select #105")
        assert page.text(".live-records__selection strong") == "3 selected"
        page.click("Select none")
        assert page.texts(".live-records__selection") == []

    def test_everything_found_can_be_selected_not_only_what_is_in_sight(self, live, ana):
        Buyer.objects.bulk_create(Buyer(name=f"Customer {number:02}") for number in range(25))
        page = live.open("/office/records_shop/buyer/", user=ana)
        page.click("Select the page")
        assert page.text(".live-records__selection strong") == "10 selected"
        page.click("Select all 25")
        assert page.text(".live-records__selection strong") == "25 selected"
        page.click("Delete", confirm=True)
        assert not Buyer.objects.exists()

    def test_more_than_can_be_done_at_once_is_said(self, live, ana):
        Buyer.objects.bulk_create(Buyer(name=f"Customer {number}") for number in range(1001))
        page = live.open("/office/records_shop/buyer/", user=ana)
        page.click("Select the page")
        page.click("Select all 1001")
        page.click("Delete", expect="action.invalid")
        assert page.errors == ["Select at most 1000 at a time."]
        assert Buyer.objects.count() == 1001

    def test_a_bulk_action_takes_everything_that_fits_however_many_and_names_none(
        self, live, ana, orders, django_assert_max_num_queries
    ):
        Purchase.objects.bulk_create(
            Purchase(number=200 + each, customer=orders[0].customer, urgent=each % 2 == 0) for each in range(3000)
        )
        page = live.open("/office/records_shop/purchase/?f.urgent=1", user=ana)
        page.click("Select the page")
        page.click("Select all 1500")
        with django_assert_max_num_queries(40) as queries:
            page.click("Ship", confirm=True)
        assert page.questions == ["Ship 1500 orders?"]
        assert page.toasts == ["1500 shipped for ana"]
        assert set(Purchase.objects.filter(stage="shipped").values_list("urgent", flat=True)) == {True}
        assert max(len(query["sql"]) for query in queries) < 5000, "no list of keys"

    def test_of_everything_that_fits_those_stay_out_with_which_the_user_may_not(self, order_list, ana, monkeypatch):
        monkeypatch.setattr(
            OrderRecords, "can_change", lambda self, request, obj=None: obj is None or obj.number != 105
        )
        page = order_list(ana)
        page.click("Select the page")
        page.call("select_all")
        page.click("Ship", confirm=True)
        assert page.toasts == ["5 shipped for ana"]
        assert not Purchase.objects.filter(number=105, stage="shipped").exists()
        monkeypatch.setattr(OrderRecords, "can_change", lambda self, request, obj=None: obj is None)
        page.call("select_all")
        page.click("Ship", confirm=True, expect="action.forbidden")

    def test_what_is_chosen_one_by_one_has_a_limit(self, live, ana, orders, monkeypatch):
        monkeypatch.setattr("liveactions.contrib.records.listing.MOST_AT_ONCE", 3)
        page = live.open("/office/records_shop/purchase/", user=ana)
        for number in (101, 102, 103, 104):
            page.click(f"Select #{number}")
        page.click("Ship", expect="action.invalid")
        assert page.errors == ["Select at most 3 at a time."]

    def test_a_key_that_cannot_be_is_not_found(self, order_list, ana):
        for pk in ("9" * 40, "nonsense", "\0"):
            order_list(ana).call("edit", pk=pk, column="total", expect="action.not_found")

    def test_a_bulk_action_asks_and_is_done_with_what_is_selected(self, order_list, ana, orders):
        page = order_list(ana)
        page.click("Select #101")
        page.click("Select #102")
        page.click("Ship", confirm=False)
        assert not Purchase.objects.filter(stage="shipped").exists()
        page.click("Ship", confirm=True)
        assert page.questions[-1] == "Ship 2 orders?"
        assert page.toasts == ["2 shipped for ana"]
        assert [row.split()[3] for row in page.texts("tbody tr")] == ["New"] * 4 + ["Shipped"] * 2
        page.call("run", name="delete_veto", expect="action.invalid")


class TestDeleting:
    def test_the_question_lists_what_goes_along_and_what_stays(self, order_list, ana, orders):
        Line.objects.create(order=orders[0], product="Bread")
        Purchase.objects.filter(pk=orders[1].pk).update(stage="shipped")
        page = order_list(ana)
        page.click("Select #101")
        page.click("Select #102")
        page.click("Delete", confirm=True)
        (question,) = page.got(Confirm)
        assert question.title == "Delete 1 order?"
        assert "<li>#101</li>" in question.message
        assert "1 line" in question.message
        assert "#102: It has been shipped." in question.message
        assert page.toasts == ["Deleted: 1 order."]
        assert numbers(page) == ["106", "105", "104", "103", "102"]

    def test_no_deletes_nothing(self, order_list, ana, orders):
        page = order_list(ana)
        page.click("Select #101")
        page.click("Delete", confirm=False)
        assert Purchase.objects.count() == 6

    def test_what_others_need_stays(self, live, ana, orders):
        page = live.open("/office/records_shop/buyer/", user=ana)
        page.click("Select Abel")
        page.click("Delete")
        assert Buyer.objects.count() == 3
        assert "It is used by #101, #104." in page.got(Alert)[0].message


class TestEditing:
    def test_a_cell_is_edited_and_checked_by_its_field(self, order_list, ana, orders):
        page = order_list(ana)
        page.fire("dblclick", f"tr[data-pk='{orders[0].pk}'] [data-column=total]")
        assert page.find("form input").value == "10.00"
        page.submit("form", {"total": "1.234"})
        assert page.text("form [role=alert]") == "Ensure that there are no more than 2 decimal places."
        assert page.find("form input").value == "1.234"
        page.submit("form", {"total": "12.34"})
        assert page.find_all("form") == []
        orders[0].refresh_from_db()
        assert str(orders[0].total) == "12.34"

    def test_escape_leaves_it_as_it_was(self, order_list, ana, orders):
        page = order_list(ana)
        page.call("edit", pk=str(orders[0].pk), column="stage")
        page.press("Escape", "form select")
        assert page.find_all("form") == []

    def test_only_columns_of_the_form_can_be_edited(self, order_list, ana, orders):
        page = order_list(ana)
        for column in ("lines_text", "customer.city", "created"):
            page.call("edit", pk=str(orders[0].pk), column=column, expect="action.forbidden")

    def test_what_somebody_else_changes_meanwhile_is_held_back_and_told(self, order_list, ana, ben, orders):
        page, other = order_list(ana), order_list(ben)
        page.call("edit", pk=str(orders[0].pk), column="total")
        other.call("edit", pk=str(orders[0].pk), column="stage")
        other.submit("form", {"form select": "Shipped"})
        assert page.text(".live-records__note span") == "Changed by Ben."
        assert "Shipped" not in page.text("tbody")
        page.submit("form", {"total": "11"})
        assert "101 Abel Aachen Shipped 11.00" in page.texts("tbody tr")[-1]
        assert page.texts(".live-records__note") == []

    def test_the_same_cell_changed_twice_is_not_overwritten_unasked(self, order_list, ana, ben, orders):
        page, other = order_list(ana), order_list(ben)
        page.call("edit", pk=str(orders[0].pk), column="total")
        other.call("edit", pk=str(orders[0].pk), column="total")
        other.submit("form", {"total": "99"})
        page.submit("form", {"total": "11"})
        assert page.text("form [role=alert]").startswith("Meanwhile it was changed to “99.00”.")
        page.submit("form", {"total": "11"})
        assert Purchase.objects.get(pk=orders[0].pk).total == 11

    def test_show_gives_up_what_was_entered(self, order_list, ana, orders):
        page = order_list(ana)
        page.call("edit", pk=str(orders[0].pk), column="total")
        orders[1].note = "else"
        orders[1].save()
        assert page.text(".live-records__note span") == "The list has changed meanwhile."
        page.click("Show")
        assert page.find_all("form") == []

    def test_a_record_that_is_gone_cannot_be_saved(self, order_list, ana, orders):
        page = order_list(ana)
        page.call("edit", pk=str(orders[0].pk), column="total")
        orders[0].delete()
        page.submit("form", {"total": "11"}, expect="action.invalid")
        assert page.got(Error)


class TestInserting:
    def test_a_page_without_windows_is_left_for_that_of_a_new_record(self, live, ana, orders):
        page = live.open("live_records.list", user=ana, model="records_shop.purchase")
        page.click("New order")
        assert page.redirected_to == "/office/records_shop/purchase/new/"

    def test_in_a_window_a_record_is_made_and_the_list_has_it(self, order_list, ana, orders):
        page = order_list(ana)
        page.click("New order")
        form = page.component("live_records.detail")
        form.submit("form", {"Number": "102"})
        assert "Order with this Number already exists." in form.text()
        form.submit("form", {"Number": "500", "Customer": "Berta"})
        assert page.toasts == ["Saved: #500"]
        assert page.find_all("form") == []
        assert numbers(page)[0] == "500"
