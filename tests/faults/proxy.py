"""Links that can be broken: TCP connections that are passed on, delayed, held, swallowed, cut at any byte or refused.

A ``Link`` listens on a port of its own and hands each connection to the next of its ``targets``, or to the one with the
``fewest`` (so that one with several is a balancer). What it does with bytes is its ``mode``. Chance comes from a seed
and from the number of the connection, so the same connections break at the same bytes.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import Self

__all__ = ["BLACKHOLE", "OK", "REFUSE", "SWALLOW", "Link", "Mode", "Passage", "Side"]

HOST = "127.0.0.1"
RESET = struct.pack("ii", 1, 0)
"""``SO_LINGER`` with no time: closing sends a RST."""


@dataclass(frozen=True)
class Mode:
    """What is done with the bytes of a connection. Times in seconds."""

    delay: float = 0.0
    jitter: float = 0.0
    """Each piece is up to so much later; pieces stay in order."""
    rate: float = 0.0
    """Bytes a second; 0: as fast as they come."""
    hold: bool = False
    """Nothing passes, not even that somebody has closed; it follows when the mode changes."""
    swallow: bool = False
    """Nothing passes, ever: one side has vanished, and the other is not told."""
    cut_after: int = 0
    """Each connection is reset after a random number of bytes, at most twice this; 0: never."""
    refuse: bool = False
    """New connections are reset at once."""
    no_upgrade: bool = False
    """Connections that are to become WebSockets are reset."""
    idle: float = 0.0
    """Connections over which nothing comes for so long are reset; 0: they are not."""

    @property
    def plain(self) -> bool:
        return not (self.delay or self.jitter or self.rate or self.hold or self.swallow)


SILENT = 0.1
"""Seconds for which who does not answer is passed over, as balancers do."""

UPGRADE = b"\r\nupgrade: websocket"

OK = Mode()
BLACKHOLE = Mode(hold=True)
SWALLOW = Mode(swallow=True)
REFUSE = Mode(refuse=True)


class Link:
    """Passes connections on while its ``async with`` block runs."""

    def __init__(self, name: str, targets: Sequence[int], seed: int = 0, *, fewest: bool = False) -> None:
        self.name = name
        self.targets = list(targets)
        self.seed = seed
        self.fewest = fewest
        self.mode = OK
        self.passages: set[Passage] = set()
        self.made = 0
        self.turn = 0
        self.taken: Counter[int] = Counter()
        """How many connections each target has …"""
        self.silent: dict[int, float] = {}
        """… and until when one is passed over that did not answer, by the clock of the event loop."""
        self.port = 0
        self.server: asyncio.Server | None = None
        self.tasks: set[asyncio.Task[None]] = set()

    def set(self, mode: Mode, *, existing: bool = True, new: bool = True) -> None:
        """From now on do this, to connections that are there, to those to come, or both."""
        if new:
            self.mode = mode
        for passage in list(self.passages) if existing else ():
            passage.set(mode)

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        passages = list(self.passages)
        for passage in passages:
            passage.reset()
        return len(passages)

    def part(self) -> None:
        """Clients lose their connections; what they have sent still waits where it was going to."""
        for passage in list(self.passages):
            passage.end()
            passage.client.reset()
            passage.server.close()

    # Inside -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Side(self), HOST, 0, backlog=4096)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.server is not None
        self.server.close()
        for passage in list(self.passages):
            passage.reset()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def begin(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def connect(self, passage: Passage) -> None:
        """Find somebody who answers, beginning with whose turn it is."""
        loop = asyncio.get_running_loop()
        tried: set[int] = set()
        while left := [port for port in self.targets if port not in tried]:
            port = self.chosen(left)
            tried.add(port)
            passage.lead(port)
            try:
                await loop.create_connection(lambda: passage.server, HOST, port)
            except OSError:
                self.silent[port] = loop.time() + SILENT
                continue
            passage.connected()
            return
        passage.reset()

    def chosen(self, ports: Sequence[int]) -> int:
        """Whose turn it is, or who has the fewest connections; those that did not answer a moment ago come last."""
        now = asyncio.get_running_loop().time()
        ports = [port for port in ports if self.silent.get(port, now) <= now] or ports
        if self.fewest:
            return min(ports, key=self.taken.__getitem__)
        while True:
            self.turn += 1
            if (port := self.targets[self.turn % len(self.targets)]) in ports:
                return port


class Passage:
    """One connection through a link: two sides, and a lane in each direction."""

    def __init__(self, link: Link, client: Side) -> None:
        link.made += 1
        self.link = link
        self.port = 0
        """Where it leads to; 0: nowhere."""
        self.mode = link.mode
        self.random = random.Random(f"{link.seed}:{link.name}:{link.made}")
        self.client, self.server = client, Side(link, self)
        self.lanes = {client: Lane(self, client, self.server), self.server: Lane(self, self.server, client)}
        self.changed = asyncio.Event()
        self.over = False
        self.left = self.budget()
        self.heard_at = time.monotonic()
        self.expire()

    def expire(self) -> None:
        """Reset it if nothing came for too long; else look again when that may be so."""
        if self.mode.idle and not self.over:
            loop = asyncio.get_running_loop()
            due = self.heard_at + self.mode.idle
            if time.monotonic() >= due:
                self.reset()
            else:
                loop.call_at(due, self.expire)

    def budget(self) -> int:
        """Bytes until it is cut; -1: it is not."""
        return self.random.randint(1, 2 * self.mode.cut_after) if self.mode.cut_after else -1

    def set(self, mode: Mode) -> None:
        if self.mode.swallow:
            return  # what was swallowed is gone: nothing may follow it, for no network leaves out the middle
        self.mode = mode
        self.left = self.budget()
        self.changed.set()
        self.changed = asyncio.Event()

    def connected(self) -> None:
        if self.over:
            self.reset()
            return
        lane = self.lanes[self.client]
        if lane.waiting:
            lane.go()

    def came(self, side: Side, data: bytes) -> None:
        self.heard_at = time.monotonic()
        if self.mode.swallow:
            return
        if self.mode.no_upgrade and side is self.client and UPGRADE in data.lower():
            self.reset()
            return
        if self.left >= 0:
            self.left -= len(data)
            if self.left <= 0:
                self.lanes[side].put(data[: len(data) + self.left])
                self.reset()
                return
        self.lanes[side].put(data)

    def ended(self, side: Side) -> None:
        """One side has closed, or is gone: the other is told, after what is on its way."""
        if self.mode.swallow and not self.over:
            return
        self.lanes[side].put(None)

    def lead(self, port: int) -> None:
        """From now on this is where it leads to."""
        self.link.taken[self.port] -= 1
        self.link.taken[port] += 1
        self.port = port

    def end(self) -> None:
        self.over = True
        self.lead(0)
        self.link.passages.discard(self)

    def reset(self) -> None:
        """End both sides with a RST."""
        self.end()
        for side in (self.client, self.server):
            side.reset()


class Lane:
    """One direction of a passage: bytes in order, each piece when its time has come. ``None`` is the end."""

    def __init__(self, passage: Passage, source: Side, target: Side) -> None:
        self.passage = passage
        self.source = source
        self.target = target
        self.waiting: deque[tuple[float, bytes | None]] = deque()
        self.working = False

    def put(self, data: bytes | None) -> None:
        if not self.working and not self.waiting and self.passage.mode.plain and self.target.transport is not None:
            self.write(data)
            return
        mode = self.passage.mode
        now = asyncio.get_running_loop().time()
        due = now + mode.delay + mode.jitter * self.passage.random.random()
        self.waiting.append((max(due, self.waiting[-1][0]) if self.waiting else due, data))
        self.source.hold_back(len(self.waiting) > 64)
        self.go()

    def go(self) -> None:
        if not self.working and self.target.transport is not None:
            self.working = True
            self.passage.link.begin(self.work())

    async def work(self) -> None:
        while self.waiting and not self.passage.over:
            while self.passage.mode.hold or self.passage.mode.swallow:
                await self.passage.changed.wait()
            due, data = self.waiting.popleft()
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            if data and self.passage.mode.rate:
                await asyncio.sleep(len(data) / self.passage.mode.rate)
            self.write(data)
            self.source.hold_back(False)
        self.working = False

    def write(self, data: bytes | None) -> None:
        if data is None:
            self.passage.end()
            self.target.close()
            self.source.close()
        else:
            self.target.write(data)


class Side(asyncio.Protocol):
    """One end of a passage."""

    def __init__(self, link: Link, passage: Passage | None = None) -> None:
        self.link = link
        self.passage = passage
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.passage is None:
            self.accept()

    def accept(self) -> None:
        if self.link.mode.refuse:
            self.reset()
            return
        self.passage = Passage(self.link, self)
        self.link.passages.add(self.passage)
        self.link.begin(self.link.connect(self.passage))

    def data_received(self, data: bytes) -> None:
        if self.passage is not None:
            self.passage.came(self, data)

    def connection_lost(self, _: Exception | None) -> None:
        if self.passage is not None and not self.passage.over:
            self.passage.ended(self)

    def pause_writing(self) -> None:
        self.other.hold_back(True)

    def resume_writing(self) -> None:
        self.other.hold_back(False)

    @property
    def other(self) -> Side:
        assert self.passage is not None
        return self.passage.server if self is self.passage.client else self.passage.client

    def hold_back(self, wait: bool) -> None:
        """Read no more of this side, so that it has to wait; or read again."""
        if self.transport is not None and not self.transport.is_closing():
            (self.transport.pause_reading if wait else self.transport.resume_reading)()

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def reset(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            taken: socket.socket | None = self.transport.get_extra_info("socket")
            if taken is not None:
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()
