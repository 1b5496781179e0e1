"""The one subscriber of a process (of an event loop, to be exact): what is heard reaches every page that follows.

Three ways lead an entry here, and ``Line.take`` makes one stream of them: the doorbell (at once), the log when
an offset is missing (a gap), and a look at the log's ledger from time to time (a doorbell nobody heard).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from liveactions.bus.layer import PERSONAL, Doorbell, Layer, group_of
from liveactions.bus.line import Catching, Line
from liveactions.bus.log import Log
from liveactions.bus.news import Entry
from liveactions.errors import BusUnavailable
from liveactions.metrics import figures
from liveactions.runtime.ports import Followed, Follower, Place
from liveactions.runtime.together import Together

__all__ = ["Hub"]

logger = logging.getLogger(__name__)

GRACE = 0.02
"""Seconds that a missing entry may still be on its way: two publishers' doorbells overtake each other."""

HURRY = 0.1
"""Seconds between two looks at a log that was away: pages wait for it."""

MOMENT = 1.5
"""Seconds for which a page that wants to know what it missed waits for a log that is away."""

CHUNK = 50
"""Entries that are read and shipped before other tasks get their turn."""

EVERYTHING = 100_000

LOCATED = 256
"""Streams whose places are asked for in one go."""

KEPT = 1.0
"""Seconds for which what was read for one page is there for others: who was cut off together comes back together."""

AT_A_TIME = 8
"""Questions that are put to the log for pages that come at once; more would only wait for each other's connections."""


