from __future__ import annotations

import pytest

from liveactions.contrib import records
from liveactions.errors import DeclarationError
from tests.contrib.records.shop.models import Order, Tag


class TestNames:
    @pytest.mark.parametrize("name", ["records_shop.order", "records_shop.Order", "shop.orders", "Order", "order"])
    def test_a_registration_is_found_by_model_identifier_and_class(self, name):
        assert records.find(name).model is Order

    def test_an_unknown_name_is_told_what_is_near(self):
        with pytest.raises(
            LookupError, match=r"registered as 'records_shop\.ordr'\. Did you mean 'records_shop\.order'"
        ):
            records.find("records_shop.ordr")


class TestRegistering:
    @pytest.fixture(autouse=True)
    def clean(self):
        yield
        records.unregister(Tag)

    def test_a_model_is_registered_once(self):
        records.register(Tag)(records.Records)
        with pytest.raises(DeclarationError, match="already registered"):
            records.register(Tag)(records.Records)
        records.unregister(Tag)
        assert records.of(Tag) is None

    def test_a_proxy_is_what_it_stands_for(self):
        class Urgent(Order):
            class Meta:
                proxy = True
                app_label = "records_shop"

        assert records.of(Urgent) is records.of(Order)


def test_registered_are_in_the_order_of_their_names():
    names = [each.name for each in records.registered()]
    assert names == sorted(names)
    assert {"records_shop.customer", "records_shop.order", "records_shop.secret"} <= set(names)
