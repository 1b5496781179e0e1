from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from liveactions import ActionRequest
from liveactions.contrib import records
from liveactions.contrib.records.deleting import consequences, delete, held_by, named, plan_for
from tests.contrib.records.shop.models import Buyer, Line, Purchase, Tag

pytestmark = pytest.mark.django_db


def test_what_goes_along_is_counted_by_model(ana, orders):
    for product in ("Bread", "Butter"):
        Line.objects.create(order=orders[0], product=product)
    Line.objects.create(order=orders[1], product="Milk")
    orders[0].tags.add(Tag.objects.create(name="gift"))
    plan = plan_for(records.of(Purchase), ActionRequest(user=ana), orders[:2])
    assert plan.along == ["3 lines"]
    assert plan.going == orders[:2]


def test_permission_veto_and_database_may_each_say_no(guest, ana, orders):
    assert plan_for(records.of(Purchase), ActionRequest(user=guest), orders[:1]).staying == [
        ("#101", "You may not delete it.")
    ]
    orders[0].stage = "shipped"
    assert plan_for(records.of(Purchase), ActionRequest(user=ana), orders[:1]).staying == [
        ("#101", "It has been shipped.")
    ]
    lonely = Buyer.objects.create(name="Lonely")
    plan = plan_for(records.of(Buyer), ActionRequest(user=ana), [orders[0].customer, lonely])
    assert plan.staying == [("Abel", "It is used by #101, #104.")]
    assert plan.going == [lonely]
    assert held_by(lonely) is None


def test_names_are_a_few_and_a_number(orders):
    assert named(orders[:2]) == "#101, #102"
    assert named([*orders, *orders]) == "#101, #102, #103, #104, #105 and 7 more"


def test_what_is_asked_is_escaped(ana):
    nasty = Buyer.objects.create(name="<script>")
    plan = plan_for(records.of(Buyer), ActionRequest(user=ana), [nasty])
    assert "&lt;script&gt;" in consequences(plan)


def test_what_is_needed_at_the_last_moment_stays_with_all_others(orders):
    lonely = Buyer.objects.create(name="Lonely")
    with pytest.raises(ValidationError, match="Nothing was deleted"):
        delete(records.of(Buyer), [lonely, orders[0].customer])
    assert Buyer.objects.filter(name="Lonely").exists()


def test_each_record_is_deleted_by_its_own_method(orders, monkeypatch):
    gone = []
    monkeypatch.setattr(Purchase, "delete", lambda self: gone.append(self.number))
    assert delete(records.of(Purchase), orders[:2]) == 2
    assert gone == [101, 102]
