"""How one version of a shared component follows on another: made of the latest, offered, and taken or not.

What is done to the latest version is offered as the next one, and taken unless another process was faster; then it is
undone, and done again on theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from liveactions.components import Showing
from liveactions.errors import BusUnavailable, CallError
from liveactions.metrics import figures
from liveactions.runtime.fitting import too_large
from liveactions.runtime.gallery import Desk, Gallery
from liveactions.runtime.ports import Kept, Ledger, Outdated, Runner, Step, Taken

__all__ = ["Crowded", "Stepping"]

T = TypeVar("T")

TRIES = 12
"""How often something is done on ever newer versions before its caller is told to come again."""

DATABASE = "default"
"""Where what an action does besides is undone if others were faster."""


class Crowded(CallError):
    """Others were faster each time."""

    def __init__(self) -> None:
        super().__init__("Too many others are changing this.", code="page.busy", retry_ms=500)


class Stepping:
    """The latest version of one shared component that is known here, at its desk, and the steps from there.

    ``most`` is how many bytes the news of a step may have.
    """

    def __init__(self, gallery: Gallery, runner: Runner, ledger: Ledger, most: int, showing: Showing) -> None:
        self.most = most
        self.gallery = gallery
        self.states = gallery.states
        self.runner = runner
        self.ledger = ledger
        self.of = showing.of
        self.given = dict(showing.given)
        self.key = showing.key
        self.lock = asyncio.Lock()
        """Held by who is at the desk."""
        self.desk: Desk | None = None
        self.known = 0
        """The latest version that was heard of."""

    async def step(self, attempt: Callable[[Desk], Awaitable[tuple[T, Taken | None]]]) -> tuple[T, Taken | None]:
        """What ``attempt`` comes to on the latest version, run again as often as others were faster (``Outdated``).

        Raises ``Crowded`` after too many tries, ``BusUnavailable``, and what ``attempt`` raises.
        """
        async with self.lock:
            for _ in range(TRIES):
                desk = await self.current()
                try:
                    value, taken = await attempt(desk)
                except Outdated as outdated:
                    await self.overtaken(outdated)
                    continue
                except BaseException:
                    self.leave_desk()  # what was done to it was not taken
                    raise
                if taken is not None:
                    self.stepped(desk, taken)
                return value, taken
        raise Crowded

    # The desk -----------------------------------------------------------------------------------------------

    async def current(self) -> Desk:
        """The desk, with the latest version that is known of."""
        if self.desk is None or self.known > self.desk.version:
            kept = await self.states.load(self.key) or await self.kept_again()
            if kept is None:
                raise BusUnavailable(f"{self.of} is not kept.", hint="Check that Redis has memory left.")
            return await self.bring(kept)
        return self.desk

    async def bring(self, kept: Kept) -> Desk:
        self.leave_desk()
        if not kept.version:
            return await self.current()
        self.gallery.remember(self.key, kept)
        desk = await self.runner.run(partial(Desk.restored, self.gallery.tree(self.key), self.of, kept))
        self.desk = desk
        self.heard_of(desk.version)
        return desk

    async def overtaken(self, outdated: Outdated) -> None:
        """Somebody else was faster, or is about to be: then what becomes of that is decided before it goes on."""
        figures.SHARED_CONFLICTS.count += 1
        if outdated.hold is None:
            await self.bring(outdated.kept)
            return
        self.leave_desk()
        await self.runner.run(partial(self.ledger.decide, self.key, outdated.hold))

    async def kept_again(self) -> Kept | None:
        """Nothing is kept of it any more (a Redis that began anew): what was had here last is, or it is mounted."""
        await self.runner.run(partial(self.gallery.latest, self.of, self.given))
        return await self.states.load(self.key)

    def heard_of(self, version: int) -> None:
        """There is this version; by the next step it is at the desk."""
        self.known = max(self.known, version)

    def leave_desk(self) -> None:
        """What lies there is not to be gone on with: by the next step it is loaded."""
        self.desk = None

    def stepped(self, desk: Desk, taken: Taken) -> None:
        figures.SHARED_STEPS.count += 1
        desk.took(taken.kept.version)
        self.known = taken.kept.version
        self.gallery.remember(self.key, taken.kept)

    # What attempts offer: each raises ``Outdated`` where somebody else was faster --------------------------------

    async def take(self, step: Step) -> Taken:
        self.check(step)
        taken = unless_outdated(await self.states.take(step))
        self.states.announce(taken.entry)
        return taken

    def settle(self, work: Callable[[], Step | None], *, atomic: bool) -> Taken | None:
        """Do ``work`` and have taken what it offers, in a thread; if it is not, all of it is undone.

        The step is taken before the commit: where the process dies between the two, what ``work`` did is lost, but for
        the step. Where that must not be, there is an ``Offer``.
        """

        def whole() -> Taken | None:
            step = work()
            if step is not None:
                self.check(step)
            return None if step is None else unless_outdated(self.states.take_now(step))

        taken = self.ledger.transact(DATABASE, whole) if atomic else whole()
        if taken is not None:
            self.states.announce(taken.entry)
        return taken

    def check(self, step: Step) -> None:
        """Raises ``ResultError`` (``result.too_large``) for news that no page could be sent."""
        if (size := len(step.body)) > self.most:
            raise too_large(size, self.most, f"what has changed of {self.of}")


def unless_outdated(taken: Taken) -> Taken:
    if taken.entry is None:
        raise Outdated(taken.kept, taken.hold)
    return taken
