"""A table of orders as a site would write it, and a page that shows it: what ``programs`` and ``patches`` measure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

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

__all__ = [
    "CHANGES",
    "NUMBERS",
    "Board",
    "OrderTable",
    "PlainTable",
    "SaleBoard",
    "SaleTable",
    "Shown",
    "StageTable",
    "Values",
    "edit",
    "orders",
    "sales",
]


# There is no database: nothing that is measured here asks one.


M = TypeVar("M", bound=models.Model)
STAGES = [("new", "New"), ("packed", "Packed"), ("shipped", "Shipped")]


class Row(models.Model):
    """What all rows have, besides who the customer is."""

    city = models.CharField(max_length=80)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    due = models.DateField()
    paid = models.BooleanField()
    stage = models.CharField(max_length=10, choices=STAGES)

    class Meta:
        abstract = True
        app_label = "benchmarks"
        managed = False

    def __str__(self) -> str:
        return f"#{self.pk}"


class Order(Row):
    """A row with nothing but columns."""

    customer = models.CharField(max_length=80)


class Customer(models.Model):
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "benchmarks"
        managed = False

    def __str__(self) -> str:
        return self.name


class Sale(Row):
    """A row that leads to another one."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)


def order(number: int) -> Order:
    return fetched(Order, number, *columns(number), f"Customer {number}")


def orders(number: int) -> list[Order]:
    return list(map(order, range(number)))


def sales(number: int) -> list[Sale]:
    return list(map(sale, range(number)))


def sale(number: int) -> Sale:
    """One with its customer at hand, as ``select_related`` brings it."""
    found = fetched(Sale, number, *columns(number), number)
    found.customer = fetched(Customer, number, f"Customer {number}")
    return found


def fetched(kind: type[M], *values: Any) -> M:
    """An instance as it comes from a database."""
    return kind.from_db("default", [field.attname for field in kind._meta.concrete_fields], values)


def columns(number: int) -> tuple[Any, ...]:
    """Those of every `Row`, after the primary key."""
    due = date(2026, 1, 1) + timedelta(days=number % 300)
    return f"City {number % 40}", Decimal(number * 7) / 4, due, number % 3 == 0, STAGES[number % 3][0]


TABLE = (
    "<table><thead><tr><th>Customer</th><th>City</th><th>Total</th><th>Due</th><th>State</th></tr></thead><tbody>"
    "{{% for order in orders %}}<tr>{cells}</tr>{{% endfor %}}</tbody></table>"
)
CELLS = (
    "<td>{{ order.customer }}</td><td>{{ order.city }}</td><td>{{ order.total|floatformat:2 }}</td>"
    "<td>{{ order.due|date:'j M Y' }}</td><td>{% if order.paid %}paid{% else %}open{% endif %}</td>"
)
PLAIN_CELLS = "".join(f"<td>{{{{ order.{name} }}}}</td>" for name in ("id", "customer", "city", "total", "paid"))


class OrderTable(Component):
    """Five columns: two texts, a Decimal and a date through filters, a condition."""

    template = TABLE.format(cells=CELLS)
    orders: list[Order]

    @action
    async def edit(self, row: int, city: str) -> None:
        self.orders[row].city = city


class PlainTable(OrderTable):
    """Five columns of plain variables."""

    template = TABLE.format(cells=PLAIN_CELLS)


class StageTable(OrderTable):
    """The first, with what Django makes of a choice and of the primary key."""

    template = TABLE.replace("<tr>{cells}", "<tr id='order-{{{{ order.pk }}}}'>{cells}").format(
        cells=CELLS.replace("{% if order.paid %}paid{% else %}open{% endif %}", "{{ order.get_stage_display }}")
    )


class SaleTable(Component):
    """The first, with the customer in a row of its own."""

    template = TABLE.format(cells=CELLS.replace("order.customer", "order.customer.name"))
    orders: list[Sale]

    @action
    async def edit(self, row: int, city: str) -> None:
        self.orders[row].city = city


class Board(Component):
    """A counter on a page that also holds the table."""

    template = "<section><output>{{ count }}</output>" + OrderTable.template + "</section>"
    orders: list[Order]
    count: int = 0


class SaleBoard(Component):
    """The same with rows that lead to others."""

    template = "<section><output>{{ count }}</output>" + SaleTable.template + "</section>"
    orders: list[Sale]
    count: int = 0


NAMES = [f"v{number}" for number in range(75)]
Values = type(
    "Values",
    (Component,),
    {
        "__doc__": "75 values that have nothing to do with one another.",
        "__module__": __name__,
        "__annotations__": dict.fromkeys(NAMES, int),
        "template": "<dl>" + "".join(f"<dt>{name}</dt><dd>{{{{ {name} }}}}</dd>" for name in NAMES) + "</dl>",
        **dict.fromkeys(NAMES, 0),
    },
)


class Shown:
    """A component in a page that is told of it by patches: what the server does, without a socket and a loop."""

    def __init__(self, kind: type[Component], **state: Any) -> None:
        self.tree = Tree(renderer(), Surroundings(), page="bench", first_id=2, limit=9)
        self.tree.programs = True
        self.node = self.tree.mount(declaration(kind).name, state)
        self.component: Any = self.node.component
        self.state = state
        self.offset = 0

    def render(self, attributes: Mapping[str, str] | None = None) -> str:
        """The whole HTML; ``attributes`` go to its root element."""
        return self.tree.html(self.node, attributes)

    def django(self) -> str:
        """The same by Django alone, with nothing of ours around it."""
        return template_of(type(self.component)).render(Context(vars(self.component)))

    def patch(self, change: Callable[[Any], None]) -> bytes:
        """What differs after ``change``, as the frame that answers it: from the touched fields to the bytes."""
        return self.answer(self.items(change))

    def items(self, change: Callable[[Any], None]) -> list[Any]:
        """The same, not yet a frame."""
        change(self.component)
        return self.tree.patches(self.node)

    def turn(self, change: Callable[[Any], None]) -> bytes:
        """All that an action costs: what was before is remembered too, in case it fails."""
        self.node.begin()
        change(self.component)
        items = self.tree.settled(self.node)
        self.node.rest()
        return self.answer(items)

    def answer(self, items: list[Any]) -> bytes:
        self.offset += 1
        return answer_frame(self.offset, self.offset, items_to_wire(items), None)


def edit(table: Any) -> None:
    """One cell in the middle."""
    table.orders[len(table.orders) // 2].city = f"City {next(NUMBERS)}"


def insert(table: Any) -> None:
    table.orders.insert(0, order(next(NUMBERS)))


def swap(table: Any) -> None:
    rows = table.orders
    rows[1], rows[-2] = rows[-2], rows[1]


def remove(table: Any) -> None:
    del table.orders[len(table.orders) // 2]


def reverse(table: Any) -> None:
    table.orders.reverse()


NUMBERS = count(1_000_000)
"""For what has not been there before."""
CHANGES: dict[str, Callable[[Any], None]] = {
    "insert at the head": insert,
    "swap two": swap,
    "remove one": remove,
    "reverse": reverse,
}
"""What happens to the order of rows."""
