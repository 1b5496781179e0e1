from __future__ import annotations

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from liveactions import ActionRequest
from liveactions.contrib import records
from liveactions.contrib.records.options import Bulk
from tests.contrib.records.shop.models import Buyer, Purchase


class TestPermission:
    @pytest.mark.django_db
    def test_it_is_that_of_django(self, ana, guest):
        orders = records.of(Purchase)
        assert all(orders.may(power, ActionRequest(user=ana)) for power in ("view", "add", "change", "delete"))
        assert [orders.may(power, ActionRequest(user=guest)) for power in ("view", "change")] == [True, False]
        assert not orders.can_view(ActionRequest(user=AnonymousUser()))
        assert not orders.can_view(ActionRequest(user=None))

    @pytest.mark.django_db
    def test_a_permission_may_be_named(self, ana):
        assert records.of(Purchase).may("records_shop.add_buyer", ActionRequest(user=ana))
        assert not records.of(Purchase).may("records_shop.add_tag", ActionRequest(user=ana))


class TestForms:
    def test_all_fields_some_or_a_form_of_ones_own(self):
        class Own(forms.ModelForm):
            class Meta:
                model = Buyer
                fields = ("name",)

        every = records.Records(Buyer)
        assert list(every.form_for(None).base_fields) == ["name", "city"]
        some = type("Some", (records.Records,), {"fields": ["city"]})(Buyer)
        assert list(some.form_for(None).base_fields) == ["city"]
        own = type("Owned", (records.Records,), {"form_class": Own})(Buyer)
        assert own.form_for(None) is Own


def test_bulk_actions_are_inherited_and_taken_back():
    class First(records.Records):
        @records.bulk("Ship", permission="delete")
        def ship(self, request, rows):
            """Nothing."""

        @records.bulk("Pack")
        def pack(self, request, rows):
            """Nothing."""

    class Second(First):
        pack = None

    assert list(First(Purchase).bulk_actions) == ["ship", "pack"]
    assert Second(Purchase).bulk_actions == {"ship": Bulk("ship", "Ship", "", "delete")}


def test_words_for_so_many():
    assert [records.of(Purchase).counted(number) for number in (0, 1, 2)] == ["orders", "order", "orders"]
