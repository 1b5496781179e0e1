"""Tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.utils.safestring import mark_safe

from liveactions.requests.tables import Column, Table, columns_of, display, table_of, text_table
from sample_site.desk.models import Customer, Order, Product


class TestColumns:
    def test_those_of_a_model_are_its_fields(self):
        assert [column.label for column in columns_of(Group)] == ["Id", "Name"]

    def test_they_may_lead_further(self):
        assert columns_of(Order, "number customer__city next_stage") == [
            Column("number", "Number"),
            Column("customer__city", "Customer city"),
            Column("next_stage", "Next stage"),
        ]

    def test_those_of_a_dict_are_its_keys(self):
        assert [column.label for column in columns_of({"Total": 1, "by_whom": 2})] == ["Total", "by_whom"]


class TestTables:
    def test_a_choice_is_shown_by_its_label(self):
        table = table_of(
            [Order(number=1, stage="picking", customer=Customer(name="Bo", city="Oslo"))], "stage customer__city"
        )
        assert table.rows == [["Picking", "Oslo"]]

    def test_the_columns_of_no_rows_are_known_by_their_model(self, db):
        assert [column.name for column in table_of(Group.objects.none()).columns] == ["id", "name"]

    def test_columns_of_numbers_stand_to_the_right(self):
        table = table_of([{"a": 1, "b": "x", "c": None, "d": Decimal(2), "e": True}])
        assert table.numeric == [True, False, False, True, False]

    def test_sums_are_made_of_the_columns_that_are_named(self):
        rows = [{"name": "a", "n": 1, "m": 1}, {"name": "b", "n": None, "m": 5}]
        assert table_of(rows, totals=["n"]).totals == [None, 1, None]
        assert table_of(rows).totals is None


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"), [(None, ""), (True, "Yes"), (False, "No"), ("a", "a"), (Decimal("1.50"), "1.50"), (7, "7")]
    )
    def test_values_are_shown(self, value, text):
        assert display(value) == text

    def test_what_is_marked_safe_stays_so(self):
        assert hasattr(display(mark_safe("<b>")), "__html__")

    def test_numbers_are_written_as_in_the_present_language(self):
        from django.utils import translation

        with translation.override("de"):
            assert display(Decimal("1.50")) == "1,50"


class TestPlainText:
    def test_columns_are_aligned(self):
        products = [Product(name="Ale", price=Decimal("3.00")), Product(name="Stout", price=Decimal("12.50"))]
        assert text_table(table_of(products, "name price", totals=["price"])).splitlines() == [
            "Name   Price",
            "-----  -----",
            "Ale     3.00",
            "Stout  12.50",
            "-----  -----",
            "       15.50",
        ]

    def test_long_cells_are_folded(self):
        table = Table([Column("a", "A"), Column("b", "B")], [["one two three", 1], ["x\ny", 22]])
        assert text_table(table, max_width=7).splitlines() == [
            "A         B",
            "-------  --",
            "one two   1",
            "three",
            "x        22",
            "y",
        ]

    def test_no_rows_are_only_a_head(self):
        assert text_table(Table([Column("a", "A")], [])) == "A\n-"
