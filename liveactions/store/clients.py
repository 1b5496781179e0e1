"""Connections to Redis: one asynchronous client for each event loop, one synchronous client for the process.

Every wait is short, so that a Redis that is away is an error within a second and never a hang. redis-py's own
retries are off: only the caller knows whether a command may be sent twice.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar

from redis import BlockingConnectionPool as SyncPool
from redis import Redis as SyncRedis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry as SyncRetry

from liveactions.errors import BusUnavailable
from liveactions.metrics import figures
from liveactions.sentinels import sentinels_of
from liveactions.store.masters import MasterPool, SyncMasterPool

__all__ = [
    "Breaker",
    "attempt",
    "attempt_now",
    "client",
    "close_clients",
    "keepalive",
    "sync_client",
    "transaction",
    "unavailable",
]

T = TypeVar("T")

PATIENCE = 0.45
"""Seconds for one answer, or for a connection. Two attempts stay within a second."""

FAILURES = (RedisError, OSError, asyncio.TimeoutError)

clients: dict[tuple[asyncio.AbstractEventLoop, str], Redis] = {}

pipes: dict[tuple[asyncio.AbstractEventLoop, Any], Any] = {}
"""The pipes of each event loop by their lanes (see ``pipes``, which fills this) …"""

retired: set[Any] = set()
"""… and those of which nothing more is asked, until their connections have ended."""

inherited: list[object] = []
"""What a parent process had, kept from being collected and thereby closed."""


def client(url: str) -> Redis:
    """The client of the running event loop. ``close_clients`` before the loop ends."""
    loop = asyncio.get_running_loop()
    found = clients.get((loop, url))
    if found is None:
        forget_closed_loops()
        found = clients[loop, url] = Redis(connection_pool=pool_for(url))
    return found


def pool_for(url: str) -> BlockingConnectionPool:
    told = {**options(url), "max_connections": 16, "retry": Retry(NoBackoff(), 0)}
    known = sentinels_of(url)
    return BlockingConnectionPool.from_url(url, **told) if known is None else MasterPool(known, **told)


@lru_cache(maxsize=4)
def sync_client(url: str) -> SyncRedis:
    """The client for code without an event loop. It is safe in threads."""
    told = {**options(url), "max_connections": 8, "retry": SyncRetry(NoBackoff(), 0)}
    known = sentinels_of(url)
    return SyncRedis(connection_pool=SyncPool.from_url(url, **told) if known is None else SyncMasterPool(known, **told))


async def close_clients() -> None:
    """Close the connections of the running event loop. A later ``client()`` makes new ones."""
    loop = asyncio.get_running_loop()
    for key in [key for key in list(clients) if key[0] is loop]:
        await clients.pop(key).connection_pool.disconnect()
    for pipe in [each for each in (*pipes.values(), *retired) if each.loop is loop]:
        await pipe.close()


def forget_closed_loops() -> None:
    kept: tuple[dict[Any, Any], ...] = (clients, pipes)
    for each in kept:
        for key in [key for key in list(each) if key[0].is_closed()]:
            each.pop(key, None)
    retired.difference_update([each for each in list(retired) if each.loop.is_closed()])


def forget_parent() -> None:
    """A forked child may not use its parent's connections, nor end them: they share the socket."""
    inherited.extend((*clients.values(), *pipes.values(), *retired))
    clients.clear()
    pipes.clear()
    retired.clear()
    sync_client.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_parent)


def options(url: str) -> dict[str, Any]:
    shared = {
        "timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "health_check_interval": 15,
    }
    return shared | keepalive(url)


def keepalive(url: str) -> dict[str, Any]:
    """Connection options by which a peer that vanished without a word is noticed within five seconds."""
    if url.startswith("unix:"):
        return {}
    wanted = {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3}
    known = {getattr(socket, name): value for name, value in wanted.items() if hasattr(socket, name)}
    return {"socket_keepalive": True, "socket_keepalive_options": known}


async def attempt(work: Callable[[], Awaitable[T]]) -> T:
    """The outcome of ``work()``, which is called again if the connection failed.

    After a failure it is unknown whether the command was carried out: ``work`` must be safe to repeat.
    Raises ``BusUnavailable``.
    """
    try:
        return await work()
    except FAILURES:
        try:
            return await work()
        except FAILURES as error:
            raise unavailable(error) from error


async def transaction(url: str, commands: Callable[[Pipeline], object]) -> list[Any]:
    """What Redis answers to ``commands``, all of them done or none. Safe to repeat, as ``attempt`` asks."""

    async def work() -> list[Any]:
        pipe = client(url).pipeline(transaction=True)
        commands(pipe)
        return await pipe.execute()

    return await attempt(work)


def attempt_now(work: Callable[[], T]) -> T:
    """``attempt`` for synchronous code."""
    try:
        return work()
    except FAILURES:
        try:
            return work()
        except FAILURES as error:
            raise unavailable(error) from error


def unavailable(error: Exception) -> BusUnavailable:
    """What Redis' failure means to an application. The address is left out: it may hold a password."""
    figures.REDIS_ERRORS.count += 1
    return BusUnavailable(
        f"Redis did not do its part ({type(error).__name__}).",
        hint="Check REDIS_URL and that Redis runs and has memory left.",
    )


class Breaker:
    """Keeps code that renders a page from waiting for a dead Redis again and again."""

    def __init__(self, pause: float = 2.0) -> None:
        self.pause = pause
        self.closed_from = 0.0

    def ask(self, work: Callable[[], T]) -> T:
        """``attempt_now(work)``; for ``pause`` seconds after a failure it raises ``BusUnavailable`` at once."""
        if time.monotonic() < self.closed_from:
            raise BusUnavailable("Redis was away a moment ago.", hint="It is asked again shortly.")
        try:
            return attempt_now(work)
        except BusUnavailable:
            self.closed_from = time.monotonic() + self.pause
            raise
