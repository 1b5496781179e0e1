"""The socket door: bytes between a WebSocket and a page session, and nothing else.

A Channels consumer with a receive loop of its own. The stock loop waits for each handler before it takes the
next message, and hops to a thread for each; here a message is only handed on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from channels.consumer import AsyncConsumer

from liveactions.conf import conf
from liveactions.consumers.admission import browser_of, origin_is_allowed, surroundings_of
from liveactions.consumers.crowd import check_user, joining
from liveactions.consumers.lines import NO_LINE, Line, line_of
from liveactions.consumers.process import pages, users
from liveactions.consumers.recording import recorder
from liveactions.consumers.turnstile import turnstile
from liveactions.errors import FrameError, LiveActionsError
from liveactions.metrics import figures
from liveactions.runtime import Page
from liveactions.runtime.draining import ending
from liveactions.runtime.outbox import sent
from liveactions.runtime.ports import Gone
from liveactions.version import is_too_old
from liveactions.wire import Connection, close_code, encode
from liveactions.wire.frames import Bye, Frame, Hello, Leave

__all__ = ["SUBPROTOCOL", "LiveConsumer"]

logger = logging.getLogger("liveactions.security")

SUBPROTOCOL = "liveactions.1"

CLOSING = 5.0
"""Seconds that the other side has to close a socket as well; servers break it off sooner."""

IN_A_ROW = 4
"""Frames of one page that are taken, and calls that are done at once, before others have their turn."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Socket:
    """The ``Transport`` of a page session: one ASGI WebSocket."""

    __slots__ = ("ahead", "closed", "gone", "line", "raw", "receive", "recorder")

    def __init__(self, receive: Receive, raw: Send, line: Line = NO_LINE) -> None:
        self.receive = receive
        self.raw = raw
        self.line = line
        self.ahead: asyncio.Task[dict[str, Any]] | None = None
        """What comes next, if it was listened for before anybody has asked for it."""
        self.closed = False
        self.gone = False
        """Whether the other side has closed it, or has gone."""
        self.recorder = recorder()

    def listen(self) -> None:
        """Notice it if the other side goes before anybody asks for what comes ``next``."""
        self.line.taken()
        self.ahead = asyncio.get_running_loop().create_task(self.hear_ahead())

    async def hear_ahead(self) -> dict[str, Any]:
        message = await self.hear()
        self.line.pause()
        return message

    def next(self) -> Awaitable[dict[str, Any]]:
        """The next message of the server."""
        ahead, self.ahead = self.ahead, None
        return self.hear() if ahead is None else ahead

    async def hear(self) -> dict[str, Any]:
        message = await self.receive()
        if message["type"] == "websocket.disconnect":
            self.gone = True
        return message

    def send(self, data: bytes) -> Coroutine[Any, Any, None] | None:
        figures.FRAMES_OUT.count += 1
        figures.BYTES_OUT.count += len(data)
        if self.recorder is not None:
            self.recorder.server(data)
        return None if self.line.write(data) else self.raw({"type": "websocket.send", "bytes": data})

    async def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            self.line.end()
            await self.raw({"type": "websocket.close", "code": code})


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]  # channels ships no types
    """One WebSocket connection, from handshake to close."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        line = line_of(receive, send, conf().max_frame)
        await queue(line, comes_in=True)
        if not origin_is_allowed(scope):
            figures.REFUSED_ORIGINS.count += 1
            turnstile().guard()
            await send({"type": "websocket.close", "code": 4403})
            return
        known = SUBPROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if known else None})
        figures.SOCKETS.count += 1
        line.taken()
        socket = Socket(receive, send, line)
        if not known:
            await refuse(socket, FrameError("This server speaks liveactions.1.", code="version.unsupported"))
            return
        with connected(), listening(socket):
            await self.converse(scope, socket)
            if not socket.gone:
                await passed_over(socket)

    async def converse(self, scope: dict[str, Any], socket: Socket) -> None:
        """Greet, then hand on what comes until the socket ends."""
        connection = Connection(conf().max_frame)
        page: Page | None = None
        try:
            page = await self.greet(scope, socket, connection)
            taken = 0
            while page is not None and (frame := frame_in(await socket.next(), connection, socket)) is not None:
                if page.outbox.transport is not socket:
                    break  # a newer socket speaks for this page
                page.receive(frame)
                if type(frame) is Leave:
                    pages().forget(page)
                    await socket.close(1000)
                    break
                taken += 1
                if taken % IN_A_ROW == 0:
                    await others_have_their_turn(socket.line)
        except Gone:
            logger.info("A page has gone before it was welcomed.")
        except FrameError as error:
            await show_out(page, socket, error)
        except LiveActionsError as error:
            logger.info("A page is sent away (%s): %s", error.code, error)
            await refuse(socket, error)
        except Exception:
            logger.exception("A connection failed.")
            await refuse(socket, LiveActionsError("The server could not go on.", retry_ms=1000))
        finally:
            socket.closed = True
            if page is not None and page.outbox.transport is socket:
                page.detach()

    async def greet(self, scope: dict[str, Any], socket: Socket, connection: Connection) -> Page | None:
        """The page session of this connection; None if it says nothing in time."""
        try:
            first = await asyncio.wait_for(socket.next(), conf().join_timeout)
        except asyncio.TimeoutError:  # not the built-in one before Python 3.11
            raise FrameError("No HELLO came in time.", code="frame.malformed") from None
        hello = frame_in(first, connection, socket)
        await queue(socket.line)
        if not isinstance(hello, Hello):
            return None
        if pages().draining:  # daphne would lose a BYE that is sent before the page has spoken
            raise ending()
        if is_too_old(hello.build):
            raise FrameError("This page is of an older version.", code="version.unsupported")
        with joining(pages()):
            socket.listen()
            page = await self.join(scope, hello, socket)
        if pages().draining:  # since a moment ago
            page.hang_up("server.draining", str(ending()), retry_ms=0)
        return page

    async def join(self, scope: dict[str, Any], hello: Hello, socket: Socket) -> Page:
        """The page session that is resumed or begun."""
        figures.RESUMES.count += hello.resume is not None
        surroundings = pages().surroundings_here(hello, *browser_of(scope))
        if surroundings is None:
            surroundings = await surroundings_of(scope, users().get)
        if hello.resume is None:
            check_user(pages(), surroundings.user)
        return await pages().open(hello, socket, surroundings)


@contextmanager
def connected() -> Iterator[None]:
    """Within it, the running task counts as an open socket."""
    task, connections = asyncio.current_task(), pages().connections
    assert task is not None
    connections.add(task)
    try:
        yield
    finally:
        connections.discard(task)


@contextmanager
def listening(socket: Socket) -> Iterator[None]:
    """After it, nobody listens to this socket any more."""
    try:
        yield
    finally:
        if socket.ahead is not None:
            socket.ahead.cancel()


async def queue(line: Line, *, comes_in: bool = False) -> None:
    """Somebody comes in, or is welcomed: one after the other, if a moment ago there was one who had to be shown the
    door."""
    if turnstile().is_guarded:
        line.pause()
        await turnstile().passed(comes_in=comes_in)


async def others_have_their_turn(line: Line) -> None:
    """A page that has sent much waits, so that it does not keep others waiting."""
    if line.is_ahead:
        line.ease()
        await turnstile().passed()
    else:
        await asyncio.sleep(0)


def frame_in(message: dict[str, Any], connection: Connection, socket: Socket) -> Frame | None:
    """The frame in a message of the server, or None when the socket has ended. Raises ``FrameError``."""
    if socket.gone:
        return None
    if socket.line.is_endless:
        raise FrameError("A frame is larger than any may be.", code="frame.too_large")
    data = message.get("bytes")
    if data is None:
        raise FrameError("Frames are binary messages.")
    figures.FRAMES_IN.count += 1
    figures.BYTES_IN.count += len(data)
    socket.line.taken()
    frame = connection.receive(data)
    if socket.recorder is not None:
        socket.recorder.page(data)
    return frame


async def passed_over(socket: Socket) -> None:
    """Take what still comes over a socket that is being closed: what nobody takes, daphne keeps in memory."""
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(discarded(socket), CLOSING)


async def discarded(socket: Socket) -> None:
    while not socket.gone:
        await socket.next()


async def show_out(page: Page | None, socket: Socket, error: FrameError) -> None:
    """Refuse what no page of ours says. One that shows nothing has nothing to come back to, and one that goes on from
    where its session never was comes back to a new one, for this one is of no use to it.
    """
    logger.warning("A page is disconnected (%s): %s", error.code, error)
    turnstile().guard()
    if page is not None and page.outbox.transport is socket and (error.code == "frame.gap" or not page.tree.nodes):
        pages().forget(page)
    await refuse(socket, error)


async def refuse(socket: Socket, error: LiveActionsError) -> None:
    """Say why, then close."""
    wait = error.detail.get("retry_ms")
    try:
        await sent(socket, encode(Bye(error.code, str(error), wait if isinstance(wait, int) else None)))
        await socket.close(close_code(error.code))
        socket.line.stop()
    except Exception as gone:  # noqa: BLE001  # each server has its own way to say that the peer has gone
        logger.debug("A page could not be told why it is disconnected: %r", gone)
        socket.gone = True
