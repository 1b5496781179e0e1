from __future__ import annotations

from liveactions.components import dump, restore, write
from sample_site.archive.components import Orders, Till
from sample_site.archive.records import orders, orders_found


def test_the_past_is_the_same_at_every_look():
    before = orders()
    orders.cache_clear()
    assert orders() == before
    assert [order.number for order in before] == list(range(10_000, 0, -1))


def test_orders_are_found_by_customer_city_and_number():
    assert {order.customer for order in orders_found("inkwell")} == {"Inkwell Café"}
    assert {order.city for order in orders_found(" porto ")} == {"Porto"}
    assert [order.number for order in orders_found("9999")] == [9999]
    assert orders_found("nobody") == []


def test_of_ten_thousand_orders_a_few_are_shown():
    component = Orders()
    assert [order.number for order in component.shown] == list(range(10_000, 9_960, -1))
    write(component, {"visible": {"first": 9_990, "count": 30}})
    assert [order.number for order in component.shown] == list(range(10, 0, -1))
    assert component.visible.total == 10_000


def test_a_search_begins_at_the_beginning():
    component = Orders()
    write(component, {"visible": {"first": 5_000, "count": 30}, "search": "york"})
    component.updated(frozenset({"search"}))
    assert component.shown[0] == orders_found("york")[0]
    assert component.visible.jumps == 1


def test_the_till_keeps_numbers_and_finds_the_sales_again():
    till = Till()
    till.mount()
    till.sell(100)
    assert (len(till.sales), till.sold) == (50, 103)
    sold = list(till.sales)
    till.sales.settle()
    assert list(restore(Till, dump(till)).sales) == sold


def test_what_is_taken_back_is_sold_no_more():
    till = Till()
    till.sell(3)
    till.take_back(2)
    assert till.sales.keys == (3, 1)
    till.empty()
    assert not till.sales
