"""This process as the host of page sessions: the one place where the parts are put together."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from liveactions.answers import DjangoTranslator
from liveactions.bus import attendance, before_close, broadcast, census, hub
from liveactions.conf import conf
from liveactions.consumers.crowd import Load
from liveactions.consumers.jobs import StoredJobs
from liveactions.consumers.joining import take_up
from liveactions.consumers.users import portions, users_of
from liveactions.errors import BusUnavailable
from liveactions.ledger import DatabaseLedger, Sweeper, databases
from liveactions.references import Rows, fetched_together, rows_in
from liveactions.requests import ActionRequest
from liveactions.results import Audience, Result
from liveactions.runtime import Deadlines, Host, Pages
from liveactions.runtime.awake import Awake
from liveactions.runtime.balancing import Balancing
from liveactions.runtime.lag import Lag
from liveactions.runtime.ports import Runner
from liveactions.runtime.together import Together
from liveactions.shared import gallery, sharing
from liveactions.signing import Seals
from liveactions.store import vault
from liveactions.templating import renderer
from liveactions.threads import runner

__all__ = ["adopt", "all_pages", "host", "keep_balanced", "keep_sweeping", "lag", "pages", "users"]

logger = logging.getLogger("liveactions")

by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Pages] = WeakKeyDictionary()
lags: WeakKeyDictionary[asyncio.AbstractEventLoop, Lag] = WeakKeyDictionary()
readers: WeakKeyDictionary[asyncio.AbstractEventLoop, Together[str, Any]] = WeakKeyDictionary()
balances: WeakKeyDictionary[asyncio.AbstractEventLoop, Balancing] = WeakKeyDictionary()
sweepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Sweeper] = WeakKeyDictionary()


def pages() -> Pages:
    """The page sessions of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in by_loop:
        by_loop[loop] = Pages(host(runner()))
    return by_loop[loop]


def all_pages() -> list[Pages]:
    """The page sessions of every event loop of this process; nearly always there is one."""
    return list(by_loop.values())


def lag() -> Lag:
    """How late the running event loop is. Measured from when this is first asked, at the latest by ``host``."""
    loop = asyncio.get_running_loop()
    if loop not in lags:
        lags[loop] = Lag(loop)
    return lags[loop]


def users() -> Together[str, Any]:
    """Reads the users of session keys, for all pages of the running event loop that ask at once."""
    loop = asyncio.get_running_loop()
    if loop not in readers:
        readers[loop] = Together(users_read)
    return readers[loop]


async def users_read(keys: Sequence[str]) -> list[Any]:
    run = pages().host.runner.run
    found = await asyncio.gather(*(run(partial(users_of, portion)) for portion in portions(keys)))
    return [user for portion in found for user in portion]


def keep_sweeping() -> None:
    """See that this process sends what others leave behind. For server processes; without Redis there is nothing."""
    loop = asyncio.get_running_loop()
    if loop not in sweepers:
        sweepers[loop] = Sweeper(runner().run, databases() if conf().redis_url else [])


def keep_balanced() -> None:
    """See that this process has its share of the pages, and no more. For server processes; without Redis it has all."""
    loop = asyncio.get_running_loop()
    if loop in balances or not (conf().redis_url and conf().balance):
        return
    if pages().keeper is not None and not pages().draining:
        balances[loop] = Balancing(pages(), census(), conf().balance)
        before_close(stop_balancing)


async def stop_balancing() -> None:
    if (balancing := balances.pop(asyncio.get_running_loop(), None)) is not None:
        await balancing.close()


def adopt(own: Pages) -> None:
    """Make ``own`` the page sessions of the running event loop, in place of the usual ones. For the test kit."""
    by_loop[asyncio.get_running_loop()] = own


def host(threads: Runner) -> Host:
    """The world of page sessions of the running event loop, whose synchronous code runs in ``threads``."""
    return Host(
        renderer=renderer(),
        runner=threads,
        translator=DjangoTranslator(),
        hub=hub(),
        limits=conf(),
        deadlines=Deadlines(conf().action_timeout),
        now=time.monotonic,
        awake=Awake(time.monotonic),
        take_up=take_up,
        seals=Seals(),
        jobs=StoredJobs(),
        ledger=DatabaseLedger(),
        request=ActionRequest,
        attendance=attendance(),
        gallery=gallery(),
        sharing=sharing(threads),
        vault=vault(),
        tell=tell,
        rows_in=rows_in,
        rows_at_hand=rows_at_hand,
        is_overloaded=Load(runner().pool, lag()).is_too_much,
        strict=settings.DEBUG,
    )


def tell(pages_of: Audience, *results: Result, **news: Any) -> None:
    """Tell pages, wherever they are, and at once. What cannot be told is logged: nobody may depend on it."""
    try:
        broadcast(pages_of, *results, on_commit=False, **news)
    except BusUnavailable as error:
        logger.info("%s could not be told. %s", pages_of.stream, error)


def rows_at_hand(named: Iterable[Rows]) -> AbstractContextManager[None]:
    """Within it, rows that are named in any of these are at hand."""
    together: Rows = {}
    for rows in named:
        for label, keys in rows.items():
            together.setdefault(label, []).extend(keys)
    return fetched_together(together)
