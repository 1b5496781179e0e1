"""Keeping page sessions where other processes can go on with them.

Two laws make it safe to lose a process at any moment:

* *What a page was told is kept.* A frame of the page's own stream is held until the state behind it is in the vault.
* *What has begun is kept.* A call runs only after the vault knows that it does. One that began and was not answered is
  not run again by the next holder: whether it was done is not known, and its page is told so.

The pages of a process share one writing at a time, so what is asked for meanwhile goes out together; of a page only
what is new is written. A vault that is away for a moment is waited for: whoever went on without it, and then came to
another process, would have done things of which that one does not know. One that stays away holds up nobody: pages go
on as if they were not kept, and are kept again as soon as it is back.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import schema_of
from liveactions.errors import BusUnavailable, LocalError
from liveactions.runtime import moments
from liveactions.runtime.ports import Outcome, Vault, Writing
from liveactions.wire import pack

if TYPE_CHECKING:
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.surroundings import Surroundings

__all__ = [
    "FORMAT",
    "Keeper",
    "Keeping",
    "bound_of",
    "frame_name",
    "lifetime",
    "node_name",
    "part_of",
    "resolve",
]

logger = logging.getLogger("liveactions")

FORMAT = 3
"""Goes up when what is written changes its shape; a page of another format is mounted afresh."""

UNFINISHED = 0
"""The format of a page of which components are missing: it could not be gone on with."""

GRACE = 1.0
"""Seconds for which pages wait for a vault that fails …"""

AGAIN = 0.05
"""… with so many between two attempts; and after that:"""

PAUSE = 0.25
"""Seconds between two attempts of which nobody waits for the end."""

BATCH = 256
"""Pages in one writing."""


class Keeper:
    """Writes the pages of a process into the vault, many at a time."""

    def __init__(self, vault: Vault, now: Callable[[], float]) -> None:
        self.vault = vault
        self.now = now
        self.due: dict[Keeping, None] = {}
        self.task: asyncio.Task[None] | None = None
        self.leaving: set[asyncio.Task[None]] = set()
        self.away = False
        """Whether the vault has failed for longer than pages wait."""

    def want(self, keeping: Keeping) -> None:
        """Something of this page is new. Never waits."""
        self.due[keeping] = None
        if self.away:
            keeping.go_on()
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self.work())

    async def work(self) -> None:
        try:
            while self.due:
                batch = list(self.due)[:BATCH]
                for keeping in batch:
                    del self.due[keeping]
                await self.write([keeping for keeping in batch if keeping.going])
                if self.away:
                    await asyncio.sleep(PAUSE)
        finally:
            self.task = None

    async def write(self, batch: Sequence[Keeping]) -> None:
        writings = [(keeping, writing) for keeping in batch if (writing := self.composed(keeping)) is not None]
        try:
            moments.reached("before_state_save")
            outcomes = await self.written([writing for _, writing in writings]) if writings else []
            moments.reached("after_state_save")
        except Exception as error:  # noqa: BLE001  # whatever it is, no page may wait for ever
            self.lost(error)
            for keeping, writing in writings:
                keeping.not_written(writing)
                if isinstance(error, BusUnavailable):
                    self.due[keeping] = None
            for keeping in self.due:
                keeping.go_on()
            return
        self.away = False
        for (keeping, writing), outcome in zip(writings, outcomes, strict=True):
            keeping.written(writing, outcome)

    async def written(self, writings: Sequence[Writing]) -> Sequence[Outcome]:
        """What comes of it; tried again for a while if the vault fails. Raises what it raised last."""
        clock = asyncio.get_running_loop().time
        patience = clock() + (0.0 if self.away else GRACE)
        while True:
            try:
                return await self.vault.write(writings)
            except BusUnavailable:
                if clock() >= patience:
                    raise
            await asyncio.sleep(AGAIN)

    def composed(self, keeping: Keeping) -> Writing | None:
        """What is new of a page; None, and it is kept no longer, if that cannot be said."""
        try:
            return keeping.writing()
        except Exception:
            logger.exception("Page %s cannot be kept; it goes on in this process only.", keeping.page.page_id)
            keeping.leave()
            return None

    def lost(self, error: Exception) -> None:
        unexpected = None if isinstance(error, BusUnavailable) else error
        if unexpected or not self.away:
            told = "Pages cannot be kept now; they go on, and could not be resumed elsewhere. %s"
            logger.error(told, error, exc_info=unexpected)
        self.away = True

    def leave(self, keeping: Keeping) -> None:
        """The page is left: forget it, soon."""
        task = asyncio.get_running_loop().create_task(self.forget(keeping))
        self.leaving.add(task)
        task.add_done_callback(self.leaving.discard)

    async def forget(self, keeping: Keeping) -> None:
        try:
            await self.vault.leave(keeping.page.page_id, keeping.fence, lifetime(keeping.page.host.limits))
        except BusUnavailable as error:
            logger.info("A page that was left is kept until its time is over. %s", error)

    async def idle(self) -> None:
        """Wait until everything is written."""
        while waiting := {task for task in (self.task, *self.leaving) if task is not None}:
            await asyncio.wait(waiting)


class Keeping:
    """One page session as the vault has it, and what the vault has not been given yet."""

    __slots__ = (
        "alive_at",
        "away",
        "fence",
        "first",
        "going",
        "keeper",
        "new",
        "page",
        "put",
        "sizes",
        "taken_out",
        "told",
        "under_way",
        "waiting",
        "whole",
        "written_at",
    )

    def __init__(self, page: Page, keeper: Keeper, fence: int = 1, *, new: bool = True) -> None:
        self.page = page
        self.keeper = keeper
        self.fence = fence
        self.new = new
        """Whether the vault does not know the page yet."""
        self.going = True
        """False once the page is left, somebody else's, or cannot be kept."""
        self.away = False
        """Whether somebody else has taken the page."""
        self.put: dict[str, bytes] = {}
        self.taken_out: set[str] = set()
        self.sizes: dict[int, int] = {}
        """Bytes of each component that is kept."""
        self.whole = True
        """Whether nothing is missing that was kept before."""
        self.first = 1
        self.told = 0
        """The frames of the page's own stream that the vault has: from ``first`` to ``told``."""
        self.waiting: list[asyncio.Future[None]] = []
        self.under_way = UnderWay(0, 0, [])
        self.written_at = self.alive_at = keeper.now()
        """When the vault was last written, and when this was last tried."""

    def adopt(self, first: int, told: int, sizes: Mapping[int, int]) -> None:
        """The vault has these frames and components already."""
        self.first, self.told, self.sizes = first, told, dict(sizes)

    # What is new ----------------------------------------------------------------------------------------------

    def identify(self) -> None:
        """Whose page it is, and by which tokens it is resumed."""
        page = self.page
        self.put["bound"] = bound_of(page.tree.surroundings)
        self.put["token"], *before = page.good
        if before:
            self.put["before"] = b"".join(before)
        else:
            self.remove("before")

    def keep(self, parts: Mapping[int, bytes]) -> None:
        """Components as they are now. Raises ``LocalError`` for a state that is too large, where that is an error."""
        for node_id, part in parts.items():
            self.put[node_name(node_id)] = part
            self.sizes[node_id] = len(part)
        nodes = self.page.tree.nodes
        self.whole = self.whole or nodes.keys() <= self.sizes.keys()
        for node_id in [node_id for node_id in self.sizes if node_id not in nodes]:
            del self.sizes[node_id]
            self.remove(node_name(node_id))
        if sum(self.sizes.values()) > self.page.host.limits.max_state:
            self.give_up(too_large(self.page, self.sizes))

    def remove(self, name: str) -> None:
        self.put.pop(name, None)
        self.taken_out.add(name)

    def give_up(self, error: LocalError) -> None:
        """The page cannot be kept: it goes on in this process only. Raises ``error`` where that is an error."""
        if self.page.host.strict:
            raise error
        logger.warning("A page cannot be resumed by another process. %s", error)
        self.leave()

    async def stored(self) -> bool:
        """Wait until everything up to now is written, or the vault is away. False if the page is somebody else's."""
        if self.going:
            done = asyncio.get_running_loop().create_future()
            self.waiting.append(done)
            self.keeper.want(self)
            await done
        return not self.away

    def renew(self, now: float) -> None:
        """Once in a while, so that the page is kept as long as it is open."""
        if self.going and now - self.written_at > self.page.host.limits.resume_window / 4:
            self.keeper.want(self)

    def leave(self) -> None:
        """Keep it no longer."""
        if self.going:
            self.going = False
            self.keeper.leave(self)
            self.go_on()

    # Writing ----------------------------------------------------------------------------------------------------

    def writing(self) -> Writing:
        """Everything that is new. What waits for it goes on when it was ``written``, or ``not_written``."""
        own = self.page.own
        for offset in range(self.first, min(own.first, self.told + 1)):
            self.remove(frame_name(offset))
        self.first = own.first
        begin = max(own.first, self.told + 1)
        for offset, frame in enumerate(islice(own.kept, begin - own.first, None), begin):
            self.put[frame_name(offset)] = frame
        put, drop = {"head": pack(self.head()), **self.put}, tuple(self.taken_out - self.put.keys())
        self.under_way = UnderWay(self.page.outbox.last, self.told, self.waiting)
        self.told, self.put, self.taken_out, self.waiting = own.offset, {}, set(), []
        return Writing(self.page.page_id, self.fence, lifetime(self.page.host.limits), put, drop, self.new)

    def head(self) -> dict[str, Any]:
        page = self.page
        around = page.tree.surroundings
        begun = {number: each for number, each in page.open.items() if number <= page.begun or number in page.ahead}
        return {
            "format": FORMAT if self.whole else UNFINISHED,
            "begun": page.begun,
            "ahead": sorted(page.ahead),
            "open": list(begun),
            "atomic": {**page.claimed, **{number: each.step for number, each in begun.items() if each.step}},
            "offset": page.own.offset,
            "first": page.own.first,
            "next": page.tree.next_id,
            "nodes": [node_id for node_id in page.tree.nodes if node_id in self.sizes],
            "programs": page.tree.programs,
            "topics": sorted(page.following.topics),
            "places": page.following.processed(),
            "language": around.language,
            "timezone": around.timezone,
        }

    def written(self, writing: Writing, outcome: Outcome) -> None:
        now = self.keeper.now()
        if not self.going:
            self.release()
        elif outcome is Outcome.KEPT:
            self.new = False
            self.written_at = self.alive_at = now
            self.release()
        elif outcome is Outcome.GONE and now - self.alive_at < writing.ttl:
            self.begin_anew()
        else:
            self.lose()

    def not_written(self, writing: Writing) -> None:
        """The vault was away: what was to be written is still to be written, and nobody waits for it."""
        self.alive_at = self.keeper.now()
        self.told = self.under_way.told
        # Head and frames are as they are when they are written.
        kept = {name: value for name, value in writing.put.items() if name != "head" and name[0] != "f"}
        self.put = {**kept, **self.put}
        self.taken_out.update(name for name in writing.drop if name not in self.put)
        self.release()
        self.go_on()

    def begin_anew(self) -> None:
        """The vault has forgotten the page, which is alive: give it everything once more."""
        logger.warning("Page %s was no longer kept; it is kept again.", self.page.page_id)
        self.new = True
        self.told = 0
        self.identify()
        self.sizes.clear()
        self.whole = False
        self.release()
        self.page.keep_everything()

    def lose(self) -> None:
        """Somebody else has the page now."""
        if self.going:
            self.going, self.away = False, True
            self.page.give_away()
            self.release()
            self.go_on()

    def release(self) -> None:
        """The writing that was under way has ended."""
        ended, self.under_way = self.under_way, UnderWay(0, 0, [])
        self.page.outbox.release(ended.held)
        resolve(ended.waiting)

    def go_on(self) -> None:
        """Nothing waits for the vault."""
        waiting, self.waiting = self.waiting, []
        self.page.outbox.release(self.page.outbox.last)
        resolve(waiting)


