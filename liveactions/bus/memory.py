"""The log of a site that is one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from liveactions.bus.log import LEDGER_LENGTH, PLACE_AGE, Changes, Noted, fresh_cursor, fresh_epoch
from liveactions.bus.news import Entry, News
from liveactions.runtime.ports import Place

__all__ = ["MemoryLog"]


@dataclass(slots=True)
class Stream:
    """One stream's history. ``cursor`` is that of its last entry, ``touched`` when that came."""

    entries: deque[Entry]
    touched: float
    epoch: str = field(default_factory=fresh_epoch)
    offset: int = 0
    cursor: int = 0

    @property
    def place(self) -> Place:
        return Place(self.epoch, self.offset)


class MemoryLog:
    """A ``Log`` in this process's memory: ``length`` entries a stream, for ``age`` seconds. Safe in threads."""

    def __init__(self, length: int, age: float) -> None:
        self.length = length
        self.age = age
        self.first = self.last = fresh_cursor()
        self.streams: OrderedDict[str, Stream] = OrderedDict()
        """Every known stream, the one that has been silent for longest first."""
        self.warm: OrderedDict[str, Stream] = OrderedDict()
        """Those of them that may hold entries, in the same order."""
        self.ledger: deque[tuple[str, Place]] = deque(maxlen=LEDGER_LENGTH)
        self.marks: OrderedDict[bytes, tuple[float, Entry]] = OrderedDict()
        """What became of the pieces that are entered once only, and when; the oldest first."""
        self.lock = threading.Lock()

    async def append(self, news: Sequence[News]) -> list[Entry]:
        with self.lock:
            return [self.enter_once(piece) if piece.once else self.enter(piece) for piece in news]

    async def read(self, stream: str, after: Place, limit: int) -> list[Entry] | None:
        with self.lock:
            known = self.stream(stream)
            if after.epoch != known.epoch or after.offset > known.offset:
                return None
            missing = known.offset - after.offset
            if missing > len(known.entries):
                return None
            return list(known.entries)[len(known.entries) - missing :][:limit]

    async def read_since(self, stream: str, cursor: int) -> list[Entry] | None:
        with self.lock:
            known = self.stream(stream)
            if not self.first <= cursor <= self.last:
                return None
            found = [entry for entry in known.entries if entry.cursor > cursor]
            complete = known.cursor <= cursor or known.offset == len(known.entries) or len(found) < len(known.entries)
            return found if complete else None

    async def places(self, streams: Sequence[str]) -> list[Place]:
        with self.lock:
            return [self.stream(stream).place for stream in streams]

    async def rewound(self, stream: str, seen: Place) -> Place:
        with self.lock:
            known = self.stream(stream)
            if known.epoch == seen.epoch:
                self.last += 1
                known.epoch, known.cursor = fresh_epoch(), self.last
                known.entries.clear()
                self.ledger.append((stream, known.place))
            return known.place

    async def lost(self, entered: Sequence[Noted]) -> list[Noted]:  # noqa: ARG002  # memory keeps its end
        return []

    async def cursor(self) -> int:
        return self.last

    async def changes(self, cursor: int, mark: bytes = b"") -> Changes | None:  # noqa: ARG002  # memory keeps its end
        with self.lock:
            if not self.first <= cursor <= self.last or self.last - cursor > len(self.ledger):
                return None
            newer = list(self.ledger)[len(self.ledger) - (self.last - cursor) :]
            return Changes(self.last, dict(newer))

    async def survey(self, streams: Sequence[str]) -> Changes:
        with self.lock:
            return Changes(self.last, {name: self.stream(name).place for name in streams})

    def cursor_now(self) -> int:
        return self.last

    def enter_once(self, news: News) -> Entry:
        before = self.entered_before(news)
        if before is not None:
            return before
        entry = self.enter(news)
        self.marks[news.mark] = time.monotonic(), entry
        return entry

    def entered_before(self, news: News) -> Entry | None:
        """What has become of a piece that is entered once only."""
        horizon = time.monotonic() - self.age
        while self.marks and next(iter(self.marks.values()))[0] < horizon:
            self.marks.popitem(last=False)
        known = self.marks.get(news.mark)
        return None if known is None else known[1]

    def enter(self, news: News) -> Entry:
        stream = self.stream(news.stream)
        self.last += 1
        stream.offset += 1
        stream.cursor = self.last
        stream.touched = time.monotonic()
        self.streams.move_to_end(news.stream)
        self.warm[news.stream] = stream
        self.warm.move_to_end(news.stream)
        entry = Entry.of(news, stream.epoch, stream.offset, self.last)
        stream.entries.append(entry)
        self.ledger.append((news.stream, stream.place))
        return entry

    def stream(self, name: str) -> Stream:
        self.forget_the_old()
        found = self.streams.get(name)
        if found is None:
            found = self.streams[name] = Stream(deque(maxlen=self.length), time.monotonic())
        return found

    def forget_the_old(self) -> None:
        now = time.monotonic()
        for stream in silent_since(self.warm, now - self.age):
            stream.entries.clear()
        for _ in silent_since(self.streams, now - max(PLACE_AGE, self.age)):
            pass  # with the last reference its place is forgotten


def silent_since(streams: OrderedDict[str, Stream], horizon: float) -> Iterator[Stream]:
    """Take those out of ``streams`` that got their last entry before ``horizon``; they stand first."""
    while streams and next(iter(streams.values())).touched < horizon:
        yield streams.popitem(last=False)[1]
