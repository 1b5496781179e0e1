"""What event streams say, and how a request for one, or to one, is refused: in the same words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from liveactions.errors import LiveActionsError
from liveactions.wire import close_code, encode, to_line
from liveactions.wire.frames import Bye

__all__ = ["HEADERS", "Receive", "Send", "encoded", "event", "respond"]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
"""No proxy is to keep it, to compress it, or to wait until there is more of it."""

STATUS = {
    "origin.foreign": 403,
    "method.unknown": 405,
    "stream.gone": 410,
    "frame.too_large": 413,
    "rate.exceeded": 429,
    "server.failed": 404,
    "version.unsupported": 426,
    "bus.unavailable": 503,
}

RETRY = {"stream.gone": 0, "rate.exceeded": 1000, "bus.unavailable": 1000}
"""After so many milliseconds a page may come back."""


def event(data: str, name: str = "") -> bytes:
    """One event of a stream. Neither a line of JSON nor an address has a line end in it."""
    return (f"event: {name}\n" if name else "").encode() + f"data: {data}\n\n".encode()


async def respond(send: Send, error: LiveActionsError) -> None:
    """Refuse a request in the words of a stream: a ``BYE``, and the code with which a socket would be closed."""
    bye = Bye(error.code, str(error), RETRY.get(error.code))
    body = event(to_line(encode(bye))) + event(str(close_code(error.code)), "close")
    headers = {**HEADERS, "content-length": str(len(body))}
    status = STATUS.get(error.code, 400)
    await send({"type": "http.response.start", "status": status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": body})


def encoded(headers: Mapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
