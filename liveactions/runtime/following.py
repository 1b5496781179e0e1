"""What a page follows: the streams of everyone, of its user and of itself, and the topics that its components ask for.

Of each stream it is known where the page stands. Frames go out untouched; events wait for their turn in the mailbox.
What cannot be told the page in order is left out and fetched from the log later, or the page is rendered afresh:
nothing is guessed, and nothing left out silently.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.errors import CallError
from liveactions.metrics import figures
from liveactions.runtime import turns
from liveactions.runtime.ports import Place
from liveactions.wire import encode
from liveactions.wire.frames import OWN, Streams

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["Following"]

logger = logging.getLogger("liveactions")


class Following:
    """The streams of one page session: the hub's ``Follower``."""

    __slots__ = (
        "had",
        "heard_to",
        "in_hand",
        "page",
        "page_id",
        "places",
        "seen_to",
        "shed_from",
        "stale",
        "too_many",
        "topics",
        "unheard",
    )

    def __init__(self, page: Page) -> None:
        self.page = page
        self.page_id = page.page_id
        self.places: dict[str, Place] = {}
        """Every stream that is followed, and the last place the page was told of."""
        self.unheard: list[tuple[str, Place]] = []
        """The events that wait for their turn, and the one that has it."""
        self.in_hand = False
        """Whether components hear the first of them now."""
        self.heard_to: dict[str, Place] = {}
        """Events up to these places were heard before the session came here, or before it began."""
        self.had: Mapping[str, Place] = {}
        """What the page was told before the session began, up to these places."""
        self.seen_to: dict[str, int] = {}
        """While a page that has come back catches up: the offset up to which it has, or shall not have yet, the frames
        of a stream."""
        self.shed_from: dict[str, Place] = {}
        """The streams of which nothing is sent until the page reads again, and the first place that was left out."""
        self.stale: frozenset[str] = frozenset()
        """The streams of which news were lost since the page was last rendered afresh."""
        self.topics: frozenset[str] = frozenset()
        self.too_many: frozenset[str] | None = None
        """The topics that were asked for when they were more than are allowed: that is said once."""

    # What the hub brings ----------------------------------------------------------------------------------

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """A ready frame of a topic goes out untouched."""
        self.places[stream] = place
        if place.offset > self.seen_to.get(stream, 0) and stream not in self.shed_from:
            self.page.outbox.push(frame, source=(stream, place))

    def hear(self, stream: str, event: str, payload: Mapping[str, Any], place: Place) -> None:
        """A server-side event waits its turn behind what the page has asked for."""
        heard_to = self.heard_to.get(stream)
        if heard_to is not None and heard_to.epoch == place.epoch and place.offset <= heard_to.offset:
            return
        self.places[stream] = place
        page = self.page
        if page.obeys(event, payload) or page.ended:
            return
        if page.mailbox.put(partial(turns.hear, page, stream, event, payload), limit=page.host.limits.max_events):
            self.unheard.append((stream, place))
        else:
            self.lost(stream)

    def lost(self, stream: str) -> None:
        """News of a stream are gone: every component is restored and rendered afresh, instead of guessing."""
        page = self.page
        logger.warning("Page %s lost news of %s and is rendered afresh.", self.page_id, stream)
        if not self.stale and not page.ended:
            page.mailbox.put(partial(turns.refresh, page))
        self.stale |= {stream}

    def has_heard(self) -> None:
        """The event in hand counts as heard: that is kept in one step with all it has done to the page."""
        if self.in_hand:
            self.in_hand = False
            self.unheard.pop(0)
            if self.page.keeping is not None:
                self.page.keeping.come_through()

    # What is followed -------------------------------------------------------------------------------------

    async def begin(self, since: int | None, seen: Mapping[str, Sequence[Any]]) -> None:
        """The streams of everyone, of this page and of its user.

        ``seen`` is where the page stood in a session with which it could not go on: what came before, it has had, and
        the components that it mounts now are newer, though this process may not have come as far.
        """
        self.heard_to = self.had = {stream: Place(*position[:2]) for stream, position in seen.items()}
        pk = getattr(self.page.tree.surroundings.user, "pk", None)
        for stream in ("@all", f"@page.{self.page_id}", *([f"@user.{pk}"] if pk is not None else [])):
            await self.follow(stream, since)

    async def follow(self, stream: str, since: int | Place | None = None, *, later: bool = False) -> None:
        self.places.setdefault(stream, Place("", 0))
        place, recovered = await self.page.host.hub.follow(stream, self, since, later=later)
        self.places[stream] = place
        if not recovered:
            self.lost(stream)

    async def follow_topics(self, since: int | None = None) -> None:
        """Follow exactly what the components ask for now; over the limit, go on as before and raise ``CallError``."""
        host, tree = self.page.host, self.page.tree
        host.attendance.seat(self.page)
        host.sharing.seat(self.page)
        wanted = tree.topics()
        if wanted in (self.topics, self.too_many):
            tree.other_topics = False
            return
        if len(wanted) > host.limits.max_topics:
            self.too_many = wanted
            raise CallError(f"A page follows at most {host.limits.max_topics} topics.", code="component.failed")
        for stream in self.topics - wanted:
            await host.hub.unfollow(stream, self)
            self.places.pop(stream, None)
        for stream in wanted - self.topics:
            await self.follow(stream, tree.place_in(stream) or since)
        self.topics, self.too_many = wanted, None
        self.tell()

    def tell(self) -> None:
        """Tell the page which streams it follows, and where it stands in them."""
        own = self.page.own
        places = {name: list(later(name, self.places[name], self.had)) for name in sorted(self.places)}
        self.page.tell(encode(Streams(OWN, own.next, places)))

    async def find_places(self, streams: Iterable[str]) -> None:
        """Ask again where streams stand whose history may have begun anew, and tell the page."""
        for stream in self.places.keys() & set(streams):
            self.places[stream] = (await self.page.host.hub.follow(stream, self)).place
        self.tell()

    async def leave(self) -> None:
        await self.page.host.hub.leave(self)

    def free(self) -> None:
        """Nothing is followed any more."""
        del self.page

    def sent(self) -> Mapping[str, Place]:
        """The streams of which the page was sent everything, as far as its socket takes it, and up to where."""
        if not (self.seen_to or self.shed_from):
            return self.places
        owed = {*self.seen_to, *self.shed_from}
        return {stream: place for stream, place in self.places.items() if stream not in owed}

    # A page that comes back, here or in another process ---------------------------------------------------------

    def processed(self) -> dict[str, Place]:
        """Where the page stands in every stream, without the events that still wait for their turn.

        A process that has not come as far as the one before takes nothing back of what was heard there.
        """
        places = dict(self.places)
        for stream in self.heard_to.keys() & places.keys():
            places[stream] = later(stream, places[stream], self.heard_to)
        for stream, place in reversed(self.unheard):
            places[stream] = Place(place.epoch, place.offset - 1)
        return places

    def adopt(self, topics: Iterable[str], places: Mapping[str, Sequence[Any]]) -> None:
        """Begin where another process has left off: with what was ``processed`` there."""
        self.topics = frozenset(topics)
        self.places = {stream: Place(*place) for stream, place in places.items()}
        self.heard_to = dict(self.places)

    def hold_back(self) -> None:
        """Streams take their turns to catch up. What is said on one meanwhile must not overtake what was missed."""
        self.seen_to = dict.fromkeys(self.places, sys.maxsize)

    async def go_on(self, positions: Mapping[str, Sequence[Any]]) -> None:
        """Go on where the page says it stands in each stream; a page that comes back once more meanwhile says it anew.

        What its newer socket holds back is not let go for the one before.
        """
        seen_to = self.seen_to
        for stream in list(self.places):
            if self.seen_to is seen_to:
                await self.go_on_with(stream, positions.get(stream), seen_to)

    async def go_on_with(self, stream: str, position: Sequence[Any] | None, seen_to: dict[str, int]) -> None:
        """One that the page does not name is rendered afresh."""
        if position is None:
            await self.follow_from(None, stream, 0, seen_to)
            self.lost(stream)
            return
        known, (epoch, offset) = self.places[stream], position[:2]
        since = Place(epoch, min(offset, known.offset) if epoch == known.epoch else offset)
        await self.follow_from(since, stream, offset, seen_to)

    async def follow_from(self, since: Place | None, stream: str, seen: int, seen_to: dict[str, int]) -> None:
        """Replay what is newer than ``since``, of which the page has the frames up to the offset ``seen``; or have it
        replayed as soon as it can be had. Events that were heard stay heard meanwhile."""
        self.heard_to[stream] = later(stream, self.places[stream], self.heard_to)
        seen_to[stream] = seen
        try:
            await self.follow(stream, since, later=True)
        finally:
            seen_to.pop(stream, None)

    # A page that does not read ---------------------------------------------------------------------------------

    def shed(self, streams: Mapping[str, Place]) -> None:
        """Too much waits for the page: news of these streams, from these places on, wait in the log instead."""
        figures.SHED.count += 1
        logger.info("Page %s does not read; news of %s wait for it in the log.", self.page_id, ", ".join(streams))
        self.shed_from = {**streams, **self.shed_from}

    async def fetch_shed(self) -> None:
        """Go on with the streams of which news were left out, where that began."""
        while self.shed_from and not self.page.outbox.paused:
            stream, place = self.shed_from.popitem()
            if stream in self.places:
                before = Place(place.epoch, place.offset - 1)
                await self.follow_from(before, stream, before.offset, self.seen_to)


def later(stream: str, place: Place, others: Mapping[str, Place]) -> Place:
    """A place in a stream; or the one among the others, if that is further on."""
    other = others.get(stream, place)
    return other if other.epoch == place.epoch and other.offset > place.offset else place
