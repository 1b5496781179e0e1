from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sample_site.desk import orders
from sample_site.desk.models import Activity, Order, Stage


def test_a_move_changes_stage_and_version_and_is_written_down(order, ben):
    orders.move(order.pk, Stage.PACKING, seen=1, actor=ben)
    order.refresh_from_db()
    assert (order.stage, order.version) == (Stage.PACKING, 2)
    assert str(order.activity.get()) == "ben moved #1042 to Packing"


def test_a_move_is_told_to_all_but_its_toast_not_to_the_page_that_asked(order, ben, told):
    orders.move(order.pk, Stage.PACKING, seen=1, actor=ben, page="p7")
    event, toast = told
    assert (event.stream, event.event, event.payload, event.exclude) == (
        "desk.orders",
        "order_changed",
        {"order": order.pk},
        None,
    )
    assert toast.results[0].message == "ben moved #1042 to Packing"
    assert toast.exclude == "p7"


def test_a_move_of_what_somebody_else_has_moved_changes_nothing_and_says_who_was_faster(order, ana, ben, told):
    orders.move(order.pk, Stage.PICKING, seen=1, actor=ana)
    told.clear()
    with pytest.raises(orders.Overtaken, match="ana moved #1042 to Picking"):
        orders.move(order.pk, Stage.SHIPPED, seen=1, actor=ben)
    order.refresh_from_db()
    assert (order.stage, order.version, told) == (Stage.PICKING, 2, [])


def test_a_move_to_where_it_is_does_nothing(order, ben, told):
    assert orders.move(order.pk, Stage.NEW, seen=1, actor=ben) is None
    order.refresh_from_db()
    assert (order.version, told) == (1, [])


def test_shipping_notes_the_time_and_taking_it_back_forgets_it(order, ben):
    shipped = orders.move(order.pk, Stage.SHIPPED, seen=1, actor=ben)
    assert shipped.shipped_at is not None
    assert orders.move(order.pk, Stage.PACKING, seen=2, actor=ben).shipped_at is None


def test_an_order_takes_from_stock_and_gets_the_next_number(shop, order, ana):
    customer, product = shop
    placed = orders.place(customer, product, 3, timezone.now(), actor=ana)
    product.refresh_from_db()
    assert (placed.number, placed.total, product.stock) == (1043, Decimal("28.50"), 7)


def test_what_is_not_in_stock_is_not_ordered(shop, ana, told):
    customer, product = shop
    with pytest.raises(orders.OutOfStock, match="only 10 of Notebook left"):
        orders.place(customer, product, 11, timezone.now(), actor=ana)
    assert not Order.objects.exists()
    assert told == []


def test_another_quantity_changes_the_total_and_the_stock_quietly(order, shop, ana, told):
    line = order.lines.get()
    orders.change_quantity(order.pk, line.pk, 4, seen=1, actor=ana)
    order.refresh_from_db()
    shop[1].refresh_from_db()
    assert (order.total, shop[1].stock) == (Decimal("57.00"), 6)
    assert [one.event for one in told] == ["order_changed"]


def test_a_quantity_never_falls_below_one(order, ana):
    line = order.lines.get()
    orders.change_quantity(order.pk, line.pk, -5, seen=1, actor=ana)
    line.refresh_from_db()
    assert line.quantity == 1


def test_a_refused_quantity_leaves_the_version_as_it_was(order, ana):
    with pytest.raises(orders.OutOfStock):
        orders.change_quantity(order.pk, order.lines.get().pk, 11, seen=1, actor=ana)
    order.refresh_from_db()
    assert order.version == 1


def test_cancelling_gives_back_to_stock_and_is_final(order, shop, ana):
    orders.cancel(order.pk, seen=1, actor=ana)
    shop[1].refresh_from_db()
    assert shop[1].stock == 12
    with pytest.raises(orders.Overtaken):
        orders.move(order.pk, Stage.NEW, seen=2, actor=ana)
    with pytest.raises(orders.Overtaken):
        orders.cancel(order.pk, seen=2, actor=ana)


def test_a_shipped_order_cannot_be_cancelled(order, ana):
    orders.move(order.pk, Stage.SHIPPED, seen=1, actor=ana)
    with pytest.raises(orders.Overtaken):
        orders.cancel(order.pk, seen=2, actor=ana)


def test_an_order_is_marked_late_once(order, told):
    later = timezone.now() + timedelta(hours=3)
    assert orders.mark_late(later) == [order]
    assert orders.mark_late(later) == []
    assert Activity.objects.filter(text="marked #1042 as late").count() == 1
    assert told[1].results[0].level == "warning"


def test_an_order_marked_late_cannot_be_overwritten_unseen(order, ben):
    orders.mark_late(timezone.now() + timedelta(hours=3))
    with pytest.raises(orders.Overtaken, match="The desk marked #1042 as late"):
        orders.move(order.pk, Stage.PICKING, seen=1, actor=ben)


@pytest.mark.parametrize("stage", [Stage.SHIPPED, Stage.CANCELLED])
def test_what_is_done_is_never_late(order, stage):
    Order.objects.update(stage=stage)
    assert orders.mark_late(timezone.now() + timedelta(hours=3)) == []
