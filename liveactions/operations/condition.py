"""The condition of this process: what keeps it from taking more pages. Cheap enough to be asked every second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from liveactions.bus import hub
from liveactions.conf import conf
from liveactions.consumers.process import lag
from liveactions.errors import BusUnavailable
from liveactions.store.clients import attempt, client
from liveactions.threads import runner

__all__ = ["LATE", "Reason", "begin_draining", "end_draining", "reasons"]

LATE = 1.0
"""Seconds of lateness at which a loop has more to do than it can."""

FRESH = 1.0
"""Seconds for which the answer of Redis is taken for granted, however many ask."""


class Reason(NamedTuple):
    """Why no more pages should come here. ``code`` is stable."""

    code: str
    message: str


Check = Callable[[], Awaitable[Reason | None]]

flags: set[str] = set()
"""Of the process, whichever loop asks."""


def begin_draining() -> None:
    """From now on this process says that it is not ready: whoever shares out connections goes elsewhere."""
    flags.add("draining")


def end_draining() -> None:
    """Take ``begin_draining`` back."""
    flags.discard("draining")


async def reasons() -> list[Reason]:
    """Everything that keeps this process from being ready; nothing if it is."""
    found = [await check() for check in CHECKS]
    return [reason for reason in found if reason is not None]


async def is_draining() -> Reason | None:
    return Reason("draining", "This process is ending.") if flags else None


async def bus_is_away() -> Reason | None:
    """Redis has not answered; without one there is nothing to reach."""
    if not conf().redis_url:
        return None
    away = Reason("bus.unreachable", "Redis did not answer.")
    return None if await redis_answers() and hub().reachable else away


answers: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[float, asyncio.Task[bool]]] = WeakKeyDictionary()


async def redis_answers() -> bool:
    """Whether Redis is there. One question for all who ask within a second."""
    loop = asyncio.get_running_loop()
    asked, asking = answers.get(loop, (0.0, None))
    if asking is None or loop.time() - asked > FRESH:
        asking = loop.create_task(ping())
        answers[loop] = loop.time(), asking
    return await asyncio.shield(asking)


async def ping() -> bool:
    async def work() -> bool:
        return bool(await client(conf().redis_url).ping())

    try:
        return await attempt(work)
    except BusUnavailable:
        return False


async def threads_are_taken() -> Reason | None:
    """Every thread is busy, and as many pieces of work wait again."""
    pool = runner().pool
    if len(pool.backlog) < pool.size:
        return None
    return Reason("threads.exhausted", f"All {pool.size} threads are busy, and {len(pool.backlog)} jobs wait.")


async def loop_is_late() -> Reason | None:
    late = lag().seconds
    return Reason("loop.late", f"The event loop is {late:.1f} s late.") if late > LATE else None


CHECKS: tuple[Check, ...] = (is_draining, bus_is_away, threads_are_taken, loop_is_late)
