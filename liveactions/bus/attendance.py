"""Who is present in which topic, as this process knows it. (Of an event loop, to be exact.)

Every process writes down who is in its own pages, and tells the others through the log that it has. So each holds an
image of every topic that its pages are present in, and a page is told from there: nobody asks Redis to render a list.

Wrong at most for a moment, except after a death: a browser that is silent for one and a half heartbeats is not counted
any more, nor is a process without a lease. Both are looked at every 0.4 leases.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgpack

from liveactions.bus.hub import Hub
from liveactions.bus.news import News
from liveactions.bus.register import Register
from liveactions.components import Present, Seat
from liveactions.errors import BusUnavailable
from liveactions.runtime import turns
from liveactions.runtime.page import Page
from liveactions.runtime.ports import Place

__all__ = ["Attendance"]

logger = logging.getLogger(__name__)

BEAT = 0.4
"""Leases between two looks at everything: a process may miss one, and is missed after two."""

SILENT = 1.5
"""Heartbeats after which a page of which nothing is heard is not counted. It answers one at least once in each."""

DOUBT = 2
"""Beats for which a process that has an image here may be missing in the register: a Redis that began anew is filled
again by those who live."""

COALESCE = 0.1
"""Seconds for which news of a topic are gathered before its pages are told."""

CHANGED = "present"

Post = Callable[[Sequence[News]], Awaitable[Any]]
People = dict[str, tuple[str, int, list[dict[str, Any]]]]
"""By key: name, number of tabs, what they tell."""


@dataclass(eq=False)
class Room:
    """One topic in which pages of this process are present."""

    stream: str
    seats: dict[Page, list[tuple[Seat, str]]] = field(default_factory=dict)
    """The seats of each page, with the name of its user."""
    images: dict[str, People] = field(default_factory=dict)
    """What every process says, this one among them."""
    followed: bool = False
    loaded: bool = False
    """Whether the others' images are known."""
    stale: bool = True
    """Whether they have to be read (again)."""
    doubtful: dict[str, int] = field(default_factory=dict)
    """Processes that were missing when it was last read, and since which beat."""
    untold: bool = True
    """Whether the others have to be told of this process."""
    written: bytes | None = None
    task: asyncio.Task[None] | None = None
    telling: asyncio.TimerHandle | None = None

    @property
    def channel(self) -> str:
        """The stream of the changes. No topic of an application begins like this."""
        return f"~{self.stream}"


