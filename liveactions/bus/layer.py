"""The channel layer as a doorbell: it says that there is news, and usually brings them along.

A doorbell that is not heard delays news by a second; it cannot lose them, because the log has them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Coroutine
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from channels.layers import InMemoryChannelLayer, channel_layers
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from liveactions.bus.news import Entry
from liveactions.conf import conf
from liveactions.sentinels import sentinels_of
from liveactions.store.clients import keepalive
from liveactions.store.masters import asked_by

__all__ = ["PERSONAL", "Doorbell", "Layer", "group_of", "in_time", "layer"]

T = TypeVar("T")

PERSONAL = "live.personal"
"""The one group of all personal streams (``@…``). There are too many of them, and too short-lived, for one each."""

LEGAL = re.compile(r"[A-Za-z0-9_.-]{1,80}")

LARGE = 32 * 1024
"""A body of more bytes stays in the log, for those who want it: a doorbell reaches every process."""

TIMEOUT = 1.0
"""Seconds for anything that is asked of a layer. (Waiting for news is not.)"""

NO_ANSWER = f"The channel layer did not answer within {TIMEOUT:.0f} s."


class Layer(Protocol):
    """What is used of a Channels layer."""

    async def new_channel(self, prefix: str = ...) -> str: ...
    async def receive(self, channel: str) -> dict[str, Any]: ...
    async def send(self, channel: str, message: dict[str, Any]) -> None: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...


def layer() -> Layer:
    """The layer for the running event loop.

    Without Redis it is in memory whatever ``CHANNEL_LAYERS`` says: news that are logged in one process have no
    meaning in another one. With Redis it is the configured layer, or one of our own.
    """
    settings = conf()
    if not settings.redis_url:
        return memory_layer(asyncio.get_running_loop())
    if settings.channel_layer in channel_layers:
        return channel_layers[settings.channel_layer]  # type: ignore[no-any-return]  # channels ships no types
    return redis_layer(settings.redis_url)


memory_layers: WeakKeyDictionary[asyncio.AbstractEventLoop, Layer] = WeakKeyDictionary()


def memory_layer(loop: asyncio.AbstractEventLoop) -> Layer:
    """One for each loop, because Channels' own is not safe in threads."""
    return memory_layers.setdefault(loop, InMemoryChannelLayer(capacity=10_000))


@lru_cache(maxsize=4)
def redis_layer(url: str) -> Layer:
    from channels_redis.pubsub import RedisPubSubChannelLayer

    # redis-py 8 would end a subscriber's patience after five silent seconds; the operating system watches instead.
    host = {"socket_timeout": None, "socket_connect_timeout": 1.0, "max_connections": 16, **keepalive(url)}
    return RedisPubSubChannelLayer(hosts=[host | place(url)], prefix="live")  # type: ignore[no-any-return]  # as above


def place(url: str) -> dict[str, Any]:
    """Where Redis is, as channels_redis takes it."""
    known = sentinels_of(url)
    if known is None:
        return {"address": url}
    asked = asked_by(known, {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": ONCE})
    return {"master_name": known.master, "sentinels": known.hosts, "sentinel_kwargs": asked, **known.entry}


ONCE = Retry(NoBackoff(), 0)


def group_of(stream: str) -> str:
    """The group of a stream. Channels allows fewer characters, and fewer of them, than a topic may have."""
    if stream.startswith("@"):
        return PERSONAL
    if LEGAL.fullmatch(stream):
        return f"live.topic.{stream}"
    return f"live.hashed.{hashlib.sha256(stream.encode()).hexdigest()}"


class Doorbell:
    """One receiver on a layer: what a hub listens to. Raises whatever the layer raises, or ``TimeoutError``."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.channel: str | None = None
        self.groups: set[str] = set()

    async def listen(self) -> None:
        """Be reachable. Idempotent."""
        if self.channel is None:
            self.channel = await in_time(self.layer.new_channel("live"))

    async def join(self, group: str) -> None:
        await self.listen()
        assert self.channel is not None
        await in_time(self.layer.group_add(group, self.channel))
        self.groups.add(group)

    async def leave(self, group: str) -> None:
        self.groups.discard(group)
        if self.channel is not None:
            await in_time(self.layer.group_discard(group, self.channel))

    async def heard(self) -> Entry:
        """The next entry somebody rang for. A large one comes without its content: ``cursor`` is 0."""
        await self.listen()
        assert self.channel is not None
        return Entry(*(await self.layer.receive(self.channel))["entry"])

    async def close(self) -> None:
        """Leave all groups."""
        for group in list(self.groups):
            await self.leave(group)


async def ring(layer: Layer, entry: Entry) -> None:
    """Tell every process that listens to the entry's stream, however long it takes. Raises what the layer raises."""
    told = entry if len(entry.body) <= LARGE else entry._replace(cursor=0, body=b"", event=None, payload={})
    message = {"type": "live.news", "entry": list(told)}
    await layer.group_send(group_of(entry.stream), message)


async def in_time(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of ``work``, or ``TimeoutError``.

    ``asyncio.wait_for`` forgets that its caller was cancelled if ``work`` ends in the same instant (until Python 3.12).
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task], timeout=TIMEOUT)
    finally:
        finished = task.done()
        task.cancel()
    if not finished:
        raise TimeoutError(NO_ANSWER)
    return task.result()
