"""Takes news to the log and rings for them, in the order in which they were posted."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from liveactions.bus.layer import NO_ANSWER, TIMEOUT, Layer, ring
from liveactions.bus.log import Log
from liveactions.bus.news import Entry, News
from liveactions.bus.witness import Witness
from liveactions.errors import BusUnavailable
from liveactions.metrics import figures
from liveactions.runtime.deadlines import Deadlines

__all__ = ["Courier"]

logger = logging.getLogger(__name__)

LOAD = 100
"""Pieces that are taken to the log in one go."""

MAX_WAITING = 10_000


class Parcel(NamedTuple):
    news: Sequence[News]
    receipt: asyncio.Future[list[Entry]]


class Courier:
    """The publisher of one event loop. ``tell`` is called with every entry that was made, besides ringing."""

    def __init__(self, log: Log, layer: Layer, tell: Callable[[Entry], None]) -> None:
        self.log = log
        self.layer = layer
        self.tell = tell
        self.loop = asyncio.get_running_loop()
        self.waiting: deque[Parcel] = deque()
        self.tour: asyncio.Task[None] | None = None
        self.bells: deque[Entry] = deque(maxlen=MAX_WAITING)
        """Entries that are still to be rung for: a layer that hangs holds up no news."""
        self.ringing: asyncio.Task[None] | None = None
        self.deadlines = Deadlines(TIMEOUT)
        self.witness = Witness(log)

    def post(self, news: Sequence[News]) -> asyncio.Future[list[Entry]]:
        """Accept news. The receipt holds their entries, or ``BusUnavailable``. Call it on the courier's loop.

        Raises ``BusUnavailable`` when too many are waiting.
        """
        if sum(len(parcel.news) for parcel in self.waiting) >= MAX_WAITING:
            raise BusUnavailable(f"{MAX_WAITING} pieces of news are waiting to be sent.", hint="Check Redis.")
        parcel = Parcel(news, self.loop.create_future())
        self.waiting.append(parcel)
        if self.tour is None or self.tour.done():
            self.tour = self.loop.create_task(self.deliver())
        return parcel.receipt

    def announce(self, entry: Entry) -> None:
        """Ring for an entry that somebody else has taken to the log. Call it on the courier's loop."""
        figures.PUBLISHED.count += 1
        self.ring_for(entry)

    async def close(self, patience: float) -> None:
        """Wait until everything has left, at most ``patience`` seconds; then what is left is refused."""
        if self.tour is not None:
            await asyncio.wait([self.tour], timeout=patience)
            self.tour.cancel()
        refuse(list(self.waiting), ended())
        self.witness.close()
        if self.ringing is not None:
            await asyncio.wait([self.ringing], timeout=patience)
            self.ringing.cancel()

    async def deliver(self) -> None:
        while self.waiting:
            load = self.load()
            try:
                entries = await self.log.append([piece for parcel in load for piece in parcel.news])
            except asyncio.CancelledError:
                refuse(load, ended())
                raise
            except BusUnavailable as error:
                # Who has come meanwhile has waited for as long as an attempt takes, and would for as long again.
                refuse([*load, *self.waiting], error)
                self.waiting.clear()
                continue
            except Exception as error:  # noqa: BLE001  # whoever posted it hears of it
                refuse(load, error)
                continue
            figures.PUBLISHED.count += len(entries)
            hand_out(load, entries)
            for entry in entries:
                self.ring_for(entry)

    def load(self) -> list[Parcel]:
        load = [self.waiting.popleft()]
        while self.waiting and sum(len(parcel.news) for parcel in load) < LOAD:
            load.append(self.waiting.popleft())
        return load

    def ring_for(self, entry: Entry) -> None:
        self.witness.note(entry)
        self.tell(entry)
        self.bells.append(entry)
        if self.ringing is None or self.ringing.done():
            self.ringing = self.loop.create_task(self.ring())

    async def ring(self) -> None:
        while self.bells:
            entry = self.bells.popleft()
            try:
                await self.ring_in_time(entry)
            except Exception as error:  # noqa: BLE001  # a layer raises what it likes; the log has the news
                logger.warning("Nobody was rung for news of %s (%s); it arrives a second later.", entry.stream, error)

    async def ring_in_time(self, entry: Entry) -> None:
        """Ring in this task: one for each entry, as ``in_time`` would make it, costs as much as the rest of it."""
        task = asyncio.current_task()
        assert task is not None
        deadline = self.deadlines.begin(task.cancel)
        try:
            await ring(self.layer, entry)
        except asyncio.CancelledError:
            if not deadline.expired or (hasattr(task, "uncancel") and task.uncancel()):
                raise  # the process ends
            raise TimeoutError(NO_ANSWER) from None
        finally:
            deadline.done()


def ended() -> BusUnavailable:
    return BusUnavailable("This process ended before its news could be sent.")


def refuse(load: list[Parcel], error: Exception) -> None:
    for parcel in load:
        if not parcel.receipt.done():
            parcel.receipt.set_exception(error)


def hand_out(load: list[Parcel], entries: list[Entry]) -> None:
    start = 0
    for parcel in load:
        end = start + len(parcel.news)
        if not parcel.receipt.done():
            parcel.receipt.set_result(entries[start:end])
        start = end
