"""The way down: an event stream, open for as long as the page is, that is one half of a socket.

It says first by which address the page may post to it. What is posted are the messages of a WebSocket that
``LiveConsumer`` receives; what that sends are the events of the stream. No thread is held, and a stream that is read
slowly makes its page's outbox wait, as a slow socket does.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core import signing

from liveactions.bus.process import relay
from liveactions.bus.relay import Question, Relay
from liveactions.conf import conf
from liveactions.consumers import LiveConsumer
from liveactions.consumers.admission import cookies_of, digest_of, headers_of, origin_is_allowed
from liveactions.consumers.live import SUBPROTOCOL
from liveactions.errors import FrameError, LiveActionsError, TokenError
from liveactions.fallback.events import HEADERS, Receive, Send, encoded, event, respond
from liveactions.http.outlet import Outlet
from liveactions.metrics import figures
from liveactions.wire import from_line, to_line

__all__ = ["Stream", "address_of", "hand_over", "max_body", "relay_here", "serve_stream", "socket_scope", "streams"]

logger = logging.getLogger("liveactions.security")

SALT = "liveactions.stream"

LINGER = 0.5
"""Seconds after the end of a stream in which what is on its way to it still counts: a page's last word, above all."""

Message = dict[str, Any]
Address = tuple[str, str, str]
"""Of a stream: its id, the name of its process, and what tells its browser's session from others."""


def max_body() -> int:
    """Bytes of one post: some frames together, or one whose JSON is much longer than its msgpack."""
    return 4 * conf().max_frame


class Stream(Outlet):
    """One event stream and what was posted to it: the ``receive`` and ``send`` of a WebSocket."""

    def __init__(self, receive: Receive, send: Send) -> None:
        super().__init__(receive, send)
        self.id = secrets.token_urlsafe(16)
        self.origin = ""
        """That of the first post; all others must be of the same."""
        self.posted: asyncio.Queue[Message] = asyncio.Queue()
        self.begun = asyncio.Event()
        self.waiting = 0
        """Bytes that were posted and not taken yet."""
        self.ended = False

    # What is posted to it ------------------------------------------------------------------------------------

    def post(self, origin: str, body: bytes) -> str:
        """Take lines of JSON, a frame each. Why not, as the code of a refusal, or nothing."""
        if self.ended:
            return "stream.gone"
        if self.origin not in ("", origin):
            return "origin.foreign"
        if self.waiting + len(body) > max_body():
            return "rate.exceeded"
        self.origin = origin
        self.waiting += len(body)
        for line in filter(None, body.split(b"\n")):
            self.posted.put_nowait({"type": "websocket.receive", "bytes": line})
        self.begun.set()
        return ""

    def stopProducing(self) -> None:  # noqa: N802  # nobody reads any more
        super().stopProducing()
        self.begun.set()
        asyncio.get_running_loop().call_later(
            LINGER, self.posted.put_nowait, {"type": "websocket.disconnect", "code": 1006}
        )

    # The socket of the consumer ------------------------------------------------------------------------------

    async def next(self) -> Message:
        """The next message of the page. Raises ``FrameError`` for what is not even JSON."""
        message = await self.posted.get()
        if message["type"] != "websocket.receive":
            return message
        self.waiting -= len(message["bytes"])
        return {**message, "bytes": from_line(message["bytes"])}

    async def tell(self, message: Message) -> None:
        """Say to the page what a socket would."""
        if message["type"] == "websocket.send":
            await self.write(event(to_line(message["bytes"])))
        elif message["type"] == "websocket.close" and not self.ended:
            self.ended = True
            self.posted.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
            await self.write(event(str(message["code"]), "close"))


by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Stream]] = WeakKeyDictionary()


def streams() -> dict[str, Stream]:
    """The open streams of the running event loop, by id."""
    return by_loop.setdefault(asyncio.get_running_loop(), {})


def hand_over(question: Question) -> str:
    """Give what was posted, here or elsewhere, to the stream it is for. The code of a refusal, or nothing."""
    stream = streams().get(question["stream"])
    return "stream.gone" if stream is None else stream.post(question["origin"], question["body"])


def relay_here() -> Relay:
    """By which processes hand on what was posted to one and is for another one's stream."""
    return relay(hand_over)


# The door ------------------------------------------------------------------------------------------------------


async def serve_stream(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application at ``<path>stream``. The query is what a WebSocket offers as its subprotocols.

    Nothing is done for whoever opens a stream, before they have shown by a post that they could read its first event.
    """
    try:
        check(scope)
        stream = Stream(receive, send)
        name = await relay_here().listen() if conf().redis_url else ""
    except LiveActionsError as error:
        await respond(send, error)
        return
    here = streams()
    here[stream.id] = stream
    figures.STREAMS.count += 1
    await send({"type": "http.response.start", "status": 200, "headers": encoded(HEADERS)})
    try:
        async with stream:
            address = signing.dumps([stream.id, name, session_in(scope)], salt=SALT)
            await stream.write(event(address, "open"))
            await converse(scope, stream)
            if not stream.gone:
                await stream.finish()
    finally:
        stream.ended = True
        here.pop(stream.id, None)


async def converse(scope: Mapping[str, Any], stream: Stream) -> None:
    try:
        await asyncio.wait_for(stream.begun.wait(), conf().join_timeout)
    except asyncio.TimeoutError:  # not the built-in one before Python 3.11
        return
    if not stream.origin:
        return  # it was given up before anything was said
    messages = [{"type": "websocket.connect"}]

    async def receive() -> Message:
        return messages.pop() if messages else await stream.next()

    await LiveConsumer.as_asgi()(socket_scope(scope, stream.origin), receive, stream.tell)


def check(scope: Mapping[str, Any]) -> None:
    """Raises the refusal of who may not open a stream. Where a request comes from browsers say in two ways, or not."""
    if not conf().fallback:
        raise LiveActionsError('LIVEACTIONS["FALLBACK"] is False.')
    if scope["method"] != "GET":
        raise FrameError("A stream can only be fetched.", code="method.unknown")
    if SUBPROTOCOL not in offered(scope):
        raise FrameError(f"This server speaks {SUBPROTOCOL}.", code="version.unsupported")
    headers = headers_of(scope)
    origin = headers.get("origin")
    own = origin is None or origin_is_allowed(socket_scope(scope, origin))
    if not own or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        figures.REFUSED_ORIGINS.count += 1
        logger.warning("An event stream was refused to another site.")
        raise FrameError("This stream is not for other sites.", code="origin.foreign")


def socket_scope(scope: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """The scope of the WebSocket that a stream stands for, opened by a page of ``origin``."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"origin"]
    return {
        **scope,
        "type": "websocket",
        "scheme": "wss" if scope.get("scheme") == "https" else "ws",
        "headers": [*headers, (b"origin", origin.encode("latin-1"))],
        "subprotocols": offered(scope),
    }


def offered(scope: Mapping[str, Any]) -> list[str]:
    """The versions that a page can speak."""
    text: str = scope["query_string"].decode("latin-1")
    return text.split(",")


def session_in(scope: Mapping[str, Any]) -> str:
    return digest_of(cookies_of(headers_of(scope)).get(settings.SESSION_COOKIE_NAME))


def address_of(scope: Mapping[str, Any], text: str) -> Address:
    """The stream that a post names. Raises ``TokenError`` unless it was opened here, in the same browser session."""
    try:
        stream, name, session = signing.loads(text, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        raise TokenError("This address was not made here.", code="stream.gone") from None
    if session != session_in(scope):
        raise TokenError("This stream is of another session.", code="stream.gone", hint="Open one of your own.")
    return stream, name, session