class Hub:
    """Brings streams to their followers, in order, each entry once. Belongs to the loop it was started in.

    ``check_every`` is seconds between two looks at the ledger: an entry whose doorbell got lost arrives within
    two of them. Nothing here raises when Redis is away: followers stay, and are brought up to date when it is back.
    """

    def __init__(self, log: Log, layer: Layer, *, check_every: float = 0.5) -> None:
        self.log = log
        self.bell = Doorbell(layer)
        self.check_every = check_every
        self.loop = asyncio.get_running_loop()
        self.lines: dict[str, Line] = {}
        self.following: dict[Follower, set[str]] = {}
        self.answering = asyncio.Event()
        """Set when a log that was away answers again."""
        self.reachable = True
        """False while the log cannot be reached."""
        self.joined = False
        """Whether the layer has been told of every group."""
        self.in_order = True
        """Whether the last look found everything in its place; if not, the next one comes soon."""
        self.cursor = 0
        """How far the ledger was read …"""
        self.mark = b""
        """… and the mark of the entry there."""
        self.due: Mapping[str, Place] = {}
        """Where streams stood at the last look; by the next one their doorbells must have been heard."""
        self.tuning = asyncio.Lock()
        self.asking = asyncio.Semaphore(AT_A_TIME)
        self.placing: Together[str, Place] = Together(log.places, most=LOCATED, pace=0.0)
        """Asks where streams stand that are followed from now on."""
        self.readings: dict[tuple[str, Place], asyncio.Task[list[Entry] | None]] = {}
        """What is being read for pages that have missed something, for all that have missed the same."""
        self.tasks: set[asyncio.Task[None]] = set()
        self.started: asyncio.Task[None] | None = None

    # What a page asks for ---------------------------------------------------------------------------------

    async def follow(
        self, stream: str, follower: Follower, since: int | Place | None = None, *, later: bool = False
    ) -> Followed:
        """Deliver ``stream`` to ``follower`` from now on, after replaying what is newer than ``since``.

        ``since`` is a cursor (``cursor_now()``), a place, or None for nothing. A follower that follows already is
        replayed the frames; it does not hear again the events that it has heard. ``recovered`` is False when what
        was asked for is not kept any more, or not to be had now: render afresh. With ``later`` a follower that stands
        at a place waits there for what is not to be had now, and is told what it missed when the log answers again.
        """
        await self.start()
        line = self.line(stream)
        while (before := line.catching.get(follower)) is not None and not before.later:
            await before.done.wait()
        if since is None and follower in line.live:
            return Followed(line.place, True)
        again = follower in line.live or before is not None
        catching = line.catch(follower)
        self.following.setdefault(follower, set()).add(stream)
        missed: list[Entry] | None = None
        recovered = False
        try:
            await self.opened(line)
            missed = await self.missed(line, since, later=later)
        except BusUnavailable:
            if later and isinstance(since, Place) and since.epoch == line.place.epoch:
                catching.later = True
                self.spawn(self.bring_up(line, follower, catching, since))
                return Followed(since, True)
        except BaseException:
            if not again:
                await self.unfollow(stream, follower)
            raise
        finally:
            if not catching.later:
                recovered = line.bring_up(follower, catching, missed)
        return Followed(line.place, recovered)

    async def bring_up(self, line: Line, follower: Follower, catching: Catching, since: Place) -> None:
        """Tell a follower what it missed, as soon as the log answers."""
        missed = None
        while line.catching.get(follower) is catching and not catching.lost:
            await self.answering.wait()
            try:
                missed = await self.missed(line, since)
                break
            except BusUnavailable:  # it is away once more
                await asyncio.sleep(HURRY)
        if line.catching.get(follower) is catching and not line.bring_up(follower, catching, missed):
            follower.lost(line.stream)

    async def unfollow(self, stream: str, follower: Follower) -> None:
        """Deliver no more of ``stream``. Nothing happens if it was not followed."""
        line = self.lines.get(stream)
        if line is None:
            return
        line.drop(follower)
        streams = self.following.get(follower, set())
        streams.discard(stream)
        if not streams:
            self.following.pop(follower, None)
        if line.deserted:
            self.abandon(line)
            await self.tune(stream)

    async def leave(self, follower: Follower) -> None:
        """Unfollow everything."""
        for stream in list(self.following.get(follower, ())):
            await self.unfollow(stream, follower)

    async def close(self) -> None:
        """End all tasks and leave all groups. The hub cannot be used again."""
        for line in list(self.lines.values()):
            self.abandon(line)
        for reading in list(self.readings.values()):
            reading.cancel()
        while self.tasks:
            # Again and again: a layer or a client may swallow a cancellation.
            for task in self.tasks:
                task.cancel()
            await asyncio.wait(list(self.tasks), timeout=0.2)
        try:
            await self.bell.close()
        except Exception as error:  # noqa: BLE001  # a layer raises what it likes; there is nothing left to save
            logger.debug("The channel layer could not be told that this process leaves: %s", error)

    # Streams ----------------------------------------------------------------------------------------------

    def line(self, stream: str) -> Line:
        line = self.lines.get(stream)
        if line is None:
            line = self.lines[stream] = Line(stream)
        return line

    def abandon(self, line: Line) -> None:
        self.lines.pop(line.stream, None)
        line.forget()
        for task in (line.opening, line.mending):
            if task is not None:
                task.cancel()

    async def opened(self, line: Line) -> None:
        """Wait until the line stands where the log says; one task for all who wait."""
        if line.placed:
            return
        if line.opening is None or line.opening.done():
            line.opening = self.spawn(self.open(line))
        await asyncio.wait([line.opening])

    async def open(self, line: Line) -> None:
        # Listen first and ask second: what is entered in between is then heard, or counted, or both.
        await self.tune(line.stream)
        try:
            place = await self.placing.get(line.stream)
        except BusUnavailable as error:
            self.unreachable(error)
            return
        line.start(place)
        line.tell_lost()  # those that came while the log was away
        self.look(line)

    async def tune(self, stream: str) -> None:
        """Be in the group of a topic exactly if somebody here follows it."""
        group = group_of(stream)
        if group == PERSONAL:
            return
        async with self.tuning:
            wanted = stream in self.lines
            if wanted == (group in self.bell.groups):
                return
            try:
                await (self.bell.join(group) if wanted else self.bell.leave(group))
            except Exception as error:  # noqa: BLE001  # a layer raises what it likes; the ledger covers for it
                self.deaf(error)

    async def missed(self, line: Line, since: int | Place | None, *, later: bool = False) -> list[Entry] | None:
        """What ``line`` has shipped after ``since``; None if that is not kept.

        Raises ``BusUnavailable`` if that cannot be told; with ``later`` it is not waited for.
        """
        if not line.placed:
            raise BusUnavailable("Nobody knows where this stream stands.")
        if since is None:
            return []
        if isinstance(since, int):
            return await self.asked(lambda: self.log.read_since(line.stream, since))
        if since.epoch == line.place.epoch and since.offset > line.place.offset:
            line.wanted = max(line.wanted, since.offset)
            await self.mended(line)
        if since == line.place:
            return []
        if (known := line.after(since)) is not None:
            return known
        if later and not self.reachable:
            raise BusUnavailable("The log is away.")
        needed = line.place.offset
        found = await self.shared(line.stream, since)
        if found is not None and (found[-1].offset if found else since.offset) < needed:
            # That was read for somebody who came a little earlier.
            found = await self.asked(lambda: self.log.read(line.stream, since, EVERYTHING))
        if line.keep(found or ()):
            line.forget_by(self.loop.call_later(KEPT, line.forget))
        return found

    async def shared(self, stream: str, since: Place) -> list[Entry] | None:
        """What follows ``since``: one reading for all who ask while it is under way."""
        key = (stream, since)
        reading = self.readings.get(key)
        if reading is None:
            work = self.asked(lambda: self.log.read(stream, since, EVERYTHING))
            reading = self.readings[key] = self.loop.create_task(work)
            reading.add_done_callback(lambda done: self.has_read(key, done))
        return await asyncio.shield(reading)

    def has_read(self, key: tuple[str, Place], reading: asyncio.Task[list[Entry] | None]) -> None:
        self.readings.pop(key, None)
        if not reading.cancelled():
            reading.exception()  # who asked may have gone

    async def asked(self, read: Callable[[], Awaitable[list[Entry] | None]]) -> list[Entry] | None:
        """What the log answers; one that is away for a moment is asked again. Raises ``BusUnavailable``."""
        deadline = self.loop.time() + 2 * MOMENT
        while True:
            try:
                async with self.asking:
                    return await read()
            except BusUnavailable as error:
                self.unreachable(error)
                if self.loop.time() > deadline:
                    raise
                try:
                    await asyncio.wait_for(self.answering.wait(), MOMENT)
                except asyncio.TimeoutError:
                    raise error from None

    # What is heard ----------------------------------------------------------------------------------------

    def receive(self, entry: Entry) -> None:
        """An entry has arrived, by whatever way. Entries of streams nobody follows here are dropped."""
        line = self.lines.get(entry.stream)
        if line is not None:
            line.take(entry)
            self.look(line)

    def look(self, line: Line) -> None:
        """Start mending a line that is behind."""
        if line.placed and line.behind and (line.mending is None or line.mending.done()):
            line.mending = self.spawn(self.mend(line))

    async def mended(self, line: Line) -> None:
        self.look(line)
        if line.mending is not None:
            await asyncio.wait([line.mending])

    async def mend(self, line: Line) -> None:
        """Fill a gap from the log: one reading for all followers."""
        if line.early:
            await asyncio.sleep(GRACE)
        try:
            while line.behind:
                await self.fill(line)
        except BusUnavailable as error:
            self.unreachable(error)

    async def fill(self, line: Line) -> None:
        line.doubtful = False
        wanted = line.wanted
        entries = None if line.contradicted else await self.newer(line)
        if entries is None:
            logger.warning("News of %s are lost: they are not in the log any more.", line.stream)
            figures.GAPS_LOST.count += 1
            line.lose(await self.place_after(line))
        elif not entries and line.wanted == wanted:
            line.settle()
        elif entries:
            figures.GAPS_FILLED.count += 1
        for entry in entries or ():
            line.take(entry)
        await asyncio.sleep(0)

    async def newer(self, line: Line) -> list[Entry] | None:
        """What follows in the log on what was shipped last; None if that is gone, or something else is in its place."""
        place = line.place
        if place.offset in line.shipped:
            found = await self.log.read(line.stream, place._replace(offset=place.offset - 1), CHUNK)
            if found:  # else what was shipped is not kept any more, which says nothing of what follows
                line.compare(found[0].place, found[0].mark)
                return None if line.contradicted else found[1:]
        return await self.log.read(line.stream, place, CHUNK)

    async def place_after(self, line: Line) -> Place:
        """Where to go on with a line that cannot go on from where it stands."""
        (now,) = await self.log.places([line.stream])
        gone_back = now.epoch == line.place.epoch and now.offset < line.place.offset
        return await self.log.rewound(line.stream, line.place) if gone_back or line.contradicted else now

    # Tasks ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen. Idempotent; done by the first ``follow``."""
        if self.started is None:
            self.started = self.spawn(self.begin())
        if not self.started.done():
            await asyncio.wait([self.started])

    async def begin(self) -> None:
        await self.rejoin()
        try:
            self.cursor = await self.log.cursor()
        except BusUnavailable as error:
            self.unreachable(error)
        self.spawn(self.listen())
        self.spawn(self.watch())

    async def listen(self) -> None:
        """The receive loop. It survives every error: whatever is not heard meanwhile is in the log."""
        pause = 0.1
        while True:
            try:
                entry = await self.bell.heard()
            except Exception as error:  # noqa: BLE001  # a layer raises what it likes
                logger.warning("The channel layer failed (%s: %s); listening again.", type(error).__name__, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
                await self.rejoin()
            else:
                pause = 0.1
                self.receive(entry)
                await asyncio.sleep(0)  # a burst shall not keep the loop from everything else

    async def rejoin(self) -> None:
        """Join all groups, also those that the layer may have forgotten (restart, expiry)."""
        self.joined = True
        try:
            for group in {PERSONAL, *map(group_of, self.lines)}:
                await self.bell.join(group)
        except Exception as error:  # noqa: BLE001  # a layer raises what it likes; the ledger covers for it
            self.deaf(error)

    async def watch(self) -> None:
        """Find what was entered without being heard. While something is out of order it is looked at more often."""
        while True:
            await asyncio.sleep(self.check_every if self.in_order else min(self.check_every, HURRY))
            if not self.lines:
                continue
            try:
                await self.check()
            except BusUnavailable as error:
                self.unreachable(error)
            except Exception:
                logger.exception("Looking for unheard news failed; it is tried again.")

    async def check(self) -> None:
        """Compare the lines with the log's ledger, and mend those that are behind."""
        unheard = self.behind(self.due)
        self.in_order, in_order = self.reachable and self.joined and not unheard, self.in_order
        changes = await self.log.changes(self.cursor, self.mark)
        if changes is None:
            changes = await self.log.survey(list(self.lines))
            unheard += [line for line, place in self.known(changes.places) if line.place != place]
        self.cursor, self.due, self.mark, entered = changes
        for stream, place, mark in entered:
            if (followed := self.lines.get(stream)) is not None:
                followed.compare(place, mark)
        if not (in_order and self.reachable):  # while the log was away no doorbell was heard: none is waited for
            unheard += self.behind(self.due)
        self.reached()
        for line in unheard:
            line.doubtful = True
        if unheard or not self.joined:
            await self.rejoin()
        for line in list(self.lines.values()):
            await self.opened(line)
            self.look(line)

    def behind(self, places: Mapping[str, Place]) -> list[Line]:
        """The lines of this process that have not come as far."""
        return [line for line, place in self.known(places) if not reaches(line.place, place)]

    def known(self, places: Mapping[str, Place]) -> list[tuple[Line, Place]]:
        """The lines of this process among ``places``."""
        here = [(self.lines[name], place) for name, place in places.items() if name in self.lines]
        return [(line, place) for line, place in here if line.placed]

    def deaf(self, error: Exception) -> None:
        self.joined = False
        logger.warning("The channel layer cannot be joined now (%s: %s).", type(error).__name__, error)

    def unreachable(self, error: BusUnavailable) -> None:
        if self.reachable:
            logger.error("News cannot be fetched now; pages go on without those of others. %s", error)
        self.reachable = self.in_order = False
        self.answering.clear()

    def reached(self) -> None:
        if not self.reachable:
            logger.info("News can be fetched again.")
        self.answering.set()
        self.reachable = True

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


def reaches(here: Place, there: Place) -> bool:
    return here.epoch == there.epoch and here.offset >= there.offset
