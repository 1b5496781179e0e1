"""Writing the pages of a process into the vault, many at a time.

The pages share one writing at a time, so what is asked for meanwhile goes out together. A vault that is away for a
moment is waited for: whoever went on without it, and then came to another process, would have done things of which that
one does not know. One that stays away holds up nobody: pages go on as if they were not kept, and are kept again as soon
as it is back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from itertools import islice
from typing import Any

from liveactions.errors import BusUnavailable
from liveactions.runtime import moments
from liveactions.runtime.keeping import Keeping, lifetime, resolve
from liveactions.runtime.ports import Outcome, Vault, Withheld, Writing

__all__ = ["SETTLING", "Keeper"]

logger = logging.getLogger("liveactions")

GRACE = 1.0
"""Seconds for which pages wait for a vault that fails …"""

AGAIN = 0.05
"""… with so many between two attempts; and after that:"""

PAUSE = 0.25
"""Seconds between two attempts of which nobody waits for the end."""

SETTLING = 1.0
"""Seconds after which every process that is alive has written what it could not while the vault was away: half of one
passes until it gives up what it had sent in vain, and then there is a pause."""

DOUBT = 4.0
"""Seconds in which somebody who has taken a page, and with whom its tab has stayed, has written something of it: fewer
than those for which a page that is behind is asked to come again, before it is mounted afresh …"""

LOOK = 0.25
"""… and it is looked at so often."""

BATCH = 256
"""Pages in one writing."""


class Keeper:
    """Writes the pages of a process into the vault, many at a time. No task runs for it: what comes next is called."""

    def __init__(self, vault: Vault, now: Callable[[], float]) -> None:
        self.vault = vault
        self.now = now
        self.due: dict[Keeping, None] = {}
        self.under_way: list[tuple[Keeping, Writing]] = []
        self.busy = False
        """Whether something is under way, or is about to be."""
        self.asking = False
        self.patience = 0.0
        """When a writing that fails is given up, by the clock of the event loop."""
        self.context = Context()
        """Of nobody: many pages are written together."""
        self.idlers: list[asyncio.Future[None]] = []
        """Who waits until nothing is to be done."""
        self.asked: set[asyncio.Task[None]] = set()
        """What is asked of the vault beside the writings."""
        self.away = False
        """Whether the vault has failed for longer than pages wait."""
        self.failing = False
        """Whether it has failed, and was not heard since."""
        self.back_at = float("-inf")
        """When it was heard again, by the clock of the event loop."""

    def want(self, keeping: Keeping) -> None:
        """Something of this page is new. Never waits."""
        self.due[keeping] = None
        if self.away:
            keeping.go_on()
        if not self.busy:
            self.busy = True
            asyncio.get_running_loop().call_soon(self.begin, context=self.context)

    def begin(self) -> None:
        """Write what is due, until something has to be waited for."""
        while self.due:
            batch = list(islice(self.due, BATCH))
            for keeping in batch:
                del self.due[keeping]
            self.under_way = [
                (keeping, writing)
                for keeping in batch
                if keeping.going and (writing := self.composed(keeping)) is not None
            ]
            if self.under_way:
                self.patience = clock() + (0.0 if self.away else GRACE)
                self.write()
                if self.under_way or self.away:
                    return
        self.busy = False
        for idler in self.idlers:
            resolve(idler)
        self.idlers.clear()

    def write_again(self) -> None:
        self.write()
        if not (self.under_way or self.away):
            self.begin()

    def write(self) -> None:
        self.asking = True
        try:
            moments.reached("before_state_save")
            self.vault.write([writing for _, writing in self.under_way], self.answered)
        except BusUnavailable as error:
            self.failed(error)
        except Exception as error:  # noqa: BLE001  # whatever it is, no page may wait for ever
            self.lost(error)
        finally:
            self.asking = False

    def answered(self, outcomes: Sequence[Outcome] | BusUnavailable) -> None:
        if isinstance(outcomes, BusUnavailable):
            self.failed(outcomes)
            return
        try:
            moments.reached("after_state_save")
        except Exception as error:  # noqa: BLE001  # as in `write`
            self.lost(error)
            return
        self.away = False
        if self.failing:
            self.failing, self.back_at = False, clock()
        under_way, self.under_way = self.under_way, []
        for (keeping, writing), outcome in zip(under_way, outcomes, strict=True):
            try:
                keeping.written(writing, outcome)
            except Exception:  # the others are written all the same
                logger.exception("Page %s does not go on as it should.", keeping.page.page_id)
        if not self.asking:
            self.begin()

    def failed(self, error: BusUnavailable) -> None:
        """Try it again for a while; then pages go on without."""
        self.failing = True
        if clock() < self.patience:
            self.later(AGAIN, self.write_again)
        else:
            self.lost(error)

    def lost(self, error: Exception) -> None:
        expected = isinstance(error, BusUnavailable)
        if not (expected and self.away):
            told = "Pages cannot be kept now; they go on, and could not be resumed elsewhere. %s"
            logger.error(told, error, exc_info=None if expected else error)
        self.away = True
        self.later(PAUSE, self.begin)
        under_way, self.under_way = self.under_way, []
        for keeping, writing in under_way:
            keeping.not_written(writing)
            if expected:
                self.due[keeping] = None
        for keeping in list(self.due):  # whoever goes on may have news of others
            keeping.go_on()

    @property
    def is_cut_off(self) -> bool:
        """Whether the vault has failed for longer than pages wait, and is asked again and again."""
        return self.away and self.busy

    def unsettled(self) -> float:
        """Seconds for which other processes may be about to write what they could not, by what is seen from here."""
        return SETTLING if self.failing and self.busy else max(0.0, self.back_at + SETTLING - clock())

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, work, context=self.context)

    def composed(self, keeping: Keeping) -> Writing | None:
        """What is new of a page; None if it is to wait, or is contested. What cannot be said is kept no longer."""
        keeping.put_off = keeping.halfway
        if keeping.is_to_wait or keeping.contested:
            return None
        try:
            return keeping.writing()
        except Exception:
            logger.exception("Page %s cannot be kept; it goes on in this process only.", keeping.page.page_id)
            keeping.leave()
            return None

    def leave(self, keeping: Keeping) -> None:
        """The page is left: forget it, soon."""
        self.ask(self.forget(keeping))

    def take_back(self, keeping: Keeping) -> None:
        """Somebody else has taken the page, though its tab has gone on here since: find out whether they hold it."""
        self.ask(self.taken_back(keeping))

    def ask(self, question: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(question)
        self.asked.add(task)
        task.add_done_callback(self.asked.discard)

    async def forget(self, keeping: Keeping) -> None:
        try:
            await self.vault.leave(keeping.page.page_id, keeping.fence, lifetime(keeping.page.host.limits))
        except BusUnavailable as error:
            logger.info("A page that was left is kept until its time is over. %s", error)

    async def taken_back(self, keeping: Keeping) -> None:
        try:
            fence = await self.fence_again(keeping)
        except BusUnavailable as error:
            logger.info("It is not known who holds page %s. %s", keeping.page.page_id, error)
            keeping.contested = False
            self.want(keeping)  # and find out once more
        else:
            keeping.decided(fence)

    async def fence_again(self, keeping: Keeping) -> int | None:
        """The fence under which a page is held here once more; None if somebody else has gone on with it.

        Who has taken it has done nothing for it as long as nothing is written, and has shown its tab nothing. So who
        leaves it at that had come too late, or is dead.
        """
        page, patience = keeping.page, clock() + DOUBT
        while keeping.going:
            seen = page.own.acked if clock() < patience else None
            fence = await self.vault.take_back(page.page_id, keeping.fence, seen)
            if not isinstance(fence, Withheld):
                return fence
            await asyncio.sleep(LOOK)
        return None

    async def idle(self) -> None:
        """Wait until everything is written."""
        while self.busy or self.asked:
            if self.busy:
                self.idlers.append(asyncio.get_running_loop().create_future())
            await asyncio.wait({*self.asked, *self.idlers})


def clock() -> float:
    return asyncio.get_running_loop().time()
