"""Pages, hubs and publishers to test the bus with, over every layer and log."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from liveactions.bus import close_hub
from liveactions.bus.courier import Courier
from liveactions.bus.hub import Hub
from liveactions.bus.log import Log
from liveactions.bus.memory import MemoryLog
from liveactions.bus.news import Entry, News
from liveactions.bus.redis import RedisLog
from liveactions.bus.register import MemoryRegister, RedisRegister, Register
from liveactions.results import Toast
from liveactions.runtime.ports import Place
from liveactions.store import close_clients
from liveactions.wire import apply_frame, encode_items
from tests.redis import redis_server, redis_url

__all__ = ["redis_server", "redis_url"]

AGE = 600
LEASE = 30.0
PATIENCE = 10


class Page:
    """A follower that remembers what it was given."""

    def __init__(self, page_id: str = "") -> None:
        self.page_id = page_id or secrets.token_hex(4)
        self.frames: list[tuple[str, int, bytes]] = []
        self.heard: list[tuple[str, str, Any]] = []
        self.losses: list[str] = []
        self.news = asyncio.Event()

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        self.frames.append((stream, place.offset, frame))
        self.news.set()

    def hear(self, stream: str, event: str, payload: Any, place: Place) -> None:
        self.heard.append((stream, event, payload))
        self.news.set()

    def lost(self, stream: str) -> None:
        self.losses.append(stream)
        self.news.set()

    def offsets(self, stream: str | None = None) -> list[int]:
        return [offset for name, offset, _ in self.frames if stream in (None, name)]

    async def until(self, condition) -> None:
        """Wait until ``condition()`` holds; it is looked at whenever something arrives."""

        async def wait() -> None:
            while not condition():
                await self.news.wait()
                self.news.clear()

        await asyncio.wait_for(wait(), PATIENCE)

    async def until_frames(self, count: int) -> None:
        await self.until(lambda: len(self.frames) >= count)


class World:
    """One log and one kind of layer; hubs made here stand for as many processes."""

    def __init__(self, log: Log, layer) -> None:
        self.log = log
        self.layer = layer
        self.hubs: list[Hub] = []
        self.stream = f"topic.{secrets.token_hex(4)}"

    def hub(self, *, layer=None, log=None, check_every: float = 30.0) -> Hub:
        """A hub that looks at the ledger every ``check_every`` seconds: not at all, as far as a test is concerned."""
        self.hubs.append(Hub(log or self.log, layer or self.layer(), check_every=check_every))
        return self.hubs[-1]

    def courier(self, layer=None) -> Courier:
        return Courier(self.log, layer or self.layer(), lambda entry: None)

    async def close(self) -> None:
        for hub in self.hubs:
            await hub.close()
        await close_clients()


def toast(stream: str, text: str = "Hello", **more: Any) -> News:
    return News(stream, encode_items([(None, Toast(text))]), **more)


def event(stream: str, name: str = "moved", **payload: Any) -> News:
    return News(stream, event=name, payload=payload)


def frame_of(entry: Entry) -> tuple[str, int, bytes]:
    return entry.stream, entry.offset, apply_frame(entry.stream, entry.offset, entry.body)


class Silent:
    """A layer on which nobody hears a ring."""

    def __init__(self, layer) -> None:
        self.layer = layer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)

    async def group_send(self, group: str, message: Any) -> None:
        pass


class Counting:
    """A log that counts what is asked of it."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self.log, name)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def log(request):
    """An empty log: in memory, and in Redis."""
    if request.param == "memory":
        yield MemoryLog(1000, AGE)
    else:
        yield empty_log(request.getfixturevalue("redis_url"))
    await close_clients()


@pytest.fixture
async def redis_log(redis_url):
    """An empty log in Redis."""
    yield empty_log(redis_url)
    await close_clients()


def empty_log(url: str) -> RedisLog:
    return RedisLog(url, 1000, AGE, prefix=f"{{{secrets.token_hex(4)}}}")


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def make_register(request):
    """A function that makes registers of a lease; all of one test share what is written."""
    prefix = f"{{{secrets.token_hex(4)}}}"
    memory = MemoryRegister(LEASE)

    def made(lease: float = LEASE) -> Register:
        if request.param == "memory":
            memory.lease = lease
            return memory
        return RedisRegister(request.getfixturevalue("redis_url"), lease, prefix)

    yield made
    await close_clients()


@pytest.fixture(params=["memory", *(pytest.param(name, marks=pytest.mark.redis) for name in ("pubsub", "core"))])
async def world(request):
    """Hubs and publishers over each channel layer, with the log that belongs to it."""
    found = make_world(request.param, request.getfixturevalue("redis_url") if request.param != "memory" else "")
    yield found
    await found.close()


@pytest.fixture
async def redis_world(redis_url):
    """Hubs and publishers over Redis, as in production."""
    found = make_world("pubsub", redis_url)
    yield found
    await found.close()


def make_world(kind: str, url: str) -> World:
    prefix = secrets.token_hex(4)
    if kind == "memory":
        shared = InMemoryChannelLayer(capacity=10_000)
        return World(MemoryLog(1000, AGE), lambda: shared)
    hosts = [{"address": url, "socket_timeout": None}]
    make = RedisPubSubChannelLayer if kind == "pubsub" else RedisChannelLayer
    more = {} if kind == "pubsub" else {"capacity": 10_000}
    return World(RedisLog(url, 1000, AGE, f"{{{prefix}}}"), lambda: make(hosts=hosts, prefix=prefix, **more))


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def site(request, settings):
    """A site's settings: in one process, and with Redis. Closes the hub of the test's loop."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    settings.LIVEACTIONS = {"REDIS_URL": url}
    yield url
    await close_hub()
