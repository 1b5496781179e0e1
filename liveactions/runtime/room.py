"""One shared component that pages of this process show: who they are, and where its news have brought them.

Its actions run one after another, on the latest version; the news of them travel by the component's stream, and only
who ran the action renders.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.components import STREAM, declaration
from liveactions.errors import BusUnavailable
from liveactions.runtime.attempts import Attempt
from liveactions.runtime.gallery import Desk, shared_class_of
from liveactions.runtime.hearing import LOST, MISSED, Happened, Hearing
from liveactions.runtime.page import STEPPED
from liveactions.runtime.ports import Hub, Place
from liveactions.runtime.scene import Item
from liveactions.runtime.stepping import Stepping
from liveactions.runtime.waiters import Waiters

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["Room"]

logger = logging.getLogger("liveactions")

REACH = 1.0
"""Seconds for which an answer waits for the news of its own call: they come first, unless the log is in trouble."""

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Room:
    """A ``Follower`` of the component's stream and of its topics."""

    page_id = ""

    def __init__(self, stepping: Stepping, hub: Hub, spawn: Spawn) -> None:
        self.stepping = stepping
        self.hub = hub
        self.spawn = spawn
        self.stream = STREAM + stepping.key
        self.declared = declaration(shared_class_of(stepping.of))
        self.pages: set[Page] = set()
        self.waiters = Waiters()
        self.hearing = Hearing(stepping, self.declared.listeners, self.waiters)
        self.place = Place("", 0)
        """Where its pages have been brought to, in its stream."""
        self.followed: frozenset[str] = frozenset()
        self.events: deque[Happened] = deque()
        self.task: asyncio.Task[None] | None = None

    async def act(self, attempt: Callable[[Desk], Attempt]) -> list[Item]:
        """Run an action; its news have reached pages here. Raises as ``Stepping.step``."""
        items, taken = await self.stepping.step(lambda desk: attempt(desk).done())
        if taken is not None:
            if self.declared.topical:
                self.want()
            await self.waiters.until(partial(self.has_reached, taken.kept.place), REACH)
        return items

    def has_reached(self, place: Place) -> bool:
        return self.place.epoch == place.epoch and self.place.offset >= place.offset

    # The hub's follower -------------------------------------------------------------------------------------

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:  # noqa: ARG002  # as ports say
        if stream == self.stream:
            self.arrived(place)

    def hear(self, stream: str, event: str, payload: Mapping[str, Any], place: Place) -> None:
        if event == STEPPED:
            self.stepping.heard_of(payload["version"])
            for each, (epoch, offset) in payload["heard"].items():
                self.hearing.places[each] = Place(epoch, offset)
        elif event == MISSED:
            self.happened(Happened(stream, LOST, {}, place))
        elif event in self.declared.listeners:
            self.happened(Happened(stream, event, payload, place))
        if stream == self.stream:
            self.arrived(place)
        self.waiters.wake()

    def lost(self, stream: str) -> None:
        """News are gone: the latest version is loaded; where it was events, it looks at its data again."""
        if stream == self.stream:
            self.stepping.leave_desk()
        else:
            self.happened(Happened(stream, LOST, {}, self.hearing.places.get(stream, Place("", 0))))

    def arrived(self, place: Place) -> None:
        self.place = place
        self.waiters.wake()

    def happened(self, news: Happened) -> None:
        self.events.append(news)
        self.want()

    # What it follows, and hears -----------------------------------------------------------------------------

    def want(self) -> None:
        """There may be something to follow, or to hear."""
        if (self.task is None or self.task.done()) and not self.waiters.closed:
            self.task = self.spawn(self.work())

    async def work(self) -> None:
        """Follow what is to be followed, and hear what has happened, in order."""
        try:
            await self.follow()
            while self.events and not self.waiters.closed:
                await self.hearing.hear(self.events[0])
                self.events.popleft()
                await self.follow()
        except BusUnavailable as error:
            logger.warning("%s hears of nothing now; it is tried again. %s", self.stepping.of, error)
            await self.waiters.pause(REACH)
            if not self.waiters.closed:
                self.task = self.spawn(self.work())

    async def follow(self) -> None:
        """Follow the stream, and exactly the topics that it asks for."""
        if not self.place.epoch:
            self.place = (await self.hub.follow(self.stream, self)).place
        if not self.declared.topical:
            return
        desk, hearing = await self.stepping.current(), self.hearing
        wanted = desk.node.topics if self.declared.listeners else frozenset()
        hearing.places = {**desk.heard, **hearing.places}
        for stream in self.followed - wanted:
            await self.hub.unfollow(stream, self)
        for stream in wanted - self.followed:
            since = hearing.places.get(stream, desk.since)
            if not (await self.hub.follow(stream, self, since)).recovered:
                self.lost(stream)
        self.followed = wanted

    # Its end ------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Nothing is done here any more."""
        self.events.clear()
        self.waiters.close()

    async def leave(self) -> None:
        """Follow nothing any more."""
        await self.hub.leave(self)