class Attendance:
    """The ``Attendance`` of page sessions, and the ``Follower`` by which processes hear of one another."""

    page_id = ""

    def __init__(self, register: Register, hub: Hub, post: Post) -> None:
        self.register = register
        self.hub = hub
        self.post = post
        self.process = secrets.token_hex(6)
        self.rooms: dict[str, Room] = {}
        self.pages: dict[Page, dict[str, list[tuple[Seat, str]]]] = {}
        self.missed: set[str] = set()
        """Processes without a lease at the last look."""
        self.beats = 0
        self.beating: asyncio.Task[None] | None = None

    # What pages ask for ------------------------------------------------------------------------------------------

    def seat(self, page: Page) -> None:
        before, seats = self.pages.get(page, {}), {} if page.ended else seats_of(page)
        if seats == before:
            return
        if seats:
            self.pages[page] = seats
        else:
            self.pages.pop(page, None)
        for stream in before.keys() | seats.keys():
            if before.get(stream) != seats.get(stream):
                self.place(page, stream, seats.get(stream))
        self.keep_beating()

    def leave(self, page: Page) -> None:
        for stream in self.pages.pop(page, {}):
            self.place(page, stream, None)

    def people(self, stream: str) -> list[Present]:
        room = self.rooms.get(stream)
        return [] if room is None else merged(room.images.values())

    def place(self, page: Page, stream: str, seats: list[tuple[Seat, str]] | None) -> None:
        room = self.rooms.get(stream)
        if room is None:
            room = self.rooms[stream] = Room(stream)
        if seats is None:
            room.seats.pop(page, None)
        else:
            newcomer = page not in room.seats
            room.seats[page] = seats
            if newcomer and room.loaded:
                self.tell_page(page, room)
        self.look(room)

    # A topic -----------------------------------------------------------------------------------------------------

    def look(self, room: Room) -> None:
        """Count the pages here, and have the others told if they are others than before."""
        here = self.counted(room)
        if here != room.images.get(self.process, {}):
            self.picture(room, self.process, here)
            room.untold = True
        if room.untold or room.stale or not room.seats:
            self.start(room)

    def counted(self, room: Room) -> People:
        found: People = {}
        for page, seats in room.seats.items():
            visible = [(seat, name) for seat, name in seats if seat.seen]
            if not visible or is_silent(page):
                continue
            key = key_of(page)
            _, tabs, told = found.get(key, ("", 0, []))
            news = [dict(seat.told) for seat, _ in visible if seat.told]
            found[key] = visible[0][1], tabs + 1, distinct([*told, *news])
        return found

    def picture(self, room: Room, process: str, people: People) -> None:
        """What a process says about a topic."""
        if people == room.images.get(process, {}):
            return
        if people:
            room.images[process] = people
        else:
            room.images.pop(process, None)
        if room.loaded and room.telling is None:
            room.telling = asyncio.get_running_loop().call_later(COALESCE, self.tell, room)

    def tell(self, room: Room) -> None:
        """Every page here looks at who is present, when its turn comes."""
        if room.telling is not None:
            room.telling.cancel()
            room.telling = None
        for page in list(room.seats):
            self.tell_page(page, room)

    def tell_page(self, page: Page, room: Room) -> None:
        # A page too busy for it is told with the next change.
        if not page.ended:
            page.mailbox.put(partial(turns.attend, page, room.stream), limit=page.host.limits.max_events)

    # Between processes -------------------------------------------------------------------------------------------

    def start(self, room: Room) -> None:
        if room.task is None or room.task.done():
            room.task = asyncio.get_running_loop().create_task(self.work(room))

    async def work(self, room: Room) -> None:
        """Read, write and tell what has to be, until nothing is left; what fails is done at the next beat."""
        try:
            while room.untold or room.stale or not room.seats:
                if room.stale:
                    await self.load(room)
                if room.untold:
                    await self.write(room)
                if not room.seats and await self.closed(room):
                    return
        except BusUnavailable as error:
            logger.warning("Who is present in %s cannot be told to other processes now. %s", room.stream, error)
            self.show(room)

    async def load(self, room: Room) -> None:
        """Listen first and read second: what is written in between is then heard, or read, or both."""
        if not room.followed:
            await self.hub.follow(room.channel, self)
            room.followed = True
        room.stale = False
        try:
            found = await self.register.read(room.stream)
        except BusUnavailable:
            room.stale = True
            raise
        others = {process: unpacked(people) for process, people in found.items() if process != self.process}
        for process, people in others.items():
            self.picture(room, process, people)
        absent = room.images.keys() - others.keys() - {self.process}
        room.doubtful = {process: room.doubtful.get(process, self.beats) for process in absent}
        for process in [process for process, beat in room.doubtful.items() if self.beats - beat >= DOUBT]:
            self.picture(room, process, {})
        self.show(room)

    def show(self, room: Room) -> None:
        """Pages are told for the first time: all that is known, be it of this process alone."""
        if not room.loaded:
            room.loaded = True
            self.tell(room)

    async def write(self, room: Room) -> None:
        room.untold = False
        here = room.images.get(self.process, {})
        packed = pack(here) if here else None
        try:
            await self.register.write(room.stream, self.process, packed)
            if packed != room.written:
                payload = {"process": self.process, "people": packed or b""}
                await self.post([News(room.channel, event=CHANGED, payload=payload)])
        except BusUnavailable:
            room.untold = True
            raise
        room.written = packed

    async def closed(self, room: Room) -> bool:
        """Nobody is left here. False if somebody has come meanwhile."""
        await self.hub.unfollow(room.channel, self)
        room.followed, room.stale = False, True
        if room.seats or room.untold:
            return False
        self.rooms.pop(room.stream, None)
        if room.telling is not None:
            room.telling.cancel()
        return True

    # The hub's follower ------------------------------------------------------------------------------------------

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """Nothing is sent to pages by this way."""

    def hear(self, stream: str, event: str, payload: Mapping[str, Any], place: Place) -> None:  # noqa: ARG002  # as ports say
        room = self.rooms.get(stream[1:])
        if room is not None and event == CHANGED and payload["process"] != self.process:
            people = payload["people"]
            self.picture(room, payload["process"], unpacked(people) if people else {})

    def lost(self, stream: str) -> None:
        room = self.rooms.get(stream[1:])
        if room is not None:
            room.stale = True
            self.start(room)

    # Deaths ------------------------------------------------------------------------------------------------------

    def keep_beating(self) -> None:
        if self.beating is None or self.beating.done():
            self.beating = asyncio.get_running_loop().create_task(self.beat())

    async def beat(self) -> None:
        """Renew the lease, count again, and miss those who have none; ends when nobody is present."""
        while self.rooms:
            await asyncio.sleep(self.register.lease * BEAT)
            try:
                await self.check()
            except BusUnavailable as error:
                logger.warning("Who is present elsewhere cannot be looked up now. %s", error)
            except Exception:  # the beat must go on
                logger.exception("Looking for who is present failed; it is tried again.")

    async def check(self) -> None:
        self.beats += 1
        written = [room.stream for room in self.rooms.values() if room.written is not None]
        for stream in await self.register.renew(self.process, written):
            if (room := self.rooms.get(stream)) is not None:
                room.written, room.untold = None, True
        for room in list(self.rooms.values()):
            room.stale |= bool(room.doubtful)
            self.look(room)
        await self.miss()

    async def miss(self) -> None:
        """Forget what processes said that had no lease twice in a row. (Once may be: a Redis that began anew.)"""
        others = {process for room in self.rooms.values() for process in room.images} - {self.process}
        without = others - await self.register.alive(sorted(others))
        gone, self.missed = without & self.missed, without
        for room in list(self.rooms.values()):
            for process in gone & room.images.keys():
                self.picture(room, process, {})

    # For the test kit, and the end -------------------------------------------------------------------------------

    async def settled(self) -> bool:
        """Wait until pages were told of everything that is known. True if there was anything to tell."""
        busy = False
        for room in list(self.rooms.values()):
            if room.task is not None and not room.task.done():
                busy = True
                await asyncio.wait({room.task})
            if room.telling is not None:
                busy = True
                self.tell(room)
        return busy

    async def close(self) -> None:
        """This process ends: its people are gone at once."""
        rooms, self.rooms = list(self.rooms.values()), {}
        self.pages.clear()
        for task in filter(None, [self.beating, *(room.task for room in rooms)]):
            task.cancel()
        try:
            for room in rooms:
                await self.depart(room)
            if rooms:
                await self.register.end(self.process)
        except BusUnavailable as error:
            logger.warning("Others will learn in a while that this process has ended. %s", error)

    async def depart(self, room: Room) -> None:
        if room.telling is not None:
            room.telling.cancel()
        if room.written is not None:
            room.images.pop(self.process, None)
            await self.write(room)


