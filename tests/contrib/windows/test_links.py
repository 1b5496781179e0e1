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
    assert link_to("till.search", None, {}) == "till.search"
    assert followed("till.search") == ("till.search", None, {})


def test_parameters_and_title_come_back():
    link = link_to("till.search", "Find", {"ctx": {"active_ids": [1, 2]}})
    assert followed(link) == ("till.search", "Find", {"ctx": {"active_ids": [1, 2]}})


def test_a_link_is_the_same_whenever_it_is_made(monkeypatch):
    link = link_to("till.search", "Find", {"ctx": {"default_text": "tea"}})
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    _, title, params = followed(link)
    assert link_to("till.search", title, params) == link


def test_dates_and_decimals_travel_as_text():
    _, _, params = followed(link_to("till.search", None, {"on": date(2026, 1, 2), "sum": Decimal("1.50")}))
    assert params == {"on": "2026-01-02", "sum": "1.50"}


def test_what_is_not_linkable_has_no_link():
    assert link_to("till.note", None, {"ctx": {"active_ids": [1]}}) == ""


@pytest.mark.parametrize(
    "link",
    [
        "till.note",
        "till.search:e30:forged",
        "till.nobody",
        "",
    ],
)
def test_anything_else_is_refused(link):
    with pytest.raises(CallError):
        followed(link)


def test_what_was_signed_for_something_else_is_refused():
    with pytest.raises(CallError):
        followed("till.search:" + signing.dumps({"params": {}}))


def test_a_signature_does_not_open_another_component():
    link = link_to("till.search", None, {"ctx": {"default_text": "tea"}})
    with pytest.raises(CallError):
        followed(link.replace("till.search", "till.locked"))
