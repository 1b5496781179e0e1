"""The bus in this process: which hub, which log, and on which event loop news are published.

Connections belong to a loop. News are published on the loop of a hub; a process without one (a command, a task
queue, a WSGI server) gets a loop of its own in a daemon thread, started when it is first needed.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

from liveactions.bus.attendance import Attendance
from liveactions.bus.census import LASTS, Census
from liveactions.bus.courier import Courier
from liveactions.bus.hub import Hub
from liveactions.bus.layer import layer
from liveactions.bus.log import Log
from liveactions.bus.memory import MemoryLog
from liveactions.bus.news import Entry, News
from liveactions.bus.redis import RedisLog
from liveactions.bus.register import MemoryRegister, RedisRegister, Register
from liveactions.bus.relay import Question, Relay
from liveactions.bus.states import MemoryStates, RedisStates
from liveactions.conf import conf
from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import States
from liveactions.store.clients import close_clients

__all__ = [
    "attendance",
    "before_close",
    "census",
    "close_hub",
    "cursor_now",
    "hub",
    "log",
    "post",
    "post_and_wait",
    "relay",
    "states",
]

logger = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a thread waits for its news to be sent. Redis answers, or is given up, much sooner."""

hubs: dict[asyncio.AbstractEventLoop, Hub] = {}
attendances: dict[asyncio.AbstractEventLoop, Attendance] = {}
states_in: dict[Log, MemoryStates | RedisStates] = {}
couriers: dict[tuple[asyncio.AbstractEventLoop, Log], Courier] = {}
relays: dict[asyncio.AbstractEventLoop, Relay] = {}


def hub() -> Hub:
    """The hub of the running event loop. Raises ``RuntimeError`` where none runs."""
    loop = asyncio.get_running_loop()
    if loop not in hubs:
        forget_closed_loops()
        hubs[loop] = Hub(log(), layer())
    return hubs[loop]


def attendance() -> Attendance:
    """Who is present, as the running event loop knows it. Raises ``RuntimeError`` where none runs."""
    loop = asyncio.get_running_loop()
    if loop not in attendances:
        forget_closed_loops()
        settings = conf()
        kept = register_at(settings.redis_url, settings.presence_lease)
        attendances[loop] = Attendance(kept, hub(), publish)
    return attendances[loop]


def census() -> Census:
    """A new one who is counted: how many pages each process has."""
    return Census(register_at(conf().redis_url, LASTS))


@lru_cache(maxsize=4)
def register_at(url: str, lease: float) -> Register:
    return RedisRegister(url, lease) if url else MemoryRegister(lease)


def states() -> States:
    """Where shared components are kept."""
    kept_in, age = log(), conf().shared_age
    found = states_in.get(kept_in)
    if found is None or found.age != age:
        found = states_in[kept_in] = states_of(kept_in, age)
    return found


def states_of(kept_in: Log, age: float) -> MemoryStates | RedisStates:
    if isinstance(kept_in, RedisLog):
        return RedisStates(kept_in, age, announce)
    assert isinstance(kept_in, MemoryLog)
    return MemoryStates(kept_in, age, announce)


closing: list[Callable[[], Awaitable[None]]] = []


def before_close(close: Callable[[], Awaitable[None]]) -> None:
    """Have ``close()`` awaited before an event loop's hub is closed: it lives by the bus."""
    if close not in closing:
        closing.append(close)


def relay(answer: Callable[[Question], Any]) -> Relay:
    """What the running event loop asks other processes by; ``answer`` is how it answers them."""
    loop = asyncio.get_running_loop()
    if loop not in relays:
        forget_closed_loops()
        relays[loop] = Relay(layer(), answer)
    return relays[loop]


async def close_hub() -> None:
    """End what this event loop has of the bus: its hub and its connections. To be called before the loop ends.

    News that are on their way leave first.
    """
    loop = asyncio.get_running_loop()
    for close in closing:
        await close()
    if (present := attendances.pop(loop, None)) is not None:
        await present.close()
    if (asking := relays.pop(loop, None)) is not None:
        asking.close()
    found = hubs.pop(loop, None)
    for key in [key for key in list(couriers) if key[0] is loop]:
        await couriers.pop(key).close(PATIENCE)
    if found is not None:
        await found.close()
    await close_clients()


def log() -> Log:
    """The log that the settings ask for."""
    settings = conf()
    return log_at(settings.redis_url, settings.log_length, settings.log_age)


