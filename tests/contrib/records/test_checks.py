from __future__ import annotations

import pytest
from django.db.models import Sum

from liveactions.contrib import records
from liveactions.contrib.records.checks import problems_of, registrations
from tests.contrib.records.shop.models import Purchase

WRONG = {
    "columns": (["colour"], "E001", "Purchase has no 'colour'. It has the fields created, customer,"),
    "search": (["customer__colour"], "E002", "Buyer has no field or lookup 'colour'"),
    "filters": (["colour"], "E003", "Purchase has no field 'colour'"),
    "ordering": (["-colour"], "E004", "colour"),
    "totals": ({"colour": Sum("total")}, "E004", "'colour' is not among the columns: number."),
    "editable": (["total"], "E004", "'total' is not among the columns: number."),
    "related": (["tags"], "E005", "Purchase has no rows 'tags'. It has: lines."),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_name_is_an_error_that_says_what_is_allowed(what):
    value, number, text = WRONG[what]
    cls = type("Wrong", (records.Records,), {"columns": ["number"], what: value})
    (problem,) = problems_of(cls(Purchase))
    assert problem.id == f"live_records.{number}"
    assert text in problem.msg
    assert f"Wrong.{what}" in problem.msg


def test_a_search_for_a_relation_is_told_to_name_a_field():
    (problem,) = problems_of(type("Wrong", (records.Records,), {"search": ["customer"]})(Purchase))
    assert "Say which field of it" in problem.msg


def test_what_is_right_has_no_complaints():
    assert registrations() == []
