from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from liveactions import UpdateParent
from liveactions.contrib import records
from liveactions.contrib.records.relations import Draft, commanded
from tests.contrib.records.shop.models import Purchase

ORDERS = records.of(Purchase)
TYPED = {
    "note": ["Ring"],
    "tags": ["1", "2"],
    "lines-TOTAL_FORMS": ["2"],
    "lines-0-id": ["11"],
    "lines-0-product": ["Bread"],
    "lines-1-id": ["12"],
    "lines-1-product": ["Butter"],
}


def after(**values: object) -> dict[str, list[str]]:
    """What is new about the form."""
    blank = {"lines": {"product": "", "quantity": 1}}
    typed = commanded(Draft(dict(TYPED), blank), ORDERS, UpdateParent(values).values)
    return {name: value for name, value in typed.items() if TYPED.get(name) != value}


class TestRows:
    def test_create_begins_with_what_a_new_row_begins_with(self):
        made = {"lines-TOTAL_FORMS": ["3"], "lines-2-product": ["Milk"], "lines-2-quantity": ["1"]}
        assert after(lines=[("C", {"product": "Milk"})]) == made
        assert after(lines=[(0, 0, {"product": "Milk"})]) == made

    def test_update_delete_and_take_out(self):
        assert after(lines=[("U", 11, {"product": "Rye"})]) == {"lines-0-product": ["Rye"]}
        assert after(lines=[("D", 12)]) == after(lines=[("X", 12)]) == {"lines-1-DELETE": ["on"]}
        assert after(lines=[("U", 99, {"product": "Rye"}), ("D", 99)]) == {}

    def test_clear_and_set(self):
        assert after(lines=[("K",)]) == {"lines-0-DELETE": ["on"], "lines-1-DELETE": ["on"]}
        assert after(lines=[("S", [12])]) == {"lines-0-DELETE": ["on"]}

    def test_a_row_of_another_record_cannot_be_linked(self):
        with pytest.raises(ValidationError, match="belongs to one record"):
            after(lines=[("L", 99)])

    def test_values_in_place_of_commands_are_refused(self):
        with pytest.raises(ValidationError, match="takes commands"):
            after(lines=["Milk"])


class TestChoices:
    @pytest.mark.parametrize(
        ("command", "keys"),
        [
            (("L", 3), ["1", "2", "3"]),
            (("L", 2), None),
            (("X", 1), ["2"]),
            (("D", 2), ["1"]),
            (("S", [7, 8]), ["7", "8"]),
        ],
    )
    def test_records_are_linked_taken_out_and_set(self, command, keys):
        assert after(tags=[command]).get("tags") == keys

    def test_nothing_is_created_in_a_choice(self):
        with pytest.raises(ValidationError, match="nothing is created in it"):
            after(tags=[("C", {"name": "gift"})])


def test_values_are_written_as_a_browser_would_send_them():
    assert after(note="Knock", urgent=True) == {"note": ["Knock"], "urgent": ["on"]}
