"""The real socket door without a socket: a ``LiveConsumer`` between two queues, and a page that speaks frames.

::

    wire = await connect(user)
    html = await wire.embed("tests.counter", count=1)
    await wire.mount(html)
    answer = await wire.call(1, "increment", by=2)

Import the fixtures ``connect`` and ``clock`` into a ``conftest.py``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from liveactions import bus, store
from liveactions.bus import process as bus_process
from liveactions.consumers import LiveConsumer, process
from liveactions.errors import Refusal
from liveactions.http import embed
from liveactions.results import Result, from_wire
from liveactions.runtime import Page, Pages
from liveactions.runtime.awake import Awake
from liveactions.threads import runner
from liveactions.wire import decode, encode, pack
from liveactions.wire.frames import (
    OWN,
    SERVER_FRAMES,
    Answer,
    Apply,
    Bye,
    Call,
    Frame,
    Hello,
    Leave,
    Mount,
    Ping,
    Pong,
    Resync,
    Set,
    Streams,
    Unmount,
    Welcome,
)

__all__ = ["Clock", "Closed", "Connect", "Wire", "clock", "connect", "items", "refusal", "session_of", "tokens"]

F = TypeVar("F", bound=Frame)

PATIENCE = 10.0
"""Seconds after which a frame that was waited for will not come any more."""

ORIGIN = "http://testserver"


class Closed(Exception):
    """The server has closed the socket, with ``code``; handshakes are refused before anything was accepted."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Clock:
    """The time of page sessions, which stands still unless it is moved. Seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


class Wire:
    """One tab. ``frames`` are all that it was told, in order."""

    def __init__(self, cookies: dict[str, str], user: Any, **headers: str) -> None:
        given = {"host": "testserver", "origin": ORIGIN, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "scheme": "ws",
            "path": "/live/",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
            "subprotocols": ["liveactions.1"],
        }
        self.user = user
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.frames: list[Frame] = []
        self.number = 0
        self.ack = 0
        self.page_id = ""
        self.token = ""
        self.task: asyncio.Task[None] | None = None
        self.reading = asyncio.Event()
        self.reading.set()
        self.deaf = False
        """Whether it does not answer how far it has read."""

    @property
    def gone(self) -> bool:
        """Whether the connection has ended."""
        return self.task is None or self.task.done()

    # The socket -------------------------------------------------------------------------------------------

    async def dial(self) -> dict[str, Any]:
        """Begin the handshake; the server's answer to it."""
        self.task = asyncio.get_running_loop().create_task(
            LiveConsumer.as_asgi()(self.scope, self.inbox.get, self.take)
        )
        self.inbox.put_nowait({"type": "websocket.connect"})
        return await self.message()

    async def open(self, resume: list[Any] | None = None, *, programs: bool | None = None) -> Welcome:
        """Handshake and ``HELLO``, as a page that was rendered now and may apply patches (``programs``).

        Raises ``Closed`` when the door stays shut.
        """
        rendered = await asyncio.to_thread(bus.cursor_now)
        answer = await self.dial()
        if answer["type"] == "websocket.close":
            raise Closed(answer["code"])
        self.send(Hello("test", resume, None if resume else rendered, programs))
        welcome = await self.next(Welcome)
        self.page_id, self.token = welcome.page, welcome.token
        return welcome

    async def take(self, message: dict[str, Any]) -> None:
        """What the server sends; it waits while nobody reads."""
        if message["type"] == "websocket.send":
            await self.reading.wait()
        self.outbox.put_nowait(message)

    def hold(self) -> None:
        """From now on the page does not read."""
        self.reading.clear()

    def hang_up(self) -> None:
        """The socket breaks, without a word."""
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def drop(self) -> None:
        """The socket breaks, and the server has done what it does then."""
        self.hang_up()
        if self.task is not None:
            await asyncio.wait_for(self.task, PATIENCE)

    async def message(self) -> dict[str, Any]:
        """The next thing the server does with the socket."""
        assert self.task is not None
        if not self.outbox.empty():  # the end of the connection may have come as well
            return self.outbox.get_nowait()
        getting = asyncio.ensure_future(self.outbox.get())
        await asyncio.wait({getting, self.task}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if getting.done():
            return getting.result()
        getting.cancel()
        if self.task.done():
            self.task.result()
            raise Closed(1000)
        raise TimeoutError(f"Nothing came. Told so far: {', '.join(map(str, self.frames)) or 'nothing'}")

    @property
    def page(self) -> Page:
        """The session behind this tab, as the server has it."""
        return next(page for page in process.pages().by_id.values() if page.page_id == self.page_id)

    # Frames -----------------------------------------------------------------------------------------------

    def send(self, frame: Frame | list[Any] | bytes | str) -> None:
        """Send a frame; or what a hostile page would: any array, any bytes, a text."""
        if isinstance(frame, str):
            self.inbox.put_nowait({"type": "websocket.receive", "text": frame})
            return
        data = encode(frame) if isinstance(frame, Frame) else frame if isinstance(frame, bytes) else pack(frame)
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})

    async def frame(self) -> Frame:
        """The next frame. Raises ``Closed`` when the socket was closed instead."""
        message = await self.message()
        if message["type"] == "websocket.close":
            raise Closed(message["code"])
        frame = decode(message["bytes"], SERVER_FRAMES, 2**24)
        if isinstance(frame, Apply | Answer | Streams) and frame.stream == OWN:
            assert frame.offset == self.ack + 1, f"a hole in the page's stream before {frame}"
            self.ack = frame.offset
        self.frames.append(frame)
        if isinstance(frame, Ping) and not frame.offset and not self.deaf:
            self.send(Pong(self.ack))  # asked how far the page has read
        return frame

    async def next(self, kind: type[F], until: Callable[[F], bool] = lambda _: True) -> F:
        """The next frame of this kind for which ``until`` is true; others on the way are only kept."""
        while True:
            frame = await self.frame()
            if isinstance(frame, kind) and until(frame):
                return frame

    async def bye(self) -> tuple[str, int]:
        """How the server ends the connection: the code of its ``BYE``, and that of the socket."""
        told = await self.next(Bye)
        try:
            await self.frame()
        except Closed as closed:
            return told.code, closed.code
        raise AssertionError("after BYE something else came than the end")

    def told(self) -> list[Frame]:
        """The frames that have come by now and were not waited for."""
        came = []
        while not self.outbox.empty():
            message = self.outbox.get_nowait()
            if message["type"] == "websocket.send":
                came.append(decode(message["bytes"], SERVER_FRAMES, 2**24))
        return came

    # What a page asks --------------------------------------------------------------------------------------

    async def embed(self, component: str, **params: Any) -> str:
        """The HTML of a component in a response to this tab's user."""
        return await runner().run(lambda: self.embed_now(component, **params))

    def embed_now(self, component: str, **params: Any) -> str:
        """``embed`` from the thread that this is called in."""
        request = RequestFactory().get("/")
        request.user = self.user
        return str(embed(request, component, params))

    def ask(self, kind: type[Frame], *fields: Any) -> int:
        """Send a numbered frame; its number."""
        self.number += 1
        self.send(kind(self.number, self.ack, *fields))
        return self.number

    async def answer(self, number: int) -> Answer:
        return await self.next(Answer, lambda frame: frame.call == number)

    async def mount(self, html: str, base: int = 0) -> Answer:
        """Take up every component of ``html``."""
        return await self.answer(self.ask(Mount, [[token, base] for token in tokens(html)]))

    async def place(self, component: str, **params: Any) -> str:
        """Embed a component and take it up; its HTML."""
        html = await self.embed(component, **params)
        answer = await self.mount(html)
        assert answer.refusal is None, answer
        return html

    async def call(self, component: int, action: str, args: dict[str, Any] | None = None, /, **more: Any) -> Answer:
        return await self.answer(self.ask(Call, component, action, {**(args or {}), **more}))

    async def set(self, component: int, **values: Any) -> Answer:
        return await self.answer(self.ask(Set, component, values))

    async def resync(self, component: int | None = None) -> Answer:
        return await self.answer(self.ask(Resync, component))

    async def unmount(self, *components: int) -> Answer:
        return await self.answer(self.ask(Unmount, list(components)))

    async def leave(self) -> None:
        """The page is left for good; returns when its session has ended."""
        page = self.page
        self.send(Leave())
        with pytest.raises(Closed):
            await self.next(Bye)
        await page.mailbox.idle()