class UnderWay(NamedTuple):
    """What a writing that has not ended holds up: frames up to the one of this number, and who waits."""

    held: int
    told: int
    """What the vault had before."""
    waiting: list[asyncio.Future[None]]


def resolve(waiting: Sequence[asyncio.Future[None]]) -> None:
    for done in waiting:
        if not done.done():
            done.set_result(None)


def part_of(page: Page, node: Node) -> bytes:
    """A component as it is kept, without those inside it. Raises ``LocalError`` for a value that cannot be."""
    component = node.component
    return pack(
        {
            **page.tree.own(node),
            "parent": None if node.parent is None else node.parent.id,
            "plain": node.plain,
            "schema": schema_of(node.declared),
            "rows": page.host.rows_in(vars(component).values()),
        }
    )


def node_name(node_id: int) -> str:
    return f"n{node_id}"


def frame_name(offset: int) -> str:
    return f"f{offset}"


def lifetime(limits: Any) -> float:
    """Seconds for which a page is kept since it was last written: its window, and how late a loss is noticed."""
    return 1.25 * float(limits.resume_window) + 2.5 * float(limits.heartbeat)


def bound_of(around: Surroundings) -> bytes:
    """What a page is bound to: its user, the browser's session, and the origin it came from."""
    pk = getattr(around.user, "pk", None)
    return hashlib.sha256(pack([None if pk is None else str(pk), around.session, around.origin])).digest()


def too_large(page: Page, sizes: dict[int, int]) -> LocalError:
    """Which component has so much state, and in which fields."""
    largest = page.tree.nodes[max(sizes, key=sizes.__getitem__)]
    fields = sorted(field_sizes(page, largest).items(), key=lambda each: -each[1])[:5]
    told = ", ".join(f"{name} {size:,}" for name, size in fields)
    return LocalError(
        f"The state of the page is {sum(sizes.values()):,} bytes, and at most {page.host.limits.max_state:,} are kept."
        f" Most of it, {sizes[largest.id]:,}, is that of {largest.name}: {told}.",
        code="component.failed",
        hint="Keep keys instead of rows, or a stream(); or raise MAX_STATE.",
    )


def field_sizes(page: Page, node: Node) -> dict[str, int]:
    return {name: len(pack(value)) for name, value in page.tree.own(node)["state"].items()}
