"""Words that say where the browser goes, and what it takes along."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from liveactions.errors import ResultError
from liveactions.results.urls import check_url
from liveactions.results.words.base import Result, check_filled, one_of

__all__ = ["PIECE", "Chunk", "Download", "OpenURL", "Redirect", "Reload", "teach_spool"]

PIECE = 49_152
"""Bytes of a file that travel in one frame."""


@dataclass(frozen=True, slots=True)
class Redirect(Result):
    """Leave the page for ``url``. Terminal: nothing after it is delivered and a generator is closed.

    ``replace`` keeps the present page out of the history. Another origin needs ``external=True``.
    """

    terminal: ClassVar[bool] = True

    url: str
    replace: bool = False
    external: bool = False

    def __post_init__(self) -> None:
        check_url("url", self.url, external=self.external)


@dataclass(frozen=True, slots=True)
class OpenURL(Result):
    """Open an address beside the page: ``_blank`` (a new tab), ``self`` (this one), or ``download``.

    Where the browser blocks the new tab, a sticky warning offers the link. ``close`` closes the open window afterwards.
    """

    url: str
    target: Literal["_blank", "self", "download"] = "_blank"
    close: bool = False
    title: str | None = None

    def __post_init__(self) -> None:
        check_url("url", self.url, external=True)
        target = one_of("target", self.target, ("_blank", "self", "download"), {"new": "_blank", "_self": "self"})
        object.__setattr__(self, "target", target)

    @property
    def label(self) -> str | None:
        return self.title


@dataclass(frozen=True, slots=True)
class Reload(Result):
    """Load the page again. Terminal.

    ``scope``: ``"page"``; ``"frontend"`` also drops what the client has kept in the browser; ``"caches"`` also the
    browser's caches of this site.
    """

    terminal: ClassVar[bool] = True

    scope: Literal["page", "frontend", "caches"] = "page"

    def __post_init__(self) -> None:
        one_of("scope", self.scope, ("page", "frontend", "caches"), {})


Spool = Callable[[Iterable[bytes]], str]


def no_disk(_: Iterable[bytes]) -> str:
    raise ResultError(
        "Nobody here can write a file.", hint="The Django application liveactions does it when it is ready."
    )


spool: Spool = no_disk


def teach_spool(how: Spool) -> None:
    """Write the files of ``Download.from_chunks`` by ``how``: from the pieces of a file to the path where it is now."""
    global spool  # noqa: PLW0603  # one process has one place for them
    spool = how


@dataclass(frozen=True, slots=True)
class Download(Result):
    """Hand the browser a file; nothing closes.

    Give ``content`` (bytes, or base64 as text), or ``path`` (a file on the server's disk, which is streamed and never
    held in memory), or a ``url``. Up to 512 KiB travel over the socket in pieces, with progress; more is fetched by a
    signed address that works once. ``size`` and ``id`` are the server's.
    """

    filename: str
    content: bytes | None = field(default=None, repr=False)
    mimetype: str = "application/octet-stream"
    url: str | None = None
    size: int | None = None
    id: int | None = None
    path: str | None = None

    def __post_init__(self) -> None:
        check_filled("filename", self.filename)
        if any(character in self.filename for character in "/\\\0\r\n"):
            raise ResultError(f"filename={self.filename!r} is not the name of a file.", hint="Give it without folders.")
        object.__setattr__(self, "content", as_bytes(self.content))
        object.__setattr__(self, "path", as_path(self.path))
        if self.url is not None:
            check_url("url", self.url, external=False)
        given = [name for name in ("content", "url", "path") if getattr(self, name) is not None]
        if len(given) > 1 or (not given and self.id is None):
            raise ResultError(
                f"Download() got {' and '.join(given) or 'nothing to download'}.",
                hint="Give it exactly one of content, path and url.",
            )

    @classmethod
    def from_chunks(
        cls, filename: str, chunks: Iterable[bytes], mimetype: str = "application/octet-stream"
    ) -> Download:
        """A file that is made piece by piece: ``chunks`` are bytes, or a binary file that is open for reading.

        They are written to the server's disk now, for this one download, and never held in memory together.
        """
        cls(filename, b"", mimetype)  # a wrong name is refused before anything is written
        return cls(filename, mimetype=mimetype, path=spool(chunks))

    @property
    def local(self) -> bool:
        """A file on the server's disk, or more than one frame should hold, is offered by the server first."""
        return self.path is not None or (self.content is not None and len(self.content) > PIECE)

    @property
    def label(self) -> str | None:
        return self.filename


def as_path(path: Any) -> str | None:
    return path if path is None or isinstance(path, str) else str(path)


def as_bytes(content: Any) -> bytes | None:
    if content is None or isinstance(content, bytes):
        return content
    if isinstance(content, (bytearray, memoryview)):
        return bytes(content)
    if not isinstance(content, str):
        raise ResultError(
            f"content must be bytes, or base64 as text, got {type(content).__name__}.", hint="Encode a text first."
        )
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ResultError("content is a text, but not base64.", hint="Give bytes: text.encode().") from None


@dataclass(frozen=True, slots=True)
class Chunk(Result):
    """The next piece of a download. Made by the package, never by an application."""

    download: int
    data: bytes = field(repr=False)
