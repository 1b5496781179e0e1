"""Where bytes wait for a while: the state of a rendered page until its socket comes.

``MemoryStore`` is for one process, ``RedisStore`` for any number. Both pass the same conformance suite.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from redis.asyncio.client import Pipeline

from liveactions.errors import BusUnavailable
from liveactions.store.clients import Breaker, sync_client, transaction

__all__ = ["MemoryStore", "RedisStore", "Store"]

logger = logging.getLogger(__name__)


class Store(Protocol):
    """Keys to bytes, each with a time to live in seconds.

    The asynchronous methods raise ``BusUnavailable`` when the store cannot be reached.
    """

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds, in place of what was there."""

    async def get(self, key: str) -> bytes | None:
        """What is kept under ``key``, or None."""

    async def take(self, key: str) -> bytes | None:
        """What is kept under ``key``, and nobody gets it again; or None."""

    def put_now(self, key: str, value: bytes, ttl: float) -> bool:
        """``put`` for synchronous code. A store that is away is logged and answered with False."""

    def take_now(self, key: str) -> bytes | None:
        """``take`` for synchronous code. A store that is away is logged and answered with None."""


class Kept(NamedTuple):
    value: bytes
    until: float


class MemoryStore:
    """A store inside this process. What does not fit pushes the oldest out. Safe in threads."""

    def __init__(self, max_count: int = 10_000, max_bytes: int = 64 * 1024 * 1024) -> None:
        self.max_count = max_count
        self.max_bytes = max_bytes
        self.bytes = 0
        self.kept: OrderedDict[str, Kept] = OrderedDict()
        self.lock = threading.Lock()

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        self.put_now(key, value, ttl)

    async def get(self, key: str) -> bytes | None:
        with self.lock:
            return alive(self.kept.get(key))

    async def take(self, key: str) -> bytes | None:
        return self.take_now(key)

    def take_now(self, key: str) -> bytes | None:
        with self.lock:
            return alive(self.remove(key))

    def put_now(self, key: str, value: bytes, ttl: float) -> bool:
        with self.lock:
            self.remove(key)
            self.kept[key] = Kept(value, time.monotonic() + ttl)
            self.bytes += len(value)
            while len(self.kept) > self.max_count or self.bytes > self.max_bytes:
                self.remove(next(iter(self.kept)))
            return key in self.kept

    def remove(self, key: str) -> Kept | None:
        found = self.kept.pop(key, None)
        self.bytes -= len(found.value) if found else 0
        return found


def alive(kept: Kept | None) -> bytes | None:
    return kept.value if kept is not None and time.monotonic() < kept.until else None


class RedisStore:
    """A store in Redis, shared by every process that has the same ``url`` and ``prefix``."""

    def __init__(self, url: str, prefix: str = "{live}") -> None:
        self.url = url
        self.prefix = prefix
        self.breaker = Breaker()

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        await self.run(lambda pipe: pipe.set(self.name(key), value, px=milliseconds(ttl)))

    async def get(self, key: str) -> bytes | None:
        found: bytes | None
        (found,) = await self.run(lambda pipe: pipe.get(self.name(key)))
        return found

    async def take(self, key: str) -> bytes | None:
        found: bytes | None
        found, _ = await self.run(lambda pipe: (pipe.get(self.name(key)), pipe.delete(self.name(key))))
        return found

    async def run(self, commands: Callable[[Pipeline], object]) -> list[Any]:
        return await transaction(self.url, commands)

    def put_now(self, key: str, value: bytes, ttl: float) -> bool:
        try:
            self.breaker.ask(lambda: sync_client(self.url).set(self.name(key), value, px=milliseconds(ttl)))
        except BusUnavailable as error:
            logger.warning("The state of a page was not kept; it will be mounted afresh. %s", error)
            return False
        return True

    def take_now(self, key: str) -> bytes | None:
        def work() -> bytes | None:
            pipe = sync_client(self.url).pipeline()
            pipe.get(self.name(key))
            pipe.delete(self.name(key))
            found: bytes | None = pipe.execute()[0]
            return found

        try:
            return self.breaker.ask(work)
        except BusUnavailable as error:
            logger.warning("The state of a page cannot be fetched. %s", error)
            return None

    def name(self, key: str) -> str:
        return f"{self.prefix}:kept:{key}"


def milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
