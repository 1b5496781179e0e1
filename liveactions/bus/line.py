"""One stream as this process follows it. Decides what is news, what is old and what is missing; does no I/O.

Law: ``offset`` only grows within an epoch, by one, and every follower gets every entry that passes it, or ``lost``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from liveactions.bus.news import Entry
from liveactions.metrics import figures
from liveactions.runtime.ports import Follower, Place
from liveactions.wire import apply_frame

__all__ = ["Catching", "Line"]

logger = logging.getLogger(__name__)

EARLY = 256
"""Entries that may wait for a missing one before they are read from the log together with it."""

REMEMBERED = 64
"""Entries that are still known after they were shipped, so that an offset that is used again is noticed at once."""

MOST_READ = 1 << 20
"""Bytes of what was read for one page that are kept for others."""


@dataclass(slots=True)
class Catching:
    """A follower that is still being told what it missed: what comes meanwhile is held for it."""

    heard: int
    """Events up to this offset it has already heard live; only frames may be repeated, pages drop those."""
    held: list[Entry] = field(default_factory=list)
    lost: bool = False
    later: bool = False
    """Whether it waits for a log that is away. It may follow anew meanwhile."""
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Line:
    """The followers of one stream and the place they have all been brought to."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.place = Place("", 0)
        self.live: dict[Follower, None] = {}
        self.catching: dict[Follower, Catching] = {}
        self.early: dict[int, Entry] = {}
        """Entries that came before one that is still missing."""
        self.wanted = 0
        """An offset that is known to exist."""
        self.doubtful = False
        """Whether an entry of another epoch was heard: the history may have been lost."""
        self.shipped: dict[int, bytes] = {}
        """The marks of what stood at the latest offsets."""
        self.contradicted = False
        """Whether something else was heard of one of them: the log has gone back, and on from there."""
        self.read: list[Entry] = []
        """What was read of the log for somebody, and was shipped since: without a hole up to ``place``, or empty."""
        self.read_size = 0
        """Bytes of it."""
        self.forgetting: asyncio.TimerHandle | None = None
        """What will have it forgotten."""
        self.opening: asyncio.Task[None] | None = None
        self.mending: asyncio.Task[None] | None = None

    @property
    def placed(self) -> bool:
        """False until the log has said where the stream stands."""
        return bool(self.place.epoch)

    @property
    def deserted(self) -> bool:
        return not self.live and not self.catching

    @property
    def behind(self) -> bool:
        """Whether something must be read from the log."""
        return self.doubtful or bool(self.early) or self.wanted > self.place.offset

    # Entries ----------------------------------------------------------------------------------------------

    def take(self, entry: Entry) -> None:
        """An entry was heard or read, in whatever order: ship what is next. Afterwards look at ``behind``."""
        if not self.placed:
            self.hold(entry)
        elif entry.epoch != self.place.epoch:
            self.doubtful = True
        elif entry.offset > self.place.offset:
            self.advance(entry)
        else:
            self.compare(entry.place, entry.mark)

    def compare(self, place: Place, mark: bytes) -> None:
        """This stands in the log at ``place`` now. If something else was shipped from there, the log has gone back."""
        shipped = self.shipped.get(place.offset)
        if mark and shipped and shipped != mark and place.epoch == self.place.epoch:
            self.contradicted = self.doubtful = True

    def advance(self, entry: Entry) -> None:
        if not entry.cursor:
            self.wanted = max(self.wanted, entry.offset)
        elif entry.offset == self.place.offset + 1:
            self.ship(entry)
            while self.early and (waiting := self.early.pop(self.place.offset + 1, None)):
                self.ship(waiting)
        else:
            self.hold(entry)

    def hold(self, entry: Entry) -> None:
        self.wanted = max(self.wanted, entry.offset)
        if entry.cursor and len(self.early) < EARLY:
            self.early[entry.offset] = entry

    def ship(self, entry: Entry) -> None:
        """Give the next entry to every follower: one frame for all of them."""
        stream, place = self.stream, entry.place
        self.place = place
        self.shipped[entry.offset] = entry.mark
        self.shipped.pop(entry.offset - REMEMBERED, None)
        if self.read:
            self.keep_too(entry)
        followers = self.addressed(entry.exclude)
        if entry.body:
            frame = apply_frame(stream, entry.offset, entry.body)
            figures.DELIVERED.count += len(followers)
            for follower in followers:
                try:
                    follower.deliver(stream, place, frame)
                except Exception:
                    logger.exception("A page could not take a frame of %s; the others are not concerned.", stream)
        if entry.event:
            figures.EVENTS_HEARD.count += len(followers)
            for follower in followers:
                tell_event(follower, entry)
        for catching in self.catching.values():
            catching.held.append(entry)

    def addressed(self, exclude: str | None) -> list[Follower]:
        # A copy: a follower may leave while it is being told.
        if exclude is None:
            return list(self.live)
        return [follower for follower in self.live if follower.page_id != exclude]

    # What was read ----------------------------------------------------------------------------------------

    def keep(self, entries: Sequence[Entry]) -> bool:
        """Keep what was read, if it reaches to here and further back than what is kept already, and is not too much.

        Whether it was kept.
        """
        kept = [entry for entry in entries if entry.offset <= self.place.offset]
        size = sum(len(entry.body) for entry in kept)
        reaches = kept and kept[-1].place == self.place and (not self.read or kept[0].offset < self.read[0].offset)
        if not reaches or size > MOST_READ:
            return False
        self.read, self.read_size = kept, size
        return True

    def keep_too(self, entry: Entry) -> None:
        """Keep what has come since with what was read; or nothing any more, where it becomes too much."""
        self.read.append(entry)
        self.read_size += len(entry.body)
        if self.read_size > MOST_READ:
            self.forget()

    def after(self, since: Place) -> list[Entry] | None:
        """What was shipped after ``since``, if it is kept."""
        if not self.read or since.epoch != self.place.epoch or since.offset + 1 < self.read[0].offset:
            return None
        return self.read[since.offset + 1 - self.read[0].offset :]

    def forget_by(self, timer: asyncio.TimerHandle) -> None:
        """What is kept now is forgotten when ``timer`` says so, and not by the one of what was kept before."""
        self.stop_timer()
        self.forgetting = timer

    def forget(self) -> None:
        self.read, self.read_size = [], 0
        self.stop_timer()

    def stop_timer(self) -> None:
        if self.forgetting is not None:
            self.forgetting.cancel()
            self.forgetting = None

    # Places -----------------------------------------------------------------------------------------------

    def start(self, place: Place) -> None:
        """The log has said where the stream stands; what was heard meanwhile follows."""
        self.place = place
        self.forget()
        held, self.early = self.early, {}
        for entry in sorted(held.values(), key=lambda entry: entry.offset):
            self.take(entry)

    def settle(self) -> None:
        """The log has nothing newer."""
        self.early.clear()
        self.wanted = 0

    def lose(self, place: Place) -> None:
        """What was between here and ``place`` is gone for ever: everybody is told, and goes on from there."""
        self.place = place
        self.forget()
        self.shipped.clear()
        self.contradicted = False
        self.settle()
        for catching in self.catching.values():
            catching.held.clear()
            catching.lost = True
        self.tell_lost()

    def tell_lost(self) -> None:
        for follower in list(self.live):
            try:
                follower.lost(self.stream)
            except Exception:
                logger.exception("A page could not be told that news of %s are lost.", self.stream)

    # Followers --------------------------------------------------------------------------------------------

    def catch(self, follower: Follower) -> Catching:
        """Hold for ``follower`` what comes from now on."""
        before = self.catching.get(follower)
        heard = self.place.offset if follower in self.live else before.heard if before else 0
        self.live.pop(follower, None)
        catching = self.catching[follower] = Catching(heard)
        return catching

    def bring_up(self, follower: Follower, catching: Catching, missed: Sequence[Entry] | None) -> bool:
        """Have ``follower`` join with what it missed, if it still waits for just this; whether that is all of it."""
        complete = missed is not None and not catching.lost
        if self.catching.get(follower) is catching:
            self.join(follower, (missed or ()) if complete else ())
        return complete

    def join(self, follower: Follower, missed: Iterable[Entry]) -> None:
        """Tell ``follower`` what it missed and what was held for it, each once and in order; it is live then."""
        catching = self.catching.pop(follower)
        catching.done.set()
        self.live[follower] = None
        last = 0
        # What was missed was read later than holding began: the two overlap, and may go beyond what was shipped.
        for entry in [*missed, *catching.held]:
            if last < entry.offset <= self.place.offset:
                last = entry.offset
                repeat(follower, entry, hear=entry.offset > catching.heard)

    def drop(self, follower: Follower) -> None:
        self.live.pop(follower, None)
        if catching := self.catching.pop(follower, None):
            catching.done.set()


def repeat(follower: Follower, entry: Entry, *, hear: bool) -> None:
    """One entry for one follower that was away."""
    if entry.exclude is not None and entry.exclude == follower.page_id:
        return
    if entry.body:
        try:
            follower.deliver(entry.stream, entry.place, apply_frame(entry.stream, entry.offset, entry.body))
        except Exception:
            logger.exception("A page could not take a frame of %s that it had missed.", entry.stream)
    if entry.event and hear:
        tell_event(follower, entry)


def tell_event(follower: Follower, entry: Entry) -> None:
    try:
        follower.hear(entry.stream, entry.event or "", entry.payload, entry.place)
    except Exception:
        logger.exception("A page could not hear %r of %s; the others are not concerned.", entry.event, entry.stream)