TOKEN = re.compile(r'live-token="([^"]+)"')


def tokens(html: str) -> list[str]:
    """The mount tokens of a response."""
    return TOKEN.findall(html)


def items(frame: Answer | Apply) -> list[tuple[int | None, Result]]:
    """What a frame asks the page to perform, as the application said it."""
    return [(scope, from_wire(word)) for scope, *word in frame.items]


def refusal(frame: Answer) -> Refusal:
    """Why a call was refused."""
    assert frame.refusal is not None, f"not refused: {frame}"
    return Refusal(*frame.refusal)


def session_of(user: Any) -> str:
    """The key of a new session in which ``user`` is signed in. Uses the database."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


Connect = Callable[..., Awaitable[Wire]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """``await connect(user)`` opens a tab of a user (default: nobody). Log and store are empty at first."""
    bus_process.log_at.cache_clear()
    store.store_at.cache_clear()
    store.vault_at.cache_clear()
    opened: list[Wire] = []

    async def open_tab(user: Any = None, **headers: str) -> Wire:
        cookies = {} if user is None else {"sessionid": await runner().run(lambda: session_of(user))}
        wire = Wire(cookies, AnonymousUser() if user is None else user, **headers)
        opened.append(wire)
        await wire.open()
        return wire

    yield open_tab
    for wire in opened:
        await wire.drop()
    for page in list(process.pages().by_id.values()):
        await page.mailbox.idle()
    await bus.close_hub()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of the page sessions of this test."""
    clock = Clock()
    real = process.host
    monkeypatch.setattr(process, "host", lambda threads: replace(real(threads), now=clock, awake=Awake(clock)))
    return clock


def pages() -> Pages:
    """The page sessions of this test."""
    return process.pages()
