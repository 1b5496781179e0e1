"""A report has a name, and a number if it says one; both are its own."""

from __future__ import annotations

import pytest

from liveactions.contrib.reports import BaseReport, ReportError, find, register, registered
from liveactions.errors import DeclarationError


class Plain(BaseReport):
    template_name = "papers/list.html"


class Numbered(Plain):
    id = 7


def test_a_report_is_found_by_name_and_by_the_number_it_declares():
    register("shop.plain")(Plain)
    register("shop.numbered")(Numbered)
    assert find("shop.numbered") is find(7) is find("7")
    assert [report.name for report in registered()] == ["shop.numbered", "shop.plain"]


@pytest.mark.parametrize("unknown", ["shop.other", 8, "8", ""])
def test_an_unknown_report_is_refused_and_the_known_ones_are_listed(unknown):
    register("shop.plain")(Plain)
    with pytest.raises(ReportError, match=r"There is no report .* Registered are: shop.plain") as caught:
        find(unknown)
    assert caught.value.status == 404


def test_a_name_and_a_number_are_given_once():
    register("shop.numbered")(Numbered)
    with pytest.raises(DeclarationError, match="is Numbered already"):
        register("shop.numbered")(Plain)
    with pytest.raises(DeclarationError, match="have the same id, 7"):
        register("shop.other")(type("Other", (Plain,), {"id": 7}))


def test_the_same_class_may_come_again_as_when_a_module_is_loaded_anew():
    register("shop.plain")(Plain)
    assert register("shop.plain")(Plain) is Plain


@pytest.mark.parametrize("name", ["invoice", "Shop.Invoice", "shop.", ""])
def test_a_name_says_the_app_first(name):
    with pytest.raises(DeclarationError, match="cannot be the name"):
        register(name)


def test_what_could_not_be_printed_is_refused_when_it_is_declared():
    with pytest.raises(DeclarationError, match="has no template"):
        register("shop.bare")(BaseReport)
    with pytest.raises(DeclarationError, match="not a size"):
        register("shop.odd")(type("Odd", (Plain,), {"page_size": "A4; } body { color: red"}))
    with pytest.raises(DeclarationError, match="is not a report"):
        register("shop.dict")(dict)
