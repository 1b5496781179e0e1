"""Processes share their pages: where one has many more than the others, some of its pages come back elsewhere.

A page stays where it is, so after a process was lost the others have its pages, and the one that takes its place has
none, until others are lost; then more are than need be. So a process that has more than its share asks some of those
for which nothing runs to come back over a new socket, as it asks them all once a day. Who shares out connections leads
some of them, or all, to processes that have fewer. If they come back to where they were, they are asked less and less.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Collection, Sequence

from liveactions.errors import BusUnavailable
from liveactions.metrics import figures
from liveactions.runtime.page import Page
from liveactions.runtime.pages import Pages
from liveactions.runtime.ports import Census

__all__ = ["Balancing"]

logger = logging.getLogger("liveactions")

ROUND = 1.0
"""Seconds between two looks."""

SOON = 0.1
"""Seconds until the first one."""

MOST_SKIPPED = 1800
"""Rounds in which nobody is asked, after several that were in vain: at first one, then four times as many each time."""

FEW = 25
"""More pages than its share that a process may have: fewer are not worth a socket."""

SLACK = 0.1
"""The same as a part of its share."""

SETTLED = 6.0
"""Seconds after which a page that came is asked to go: one that has to come again within five waits longer for it."""

CROWD = 8
"""Pages that come at the same moment: while as many do, nobody else is asked to."""

WORTH = 0.25
"""The part of those that were asked which must not have come back: of two processes a fair proxy keeps half away."""


class Balancing:
    """Of the pages of one event loop: at most ``rate`` of them a second are asked to go."""

    def __init__(self, pages: Pages, census: Census, rate: float) -> None:
        self.pages = pages
        self.census = census
        self.rate = rate
        self.asked = 0
        """Pages that were asked to go since the last look …"""
        self.had = 0
        """… and how many there were."""
        self.patience = 1
        """Rounds to skip if that was in vain, and …"""
        self.skipping = 0
        """… those that still are."""
        self.loop = asyncio.get_running_loop()
        self.task: asyncio.Task[None] | None = None
        self.timers = [self.loop.call_later(SOON, self.begin)]

    def begin(self) -> None:
        self.timers.clear()
        self.task = self.loop.create_task(self.look())

    async def look(self) -> None:
        """Say how many pages are here, and let some go if these are too many."""
        try:
            if self.pages.draining:
                await self.census.leave()
                return
            here = [page for page in self.pages.by_id.values() if page.connected]
            self.judge(len(here))
            too_many = surplus(len(here), await self.census.counted(len(here)))
            if not self.skipping:
                settled = self.pages.host.now() - SETTLED
                self.let_go([page for page in here if page.attached_at < settled], too_many)
        except BusUnavailable as error:
            logger.debug("How many pages other processes have is not known now. %s", error)
        self.timers.append(self.loop.call_later(ROUND, self.begin))

    def judge(self, here: int) -> None:
        """Has it helped to ask?"""
        self.skipping = max(0, self.skipping - 1)
        if self.asked:
            in_vain = self.had - here < self.asked * WORTH
            self.skipping = self.patience if in_vain else 0
            self.patience = min(self.patience * 4, MOST_SKIPPED) if in_vain else 1
        self.had, self.asked = here, 0

    def let_go(self, here: Sequence[Page], count: int) -> None:
        """Ask as many, one after another in the first half of the round: at its end they are where they are led."""
        count = min(count, int(self.rate * ROUND), len(here))
        for number, page in enumerate(random.sample(here, count)):
            self.timers.append(self.loop.call_later(number * ROUND / 2 / count, self.ask, page))

    def ask(self, page: Page) -> None:
        """Ask a page that it costs nothing but a moment."""
        is_busy = not page.is_idle or (page.keeping is not None and page.keeping.is_to_wait)
        if is_busy or not page.connected or self.pages.draining or self.pages.joining >= CROWD:
            return
        self.asked += 1
        figures.BALANCED.count += 1
        self.pages.drop(page, "socket.aged", "Another process has fewer pages.")

    async def close(self) -> None:
        """Ask nobody any more."""
        for timer in self.timers:
            timer.cancel()
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])


def surplus(here: int, counts: Collection[int]) -> int:
    """How many pages a process has too many that has ``here``, where each of them all has so many."""
    share = sum(counts) / max(1, len(counts))
    return int(here - share) if here - share >= max(FEW, share * SLACK) else 0
