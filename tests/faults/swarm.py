"""Many pages in one process, over real sockets: they call, hear, lose their connection and come back."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import RemoteDisconnected
from typing import Any
from urllib.request import Request, urlopen

from tests.faults.history import Called, Diary
from tests.faults.proxy import RESET
from tests.faults.returning import Returning
from tests.faults.tab import Bye, Tab
from tests.faults.websocket import BINARY, CLOSING, PINGING, PONG, TEXT, Ear, Refused, message, opening

__all__ = ["ANNOUNCER", "Client", "Load", "Swarm", "fetched", "within"]

PATIENCE = 10.0
"""Seconds for a socket to open, and for the first word on it."""

FINAL = {"token.forged", "token.foreign", "token.expired", "version.unsupported", "user.changed"}

LOOK = 0.25
"""Seconds between two looks at which sockets have gone silent."""

MOST_OPEN = 8
"""Calls that a page has under way at most."""

ANNOUNCER = 100
"""The publisher of the messages that calls send is this, whichever page called."""


@dataclass(frozen=True)
class Load:
    """What happens on a site while something is done to it."""

    pages: int = 50
    news: float = 20.0
    """News a second, of all publishers together."""
    publishers: int = 1
    said_every: int = 5
    """Each so many-th is heard by components too."""
    calls: float = 1.0
    """Calls a second of each page, on average."""
    actions: Sequence[str] = ("book", "book_in_a_thread", "save")
    repeat: float = 0.0
    """The share of calls that are sent twice, with the same number."""
    size: int = 60
    """Characters in each piece of news."""


class Line(asyncio.Protocol):
    """One socket of a client."""

    __slots__ = ("client", "close_code", "ear", "transport")

    def __init__(self, client: Client) -> None:
        self.client = client
        self.transport: asyncio.Transport | None = None
        self.ear = Ear()
        self.close_code = 1006

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.client.opening)

    def data_received(self, data: bytes) -> None:
        was_open = self.ear.is_open
        try:
            frames = list(self.ear.hear(data))
        except Refused:
            self.end()
            return
        if self.ear.is_open and not was_open:
            self.client.opened(self)
        for opcode, payload in frames:
            if opcode in (BINARY, TEXT):
                self.client.received(self, payload)
            else:
                self.control(opcode, payload)

    def control(self, opcode: int, payload: bytes) -> None:
        if opcode == PINGING:
            self.write(message(payload, PONG))
        elif opcode == CLOSING:
            self.close_code = int.from_bytes(payload[:2], "big") or 1005
            self.write(message(payload, CLOSING))
            self.end()

    def connection_lost(self, _: Exception | None) -> None:
        self.client.closed(self, self.close_code)

    def send(self, data: bytes) -> None:
        if self.ear.is_open:
            self.write(message(data))

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def end(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def reset(self) -> None:
        """Go without a word, as a machine that is switched off and on."""
        if self.transport is not None and not self.transport.is_closing():
            taken: socket.socket | None = self.transport.get_extra_info("socket")
            if taken is not None:
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()


class Client:
    """One page with a connection that it opens again whenever it is lost."""

    def __init__(self, tab: Tab, url: str, chance: random.Random, headers: Mapping[str, str]) -> None:
        self.tab = tab
        self.url = url
        self.returning = Returning(chance)
        self.headers = headers
        self.opening = opening(url.removeprefix("http://"), "/live/", "liveactions.1", headers)
        self.line: Line | None = None
        self.live = False
        self.over = False
        self.acts = False
        """Whether somebody uses the page just now."""
        self.stalled = False
        """Whether it reads nothing."""
        self.ended_by = ""
        self.heard_at = 0.0
        self.farewell: Bye | None = None
        self.retry: asyncio.TimerHandle | None = None
        self.dialling: asyncio.Task[None] | None = None

    @property
    def diary(self) -> Diary:
        return self.tab.diary

    # The connection -----------------------------------------------------------------------------------------

    def dial(self) -> None:
        self.retry = None
        self.diary.attempts += 1
        self.heard_at = time.monotonic()
        self.dialling = asyncio.get_running_loop().create_task(self.connect())

    async def connect(self) -> None:
        line = self.line = Line(self)
        host, port = self.url.removeprefix("http://").split(":")
        try:
            await asyncio.get_running_loop().create_connection(lambda: line, host, int(port))
        except OSError:
            self.closed(line, 1006)

    def opened(self, line: Line) -> None:
        if line is self.line:
            line.send(self.tab.hello())

    def received(self, line: Line, data: bytes) -> None:
        if line is not self.line:
            return
        self.heard_at = time.monotonic()
        if not data:
            self.diary.broken.append("a message without anything in it")
            return
        try:
            answers = self.tab.take(data)
        except Bye as bye:
            self.farewell = bye
            return
        came_back = not self.live and self.tab.awaits_use
        if not self.live:
            self.live = True
            self.returning.welcomed(self.heard_at)
        for answer in answers:
            line.send(answer)
        if came_back and self.acts and self.tab.settled:
            self.ask("book")  # whoever was away tries at once whether the page is of use again

    def closed(self, line: Line, code: int) -> None:
        if line is not self.line:
            return
        self.line = None
        bye, self.farewell = self.farewell, None
        if self.live and not self.over:
            self.diary.lost.append(time.monotonic())
            if bye is not None and bye.code == "socket.aged":
                self.diary.changed.append(self.diary.lost[-1])
        self.live = False
        if bye is not None and (bye.code in FINAL or (bye.retry_ms is None and code >= 4400)):
            self.ended_by, self.over = bye.code, True
            self.tab.dismiss()
            if bye.code != "user.changed":
                self.diary.broken.append(f"it was told never to come back: {bye.code}")
        if bye is not None and bye.code == "frame.too_large":
            self.tab.drop_too_large()
        if not (self.over or self.stalled):
            self.come_back(bye)

    def come_back(self, bye: Bye | None = None) -> None:
        """Dial again after a while."""
        wait = self.returning.lost(time.monotonic(), bye)
        self.retry = asyncio.get_running_loop().call_later(wait, self.dial)

    def watch(self, now: float) -> None:
        """Drop a socket that has been silent for one and a half heartbeats, or never said a word."""
        if self.line is None or self.stalled:
            return
        if now - self.heard_at > (1.5 * self.tab.heartbeat - LOOK if self.live else PATIENCE):
            self.drop()

    def drop(self) -> None:
        """Throw the socket away, and open the next one."""
        line = self.line
        if line is not None:
            line.reset()
            self.closed(line, 4000)

    def stall(self) -> None:
        """Read nothing any more, as a machine that has fallen asleep; nor come back before it wakes."""
        self.stalled = True
        if self.line is not None and self.line.transport is not None:
            self.line.transport.pause_reading()

    def wake(self) -> None:
        """Read again."""
        self.stalled = False
        self.heard_at = time.monotonic()
        if self.line is None and self.retry is None and not self.over:
            self.come_back()
        if self.line is not None and self.line.transport is not None and not self.line.transport.is_closing():
            self.line.transport.resume_reading()

    def part(self) -> None:
        """Leave the page, as a browser does that can still say so."""
        self.over = True
        if self.live and self.line is not None:
            self.line.send(self.tab.leave())

    def leave(self) -> None:
        self.over = True
        if self.retry is not None:
            self.retry.cancel()
        if self.line is not None:
            self.line.reset()

    # What the page does -------------------------------------------------------------------------------------

    def ask(self, action: str, args: dict[str, Any] | None = None, *, twice: bool = False) -> Called:
        """Call an action now, or as soon as there is a connection."""
        called = Called(f"{self.diary.name}-{len(self.diary.calls) + 1}", action, time.monotonic())
        frame = self.tab.call(called, {"call": called.call, **(args or {})})
        if self.live and self.line is not None:
            for _ in range(1 + twice):
                self.line.send(frame)
        return called

    def resync(self) -> None:
        self.diary.state = None
        frame = self.tab.resync()
        if self.live and self.line is not None:
            self.line.send(frame)


class Swarm:
    """All pages of a run. ``url`` is where they connect to; ``headers`` are those of each page."""

    def __init__(
        self, url: str, seed: int, make: Callable[..., Tab] = Tab, headers: Sequence[Mapping[str, str]] = ({},)
    ) -> None:
        self.url = url
        self.seed = seed
        self.make = make
        self.headers = headers
        self.clients: list[Client] = []
        self.tasks: list[asyncio.Task[None]] = []

    # Coming and going ---------------------------------------------------------------------------------------

    async def open(self, count: int, at_once: int = 16) -> None:
        """So many more pages, loaded and mounted."""
        gate = asyncio.Semaphore(at_once)
        first = len(self.clients)
        await asyncio.gather(*(self.open_one(first + index, gate) for index in range(count)))
        if not self.tasks:
            self.tasks.append(asyncio.get_running_loop().create_task(self.watch()))

    async def open_one(self, index: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            client = await self.add(index)
            client.dial()
            await until(lambda: client.live and client.tab.settled, "a page was mounted", PATIENCE * 3)

    async def add(self, index: int) -> Client:
        """A page that was loaded, and is not connected yet."""
        headers = self.headers[index % len(self.headers)]
        html = await asyncio.to_thread(fetched, f"{self.url}/", headers)
        tab = self.make(f"p{index}", html, time.monotonic)
        client = Client(tab, self.url, random.Random(f"{self.seed}:{index}"), headers)
        self.clients.append(client)
        return client

    async def watch(self) -> None:
        while True:
            due = time.monotonic() + LOOK
            await asyncio.sleep(LOOK)
            now = time.monotonic()
            for client in self.clients if now - due < LOOK else ():  # else nothing was read that they were told
                client.watch(now)

    async def part(self) -> None:
        """Every page is left as browsers leave pages; return when the servers have closed their sockets."""
        for client in self.clients:
            client.part()
        await within(lambda: all(client.line is None for client in self.clients), PATIENCE)
        await self.close()
        self.clients.clear()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        dialling = [client.dialling for client in self.clients if client.dialling is not None]
        for client in self.clients:
            client.leave()
        await asyncio.gather(*dialling, return_exceptions=True)
        for client in self.clients:
            client.leave()
        await asyncio.sleep(0)

    # What the pages do --------------------------------------------------------------------------------------

    async def act(self, load: Load, seconds: float) -> None:
        """Every page calls now and then, for so long."""
        if load.calls:
            await asyncio.gather(*(self.act_one(client, load, seconds) for client in self.clients))
        else:
            await asyncio.sleep(seconds)

    async def act_one(self, client: Client, load: Load, seconds: float) -> None:
        chance = random.Random(f"{self.seed}:{client.diary.name}:calls")
        end = time.monotonic() + seconds
        client.acts = True
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, chance.expovariate(load.calls)))
            action, twice = chance.choice(load.actions), chance.random() < load.repeat
            if len(client.tab.open) < MOST_OPEN and time.monotonic() < end and not client.over:
                client.ask(action, arguments(action, client), twice=twice)
        client.acts = False

    async def settle(self, patience: float) -> None:
        """Wait until every page is connected and everything was answered; those that are not are left as they are."""
        await within(
            lambda: all(client.over or (client.live and client.tab.settled) for client in self.clients), patience
        )

    async def ask_states(self, patience: float) -> None:
        """Have every component say what its state is."""
        for client in self.clients:
            if not client.over:
                client.resync()
        await self.settle(patience)

    @property
    def diaries(self) -> list[Diary]:
        return [client.diary for client in self.clients]

    @property
    def connected(self) -> int:
        return sum(client.live for client in self.clients)


def arguments(action: str, client: Client) -> dict[str, Any]:
    """What an action wants beside the name of the call."""
    if action != "announce":
        return {}
    serial = int(client.diary.name[1:]) * 100_000 + len(client.diary.calls) + 1
    return {"publisher": ANNOUNCER, "serial": serial}


def fetched(url: str, headers: Mapping[str, str], attempts: int = 2) -> str:
    """A page. It is asked for again, as browsers do, if the connection ends without an answer (RFC 9110, 9.2.2)."""
    try:
        with urlopen(Request(url, headers=dict(headers)), timeout=30) as response:
            return str(response.read().decode())
    except RemoteDisconnected:
        if attempts == 1:
            raise
    return fetched(url, headers, attempts - 1)


async def within(condition: Callable[[], bool], patience: float, pause: float = 0.02) -> bool:
    """Whether ``condition`` has come true in so many seconds."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(pause)
    return True


async def until(condition: Callable[[], bool], what: str, patience: float) -> None:
    if not await within(condition, patience):
        raise TimeoutError(f"{what}: not within {patience:g} s")
