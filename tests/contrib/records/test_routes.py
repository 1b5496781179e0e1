from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from liveactions.contrib import records
from tests.contrib.records.shop.models import Purchase, Tag

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]


def test_a_record_has_an_address_for_those_who_may_see_it(orders, ana):
    there = f"/office/records_shop/purchase/record/{orders[0].pk}/"
    assert records.url_of(orders[0]) == there
    assert records.url_of(orders[0], ana) == there
    assert records.url_of(orders[0], AnonymousUser()) is None


def test_what_is_not_registered_or_not_saved_has_none():
    assert records.url_of(Tag(pk=1)) is None
    assert records.url_of(Purchase()) is None


@pytest.mark.urls("tests.urls")
def test_without_pages_there_is_no_address(orders, live, ana):
    assert records.url_of(orders[0]) is None
    page = live.open("live_records.list", user=ana, model="records_shop.purchase")
    assert page.find_all("a") == []
