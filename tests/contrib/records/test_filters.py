from __future__ import annotations

from datetime import datetime, timezone

import pytest
from django.contrib.auth.models import User

from liveactions import ActionRequest
from liveactions.contrib import records
from liveactions.contrib.records.filters import condition, days, field_at, filters_of
from tests.contrib.records.shop.models import Buyer, Purchase, Secret

pytestmark = pytest.mark.django_db
REQUEST = ActionRequest(user=User(username="ana"))


def test_options_are_those_that_occur(orders):
    Buyer.objects.create(name="Nobody's")
    shown = {
        each.name: [option.label for option in each.options] for each in filters_of(records.of(Purchase), REQUEST, {})
    }
    assert shown["stage"] == ["New", "Shipped"]
    assert shown["customer"] == ["Abel", "Berta", "Carl"]
    assert shown["urgent"] == ["Yes", "No"]
    assert shown["created"] == []


def test_of_records_out_of_sight_no_option_tells():
    class Secrets(type(records.of(Secret))):
        filters = ("text",)

    for owner in ("ana", "ben"):
        Secret.objects.create(owner=owner, text=f"{owner}'s")
    (shown,) = filters_of(Secrets(Secret), REQUEST, {})
    assert [option.value for option in shown.options] == ["ana's"]


def test_a_value_that_cannot_be_finds_nothing(orders):
    for name, value in (("customer", "nonsense"), ("number", "x"), ("customer", "99")):
        assert not Purchase.objects.filter(condition(Purchase, name, value)).exists()


def test_days_are_days_of_the_present_time_zone(orders, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    Purchase.objects.filter(pk=orders[0].pk).update(created=datetime(2026, 3, 1, 23, 30, tzinfo=timezone.utc))
    assert Purchase.objects.filter(condition(Purchase, "created", "2026-03-02..2026-03-02")).get() == orders[0]


def test_what_is_no_day_is_taken_as_missing():
    assert days("yesterday..") == (None, None)


def test_none_can_be_chosen(orders):
    assert Purchase.objects.filter(condition(Purchase, "customer", "-")).count() == 0


def test_an_unknown_field_is_said_with_those_that_are_known():
    with pytest.raises(LookupError, match=r"Buyer has no field 'colour' \(in 'customer__colour'\)\. It has: city"):
        field_at(Purchase, "customer__colour")
