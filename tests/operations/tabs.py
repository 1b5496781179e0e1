"""A tab that comes back: the page's side of ``protocol/README.md`` with its numbers, over as many sockets as it takes.

::

    async with Tab(addresses) as tab:
        await tab.enter("operations.tally")
        answer = await tab.call("count")
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgpack
from typing_extensions import Self
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.standing import ANSWER, APPLY, CALL, GOODBYE, HELLO, MOUNT, PING, WELCOME, Standing

__all__ = ["ORIGIN", "Tab", "later"]

ORIGIN = "http://balancer.test"
"""Where the page comes from, whichever process it is connected to: the processes let it in."""

BROKEN = (OSError, ConnectionClosed, InvalidHandshake, asyncio.TimeoutError)


class Tab(Standing):
    """One page. ``addresses`` gives the processes there are at the moment; it connects to any of them."""

    def __init__(self, addresses: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self.addresses = addresses
        self.token: str | None = None
        self.pending: dict[int, tuple[list[Any], asyncio.Future[Any]]] = {}
        self.heard: list[Any] = []
        """The items of everything that nobody asked for."""
        self.goodbyes: list[list[Any]] = []
        self.restarts = 0
        self.welcomes = 0
        self.gaps: list[float] = []
        """Seconds without a connection, each time."""
        self.socket: ClientConnection | None = None
        self.task: asyncio.Task[None] | None = None
        self.live = asyncio.Event()
        self.awake = asyncio.Event()
        """While it is not set, nothing is read."""
        self.awake.set()

    async def __aenter__(self) -> Self:
        self.task = asyncio.get_running_loop().create_task(self.stay())
        await asyncio.wait_for(self.live.wait(), 20)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.task is not None
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task

    # What a page does -----------------------------------------------------------------------------------------

    async def enter(self, path: str = "/") -> None:
        address = random.choice(self.addresses())
        html = await asyncio.to_thread(lambda: urlopen(address + path).read().decode())
        tokens = re.findall(r'live-token="([^"]+)"', html)
        answer = await self.ask(MOUNT, [[token, 0] for token in tokens])
        assert len(answer) < 6, answer

    async def call(self, action: str, component: int = 1, **args: Any) -> list[Any]:
        """The whole ``ANSWER``."""
        return await self.ask(CALL, component, action, args)

    async def ask(self, kind: int, *fields: Any) -> list[Any]:
        self.number += 1
        done: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self.pending[self.number] = ([kind, self.number, *fields], done)
        await self.send_numbered(self.number)
        return await asyncio.wait_for(done, 30)

    # Inside ---------------------------------------------------------------------------------------------------

    async def stay(self) -> None:
        """Be connected, whatever happens."""
        lost = time.monotonic()
        while True:
            with suppress(*BROKEN):
                await self.connected(lost)
            if self.live.is_set():
                lost = time.monotonic()
            self.live.clear()
            self.socket = None
            await asyncio.sleep(random.random() * 0.1)

    async def connected(self, lost: float) -> None:
        netloc = urlsplit(random.choice(self.addresses())).netloc
        async with connect(
            f"ws://{netloc}/live/",
            origin=ORIGIN,  # type: ignore[arg-type]  # NewType over str
            subprotocols=["liveactions.1"],  # type: ignore[list-item]  # NewType over str
            compression=None,
            open_timeout=5,
            max_queue=1,
        ) as socket:
            await socket.send(msgpack.packb([HELLO, "1.0", self.resumed(self.token) if self.token else None]))
            try:
                async for data in socket:
                    await self.awake.wait()
                    await self.receive(socket, msgpack.unpackb(data), lost)
            finally:
                socket.transport.abort()  # who has stopped reading never sees that it is closed

    async def receive(self, socket: ClientConnection, frame: list[Any], lost: float) -> None:
        kind = frame[0]
        if kind == WELCOME:
            await self.welcomed(socket, frame, lost)
        elif kind == PING:
            with suppress(*BROKEN):  # the other side has hung up: what it said before is read nevertheless
                await socket.send(msgpack.packb(self.pong()))
        elif kind == GOODBYE:
            self.goodbyes.append(frame[1:])
        elif self.is_new(frame):
            self.take(frame)

    async def welcomed(self, socket: ClientConnection, frame: list[Any], lost: float) -> None:
        _, token, recovered, _, number, *_ = frame
        if self.token is not None and not recovered:
            self.restarts += 1
            raise AssertionError("the session was lost")
        self.token = token
        if self.welcomes:
            self.gaps.append(time.monotonic() - lost)
        self.welcomes += 1
        self.socket = socket
        self.live.set()
        for each in [each for each in self.pending if each > number]:
            await self.send_numbered(each)

    async def send_numbered(self, number: int) -> None:
        kind, _, *fields = self.pending[number][0]
        if self.socket is not None:
            with suppress(*BROKEN):
                await self.socket.send(msgpack.packb([kind, number, self.ack, *fields]))

    def take(self, frame: list[Any]) -> None:
        if frame[0] == ANSWER:
            _, done = self.pending.pop(frame[3])
            done.set_result(frame)
        elif frame[0] == APPLY:
            self.heard += frame[3]


async def later(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it is so. Raises ``TimeoutError``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("It never came to that.")
        await asyncio.sleep(0.02)
