"""Keeping page sessions where other processes can go on with them.

Three laws make it safe to lose a process at any moment:

* *What a page was told is kept.* A frame of the page's own stream is held until the state behind it is in the vault.
* *What has begun is kept.* A call runs only after the vault knows that it does; or where that is away, after the tab
  has seen something that the vault cannot have. One that began and was not answered is not run again by the next
  holder, who knows of it, or sees that it knows too little: whether it was done is not known, and its page is told.
* *An event is kept in one step.* What it has done to the components of a page is written with its place, when all of
  them have heard it. Until then it has not happened, and the next holder has all of them hear it.

Of a page only what is new is written, by the `Keeper` of its process.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import schema_of
from liveactions.errors import LocalError
from liveactions.runtime.ports import Outcome, Place, Writing
from liveactions.wire import pack

if TYPE_CHECKING:
    from liveactions.runtime.keeper import Keeper
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.surroundings import Surroundings

__all__ = [
    "FORMAT",
    "Calls",
    "Keeping",
    "Lasting",
    "bound_of",
    "frame_name",
    "lifetime",
    "node_name",
    "part_of",
    "resolve",
]

logger = logging.getLogger("liveactions")

FORMAT = 5
"""Goes up when what is written changes its shape; a page of another format is mounted afresh."""

UNFINISHED = 0
"""The format of a page of which components are missing: it could not be gone on with."""

READ_ANEW = frozenset({"calls", "page"})


class Keeping:
    """One page session as the vault has it, and what the vault has not been given yet."""

    __slots__ = (
        "alive_at",
        "answered",
        "away",
        "contested",
        "fence",
        "first",
        "going",
        "halfway",
        "keeper",
        "kept",
        "new",
        "nodes",
        "page",
        "put",
        "put_off",
        "reach",
        "serial",
        "shown",
        "sizes",
        "story",
        "sure",
        "taken_out",
        "told",
        "under_way",
        "unheard",
        "unseen",
        "waiting",
        "whole",
        "written_at",
    )

    def __init__(self, page: Page, keeper: Keeper, fence: int = 1, *, new: bool = True) -> None:
        self.page = page
        self.keeper = keeper
        self.fence = fence
        self.story = b"%d" % fence
        """The fence under which it has come here: who has it back after others had taken it goes on with the same."""
        self.new = new
        """Whether the vault does not know the page yet."""
        self.unheard = not new
        """Whether its tab has said nothing since it was taken: it may have turned to somebody else, who can have the
        page back as long as nothing is written of it."""
        self.going = True
        """False once the page is left, somebody else's, or cannot be kept."""
        self.away = False
        """Whether somebody else holds the page."""
        self.contested = False
        """Whether somebody else has taken it, and it is being found out whether they hold it."""
        self.serial = self.answered = 0
        """Of the last writing, and of the last one that was answered."""
        self.halfway = False
        """Whether something of what is new may be the work of an event that components still hear: it is not written
        without the rest."""
        self.put_off = False
        """Whether that was to be written meanwhile."""
        self.put: dict[str, bytes] = {}
        self.taken_out: set[str] = set()
        self.sizes: dict[int, int] = {}
        """Bytes of each component that is kept."""
        self.nodes: tuple[int, ...] = ()
        """These components, those that stand in others behind them."""
        self.kept: Lasting | None = None
        """What of the page lasts, as the vault was given it last."""
        self.whole = True
        """Whether nothing is missing that was kept before."""
        self.first = 1
        self.told = 0
        """The frames of the page's own stream that the vault has: from ``first`` to ``told``."""
        self.reach = 0
        """The last frame that the vault may have, for all that is known …"""
        self.sure = 0
        """… and the last one that it is known to have."""
        self.shown = 0
        """The last frame that may have gone out to the tab though the vault had not got it."""
        self.unseen: list[Unseen] = []
        """What has begun while the vault is away, and waits for the tab."""
        self.waiting: list[Callable[[], object]] = []
        self.under_way = UnderWay(0, 0, [])
        self.written_at = self.alive_at = keeper.now()
        """When the vault was last written, and when this was last tried."""

    def adopt(self, first: int, told: int, sizes: Mapping[int, int]) -> None:
        """The vault has these frames and components already."""
        self.first, self.told, self.sizes = first, told, dict(sizes)
        self.reach = self.sure = told
        self.sort()

    # What is new ----------------------------------------------------------------------------------------------

    def identify(self) -> None:
        """Whose page it is, and by which tokens it is resumed."""
        page = self.page
        self.put["bound"], self.put["story"] = bound_of(page.tree.surroundings), self.story
        self.put["token"], *before = page.proofs
        if before:
            self.put["before"] = b"".join(before)
        else:
            self.remove("before")

    @property
    def owes_token(self) -> bool:
        """Whether the vault may not know by which token the page is resumed."""
        return self.going and "token" in self.put

    def keep(self, parts: Mapping[int, bytes]) -> None:
        """Components as they are now. Raises ``LocalError`` for a state that is too large, where that is an error."""
        self.halfway = self.page.following.in_hand
        others = not parts.keys() <= self.sizes.keys()
        for node_id, part in parts.items():
            self.put[node_name(node_id)] = part
            self.sizes[node_id] = len(part)
        nodes = self.page.tree.nodes.keys()
        self.whole = self.whole or nodes <= self.sizes.keys()
        gone = self.sizes.keys() - nodes
        for node_id in gone:
            del self.sizes[node_id]
            self.remove(node_name(node_id))
        if others or gone:
            self.sort()
        if sum(self.sizes.values()) > self.page.host.limits.max_state:
            self.give_up(too_large(self.page, self.sizes))

    def sort(self) -> None:
        self.nodes = tuple(node_id for node_id in self.page.tree.nodes if node_id in self.sizes)

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
            self.when_stored(partial(resolve, done))
            await done
        return not self.away

    @property
    def is_to_wait(self) -> bool:
        """Whether nothing is written of it for now: the work of an event is not without the rest of it, for the next
        holder has all of them hear it; nor is anything before its tab has shown that it is here."""
        return self.halfway or self.unheard

    def when_stored(self, then: Callable[[], object]) -> None:
        """Have ``then`` called where ``stored`` would go on: perhaps at once."""
        if not self.going:
            then()
            return
        self.waiting.append(then)
        self.keeper.want(self)

    async def begun(self) -> bool:
        """Wait until nobody could take for not begun what has begun. False if the page is somebody else's, or over."""
        if not await self.stored():
            return False
        if not self.is_doubtful:
            return True
        done = asyncio.get_running_loop().create_future()
        self.when_seen(partial(resolve, done))
        await done
        return not (self.away or self.page.ended)

    @property
    def is_doubtful(self) -> bool:
        """Whether the vault does not know of what has begun, and who asks it could not see that it knows too little."""
        return self.going and self.keeper.away and self.page.own.acked <= self.reach

    def when_seen(self, then: Callable[[], object]) -> None:
        """Have ``then`` called when the tab has seen a frame that no vault has without what has begun by now.

        Then whoever else it comes to sees that more has happened than is kept. It may also be that the vault has heard
        of it, or that the page is over.
        """
        self.unseen.append(Unseen(self.page.own.next, self.serial, then))
        self.page.show_sign()

    def come_back(self) -> None:
        """Its tab is here again, and has seen no more than it has acknowledged."""
        self.unheard = False
        self.shown = self.page.own.acked

    def show(self) -> None:
        """All frames that there are go out to its tab, whether the vault has them or not."""
        self.shown = self.page.own.offset

    def heard(self) -> None:
        """The tab speaks, so it knows by which token it is resumed, and that the page is here."""
        self.unheard = False
        self.identify()
        self.keeper.want(self)

    def seen(self) -> None:
        """The tab has acknowledged something."""
        acked = self.page.own.acked
        self.settle(lambda each: each.offset <= acked)

    def settle(self, is_settled: Callable[[Unseen], bool]) -> None:
        settled = [each for each in self.unseen if is_settled(each)]
        self.unseen = [each for each in self.unseen if not is_settled(each)]
        for each in settled:
            each.go_on()

    def come_through(self) -> None:
        """Nothing of it is halfway any more."""
        self.halfway = False
        if self.put_off:
            self.keeper.want(self)

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
            self.settle(always)

    # Writing ----------------------------------------------------------------------------------------------------

    def writing(self) -> Writing:
        """Everything that is new. What waits for it goes on when it was ``written``, or ``not_written``."""
        page, own, put, dropped = self.page, self.page.own, self.put, self.taken_out
        first, offset, told = own.first, own.offset, self.told
        for number in range(self.first, min(first, told + 1)):
            dropped.add(frame_name(number))
        for number in range(max(first, told + 1), offset + 1):
            put[frame_name(number)] = own.kept[number - first]
        put["calls"] = self.calls(first)
        lasting = self.lasting()
        if lasting != self.kept:
            put["page"] = pack(lasting._replace(topics=sorted(lasting.topics)))
            self.kept = lasting
        drop = tuple(dropped - put.keys()) if dropped else ()
        self.under_way = UnderWay(page.outbox.last, told, self.waiting)
        self.first, self.told, self.put, self.taken_out, self.waiting = first, offset, {}, set(), []
        self.reach = offset
        self.serial += 1
        ttl = lifetime(page.host.limits)
        return Writing(page.page_id, self.fence, self.serial, self.answered, offset, ttl, put, drop, self.new)

    def calls(self, first: int) -> bytes:
        """What changes with every call."""
        page = self.page
        begun, atomic = [], dict(page.claimed)
        for number, each in page.open.items():
            if number <= page.begun or number in page.ahead:
                begun.append(number)
                if each.step:
                    atomic[number] = each.step
        return pack((page.begun, sorted(page.ahead), begun, atomic, first))

    def lasting(self) -> Lasting:
        page, tree = self.page, self.page.tree
        return Lasting(
            FORMAT if self.whole else UNFINISHED,
            tree.next_id,
            self.nodes,
            tree.programs,
            page.following.topics,
            page.following.processed(),
            tree.surroundings.language,
            tree.surroundings.timezone,
        )

    def written(self, writing: Writing, outcome: Outcome) -> None:
        now = self.keeper.now()
        if not self.going:
            self.release()
        elif writing.fence != self.fence:
            pass  # it was taken back meanwhile, and is written anew
        elif outcome is Outcome.KEPT:
            self.new = False
            self.answered = writing.serial
            self.sure = writing.told
            self.written_at = self.alive_at = now
            self.release()
            if self.unseen:
                self.settle(lambda each: each.serial < writing.serial)
        elif outcome is Outcome.GONE and now - self.alive_at < writing.ttl:
            self.begin_anew()
        elif outcome is Outcome.FENCED:
            self.contest()
        else:
            self.lose()

    def not_written(self, writing: Writing) -> None:
        """The vault was away: what was to be written is still to be written, and nobody waits for it."""
        self.alive_at = self.keeper.now()
        self.told = self.under_way.told
        self.kept = None
        # These, and frames, are as they are when they are written.
        kept = {name: value for name, value in writing.put.items() if name not in READ_ANEW and name[0] != "f"}
        self.put = {**kept, **self.put}
        # What was to be put may have been all the same, so what of it is not any more has to be taken out.
        self.taken_out.update(name for name in (*writing.drop, *writing.put) if name not in self.put)
        self.release()
        self.go_on()

    def begin_anew(self) -> None:
        """The vault has forgotten the page, or a part of it: it is alive, so give it everything once more."""
        logger.warning("Page %s was no longer kept; it is kept again.", self.page.page_id)
        self.new = True
        self.told = self.sure = 0
        self.identify()
        self.sizes.clear()
        self.nodes, self.kept = (), None
        self.whole = False
        self.release()
        self.page.keep_everything()

    def contest(self) -> None:
        """Somebody else has taken the page. Whether they hold it is doubtful if its tab may have seen more than they
        could know of: they may have asked for it before, and have come late."""
        if max(self.page.own.acked, self.shown) <= self.sure:
            self.lose()
        elif self.going:
            ended, self.under_way = self.under_way, UnderWay(0, 0, [])
            self.waiting = ended.waiting + self.waiting
            if not self.contested:
                self.contested = True
                self.keeper.take_back(self)

    def decided(self, fence: int | None) -> None:
        """The page is held here, under this fence; or (None) by somebody else."""
        self.contested = False
        if fence is None:
            self.lose()
        elif self.going:
            self.fence = fence
            self.begin_anew()
            self.keeper.want(self)  # somebody may wait for what was to be written meanwhile

    def lose(self) -> None:
        """Somebody else has the page now."""
        if self.going:
            self.going, self.away = False, True
            self.page.give_away()
            self.release()
            self.go_on()
            self.settle(always)

    def release(self) -> None:
        """The writing that was under way has ended."""
        ended, self.under_way = self.under_way, UnderWay(0, 0, [])
        self.page.outbox.release(ended.held)
        for go_on in ended.waiting:
            go_on()

    def go_on(self) -> None:
        """Nothing waits for the vault."""
        if self.page.connected:
            self.show()
        waiting, self.waiting = self.waiting, []
        self.page.outbox.release(self.page.outbox.last)
        for go_on in waiting:
            go_on()


class Lasting(NamedTuple):
    """What is kept of a page besides its calls, its frames and its components; most calls change nothing of it."""

    format: int
    next_id: int
    nodes: Sequence[int]
    programs: bool
    topics: Collection[str]
    places: Mapping[str, Place]
    language: str | None
    timezone: str | None


class Calls(NamedTuple):
    """How far the calls of a page were when it was written last, and the first of its frames that is kept."""

    begun: int
    ahead: Sequence[int]
    open: Sequence[int]
    atomic: Mapping[int, Sequence[Any]]
    first: int


class Unseen(NamedTuple):
    """What waits until the tab has seen the frame with this offset, or the vault a writing after the one of this
    number."""

    offset: int
    serial: int
    go_on: Callable[[], object]


class UnderWay(NamedTuple):
    """What a writing that has not ended holds up: frames up to the one of this number, and who waits."""

    held: int
    told: int
    """What the vault had before."""
    waiting: list[Callable[[], object]]


def always(_: object) -> bool:
    return True


def resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


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
