from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from liveactions import ActionRequest
from liveactions.contrib import records
from liveactions.contrib.records.queries import Query, found, lookup_of
from tests.contrib.records.shop.models import Buyer, Line, Purchase

ORDERS = records.of(Purchase)


def numbers(**asked: object) -> list[int]:
    return [order.number for order in found(ORDERS, ActionRequest(user=User()), Query(**asked))]


class TestAddresses:
    def test_a_query_survives_an_address(self):
        query = Query("rye & white", ["-total", "number"], {"stage": "new", "customer": ""})
        assert query.encode() == "q=rye+%26+white&o=-total%2Cnumber&f.stage=new"
        assert Query.decode(query.encode()) == Query("rye & white", ["-total", "number"], {"stage": "new"})

    def test_what_an_address_may_say_is_limited(self):
        assert Query.decode("&".join(f"f.a{number}=1" for number in range(99))) == Query()


@pytest.mark.django_db
class TestFinding:
    def test_a_record_with_several_hits_comes_once(self, orders):
        for product in ("Rye bread", "White bread"):
            Line.objects.create(order=orders[0], product=product)
        assert numbers(search="bread") == [101]

    def test_the_order_is_total(self, orders):
        Purchase.objects.update(total=1)
        assert numbers(order=["total"]) == [101, 102, 103, 104, 105, 106]
        assert numbers(order=["-customer", "number"]) == [103, 106, 102, 105, 101, 104]
        assert numbers(order=["nonsense"]) == [106, 105, 104, 103, 102, 101]

    def test_filters_that_are_not_registered_are_passed_over(self, orders):
        assert len(numbers(chosen={"note": "x"})) == 6

    def test_what_no_database_can_be_asked_finds_nothing(self, orders):
        assert numbers(search="zz\0zz") == []
        assert numbers(chosen={"customer": "9" * 40}) == []
        assert numbers(chosen={"stage": "\0"}) == []

    def test_everything_for_the_columns_is_brought_along(self, orders, django_assert_num_queries):
        with django_assert_num_queries(3):
            for order in found(ORDERS, ActionRequest(user=User()), Query()):
                assert order.customer.city
                list(order.lines.all())
                list(order.tags.all())


class TestLookups:
    @pytest.mark.parametrize(
        ("path", "lookup"),
        [
            ("note", "note__icontains"),
            ("number__startswith", "number__startswith"),
            ("customer__name", "customer__name__icontains"),
        ],
    )
    def test_a_path_is_looked_for_anywhere_in_the_text_unless_it_says_how(self, path, lookup):
        assert lookup_of(Purchase, path).lookup == lookup

    @pytest.mark.parametrize("path", ["colour", "customer__colour", "note__nearly", "note__exact__exact"])
    def test_a_path_to_nowhere_is_an_error(self, path):
        with pytest.raises(LookupError, match="has no field or lookup"):
            lookup_of(Purchase, path)

    def test_relations_to_many_are_known(self):
        assert lookup_of(Purchase, "lines__product").many
        assert not lookup_of(Buyer, "name").many
