"""Runs synchronous code off the event loop: a bounded pool whose threads take care of database connections."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from django.db import close_old_connections, transaction

from liveactions.conf import conf

__all__ = ["ThreadRunner", "runner"]

T = TypeVar("T")


class ThreadRunner:
    """The ``Runner`` of a server process: sync actions of different pages run side by side, at most ``threads``."""

    def __init__(self, threads: int) -> None:
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="liveactions")

    async def run(self, function: Callable[[], T]) -> T:
        """The result of ``function``, run in a thread of the pool with this task's context variables."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.pool, context.run, with_connections, function)

    def atomic(self, function: Callable[[], T]) -> T:
        """The result of ``function``, in one database transaction."""
        with transaction.atomic():
            return function()


def with_connections(function: Callable[[], T]) -> T:
    """As Django does round a request: no connection that has gone bad or grown old is used or kept."""
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()


@lru_cache(maxsize=1)
def runner() -> ThreadRunner:
    """The pool of this process."""
    return ThreadRunner(conf().threads)
