"""The way up: lines of JSON, a frame each, posted to the address that a stream has said.

A post may come to another process than the stream; then that one is asked to take it. It is answered when the stream
has it: what is not answered with 204 was not taken, or nobody knows, and the page opens its next stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liveactions.conf import conf
from liveactions.consumers.admission import headers_of, origin_is_allowed
from liveactions.errors import FrameError, LiveActionsError
from liveactions.fallback.events import Receive, Send, respond
from liveactions.fallback.streams import address_of, hand_over, max_body, relay_here, socket_scope, streams
from liveactions.metrics import figures

__all__ = ["serve_frames"]

ADDRESS = "x-live-stream"
"""The header that names the stream. A browser sends it for another site only after asking, and is not answered."""

REFUSALS = {
    "stream.gone": "The stream has ended.",
    "origin.foreign": "The stream is of another origin.",
    "rate.exceeded": "This page sends too much.",
}


async def serve_frames(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application at ``<path>frames``: 204, or a refusal."""
    try:
        await take(scope, receive)
    except LiveActionsError as error:
        await respond(send, error)
        return
    await send({"type": "http.response.start", "status": 204, "headers": [(b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})


async def take(scope: Mapping[str, Any], receive: Receive) -> None:
    """Raises what is to be answered, if not that all is well."""
    headers = headers_of(scope)
    check(scope, headers)
    stream, name, _ = address_of(scope, headers.get(ADDRESS, ""))
    post = {"stream": stream, "origin": headers["origin"], "body": await body_of(receive)}
    here = stream in streams() or not (name and conf().redis_url)
    if code := hand_over(post) if here else await relay_here().ask(name, post):
        raise FrameError(REFUSALS[code], code=code)


def check(scope: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    if not conf().fallback:
        raise LiveActionsError('LIVEACTIONS["FALLBACK"] is False.')
    if scope["method"] != "POST":
        raise FrameError("Frames can only be posted.", code="method.unknown")
    if not origin_is_allowed(socket_scope(scope, headers.get("origin", ""))):
        figures.REFUSED_ORIGINS.count += 1
        raise FrameError("This site does not speak to pages of others.", code="origin.foreign")


async def body_of(receive: Receive) -> bytes:
    """The body of a request, if it is not too large. Raises ``FrameError``."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > max_body():
            raise FrameError(f"A post has at most {max_body()} bytes.", code="frame.too_large")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)
