"""What a change costs the server, against what Django's full render of the same component costs."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.orders import (
    CHANGES,
    NUMBERS,
    Board,
    OrderTable,
    PlainTable,
    SaleTable,
    Shown,
    Values,
    edit,
    orders,
    sales,
)
from benchmarks.report import Row, show
from liveactions.components import declaration
from liveactions.consumers import process
from liveactions.runtime import Page, Surroundings
from liveactions.threads import runner
from liveactions.wire import decode, encode
from liveactions.wire.frames import Call

ROUNDS = 9
ENOUGH = 10_000.0
"""Microseconds that each measurement takes at least."""

Work = dict[str, Callable[[], Any]]


async def main() -> int:
    reports = (one_cell, a_call, many_rows, beside, independent_values, order_of_rows, first_render, retained)
    return max([await report() for report in reports])


# Reports ------------------------------------------------------------------------------------------------------


async def one_cell() -> int:
    """One cell, from what the action touches to the bytes of the answer."""
    failed = 0
    for kind, rows, about in (
        (OrderTable, orders, "texts, a Decimal, a date, a condition"),
        (PlainTable, orders, "plain variables"),
        (SaleTable, sales, "the same with the customer in a row of its own"),
    ):
        shown = told(kind, orders=rows(1000))
        work = {"Django's full render": shown.django, "touched, changes, encoded": lambda s=shown: s.turn(edit)}
        failed |= ratios(f"One cell of 1,000 × 5 ({about})", await costs(work), 150.0)
    return failed


async def a_call() -> int:
    """The same cell by a call: from the bytes of the page to the bytes of the answer."""
    shown = told(OrderTable, orders=orders(1000))
    page = Session(OrderTable, orders=orders(1000))
    work = {
        "Django's full render": shown.django,
        "CALL in, ANSWER out": lambda: page.call("edit", row=500, city=f"City {next(NUMBERS)}"),
    }
    return ratios("The same cell by a call, through the runtime", await costs(work), None)


async def many_rows() -> int:
    """The scan for one cell, by its size."""
    rows = []
    for count in (1000, 10_000):
        shown = told(OrderTable, orders=orders(count))
        cost = await cost_of(lambda s=shown: s.turn(edit))
        each = cost * 1000 / count / 5
        rows.append(Row(f"{count:,} rows: {cost:,.0f} us, for each row and value", each, "ns", each / 250, 1.0))
    return show("One cell among many rows (at most 250 ns)", rows)


async def beside() -> int:
    """A field that the rows have nothing to do with."""
    empty, full = (told(Board, orders=orders(count)) for count in (0, 1000))
    work = {
        "The counter of a page without rows": lambda: empty.turn(increment),
        "The counter of a page with 1,000 rows": lambda: full.turn(increment),
    }
    one, other = (await costs(work)).values()
    names = list(work)
    return show(
        "A field beside the rows", [Row(names[0], one, "us", 1.0), Row(names[1], other, "us", other / one, 1.2)]
    )


async def independent_values() -> int:
    shown = told(Values)
    work = {
        "Django's full render": shown.django,
        "one of them: touched, changes, encoded": lambda: shown.turn(change_a_value),
    }
    return ratios("75 independent values", await costs(work), 30.0)


async def order_of_rows() -> int:
    """Rows that come, go and move."""
    still = told(OrderTable, orders=orders(1000))
    shown = {name: told(OrderTable, orders=orders(1000)) for name in CHANGES}
    work: Work = {"Django's full render": still.django}
    work |= {name: lambda name=name: shown[name].turn(change) for name, change in CHANGES.items()}
    found = await costs(work)
    sizes = {name: len(told(OrderTable, orders=orders(1000)).turn(change)) for name, change in CHANGES.items()}
    django = found.pop("Django's full render")
    rows = [Row("Django's full render", django, "us", 1.0)]
    rows += [
        Row(f"{name} ({sizes[name]:,} bytes)", cost, "us", django / cost, 1.0, at_least=True)
        for name, cost in found.items()
    ]
    return show("The order of 1,000 rows (how many times Django's full render)", rows)


async def first_render() -> int:
    failed = 0
    for kind, about in ((OrderTable, "texts, a Decimal, a date, a condition"), (PlainTable, "plain variables")):
        shown = told(kind, orders=orders(1000))
        django, ours = (await costs({"Django": shown.django, "ours": shown.render})).values()
        rows = [Row("Django's full render", django, "us", 1.0), Row("the first HTML", ours, "us", ours / django, 1.0)]
        failed |= show(f"The first render of 1,000 × 5 ({about})", rows)
    return failed


async def retained() -> int:
    """What a page holds so that changes can be told, beside its state."""
    rows = []
    for kind in (OrderTable, PlainTable):
        shown = Shown(kind, orders=orders(1000))
        with allocated() as held:
            shown.render()
            sizes = [held(), shown.turn(edit) and held()]
        size = max(sizes) / 1024
        rows.append(Row(kind.__name__, size, "KiB", size / 120, 1.0))
    return show("Memory for the changes of 1,000 × 5, of each page (at most 120 KiB)", rows)


# What is done --------------------------------------------------------------------------------------------------


def told(kind: type, **state: Any) -> Shown:
    """A component that its page has, and of which it has been told a change."""
    shown = Shown(kind, **state)
    shown.render()
    shown.turn(lambda _: None)
    return shown


def increment(board: Any) -> None:
    board.count += 1


def change_a_value(values: Any) -> None:
    values.v37 = next(NUMBERS)


class Session:
    """A page session with one component and, in place of a socket, somebody who waits for the next answer."""

    def __init__(self, kind: type, **state: Any) -> None:
        self.page = Page(process.host(runner()), Surroundings())
        tree = self.page.tree
        tree.programs = True
        node = tree.mount(declaration(kind).name, state)
        tree.html(node)
        self.page.attach(self)
        self.component = node.id
        self.number = 0

    async def send(self, data: bytes) -> None:
        self.answered.set_result(data)

    async def close(self, code: int) -> None:
        raise AssertionError(f"closed with {code}")

    async def call(self, action: str, **args: Any) -> bytes:
        self.number += 1
        self.answered = asyncio.get_running_loop().create_future()
        self.page.receive(decode(encode(Call(self.number, self.number - 1, self.component, action, args))))
        return await self.answered


# Measuring -----------------------------------------------------------------------------------------------------


async def costs(work: Work) -> dict[str, float]:
    """Microseconds of CPU that each takes: the median of rounds in which they take turns."""
    times = {name: max(1, round(ENOUGH / await spent(run, 1))) for name, run in work.items()}
    found: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, run in work.items():
            found[name].append(await spent(run, times[name]))
    return {name: statistics.median(costs) for name, costs in found.items()}


async def cost_of(run: Callable[[], Any]) -> float:
    return (await costs({"": run}))[""]


async def spent(run: Callable[[], Any], times: int) -> float:
    began = time.process_time_ns()
    for _ in range(times):
        if asyncio.iscoroutine(found := run()):
            await found
    return (time.process_time_ns() - began) / 1000 / times


@contextmanager
def allocated() -> Iterator[Callable[[], int]]:
    """Gives what tells the bytes that were allocated within and are still held."""

    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        yield held
    finally:
        tracemalloc.stop()


def ratios(title: str, found: dict[str, float], expected: float | None) -> int:
    """The first is how many times the second."""
    (first, whole), (second, cost) = found.items()
    rows = [Row(first, whole, "us", 1.0), Row(second, cost, "us", whole / cost, expected, at_least=True)]
    return show(f"{title} (CPU)", rows)