@lru_cache(maxsize=4)
def log_at(url: str, length: int, age: float) -> Log:
    return RedisLog(url, length, age) if url else MemoryLog(length, age)


def cursor_now() -> int:
    """A number for "now" in the history of all streams, for ``Hub.follow(since=…)``. For synchronous code.

    0 when the log cannot be reached; following from there is answered with ``recovered=False``.
    """
    try:
        return log().cursor_now()
    except BusUnavailable as error:
        logger.warning("What happens while this page is rendered cannot be told later. %s", error)
        return 0


# Publishing ---------------------------------------------------------------------------------------------------


def post(news: Sequence[News]) -> concurrent.futures.Future[list[Entry]] | asyncio.Future[list[Entry]]:
    """Send news from a running event loop, without waiting. A failure is logged, unless the receipt is awaited."""
    home = home_loop()
    if home is asyncio.get_running_loop():
        return courier().post(news)
    return asyncio.run_coroutine_threadsafe(publish(news), home)


def post_and_wait(news: Sequence[News], patience: float | None = None) -> list[Entry]:
    """Send news from a thread that runs no event loop; ``patience`` is seconds. Raises ``BusUnavailable``."""
    patience = PATIENCE if patience is None else patience
    receipt = asyncio.run_coroutine_threadsafe(publish(news), home_loop())
    try:
        return receipt.result(patience)
    except concurrent.futures.TimeoutError:
        raise BusUnavailable(
            f"News were not sent within {patience:g} s: the event loop of this process is busy.",
            hint="Look for blocking code in async functions; whether the news arrive is unknown.",
        ) from None


async def publish(news: Sequence[News]) -> list[Entry]:
    return await courier().post(news)


def courier() -> Courier:
    """The publisher of the running event loop."""
    key = (asyncio.get_running_loop(), log())
    if key not in couriers:
        forget_closed_loops()
        couriers[key] = Courier(key[1], layer(), tell_other_loops)
    return couriers[key]


def tell_other_loops(entry: Entry) -> None:
    """In-memory layers belong to a loop; hubs of the same log on other loops are told directly."""
    here = asyncio.get_running_loop()
    for other in list(hubs.values()):
        if other.loop is not here and other.loop.is_running() and other.log is log():
            other.loop.call_soon_threadsafe(other.receive, entry)


def announce(entry: Entry) -> None:
    """Ring for an entry that is in the log already. Called on a hub's event loop, that hub has it when this returns."""
    home = home_loop()
    if home is running_loop():
        ring_for(entry)
    else:
        home.call_soon_threadsafe(ring_for, entry)


def ring_for(entry: Entry) -> None:
    if (here := hubs.get(asyncio.get_running_loop())) is not None:
        here.receive(entry)
    courier().announce(entry)


def home_loop() -> asyncio.AbstractEventLoop:
    """Where to publish: the running loop if it has a hub, else the loop of any hub, else the one in the background."""
    here = running_loop()
    if here in hubs:
        return here
    return next((loop for loop in list(hubs) if loop.is_running()), None) or background()


def running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def forget_closed_loops() -> None:
    kept: tuple[dict[asyncio.AbstractEventLoop, Any], ...] = (hubs, attendances, relays)
    for each in kept:
        for loop in [loop for loop in list(each) if loop.is_closed()]:
            each.pop(loop, None)
    for key in [key for key in list(couriers) if key[0].is_closed()]:
        couriers.pop(key, None)


# The loop in the background -----------------------------------------------------------------------------------

starting = threading.Lock()


def background() -> asyncio.AbstractEventLoop:
    with starting:
        return background_loop()


@lru_cache(maxsize=1)
def background_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="liveactions-bus", daemon=True)
    thread.start()
    atexit.register(finish, loop, os.getpid())
    return loop


def finish(loop: asyncio.AbstractEventLoop, owner: int) -> None:
    """The last news of a process still leave."""
    if os.getpid() == owner:
        concurrent.futures.wait([asyncio.run_coroutine_threadsafe(close_hub(), loop)], timeout=2.0)


def forget_parent() -> None:
    """A forked child has none of its parent's threads, loops and connections."""
    global starting  # noqa: PLW0603  # the parent's may be held for ever
    starting = threading.Lock()
    hubs.clear()
    relays.clear()
    couriers.clear()
    attendances.clear()
    background_loop.cache_clear()
    log_at.cache_clear()
    register_at.cache_clear()
    states_in.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_parent)
