"""The files door: what a page was offered, at an address that works once.

A file is read in pieces, in threads, and only as fast as the browser takes it. Whatever it holds, the browser stores
it and shows nothing of it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from liveactions.errors import BusUnavailable, LiveActionsError, TokenError
from liveactions.files import Offer, offer_at
from liveactions.http.outlet import Outlet, Receive

__all__ = ["serve_file"]

logger = logging.getLogger("liveactions")

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 131_072

HEADERS: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
]

STATUS = {"token.forged": 404, "token.expired": 410, "file.gone": 410, "method.unknown": 405, "bus.unavailable": 503}


async def serve_file(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application at ``/live/files/<token>``.

    404 for an address that was not made here, 410 for one that was used or is too old, 503 while the store is away.
    ``HEAD`` looks and does not use it up.
    """
    try:
        offer, file = await opened(scope)
    except LiveActionsError as error:
        await refuse(send, error, empty=scope["method"] == "HEAD")
        return
    try:
        size = os.fstat(file.fileno()).st_size
        await send({"type": "http.response.start", "status": 200, "headers": headers_of(offer, size)})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
        else:
            await hand_over(file, size, offer, Outlet(receive, send))
    finally:
        await asyncio.to_thread(put_away, file, offer if scope["method"] == "GET" else None)


async def opened(scope: dict[str, Any]) -> tuple[Offer, IO[bytes]]:
    method = scope["method"]
    if method not in ("GET", "HEAD"):
        raise TokenError("A file can only be fetched.", code="method.unknown", hint="Use GET.")
    offer = await offer_at(scope["path"].rpartition("/")[2], once=method == "GET")
    try:
        return offer, await asyncio.to_thread(open, offer.path, "rb")
    except OSError:
        logger.exception("A file that was offered is not there. Do several machines share a DOWNLOAD_DIR?")
        raise TokenError("This file is gone.", code="file.gone", hint="Ask for it again.") from None


async def refuse(send: Send, error: LiveActionsError, *, empty: bool) -> None:
    """Say why not, and what to do: in words, because a person may read them in place of the file."""
    told = "The server cannot look for this file now. Try again." if isinstance(error, BusUnavailable) else str(error)
    body = told.encode()
    headers = [*HEADERS, (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    if error.code == "method.unknown":
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": STATUS[error.code], "headers": headers})
    await send({"type": "http.response.body", "body": b"" if empty else body})


async def hand_over(file: IO[bytes], size: int, offer: Offer, outlet: Outlet) -> None:
    """Send ``size`` bytes: what is appended while it is fetched, is not part of it."""
    async with outlet:
        while size > 0 and not outlet.gone:
            piece = await asyncio.to_thread(file.read, min(PIECE, size))
            if not piece:
                logger.error("%r became shorter while it was fetched.", offer.filename)
                outlet.abort(OSError(f"{offer.filename!r} became shorter while it was fetched."))
                return
            size -= len(piece)
            await outlet.write(piece)
        if not outlet.gone:
            await outlet.finish()


def put_away(file: IO[bytes], fetched: Offer | None) -> None:
    file.close()
    if fetched is not None and fetched.passing:
        Path(fetched.path).unlink(missing_ok=True)


# Headers -----------------------------------------------------------------------------------------------------


def headers_of(offer: Offer, size: int) -> Headers:
    return [
        *HEADERS,
        (b"content-type", media_type(offer.mimetype).encode("ascii")),
        (b"content-length", b"%d" % size),
        (b"content-disposition", disposition(offer.filename).encode("ascii")),
    ]


MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; ?[\w-]+=(?:[\w.+-]+|\"[\w .+-]*\"))*", re.ASCII)


def media_type(text: str) -> str:
    """What the application said, if it is one: a header must not carry anything else."""
    return text if MEDIA_TYPE.fullmatch(text) else "application/octet-stream"


ORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the order of others around: ``fdp.exe`` can be made to look like ``exe.pdf``."""


def disposition(filename: str) -> str:
    """The ``Content-Disposition`` of a file (RFC 6266): its name in ASCII, and as it is if that differs."""
    name = "".join("_" if is_unsafe(character) else character for character in filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .,;()\[\]@+=~!#$&'^`{}-]", "_", plain, flags=re.ASCII).strip() or "download"
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in ORDERING or character in "/\\"
