from __future__ import annotations

import pytest

from liveactions.contrib import records
from liveactions.errors import DeclarationError
from tests.contrib.records.shop.models import Purchase, Tag


class TestNames:
    @pytest.mark.parametrize(
        "name", ["records_shop.purchase", "records_shop.Purchase", "shop.orders", "Purchase", "purchase"]
    )
    def test_a_registration_is_found_by_model_identifier_and_class(self, name):
        assert records.find(name).model is Purchase

    def test_an_unknown_name_is_told_what_is_near(self):
        with pytest.raises(
            LookupError, match=r"registered as 'records_shop\.purchas'\. Did you mean 'records_shop\.purchase'"
        ):
            records.find("records_shop.purchas")


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
        class Urgent(Purchase):
            class Meta:
                proxy = True
                app_label = "records_shop"

        assert records.of(Urgent) is records.of(Purchase)


def test_registered_are_in_the_order_of_their_names():
    names = [each.name for each in records.registered()]
    assert names == sorted(names)
    assert {"records_shop.buyer", "records_shop.purchase", "records_shop.secret"} <= set(names)