def is_silent(page: Page) -> bool:
    return page.host.now() - page.seen > page.host.limits.heartbeat * SILENT


def seats_of(page: Page) -> dict[str, list[tuple[Seat, str]]]:
    """Where a page's components are present, by topic."""
    found: dict[str, list[tuple[Seat, str]]] = {}
    for node in page.tree.nodes.values():
        for seat in node.seats.values():
            found.setdefault(seat.stream, []).append((seat, node.sitter))
    return found


def key_of(page: Page) -> str:
    """The user of a page; who is not signed in is known by the browser's session, which is not given away."""
    surroundings = page.tree.surroundings
    pk = getattr(surroundings.user, "pk", None)
    if pk is not None:
        return str(pk)
    return "~" + hashlib.sha256((surroundings.session or page.page_id).encode()).hexdigest()[:16]


def merged(images: Iterable[People]) -> list[Present]:
    """Each user once, by name."""
    found: dict[str, Present] = {}
    for image in images:
        for key, (name, tabs, told) in image.items():
            known = found.get(key)
            more = Present(key, name, tabs, told)
            found[key] = more if known is None else joined(known, more)
    return sorted(found.values(), key=lambda each: (each.name, each.key))


def joined(one: Present, other: Present) -> Present:
    return Present(one.key, one.name, one.tabs + other.tabs, distinct([*one.told, *other.told]))


def distinct(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same once, always in the same order."""
    return [each for _, each in sorted({repr(sorted(each.items())): each for each in told}.items())]


def pack(people: People) -> bytes:
    return bytes(msgpack.packb([[key, *people[key]] for key in sorted(people)]))


def unpacked(data: bytes) -> People:
    return {key: (name, tabs, told) for key, name, tabs, told in msgpack.unpackb(data)}
