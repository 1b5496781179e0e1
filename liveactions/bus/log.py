"""The log: every stream's last entries, numbered. It is the truth; the channel layer only rings.

Numbers:

* ``offset`` counts the entries of one stream: 1, 2, 3 … without a hole, in an ``epoch`` whose name changes
  when the stream's history is lost.
* ``cursor`` counts the entries of all streams. It begins at a random number, so a cursor from before a loss is
  recognised instead of being mistaken for a recent one.
* The **ledger** lists where each entry went, by cursor. Whoever reads it from time to time knows which streams
  have moved, at a price that follows the news and not the number of streams.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from liveactions.bus.news import Entry, News
from liveactions.runtime.ports import Place

__all__ = ["LEDGER_LENGTH", "PLACE_AGE", "Changes", "Log", "Noted", "fresh_cursor", "fresh_epoch"]

LEDGER_LENGTH = 10_000

PLACE_AGE = 86_400
"""Seconds for which a silent stream's place is known. After that its followers render once afresh."""


class Changes(NamedTuple):
    """Where streams stand, as of ``cursor``; ``mark`` is that of the entry with this number, if it is known."""

    cursor: int
    places: Mapping[str, Place]
    mark: bytes = b""
    entered: Sequence[tuple[str, Place, bytes]] = ()
    """What was entered since the cursor that was asked for, or lately: stream, place and mark."""


class Noted(NamedTuple):
    """What is remembered of an entry, to look later whether it is still there."""

    stream: str
    place: Place
    cursor: int
    mark: bytes


class Log(Protocol):
    """Raises ``BusUnavailable`` from every method when the log cannot be reached."""

    async def append(self, news: Sequence[News]) -> list[Entry]:
        """Enter news in order, each at the next offset of its stream.

        A piece with ``once`` whose mark was entered before, as long ago as entries are kept, is not entered again:
        its entry is the one that it became.
        """

    async def read(self, stream: str, after: Place, limit: int) -> list[Entry] | None:
        """The entries that follow ``after``, at most ``limit``. None: they are not all kept any more."""

    async def read_since(self, stream: str, cursor: int) -> list[Entry] | None:
        """The entries of ``stream`` newer than ``cursor``. None: they are not all kept any more."""

    async def places(self, streams: Sequence[str]) -> list[Place]:
        """Where each of these streams ends now."""

    async def rewound(self, stream: str, seen: Place) -> Place:
        """Where ``stream`` ends now, for who has seen more of it at ``seen`` than the log has, or something else.

        A Redis that took over and had not heard everything counts on from where it is; then the same offset would hold
        two things. So the history begins anew, in an epoch of its own, unless somebody else has seen to that. The
        ledger tells of it.
        """

    async def lost(self, entered: Sequence[Noted]) -> list[Noted]:
        """Those of ``entered`` that are not in the log, though it should still have them: it has lost its end."""

    async def cursor(self) -> int:
        """The number of the newest entry of all streams."""

    async def changes(self, cursor: int, mark: bytes = b"") -> Changes | None:
        """The latest places of the streams that got entries after ``cursor``.

        None: the ledger does not reach back, or has another entry than that with this ``mark`` at ``cursor``. It has
        lost its end then, as Redis may that was killed before it wrote down what it had answered, or that took over
        from another one; and it has counted on since.
        """

    async def survey(self, streams: Sequence[str]) -> Changes:
        """The places of just these streams, whenever they last moved, and what was entered lately, anywhere."""

    def cursor_now(self) -> int:
        """``cursor()`` for synchronous code."""


def fresh_epoch() -> str:
    return secrets.token_urlsafe(6)


def fresh_cursor() -> int:
    """Where a new count begins. Small enough for Lua and JavaScript to hold it exactly."""
    return 1 + secrets.randbits(45)
