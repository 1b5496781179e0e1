"""What travels on the bus: a piece of news, and the entry it becomes in a stream's log."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgpack

from liveactions.runtime.ports import Place

__all__ = ["MARKED", "Entry", "News", "news_of", "pack_news", "unpack_news"]

MARKED = 8
"""By the last so many bytes of its mark an entry is known from another one at the same place."""


@dataclass(frozen=True, slots=True)
class News:
    """Something for everyone who follows ``stream``.

    ``body`` is the encoded items for pages, or empty; ``event`` and ``payload`` (plain data) are for components
    that listen; ``exclude`` is the id of a page that shall not get it. ``mark`` makes the piece unmistakable, so
    that it is not entered twice when its publisher has to repeat itself. With ``once`` a log remembers the mark, and
    refuses the piece to whoever brings it again.
    """

    stream: str
    body: bytes = b""
    event: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    exclude: str | None = None
    mark: bytes = field(default_factory=lambda: secrets.token_bytes(9), repr=False)
    once: bool = False


class Entry(NamedTuple):
    """News at its place. ``offset`` is dense in its stream; ``cursor`` grows over all streams of the cluster.

    A log that has lost its end gives the same place to something else: ``mark`` tells the two apart.
    """

    stream: str
    epoch: str
    offset: int
    cursor: int
    body: bytes
    event: str | None
    payload: dict[str, Any]
    exclude: str | None
    mark: bytes = b""

    @property
    def place(self) -> Place:
        return Place(self.epoch, self.offset)

    @classmethod
    def of(cls, news: News, epoch: str, offset: int, cursor: int) -> Entry:
        mark = news.mark[-MARKED:]
        return cls(news.stream, epoch, offset, cursor, news.body, news.event, news.payload, news.exclude, mark)


def pack_news(news: News) -> bytes:
    """News as a log keeps them: everything but the place. The last bytes are those of the mark."""
    return bytes(msgpack.packb([news.body, news.event, news.payload, news.exclude, news.mark]))


def news_of(stream: str, data: bytes) -> News:
    """What ``pack_news`` has packed, to be appended once more: to the log it is the same piece."""
    body, event, payload, exclude, mark = msgpack.unpackb(data)
    return News(stream, body, event, payload, exclude, mark, once=True)


def unpack_news(stream: str, epoch: str, offset: int, cursor: int, data: bytes) -> Entry:
    """The inverse of ``pack_news``, at its place."""
    body, event, payload, exclude, mark = msgpack.unpackb(data)
    return Entry(stream, epoch, offset, cursor, body, event, payload, exclude, mark[-MARKED:])
