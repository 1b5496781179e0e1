"""What people do to orders. Each function is one transaction, writes what happened, and tells every open page.

A change names the ``seen`` version: the one its author was looking at. If somebody was faster, nothing is changed
and ``Overtaken`` says who did what. ``page`` is the page session that asked; its own toast is the answer to its
action, so the toast for the others leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from sample_site.desk import news
from sample_site.desk.models import (
    BOARD_STAGES,
    OPEN_STAGES,
    Activity,
    Customer,
    Order,
    OrderLine,
    Product,
    Stage,
)

__all__ = ["OutOfStock", "Overtaken", "cancel", "change_quantity", "mark_late", "move", "place"]

FIRST_NUMBER = 1001


class Overtaken(Exception):
    """The order was changed by somebody else in the meantime. ``order`` is how it stands now."""

    def __init__(self, order: Order) -> None:
        self.order = order
        latest = order.activity.select_related("actor", "order").first()
        super().__init__(news.sentence(latest) if latest else f"{order} was changed")


class OutOfStock(Exception):
    """There is less of ``product`` than was asked for. ``left`` is what there is."""

    def __init__(self, product: Product, left: int) -> None:
        self.product, self.left = product, left
        super().__init__(f"only {left} of {product} left" if left else f"{product} is sold out")


def place(
    customer: Customer,
    product: Product,
    quantity: int,
    promised_at: datetime,
    note: str = "",
    *,
    actor: User,
    page: str | None = None,
) -> Order:
    """Take an order of one line. Raises ``OutOfStock``, and then nothing is written."""
    with transaction.atomic():
        take(product, quantity)
        order = Order.objects.create(
            number=next_number(),
            customer=customer,
            total=quantity * product.price,
            promised_at=promised_at,
            note=note,
        )
        order.lines.create(product=product, quantity=quantity, unit_price=product.price)
        record(order, actor, f"took {order} for {customer.name}", page)
    return order


def move(pk: int, to: Stage, *, seen: int, actor: User, page: str | None = None) -> Order | None:
    """Put an order into another column; None if it is there. Raises ``Overtaken``, or ``Order.DoesNotExist``."""
    if Order.objects.filter(pk=pk, stage=to, version=seen).exists():
        return None
    with transaction.atomic():
        shipped_at = timezone.now() if to == Stage.SHIPPED else None
        order = change(pk, seen, BOARD_STAGES, stage=to, shipped_at=shipped_at)
        record(order, actor, f"moved {order} to {to.label}", page)
    return order


def cancel(pk: int, *, seen: int, actor: User, page: str | None = None) -> Order:
    """Take an order off the board and give back what was reserved for it. Raises ``Overtaken``."""
    with transaction.atomic():
        order = change(pk, seen, OPEN_STAGES, stage=Stage.CANCELLED)
        for line in order.lines.all():
            Product.objects.filter(pk=line.product_id).update(stock=F("stock") + line.quantity)
        record(order, actor, f"cancelled {order}", page)
    return order


def change_quantity(pk: int, line: int, by: int, *, seen: int, actor: User, page: str | None = None) -> Order:
    """Order more or less of a product, at least 1. Raises ``Overtaken`` or ``OutOfStock``."""
    with transaction.atomic():
        order = change(pk, seen, OPEN_STAGES)
        wanted = order.lines.select_related("product").get(pk=line)
        quantity = max(wanted.quantity + by, 1)
        take(wanted.product, quantity - wanted.quantity)
        OrderLine.objects.filter(pk=wanted.pk).update(quantity=quantity)
        order.recount()
        record(order, actor, f"made it {quantity} × {wanted.product} in {order}", page, quietly=True)
    return order


def mark_late(now: datetime) -> list[Order]:
    """Mark the open orders whose promised time has passed, each once however many watchers run; return them."""
    marked = []
    for order in Order.objects.overdue(now):
        with transaction.atomic():
            if Order.objects.overdue(now).filter(pk=order.pk).update(late=True, version=F("version") + 1):
                record(order, None, f"marked {order} as late")
                marked.append(order)
    return marked


def change(pk: int, seen: int, stages: Iterable[Stage], **values: Any) -> Order:
    """Write ``values`` and the next version, if the order has the seen version and is in one of ``stages``."""
    expected = Order.objects.filter(pk=pk, version=seen, stage__in=stages)
    updated = expected.update(version=F("version") + 1, **values)
    order = Order.objects.select_related("customer").get(pk=pk)
    if not updated:
        raise Overtaken(order)
    return order


def take(product: Product, quantity: int) -> None:
    """Take from stock (or give back, if negative), never below zero."""
    if not Product.objects.filter(pk=product.pk, stock__gte=quantity).update(stock=F("stock") - quantity):
        raise OutOfStock(product, Product.objects.values_list("stock", flat=True).get(pk=product.pk))


def next_number() -> int:
    latest = Order.objects.aggregate(latest=Max("number"))["latest"]
    return (latest or FIRST_NUMBER - 1) + 1


def record(order: Order, actor: User | None, text: str, page: str | None = None, *, quietly: bool = False) -> None:
    """Write down what happened and, once it is committed, tell it."""
    news.tell(Activity.objects.create(order=order, actor=actor, text=text), page=page, quietly=quietly)
