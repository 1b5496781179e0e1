"""Synchronous code off the event loop: a bounded pool whose threads take care of database connections."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
from collections.abc import Callable
from functools import lru_cache, partial
from threading import local
from typing import TypeVar

from django.db import close_old_connections, connections

from liveactions.conf import conf
from liveactions.runtime.pool import Pool

__all__ = ["ThreadRunner", "on_event_loop", "runner"]

T = TypeVar("T")


def on_event_loop() -> bool:
    """Whether this runs on an event loop, which nothing may hold up."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class ThreadRunner:
    """The ``Runner`` of a server process: sync actions of different pages run side by side, at most ``threads``."""

    def __init__(self, threads: int) -> None:
        self.pool = Pool(threads, "liveactions")

    async def run(self, function: Callable[[], T]) -> T:
        """The result of ``function``, run in a thread of the pool with this task's context variables."""
        return await self.pool.run(partial(contextvars.copy_context().run, with_connections, function))


class Held(local):
    """Whether a thread has had a database connection. Asking Django costs as much as a small action."""

    connections = False


held = Held()


def with_connections(function: Callable[[], T]) -> T:
    """As Django does round a request: no connection that has gone bad or grown old is used or kept."""
    if held.connections:
        close_old_connections()
    try:
        return function()
    finally:
        if connections.all(initialized_only=True):
            held.connections = True
            close_old_connections()


@lru_cache(maxsize=1)
def runner() -> ThreadRunner:
    """The pool of this process."""
    made = ThreadRunner(conf().threads)
    atexit.register(made.pool.shutdown)
    return made
