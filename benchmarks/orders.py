"""A table of orders as a site would write it, and a page that shows it: what ``programs`` and ``patches`` measure."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site")

import django

django.setup()

from django.db import models  # noqa: E402  # after Django is set up
from django.template import Context  # noqa: E402

from liveactions import Component, action  # noqa: E402
from liveactions.components import declaration  # noqa: E402
from liveactions.runtime import Surroundings, Tree  # noqa: E402
from liveactions.templating import renderer, template_of  # noqa: E402
from liveactions.wire import answer_frame, items_to_wire  # noqa: E402

__all__ = ["CHANGES", "Board", "Order", "OrderTable", "PlainTable", "Shown", "order", "orders"]


class Order(models.Model):
    """A row. There is no database: nothing that is measured here asks one."""

    customer = models.CharField(max_length=80)
    city = models.CharField(max_length=80)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    due = models.DateField()
    paid = models.BooleanField()

    class Meta:
        app_label = "benchmarks"
        managed = False


def order(number: int) -> Order:
    return Order(
        pk=number,
        customer=f"Customer {number}",
        city=f"City {number % 40}",
        total=Decimal(number * 7) / 4,
        due=date(2026, 1, 1) + timedelta(days=number % 300),
        paid=number % 3 == 0,
    )


def orders(count: int) -> list[Order]:
    """``count`` orders, known by their primary keys."""
    return [order(number) for number in range(count)]


TABLE = (
    "<table><thead><tr><th>Customer</th><th>City</th><th>Total</th><th>Due</th><th>State</th></tr></thead><tbody>"
    "{{% for order in orders %}}<tr>{cells}</tr>{{% endfor %}}</tbody></table>"
)
CELLS = (
    "<td>{{ order.customer }}</td><td>{{ order.city }}</td><td>{{ order.total|floatformat:2 }}</td>"
    "<td>{{ order.due|date:'j M Y' }}</td><td>{% if order.paid %}paid{% else %}open{% endif %}</td>"
)
PLAIN_CELLS = "".join(f"<td>{{{{ order.{name} }}}}</td>" for name in ("customer", "city", "id", "paid", "customer"))


class OrderTable(Component):
    """Five columns: two texts, a Decimal and a date through filters, a condition."""

    template = TABLE.format(cells=CELLS)
    orders: list[Order]

    @action
    async def rename(self, row: int, customer: str) -> None:
        self.orders[row].customer = customer


class PlainTable(OrderTable):
    """Five columns of plain variables."""

    template = TABLE.format(cells=PLAIN_CELLS)


class Board(Component):
    """A counter on a page that also holds the table."""

    template = "<section><output>{{ count }}</output>" + OrderTable.template + "</section>"
    orders: list[Order]
    count: int = 0

    @action
    async def increment(self) -> None:
        self.count += 1


class Shown:
    """A component in a page, told to it by patches; no socket and no loop, only what the server does."""

    def __init__(self, kind: type[Component], **state: Any) -> None:
        self.tree = Tree(renderer(), Surroundings(), page="bench", first_id=2, limit=9)
        self.tree.programs = True
        self.node = self.tree.mount(declaration(kind).name, state)
        self.component: Any = self.node.component
        self.context = state
        self.html = self.render()
        self.offset = 0

    def render(self) -> str:
        """The first HTML."""
        return self.tree.html(self.node)

    def django(self) -> str:
        """The same by Django alone, without anything of ours around it."""
        return template_of(type(self.component)).render(Context(self.context))

    def turn(self, change: Callable[[Any], None]) -> bytes:
        """What an action does to a component, as the frame that answers it."""
        self.node.begin()
        change(self.component)
        items = self.tree.settled(self.node)
        self.node.rest()
        self.offset += 1
        return answer_frame(self.offset, self.offset, items_to_wire(items), None)


def insert(table: Any) -> None:
    table.orders.insert(0, order(next(NUMBERS)))


def swap(table: Any) -> None:
    rows = table.orders
    rows[1], rows[-2] = rows[-2], rows[1]


def remove(table: Any) -> None:
    del table.orders[len(table.orders) // 2]


def reverse(table: Any) -> None:
    table.orders.reverse()


NUMBERS = iter(range(1_000_000, 2_000_000))
CHANGES: dict[str, Callable[[Any], None]] = {
    "insert at the head": insert,
    "swap two": swap,
    "remove one": remove,
    "reverse": reverse,
}
"""What happens to the order of rows."""
