"""Shared components in this process: what pages ask for. (Of an event loop, to be exact.)

For each one that pages here show a room is open, which is kept on as long as it is looked at.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionOptions, ActionSpec, Showing
from liveactions.errors import BusUnavailable
from liveactions.results import HTML
from liveactions.runtime import attempts
from liveactions.runtime.attempts import Attempt
from liveactions.runtime.gallery import Desk, Gallery
from liveactions.runtime.ports import Hub, Ledger, Runner
from liveactions.runtime.room import Room
from liveactions.runtime.scene import Item
from liveactions.runtime.stepping import Stepping
from liveactions.runtime.working import in_thread

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.wire.frames import Call

__all__ = ["Sharing"]

logger = logging.getLogger("liveactions")

BEAT = 0.2
"""Parts of the age of what nobody looks at, after which what is looked at is renewed."""


class Sharing:
    """The rooms of an event loop. ``age`` is that of ``States``, in seconds; ``most`` as ``Stepping`` has it."""

    def __init__(self, gallery: Gallery, hub: Hub, runner: Runner, ledger: Ledger, age: float, *, most: int) -> None:
        self.ledger = ledger
        self.gallery = gallery
        self.hub = hub
        self.runner = runner
        self.age = age
        self.most = most
        self.rooms: dict[str, Room] = {}
        self.pages: dict[Page, frozenset[str]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.beating: asyncio.Task[None] | None = None

    # What pages ask for -------------------------------------------------------------------------------------

    def seat(self, page: Page) -> None:
        """The page may show others than before. Never waits."""
        shown = {node.component.key: node.component for node in showings(page)}
        before = self.pages.get(page, frozenset())
        if shown.keys() == before:
            return
        for key in shown.keys() - before:
            self.room(shown[key]).pages.add(page)
        self.pages[page] = frozenset(shown)
        for key in before - shown.keys():
            self.left(key, page)
        if shown and (self.beating is None or self.beating.done()):
            self.beating = asyncio.get_running_loop().create_task(self.beat())

    def leave(self, page: Page) -> None:
        """The page is gone."""
        for key in self.pages.pop(page, ()):
            self.left(key, page)

    def call(self, page: Page, node: Node, spec: ActionSpec, frame: Call) -> SharedCall:
        """An action of a shared component, about to run."""
        room = self.room(showing_of(node))
        return SharedCall(room, spec.options, attempts.called(page, node, spec, frame, room.stepping))

    async def write(self, page: Page, node: Node, values: Mapping[str, Any], number: int) -> list[Item]:
        """Write bound fields of a shared component, for everybody."""
        room = self.room(showing_of(node))
        return await room.act(attempts.written(page, node, values, number, room.stepping))

    async def hide(self, page: Page) -> None:
        """Take shared components out of a page whose user may not see them any more."""
        nodes, user = showings(page), page.tree.surroundings.user

        def work() -> list[Node]:
            gone = [node for node in nodes if not self.gallery.may_view(showing_of(node), user)]
            page.tree.remove(*gone)
            return gone

        gone = await in_thread(page, work) if nodes else []
        if gone:
            page.apply([(node.id, HTML("", swap="delete")) for node in gone])
            await page.remember()
            await page.following.follow_topics()

    # Rooms --------------------------------------------------------------------------------------------------

    def room(self, showing: Showing) -> Room:
        """The room of a shared component, opened if it is not."""
        room = self.rooms.get(showing.key)
        if room is None:
            stepping = Stepping(self.gallery, self.runner, self.ledger, self.most, showing)
            room = self.rooms[showing.key] = Room(stepping, self.hub, self.spawn)
            room.want()
        return room

    def left(self, key: str, page: Page) -> None:
        room = self.rooms.get(key)
        if room is None:
            return
        room.pages.discard(page)
        if not room.pages:
            del self.rooms[key]
            room.close()
            self.spawn(room.leave())

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def beat(self) -> None:
        """Keep on what is looked at; ends when nothing is."""
        while self.rooms:
            await asyncio.sleep(self.age * BEAT)
            try:
                await self.renew()
            except BusUnavailable as error:
                logger.warning("Shared components cannot be renewed now. %s", error)
            except Exception:  # the beat must go on
                logger.exception("Renewing shared components failed; it is tried again.")

    async def renew(self) -> None:
        """What is not kept any more, though it is looked at (a Redis that began anew), is kept again."""
        for key in await self.gallery.states.renew(list(self.rooms)):
            if (room := self.rooms.get(key)) is not None:
                await room.stepping.kept_again()

    async def settled(self) -> bool:
        """Wait until no room has anything to do. True if one had."""
        busy = bool(self.tasks)
        while self.tasks:
            await asyncio.wait(set(self.tasks))
        return busy

    async def close(self) -> None:
        """This event loop ends."""
        rooms, self.rooms = list(self.rooms.values()), {}
        self.pages.clear()
        for room in rooms:
            room.close()
        for task in filter(None, [self.beating, *self.tasks]):
            task.cancel()
        for room in rooms:
            await room.leave()


class SharedCall:
    """An action of a shared component, in the place of a ``Run``."""

    def __init__(self, room: Room, options: ActionOptions, attempt: Callable[[Desk], Attempt]) -> None:
        self.room = room
        self.options = options
        self.attempt = attempt

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    async def results(self) -> list[Item]:
        """What its caller is told; what changed comes to everybody by the stream, and has come when this returns."""
        return await self.room.act(self.attempt)


def showing_of(node: Node) -> Showing:
    assert isinstance(node.component, Showing)
    return node.component


def showings(page: Page) -> list[Any]:
    """The places of a page in which shared components stand."""
    return [node for node in page.tree.nodes.values() if node.shared]
