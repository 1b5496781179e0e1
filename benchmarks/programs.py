"""What a change costs the server, against what Django's full render of the same component costs."""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks.orders import (
    CHANGES,
    NUMBERS,
    Board,
    OrderTable,
    PlainTable,
    SaleBoard,
    SaleTable,
    Shown,
    StageTable,
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
clear_names = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
ENOUGH = 30_000.0
"""Microseconds that each measurement takes at least."""

Work = dict[str, Callable[[], Any]]


async def main() -> int:
    reports = (one_cell, many_rows, beside, independent_values, order_of_rows, first_render, retained)
    return max([await report() for report in reports])


# Reports ------------------------------------------------------------------------------------------------------


async def one_cell() -> int:
    """One cell of a table, alone and with everything around it."""
    failed = 0
    for kind, rows, about in TABLES:
        shown = told(kind, orders=rows(1000))
        session = Session(kind, orders=rows(1000))
        work = {
            WHOLE: shown.django,
            PATCH: partial(shown.patch, edit),
            "all of an action, which could be rolled back": partial(shown.turn, edit),
            "all of a call, CALL in, ANSWER out": session.edit,
        }
        failed |= times_faster(f"One cell of 1,000 x 5: {about}", await costs(work), {PATCH: 150.0})
    return failed


async def many_rows() -> int:
    """What it takes to find one cell."""
    rows = []
    for count in (1000, 10_000):
        shown = told(OrderTable, orders=orders(count))
        cost = (await costs({PATCH: partial(shown.patch, edit)}))[PATCH]
        each = cost * 1000 / count / 5
        rows.append(Row(f"{count:,} rows: {cost:,.0f} us, for each row and value", each, "ns", each / 250, 1.0))
    return show("One cell among many rows: at most 250 ns", rows)


async def beside() -> int:
    """A field that the rows have nothing to do with."""
    failed = 0
    for kind, rows, about in ((Board, orders, "plain rows"), (SaleBoard, sales, "rows that lead to others")):
        empty, full = (told(kind, orders=rows(count)) for count in (0, 1000))
        work = {
            "The counter of a page without rows": partial(empty.turn, increment),
            "The counter of a page with 1,000 of them": partial(full.turn, increment),
        }
        failed |= times_as_much(f"A field beside {about}", await costs(work), 1.2)
    return failed


async def independent_values() -> int:
    shown = told(Values)
    work = {
        WHOLE: shown.django,
        PATCH: partial(shown.patch, change_a_value),
        "all of an action, which could be rolled back": partial(shown.turn, change_a_value),
    }
    return times_faster("One of 75 independent values", await costs(work), {PATCH: 30.0})


async def order_of_rows() -> int:
    """Rows that come, go and move."""
    work: Work = {WHOLE: told(OrderTable, orders=orders(1000)).django}
    for name, change in CHANGES.items():
        shown = told(OrderTable, orders=orders(1000))
        work[f"{name} ({len(shown.patch(change)):,} bytes)"] = partial(shown.patch, change)
    return times_faster("The order of 1,000 x 5", await costs(work), {})


async def first_render() -> int:
    failed = 0
    for kind, rows, about in TABLES:
        shown = told(kind, orders=rows(1000))
        work = {WHOLE: shown.django, "the first HTML, with all that is remembered of it": shown.render}
        failed |= times_as_much(f"The first render of 1,000 x 5: {about}", await costs(work), 1.0)
    return failed


async def retained() -> int:
    """What a page holds, beside its state, so that changes can be told."""
    found = []
    for kind, rows, about in TABLES:
        told(kind, orders=rows(1000)).turn(edit)  # from now on what is kept for all pages is there
        shown = Shown(kind, orders=rows(1000))
        with allocated() as held:
            shown.render()
            shown.turn(edit)
            size = held() / 1024
        found.append(Row(about, size, "KiB", size / 120, 1.0))
    return show("Memory that a page of 1,000 x 5 retains for changes: at most 120 KiB", found)


TABLES = (
    (OrderTable, orders, "texts, a Decimal, a date, a condition"),
    (PlainTable, orders, "plain variables"),
    (StageTable, orders, "a choice as Django displays it, and pk"),
    (SaleTable, sales, "the customer a related row"),
)
WHOLE = "Django's full render"
PATCH = "touched, changes, encoded"


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

    async def edit(self) -> bytes:
        """One cell in the middle, by a call."""
        self.number += 1
        self.answered = asyncio.get_running_loop().create_future()
        args = {"row": 500, "city": f"City {next(NUMBERS)}"}
        self.page.receive(decode(encode(Call(self.number, self.number - 1, self.component, "edit", args))))
        return await self.answered


# Measuring -----------------------------------------------------------------------------------------------------


async def costs(work: Work) -> dict[str, float]:
    """Microseconds of CPU that each takes: the median of rounds in which they take turns."""
    gc.collect()
    gc.freeze()  # what was measured before is no burden to what is measured now
    times = {name: max(1, round(ENOUGH / await spent(run, 1))) for name, run in work.items()}
    found: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, run in work.items():
            found[name].append(await spent(run, times[name]))
    return {name: statistics.median(costs) for name, costs in found.items()}


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
        clear_names()  # that Python happened to look up, in Django as elsewhere: they belong to no page
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        yield held
    finally:
        tracemalloc.stop()


def times_faster(title: str, found: dict[str, float], expected: dict[str, float]) -> int:
    """How many times the others go into the first."""
    whole = next(iter(found.values()))
    rows = [Row(name, cost, "us", whole / cost, expected.get(name), at_least=True) for name, cost in found.items()]
    return show(f"{title} (CPU)", rows)


def times_as_much(title: str, found: dict[str, float], expected: float) -> int:
    """How many times the first the second is."""
    (first, one), (second, other) = found.items()
    return show(f"{title} (CPU)", [Row(first, one, "us", 1.0), Row(second, other, "us", other / one, expected)])
