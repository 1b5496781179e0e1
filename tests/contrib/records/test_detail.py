"""The form of a record, as its users see it."""

from __future__ import annotations

from typing import Any

import pytest

from liveactions import Alert, EditingMode, Result, UpdateParent, action
from liveactions.contrib.records.detail import RecordDetail
from tests.contrib.records.shop.models import Buyer, Line, Purchase, Secret, Tag

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]

EMPTY_LINES = {f"lines-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}


class TestSaving:
    def test_a_record_is_saved(self, order_form, ana, orders):
        page = order_form(ana, orders[0])
        assert page.text("h2") == "#101"
        page.submit("form", {"Note": "Ring twice", "Urgent": True})
        orders[0].refresh_from_db()
        assert (orders[0].note, orders[0].urgent) == ("Ring twice", True)
        assert page.toasts == ["Saved: #101"]

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(self, order_form, ana, orders):
        page = order_form(ana, orders[0])
        page.submit("form", {"Number": "102", "Note": "nonsense", "Total": "77"})
        assert page.texts(".live-records__error") == ["Order with this Number already exists.", "That is nonsense."]
        assert page.find("[name=number]").attributes["aria-invalid"] == "true"
        assert page.find("[name=total]").value == "77"
        orders[0].refresh_from_db()
        assert orders[0].total == 10

    def test_a_new_record_is_made_and_has_its_own_address(self, order_form, ana, orders):
        page = order_form(ana)
        assert page.text("h2") == "New order"
        page.submit("form", {"Number": 500, "Customer": "Berta", "Total": 5, "lines-0-product": "Bread"})
        made = Purchase.objects.get(number=500)
        assert [line.product for line in made.lines.all()] == ["Bread"]
        assert page.redirected_to == f"/office/records_shop/purchase/record/{made.pk}/"

    def test_save_and_new_begins_the_next(self, order_form, ana, orders):
        page = order_form(ana, orders[0])
        page.click("Save and new")
        assert page.redirected_to == "/office/records_shop/purchase/new/"

    def test_a_duplicate_has_the_values_but_what_is_unique(self, order_form, ana, orders):
        Line.objects.create(order=orders[2], product="Bread")
        page = order_form(ana, orders[2])
        page.click("Duplicate")
        assert page.find("[name=number]").value in ("", None)
        assert page.find("[name=total]").value == "30.00"
        page.submit("form", {"Number": 900})
        assert Purchase.objects.get(number=900).lines.get().product == "Bread"
        assert Purchase.objects.get(number=900).customer.name == "Carl"

    def test_relations_to_many_are_saved(self, order_form, ana, orders):
        tags = [Tag.objects.create(name=name) for name in ("gift", "early")]
        page = order_form(ana, orders[0])
        page.submit("form", {"Tags": ["gift"]})
        assert list(orders[0].tags.all()) == tags[:1]


class TestRelatedRows:
    def test_rows_are_shown_changed_added_and_removed(self, order_form, ana, orders):
        for product in ("Bread", "Butter"):
            Line.objects.create(order=orders[0], product=product)
        page = order_form(ana, orders[0])
        page.click("Add a row")
        names = {"lines-0-product": "Rye bread", "lines-1-DELETE": True, "lines-2-product": "Milk"}
        page.submit("form", names)
        assert [line.product for line in orders[0].lines.all()] == ["Rye bread", "Milk"]
        assert page.find("[name=lines-TOTAL_FORMS]").value == "2"

    def test_a_row_that_is_wrong_says_so(self, order_form, ana, orders):
        page = order_form(ana, orders[0])
        page.click("Add a row")
        page.submit("form", {"lines-0-product": "Bread", "lines-0-quantity": "-3"})
        assert page.texts(".live-records__lines .live-records__error") == [
            "Ensure this value is greater than or equal to 0."
        ]
        page.click("Add a row")
        assert page.find("[name=lines-TOTAL_FORMS]").value == "2"

    def test_there_are_rows_of_registered_relations_only(self, order_form, ana, orders):
        order_form(ana, orders[0]).call("add_row", relation="tags", expect="action.invalid")


class TestTwoPeople:
    def test_a_form_that_nobody_edits_shows_what_others_change(self, order_form, ana, orders):
        page = order_form(ana, orders[0])
        orders[0].note = "Changed in a shell"
        orders[0].save()
        assert page.find("[name=note]").value == "Changed in a shell"
        Line.objects.create(order=orders[0], product="Bread")
        assert page.find("[name=lines-0-product]").value == "Bread"

    def test_while_somebody_edits_it_is_held_back(self, order_form, ana, ben, orders):
        page, other = order_form(ana, orders[0]), order_form(ben, orders[0])
        assert page.fire("input", ".live-records__body") == [EditingMode(value=True)]
        other.submit("form", {"Note": "from Ben"})
        assert page.text(".live-records__note span") == "Changed by Ben."
        assert page.find("[name=note]").value in ("", None)
        page.click("Show")
        assert page.find("[name=note]").value == "from Ben"

    def test_changes_to_different_fields_are_both_kept(self, order_form, ana, ben, orders):
        page, other = order_form(ana, orders[0]), order_form(ben, orders[0])
        page.call("begin")
        other.submit("form", {"Note": "from Ben"})
        page.submit("form", {"Total": "44"})
        orders[0].refresh_from_db()
        assert (orders[0].note, orders[0].total) == ("from Ben", 44)

    def test_the_same_field_is_not_overwritten_unasked(self, order_form, ana, ben, orders):
        page, other = order_form(ana, orders[0]), order_form(ben, orders[0])
        page.call("begin")
        other.submit("form", {"Note": "from Ben"})
        page.submit("form", {"Note": "from Ana"})
        assert page.text(".live-records__error").startswith("Meanwhile it was changed to “from Ben”.")
        assert Purchase.objects.get(pk=orders[0].pk).note == "from Ben"
        page.submit("form", {"Note": "from Ana"})
        assert Purchase.objects.get(pk=orders[0].pk).note == "from Ana"

    def test_a_record_that_vanishes_says_so(self, order_form, ana, ben, orders):
        page = order_form(ana, orders[0])
        with_ben = order_form(ben, orders[0])
        with_ben.click("Delete", confirm=True)
        assert page.text("[role=alert]") == "Deleted by Ben."
        assert page.find_all("form") == []
        page.call("save", number="1", expect="action.invalid")


class TestPlace:
    def test_it_knows_its_place_in_the_list_it_came_from(self, order_form, ana, orders):
        page = order_form(ana, orders[3], "o=total")
        assert page.text(".live-records__number") == "4 of 6"
        steps = {step.attributes["rel"]: step.attributes["href"] for step in page.find_all("a.live-records__step")}
        keys = {rel: int(href.split("/record/")[1].split("/")[0]) for rel, href in steps.items()}
        first, previous, following, last = (orders[index].pk for index in (0, 2, 4, 5))
        assert keys == {"first": first, "previous": previous, "next": following, "last": last}
        assert steps["next"].endswith("?o=total")

    def test_filters_narrow_the_place(self, order_form, ana, orders):
        page = order_form(ana, orders[3], f"f.customer={orders[3].customer_id}")
        assert page.text(".live-records__number") == "1 of 2"

    def test_in_a_component_of_its_own_it_goes_on_in_place(self, live, ana, orders):
        page = live.open(RecordDetail, user=ana, model="records_shop.purchase", pk=orders[3].pk)
        page.click("Next")
        assert page.text("h2") == "#103"
        page.call("go", pk="99999", expect="action.not_found")
        assert page.text("h2") == "#103"


class TestPermission:
    def test_who_may_only_look_sees_a_form_that_is_locked(self, order_form, guest, orders):
        page = order_form(guest, orders[0])
        assert page.find("[name=total]").disabled
        assert page.texts("form button") == []
        page.call("save", total="1", expect="action.forbidden")
        page.call("delete")
        assert page.got(Alert)
        assert Purchase.objects.filter(pk=orders[0].pk).exists()

    def test_a_record_out_of_sight_is_not_found(self, live, ana):
        other = Secret.objects.create(owner="ben", text="not yours")
        live.browser(ana)
        assert live.browser(ana).client.get(f"/office/records_shop/secret/record/{other.pk}/").status_code == 404
        assert live.browser(ana).client.get("/office/records_shop/secret/record/nonsense/").status_code == 404

    def test_who_may_not_add_has_no_page_to_do_so(self, live, guest, orders):
        assert live.browser(guest).client.get("/office/records_shop/purchase/new/").status_code == 403


class TestDeleting:
    def test_one_is_led_back_to_the_list(self, order_form, ana, orders):
        page = order_form(ana, orders[0], "o=total")
        page.click("Delete", confirm=True)
        assert page.redirected_to == "/office/records_shop/purchase/?o=total"
        assert not Purchase.objects.filter(pk=orders[0].pk).exists()

    def test_a_veto_is_said_before_one_tries(self, order_form, ana, orders):
        Purchase.objects.filter(pk=orders[0].pk).update(stage="shipped")
        page = order_form(ana, orders[0])
        assert page.find(".live-records__button--danger").disabled
        page.call("delete")
        assert Purchase.objects.filter(pk=orders[0].pk).exists()


class Filled(RecordDetail):
    """A form into which a window would put values."""

    name = "records_tests.filled"

    @action
    def put(self, values: dict[str, Any]) -> Result:
        return self.update_parent(UpdateParent(values).values)


class TestValuesFromElsewhere:
    """``UpdateParent`` puts values and rows into the form, unsaved."""

    def test_values_and_commands_are_put_into_the_form(self, live, ana, orders):
        bread, butter = (Line.objects.create(order=orders[0], product=name) for name in ("Bread", "Butter"))
        gift, early = (Tag.objects.create(name=name) for name in ("gift", "early"))
        orders[0].tags.add(gift)
        page = live.open(Filled, user=ana, model="records_shop.purchase", pk=orders[0].pk)
        lines = [("C", {"product": "Milk", "quantity": 7}), ("U", bread.pk, {"quantity": 9}), ("D", butter.pk)]
        values = {"note": "put in", "customer": Buyer.objects.get(name="Carl").pk, "lines": lines}
        page.call("put", values={**values, "tags": [("L", early.pk), ("X", gift.pk)]})
        page.call("add_row", relation="lines")
        assert Purchase.objects.get(pk=orders[0].pk).note == ""
        page.submit("form", {"lines-3-product": "Salt"})
        orders[0].refresh_from_db()
        assert (orders[0].note, orders[0].customer.name) == ("put in", "Carl")
        assert [(line.product, line.quantity) for line in orders[0].lines.all()] == [
            ("Bread", 9),
            ("Milk", 7),
            ("Salt", 1),
        ]
        assert list(orders[0].tags.all()) == [early]
