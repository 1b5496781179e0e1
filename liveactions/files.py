"""Files for browsers: each is offered at an address that works once, and large content is given a file first.

What an address leads to waits in the store, so neither an address nor a page ever names a path of this machine.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from liveactions.conf import conf
from liveactions.errors import ResultError, TokenError
from liveactions.results import Download, performs
from liveactions.signing import Seals
from liveactions.store import put_now, store
from liveactions.wire import load, pack

__all__ = ["FOLDER", "LARGE", "Offer", "Spooled", "offer", "offer_at", "spool"]

FOLDER = "files"
"""Where the addresses stand, below the path of the socket."""
LARGE = 524_288
"""Bytes of content that still travel over the socket; it would hold up everything else with more."""
PIECE = 262_144
PREFIX, SUFFIX = "liveactions-", ".download"


class Spooled(str):
    """The path of a file that was written for one download, and is deleted after it."""

    __slots__ = ()


class Offer(NamedTuple):
    """What an address leads to: a file on this machine, and what a browser is to call it."""

    path: str
    filename: str
    mimetype: str
    passing: bool
    """Whether it is deleted when it was fetched."""


@performs(Download)
def offer(download: Download, _: object) -> Download:
    """A file on the server's disk, or large content, becomes an address. Raises ``ResultError`` for a missing file."""
    if download.path is not None:
        return offered(download, download.path)
    if download.content is not None and len(download.content) > LARGE:
        return offered(download, spool([download.content]))
    return download


def offered(download: Download, path: str) -> Download:
    size = size_of(path)
    key = f"file.{secrets.token_urlsafe(16)}"
    made = Offer(str(Path(path).resolve()), download.filename, download.mimetype, isinstance(path, Spooled))
    if not put_now(key, pack(list(made)), conf().download_age):
        raise ResultError(f"{download.filename!r} could not be offered: the store is away.", code="bus.unavailable")
    url = f"{conf().path.rstrip('/')}/{FOLDER}/{Seals().seal('file', [key])}"
    return Download(download.filename, mimetype=download.mimetype, url=url, size=size)


def size_of(path: str) -> int:
    try:
        found = Path(path).stat()
    except (OSError, ValueError) as error:
        raise ResultError(f"path={path!r} cannot be read: {error}.", hint="Write the file first.") from None
    if not stat.S_ISREG(found.st_mode):
        raise ResultError(f"path={path!r} is not a file.", hint="Give the path of one file; zip a folder.")
    return found.st_size


async def offer_at(token: str, *, once: bool) -> Offer:
    """What the address with this token leads to; ``once``: nobody finds it there again.

    Raises ``TokenError`` (forged; expired or used), ``BusUnavailable``.
    """
    (key,) = Seals().unseal("file", token)
    kept = await (store().take(key) if once else store().get(key))
    if kept is None:
        raise TokenError("This address was used, or is too old.", code="token.expired", hint="Ask for the file again.")
    return Offer(*load(kept))


# Files of our own --------------------------------------------------------------------------------------------


def spool(chunks: Iterable[bytes]) -> Spooled:
    """Write the pieces of a file, or what an open binary file still has, to one that nobody else may read.

    Raises ``ResultError`` for a piece that is not bytes; what ``chunks`` raises, and then nothing is left behind.
    """
    place = folder()
    handle, path = tempfile.mkstemp(SUFFIX, PREFIX, place)
    try:
        with os.fdopen(handle, "wb") as file:
            sweep(place, os.fstat(handle).st_mtime)
            file.writelines(binary(chunks))
    except BaseException:
        Path(path).unlink()
        raise
    return Spooled(path)


def binary(chunks: Any) -> Iterator[Any]:
    read = getattr(chunks, "read", None)
    for chunk in chunks if read is None else iter(partial(read, PIECE), b""):
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise ResultError(f"A file is made of bytes, got {type(chunk).__name__}.", hint="Encode a text first.")
        yield chunk


def folder() -> Path:
    """The folder for files of our own. Raises ``ResultError`` if others could look into the one that is ours alone."""
    if given := conf().download_dir:
        place = Path(given)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place
    user = os.getuid() if hasattr(os, "getuid") else None
    place = Path(tempfile.gettempdir()) / f"liveactions-{'files' if user is None else user}"
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o077
    if user is not None and not private:
        raise ResultError(f"{place} is not private.", hint='Remove it, or set LIVEACTIONS["DOWNLOAD_DIR"].')
    return place


def sweep(place: Path, now: float) -> None:
    """Delete what was never fetched. ``now`` is the time of the disk, which need not be that of this machine."""
    oldest = now - 2 * conf().download_age
    for each in place.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            if each.lstat().st_mtime < oldest:
                each.unlink()
        except OSError:
            pass  # another process was faster
