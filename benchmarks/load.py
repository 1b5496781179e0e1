"""Pages without a browser, many in one process, and the account of what they cost the server."""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from liveactions.wire import encode
from liveactions.wire.codec import decode
from liveactions.wire.frames import SERVER_FRAMES, Answer, Apply, Call, Frame, Hello, Mount, Ping, Pong

__all__ = ["Cost", "Page", "compared", "gather", "in_turn", "measured", "open_pages", "open_sockets"]

Work = dict[str, Callable[[], Coroutine[Any, Any, None]]]
"""What is compared: by its name, what does it once."""

TOKEN = re.compile(r'live-token="([^"]+)"')


@dataclass(frozen=True)
class Cost:
    """CPU of a server process for some work, and how many operations that was."""

    seconds: float
    operations: int

    @property
    def microseconds(self) -> float:
        return self.seconds / self.operations * 1e6


def cpu(pid: int) -> float:
    """Seconds that a process has computed so far: in nanoseconds where there is a clock for it, else in ticks."""
    if sys.platform == "linux":
        return time.clock_gettime((~pid << 3) | PROCESS_CLOCK)
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


PROCESS_CLOCK = 2
"""What ``clock_getcpuclockid(3)`` makes of the id of a process: its complement, and this in the last three bits."""


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(psutil.Process(pid).memory_info().rss)


@dataclass
class Page:
    """One connected page with one counter."""

    socket: ClientConnection
    number: int = 1
    ack: int = 0

    async def next(self, kind: type[Frame]) -> Any:
        while True:
            data = await self.socket.recv()
            assert isinstance(data, bytes)
            frame = decode(data, SERVER_FRAMES, 1 << 24)
            if isinstance(frame, Ping):  # without an answer it would be sent no more than a window
                await self.socket.send(encode(Pong(self.ack)))
            if isinstance(frame, kind):
                return frame

    async def call(self, action: str) -> None:
        self.number += 1
        await self.socket.send(encode(Call(self.number, self.ack, 1, action, {})))
        self.ack = (await self.next(Answer)).offset

    async def hear(self, messages: int) -> None:
        for _ in range(messages):
            await self.next(Apply)


async def open_page(url: str, path: str = "/") -> Page:
    html = await asyncio.to_thread(lambda: urllib.request.urlopen(url + path, timeout=30).read().decode())
    socket = await dial(url, "/live/", ["liveactions.1"])
    page = Page(socket)
    await socket.send(encode(Hello("bench", programs=True)))
    await socket.send(encode(Mount(1, 0, [[TOKEN.findall(html)[0], 0]])))
    answer = await page.next(Answer)
    assert answer.refusal is None, answer
    return page


async def dial(url: str, path: str, subprotocols: list[Any] | None = None) -> ClientConnection:
    address = url.replace("http://", "ws://") + path
    return await connect(
        address,
        subprotocols=subprotocols,
        origin=url,
        compression=None,
        ping_interval=None,
        max_queue=None,
        open_timeout=60,
    )


@asynccontextmanager
async def open_pages(url: str, count: int, path: str = "/") -> AsyncIterator[list[Page]]:
    pages = await in_turn([lambda: open_page(url, path)] * count, at_once=16)
    try:
        yield pages
    finally:
        await gather(page.socket.close() for page in pages)


@asynccontextmanager
async def open_sockets(url: str, path: str, count: int) -> AsyncIterator[list[ClientConnection]]:
    sockets = await in_turn([lambda: dial(url, path)] * count, at_once=16)
    try:
        yield sockets
    finally:
        await gather(socket.close() for socket in sockets)


async def in_turn(make: list[Callable[[], Awaitable[Any]]], at_once: int) -> list[Any]:
    """The results of all, at most ``at_once`` under way."""
    gate = asyncio.Semaphore(at_once)

    async def one(build: Callable[[], Awaitable[Any]]) -> Any:
        async with gate:
            return await build()

    return await asyncio.gather(*(one(build) for build in make))


async def gather(work: Any) -> None:
    await asyncio.gather(*work)


async def measured(pid: int, operations: int, work: Callable[[], Coroutine[Any, Any, None]]) -> Cost:
    before = cpu(pid)
    await work()
    await asyncio.sleep(0.02)
    return Cost(cpu(pid) - before, operations)


async def compared(pid: int, operations: int, work: Work, rounds: int) -> dict[str, float]:
    """Microseconds for each operation: medians of ``rounds`` in which all are done in turn, after one that warms."""
    costs: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(1 + rounds):
        for name, run in work.items():
            costs[name].append((await measured(pid, operations, run)).microseconds)
    return {name: statistics.median(each[1:]) for name, each in costs.items()}
