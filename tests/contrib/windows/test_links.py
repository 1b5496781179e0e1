"""What stands in the address for a window."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core import signing

from liveactions.contrib.windows.links import followed, link_to
from liveactions.errors import CallError
from tests.contrib.windows import components

assert components


def test_without_parameters_it_is_the_name():
    assert link_to("tests.search", None, {}) == "tests.search"
    assert followed("tests.search") == ("tests.search", None, {})


def test_parameters_and_title_come_back():
    link = link_to("tests.search", "Find", {"ctx": {"active_ids": [1, 2]}})
    assert followed(link) == ("tests.search", "Find", {"ctx": {"active_ids": [1, 2]}})


def test_dates_and_decimals_travel_as_text():
    _, _, params = followed(link_to("tests.search", None, {"on": date(2026, 1, 2), "sum": Decimal("1.50")}))
    assert params == {"on": "2026-01-02", "sum": "1.50"}


def test_what_is_not_linkable_has_no_link():
    assert link_to("tests.note", None, {"ctx": {"active_ids": [1]}}) == ""


@pytest.mark.parametrize(
    "link",
    [
        "tests.note",
        "tests.search:e30:forged",
        "tests.search:" + signing.dumps({"params": {}}),  # signed, but for something else
        "tests.nobody",
        "",
    ],
)
def test_anything_else_is_refused(link):
    with pytest.raises(CallError):
        followed(link)


def test_a_signature_does_not_open_another_component():
    link = link_to("tests.search", None, {"ctx": {"default_text": "tea"}})
    with pytest.raises(CallError):
        followed(link.replace("tests.search", "tests.locked"))
