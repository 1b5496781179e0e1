"""Showing things."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils.safestring import SafeString, mark_safe

from liveactions import ActionRequest
from liveactions.requests import HtmlRenderer, TestRenderer
from sample_site.desk.models import Customer, Product
from tests.requests.components import Clock, Customers


@pytest.fixture
def show():
    return ActionRequest(renderer=TestRenderer(), speaker=Customers()).show


def lines(text):
    return text.splitlines()


class TestWhatCanBeShown:
    def test_rows_of_a_queryset(self, show, products):
        assert lines(show(Product.objects.all(), column_names="name price stock", totals=["stock"])) == [
            "Name          Price  Stock",
            "------------  -----  -----",
            "Ale            3.00      5",
            "Stout <dark>  12.50      0",
            "------------  -----  -----",
            "                         5",
        ]

    def test_rows_of_the_request_of_a_model_and_of_another_request(self, show, customers):
        own = show(column_names=["name"])
        assert lines(own) == ["Name", "----", "Al", "Bo", "Cy"]
        assert show(Customer, column_names="name") == show(Customer.objects, column_names="name") == own
        assert show(ActionRequest(speaker=Customers()), column_names="name") == own

    def test_rows_of_a_list(self, show):
        assert lines(show([{"a": 1, "b": "x"}, {"a": 10}])) == [" a  b", "--  -", " 1  x", "10"]
        assert lines(show([Customer(name="Bo", city="Oslo")], column_names="city"))[-1] == "Oslo"

    def test_a_record(self, show):
        assert lines(show(Group(pk=3, name="Bo"))) == ["Id    3", "Name  Bo"]
        assert show(Customer(pk=3, name="Bo"), column_names="name") == "Name  Bo"
        assert show({"a": 1}) == "a  1"

    def test_a_component(self, show, customers):
        assert show(Clock) == "noon"
        assert show(Customers, params={"title": "All"}) == "All: Al Bo Cy"

    def test_texts(self, show):
        assert show("a < b") == "a < b"
        assert show(mark_safe("<b>x</b>")) == "**x**"

    def test_several_of_them(self, show):
        assert show(["one", {"a": 1}]) == "one\n\na  1"

    @pytest.mark.parametrize(("mode", "first"), [("list", "- Al, Rome"), ("detail", "Name  Al"), ("table", "Name")])
    def test_rows_in_another_way(self, show, customers, mode, first):
        assert lines(show(display_mode=mode, **({} if mode == "list" else {"column_names": "name"})))[0] == first

    def test_only_some_rows(self, show, customers):
        assert len(lines(show(limit=1))) == 3


class TestHow:
    def test_a_heading_has_a_level(self, show, customers):
        assert lines(show(Customer, header_level=2, column_names="name"))[:3] == ["Customers", "---------", ""]
        assert lines(show("x", header_level=1, title="T")) == ["T", "=", "", "x"]

    def test_it_is_in_a_language(self, show):
        assert show([{"n": 1.5, "yes": True}], language="de").splitlines()[-1] == "1,5  Ja"

    def test_as_html_everything_is_escaped(self, products):
        html = ActionRequest(renderer=HtmlRenderer()).show(Product, column_names="name", header_level=1)
        assert isinstance(html, SafeString)
        assert html.startswith("<h1>Products</h1>")
        assert "<td>Stout &lt;dark&gt;</td>" in html

    def test_on_a_terminal_it_is_printed(self, capsys):
        assert ActionRequest().show("hello") is None
        assert capsys.readouterr().out == "hello\n"

    def test_or_captured(self, capsys):
        assert ActionRequest().shows("hello") == "hello"
        assert ActionRequest(renderer=HtmlRenderer()).shows("hello") == "<p>hello</p>"
        assert capsys.readouterr().out == ""

    def test_a_story_is_several_things(self, capsys):
        assert ActionRequest().show_story(["one", "two"]) is None
        assert capsys.readouterr().out == "one\n\ntwo\n"
        assert ActionRequest(renderer=TestRenderer()).show_story(["one", "two"]) == "one\n\ntwo"

    def test_a_story_can_be_html(self):
        html = ActionRequest().story2html(["<one>", mark_safe("<hr>"), [{"a": 1}]])
        assert html.startswith("<p>&lt;one&gt;</p>\n<hr>\n<table>")
        assert isinstance(html, SafeString)


class TestWhoMaySee:
    def test_rows_are_for_those_who_may_view_them(self, ana, permit, customers):
        with pytest.raises(PermissionDenied, match="customers"):
            ActionRequest(user=ana, renderer=TestRenderer()).show(Customer)
        with pytest.raises(PermissionDenied):
            ActionRequest(user=ana).shows(["text", customers[0]])
        assert ActionRequest(user=permit(ana, "view_customer")).shows(Customer)

    def test_unless_it_is_not_asked(self, ana, customers):
        assert ActionRequest(user=ana).shows(Customer, check_permission=False)

    def test_code_without_a_user_may(self, customers):
        assert ActionRequest().shows(Customer)
