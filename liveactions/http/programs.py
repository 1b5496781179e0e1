"""The programs door: the static part of a component's template, for browsers to keep for ever.

An address holds the hash of what it leads to, so what was fetched once is never asked for again (RFC 8246).
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from asgiref.sync import sync_to_async

from liveactions.templating import form_of

__all__ = ["serve_program"]

Send = Callable[[dict[str, Any]], Awaitable[None]]

HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"vary", b"accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
]


async def serve_program(scope: dict[str, Any], _: Any, send: Send) -> None:
    """The ASGI application at ``/live/programs/<hash>.json``. 404 for a program that no component here has."""
    name = scope["path"].rpartition("/")[2]
    form = await sync_to_async(form_of, thread_sensitive=False)(name.removesuffix(".json"))
    if form is None or not name.endswith(".json") or scope["method"] not in ("GET", "HEAD"):
        await respond(send, 404, [(b"cache-control", b"no-store")], b"")
        return
    headers = HEADERS
    if takes_gzip(scope):
        form, headers = packed(form), [*HEADERS, (b"content-encoding", b"gzip")]
    await respond(send, 200, headers, form, empty=scope["method"] == "HEAD")


def takes_gzip(scope: dict[str, Any]) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


@lru_cache(maxsize=256)
def packed(form: bytes) -> bytes:
    return gzip.compress(form, mtime=0)


async def respond(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, *, empty: bool = False
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if empty else body})
