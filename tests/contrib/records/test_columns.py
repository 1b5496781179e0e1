from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal

import pytest
from django.utils import translation

from liveactions.contrib import records
from liveactions.contrib.records.columns import column_named, columns_of, editable_columns, text_of
from tests.contrib.records.shop.models import Buyer, Purchase

OF_ORDERS = records.of(Purchase)


class TestTexts:
    def test_numbers_are_written_as_their_field_and_the_language_want(self):
        total = Purchase._meta.get_field("total")
        assert text_of(Decimal("1234.5"), total) == "1,234.50"
        with translation.override("de"):
            assert text_of(Decimal("1234.5"), total) == "1.234,50"
        assert text_of(1001) == "1001"

    def test_choices_booleans_moments_and_nothing(self):
        assert text_of("shipped", Purchase._meta.get_field("stage")) == "Shipped"
        assert (text_of(True), text_of(False), text_of(None)) == ("Yes", "No", "")
        assert text_of(date(2026, 2, 3)) == "02/03/2026"
        assert text_of(time(14, 5)) == "2:05 p.m."
        assert text_of(datetime(2026, 2, 3, 20, 5, tzinfo=timezone.utc)) == "02/03/2026 2:05 p.m."


class TestNames:
    def test_each_kind_of_name_has_its_label_and_its_order(self):
        found = {column.name: (column.label, column.sort, column.numeric) for column in columns_of(OF_ORDERS)}
        assert found == {
            "number": ("Number", "number", True),
            "customer": ("Customer", "customer", False),
            "customer.city": ("City", "customer__city", False),
            "stage": ("Stage", "stage", False),
            "total": ("Total", "total", True),
            "tags": ("Tags", None, False),
            "lines_text": ("Lines", "lines__product", False),
        }

    def test_what_the_database_has_to_bring_is_known(self):
        city, tags = column_named(OF_ORDERS, "customer.city"), column_named(OF_ORDERS, "tags")
        assert (city.joins, city.models) == (("customer",), (Buyer,))
        assert tags.prefetch == ("tags",)

    def test_properties_of_the_model_are_columns(self):
        column = column_named(OF_ORDERS, "is_big")
        assert (column.label, column.text(Purchase(total=1000)), column.sort) == ("Is big", "Yes", None)

    @pytest.mark.parametrize("name", ["colour", "customer.colour", "lines.product", "delete", "_state", "stage.x"])
    def test_what_is_no_column_is_said_with_what_could_be(self, name):
        with pytest.raises(LookupError, match=r"has no .*It has the fields .*"):
            column_named(OF_ORDERS, name)

    def test_an_empty_relation_on_the_way_is_empty(self):
        assert column_named(OF_ORDERS, "customer.city").value(Purchase()) is None


def test_columns_that_the_form_has_can_be_edited(rf):
    assert editable_columns(OF_ORDERS, None) == {"number", "customer", "stage", "total", "tags"}
