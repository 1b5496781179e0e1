"""Looks whether what this process has entered in the log stays there until others have heard of it.

A Redis that is killed may come back without the last of what it had answered. Who has heard of that finds out: the log
has less than they do, or something else in its place. But between the answer and the doorbell only the publisher knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from liveactions.bus.log import Log, Noted
from liveactions.bus.news import Entry
from liveactions.errors import BusUnavailable

__all__ = ["Witness"]

logger = logging.getLogger(__name__)

ROUND = 1.0
"""Seconds between two looks. In one round every hub hears of an entry: by its doorbell, or by looking at the ledger."""

MOST_NOTED = 10_000
"""Entries of one round that are remembered, the latest of them."""


class Witness:
    """Of one event loop. One question for all that was entered in a round, and none where nothing was."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.loop = asyncio.get_running_loop()
        self.noted: deque[Noted] = deque(maxlen=MOST_NOTED)
        self.due: deque[Noted] = deque(maxlen=MOST_NOTED)
        """What was noted in the round before: others have had the time to hear of it."""
        self.timer: asyncio.TimerHandle | None = None
        self.looking: asyncio.Task[None] | None = None

    def note(self, entry: Entry) -> None:
        """The log has answered that it has ``entry``."""
        self.noted.append(Noted(entry.stream, entry.place, entry.cursor, entry.mark))
        self.look_later()

    def close(self) -> None:
        """Look no more."""
        for each in (self.timer, self.looking):
            if each is not None:
                each.cancel()

    def look_later(self) -> None:
        if self.timer is None:
            self.timer = self.loop.call_later(ROUND, self.look)

    def look(self) -> None:
        self.timer = None
        if self.looking is None or self.looking.done():
            due, self.due, self.noted = self.due, self.noted, deque(maxlen=MOST_NOTED)
            self.looking = self.loop.create_task(self.look_for(due)) if due else None
        if self.looking or self.due:
            self.look_later()

    async def look_for(self, due: deque[Noted]) -> None:
        """Where any of ``due`` is lost, its stream's history begins anew: so everybody who follows it is told."""
        try:
            for stream, place in {each.stream: each.place for each in await self.log.lost(due)}.items():
                logger.warning("News of %s are lost: the log had answered for them, and has them no more.", stream)
                await self.log.rewound(stream, place)
        except BusUnavailable:
            self.due.extendleft(reversed(due))  # Redis is away: just then it may lose them
