"""Shared components in this process: where their actions run and they hear events. (Of an event loop, to be exact.)

A room is open for each shared component that pages here show. Its actions run one after another at its desk, each
on the latest version: what it comes to is offered as the next one, and taken unless another process was faster; then
it is run again on theirs. The news travel by the component's stream, and only who ran the action renders.

An event is heard once in the whole cluster: who claims it runs the listeners, and that it was heard is part of the
version that came of it. Whoever waits for a claim that nothing comes of, for its process was lost, takes it over.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import (
    STREAM,
    ActionOptions,
    ActionRequest,
    ActionSpec,
    Callback,
    Component,
    Showing,
    allowed,
    declaration,
    write,
)
from liveactions.errors import BusUnavailable, CallError, LocalError
from liveactions.metrics import figures
from liveactions.results import HTML, Result, is_performed, items_of
from liveactions.runtime.calls import FOLLOWING
from liveactions.runtime.gallery import Desk, Gallery, hidden, shared_class_of
from liveactions.runtime.page import STEPPED
from liveactions.runtime.ports import Hub, Kept, Ledger, Place, Runner, Step, Taken
from liveactions.runtime.runs import KINDS, Follow, Run, forbidden, request_of
from liveactions.runtime.scene import Item, Scene, used_up
from liveactions.runtime.working import in_thread

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.components import ListenerSpec
    from liveactions.runtime.page import Page
    from liveactions.runtime.tree import Node
    from liveactions.wire.frames import Call

__all__ = ["Sharing"]

logger = logging.getLogger("liveactions")

TRIES = 12
"""How often an action is run on ever newer versions before its caller is told to come again."""

REACH = 1.0
"""Seconds for which an answer waits for the news of its own call: they come first, unless the log is in trouble."""

DATABASE = "default"
"""Where what an action does besides is undone if others were faster."""

CLAIM = 5.0
"""Seconds after which somebody else hears an event whose first hearer has not been heard of."""

BEAT = 0.2
"""Parts of the age of what nobody looks at, after which what is looked at is renewed."""


class Outdated(Exception):
    """Somebody else has made the next version; this is it."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept


class Happened(NamedTuple):
    """An event that waits to be heard."""

    stream: str
    event: str
    payload: Mapping[str, Any]
    place: Place


class Sharing:
    """The rooms of an event loop. ``age`` is that of ``States``, in seconds."""

    def __init__(self, gallery: Gallery, hub: Hub, runner: Runner, ledger: Ledger, age: float) -> None:
        self.ledger = ledger
        self.gallery = gallery
        self.states = gallery.states
        self.hub = hub
        self.runner = runner
        self.age = age
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

        def attempt(room: Room, desk: Desk) -> Attempt:
            request = request_of(page, node, frame)

            def bind() -> Callable[[], Any]:
                desk.component.request = request
                room.check(desk, spec.options.permission)
                return spec.bind(desk.component, frame.args, frame.event, request)

            return Attempt(
                page, node, spec, spec.options, bind, room=room, desk=desk, number=frame.number, request=request
            )

        return SharedCall(self.room(showing_of(node)), node, spec.options, attempt)

    async def write(self, page: Page, node: Node, values: Mapping[str, Any], number: int) -> list[Item]:
        """Write bound fields of a shared component, for everybody."""

        def attempt(room: Room, desk: Desk) -> Attempt:
            request = page.host.request(
                user=page.tree.surroundings.user, page=page.page_id, component=node.id, action="@set", call=number
            )

            def bind() -> Callable[[], Any]:
                desk.component.request = request
                room.check(desk, None)
                return partial(written, desk.component, values)

            spec = Follow("sync", "@set", write)
            return Attempt(page, node, spec, FOLLOWING, bind, room=room, desk=desk, number=number, request=request)

        with SharedCall(self.room(showing_of(node)), node, FOLLOWING, attempt) as run:
            return await run.results()

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
            room = self.rooms[showing.key] = Room(self, showing)
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
        for key in await self.states.renew(list(self.rooms)):
            if (room := self.rooms.get(key)) is not None:
                await room.kept_again()

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
            room.closed = True
        for task in filter(None, [self.beating, *self.tasks]):
            task.cancel()
        for room in rooms:
            await self.hub.leave(room)


class Room:
    """One shared component that pages of this process show. A ``Follower`` of its stream and of its topics."""

    page_id = ""

    def __init__(self, sharing: Sharing, showing: Showing) -> None:
        self.sharing = sharing
        self.of = showing.of
        self.given = dict(showing.given)
        self.key = showing.key
        self.stream = STREAM + showing.key
        self.declared = declaration(shared_class_of(showing.of))
        self.pages: set[Page] = set()
        self.lock = asyncio.Lock()
        """Held by who is at the desk."""
        self.desk: Desk | None = None
        self.known = 0
        """The latest version that was heard of."""
        self.place = Place("", 0)
        """Where its pages have been brought to, in its stream."""
        self.heard: dict[str, Place] = {}
        """Up to where events have been heard, by whomever."""
        self.followed: frozenset[str] = frozenset()
        self.events: deque[Happened] = deque()
        self.waiting: list[asyncio.Future[None]] = []
        self.task: asyncio.Task[None] | None = None
        self.closed = False

    # What is done at the desk -------------------------------------------------------------------------------

    async def act(self, attempt: Callable[[Room, Desk], Attempt]) -> list[Item]:
        """Run an action on the latest version, as often as others were faster; its news have reached pages here.

        Raises ``CallError`` (``page.busy``) after too many tries, ``BusUnavailable``, and what the action raises.
        """
        async with self.lock:
            for _ in range(TRIES):
                desk = await self.current()
                try:
                    with attempt(self, desk) as run:
                        items = await run.results()
                except Outdated as outdated:
                    await self.bring(outdated.kept)
                    continue
                except BaseException:
                    self.desk = None  # what was done to it was not taken
                    raise
                self.step_was_taken(desk, run.offered, run.taken)
                break
            else:
                raise CallError("Too many others are changing this.", code="page.busy", retry_ms=500)
        if run.taken is not None:
            await self.until(partial(self.reaches, run.taken.kept.place), REACH)
        return items

    async def current(self) -> Desk:
        """The desk, with the latest version that is known of."""
        if self.desk is None or self.known > self.desk.version:
            kept = await self.sharing.states.load(self.key) or await self.kept_again()
            if kept is None:
                raise BusUnavailable(f"{self.of} is not kept.", hint="Check that Redis has memory left.")
            return await self.bring(kept)
        return self.desk

    async def bring(self, kept: Kept) -> Desk:
        gallery = self.sharing.gallery
        self.desk = None
        if not kept.version:
            return await self.current()
        gallery.remember(self.key, kept)
        desk = await self.sharing.runner.run(partial(Desk.restored, gallery.tree(self.key), self.of, kept))
        self.desk, self.known = desk, max(self.known, desk.version)
        return desk

    def step_was_taken(self, desk: Desk, step: Step | None, taken: Taken | None) -> None:
        if step is None or taken is None:
            return
        figures.SHARED_STEPS.count += 1
        desk.took(step)
        self.known = step.version
        self.sharing.gallery.remember(self.key, taken.kept)
        self.sharing.states.announce(taken.entry)
        if self.declared.topical:
            self.want()

    def check(self, desk: Desk, permission: Any) -> None:
        """Raises ``CallError`` unless the user of the call may see it, and do what wants ``permission``."""
        if not desk.component.may_view(desk.component.user):
            raise hidden(self.of)
        if permission is not None and not allowed(permission, desk.component):
            raise forbidden()

    def settled(self, work: Callable[[], Step | None], *, atomic: bool) -> tuple[Step | None, Taken | None]:
        """What ``work`` offers, and that it was taken; in a thread. Raises ``Outdated``, and all of it is undone."""

        def whole() -> tuple[Step | None, Taken | None]:
            step = work()
            taken = None if step is None else self.sharing.states.take_now(step)
            if taken is not None and taken.entry is None:
                figures.SHARED_CONFLICTS.count += 1
                raise Outdated(taken.kept)
            return step, taken

        return self.sharing.ledger.transact(DATABASE, whole) if atomic else whole()

    async def kept_again(self) -> Kept | None:
        """Nothing is kept of it any more (a Redis that began anew): what was had here last is, or it is mounted."""
        await self.sharing.runner.run(partial(self.sharing.gallery.latest, self.of, self.given))
        return await self.sharing.states.load(self.key)

    # The hub's follower -------------------------------------------------------------------------------------

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:  # noqa: ARG002  # as ports say
        if stream == self.stream:
            self.arrived(place)

    def hear(self, stream: str, event: str, payload: Mapping[str, Any], place: Place) -> None:
        if event == STEPPED:
            self.known = max(self.known, payload["version"])
            for each, (epoch, offset) in payload["heard"].items():
                self.heard[each] = Place(epoch, offset)
        elif event in self.declared.listeners:
            self.happened(Happened(stream, event, payload, place))
        if stream == self.stream:
            self.arrived(place)
        self.wake()

    def lost(self, stream: str) -> None:
        """News are gone: the latest version is loaded; where it was events, it looks at its data again."""
        if stream == self.stream:
            self.desk = None
        else:
            self.happened(Happened(stream, LOST, {}, self.heard.get(stream, Place("", 0))))

    def arrived(self, place: Place) -> None:
        self.place = place
        self.wake()

    def reaches(self, place: Place) -> bool:
        return self.closed or (self.place.epoch == place.epoch and self.place.offset >= place.offset)

    def wake(self) -> None:
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def until(self, condition: Callable[[], bool], patience: float) -> None:
        """Wait until ``condition()`` holds, at most ``patience`` seconds; it is looked at whenever news arrive."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while not condition() and loop.time() < end:
            woken = loop.create_future()
            self.waiting.append(woken)
            await asyncio.wait({woken}, timeout=end - loop.time())

    # Topics and events --------------------------------------------------------------------------------------

    def want(self) -> None:
        """There may be something to follow, or to hear."""
        if (self.task is None or self.task.done()) and not self.closed:
            self.task = self.sharing.spawn(self.work())

    def close(self) -> None:
        self.closed = True
        self.events.clear()
        self.wake()
        self.sharing.spawn(self.sharing.hub.leave(self))

    def happened(self, news: Happened) -> None:
        self.events.append(news)
        self.want()

    async def work(self) -> None:
        """Follow what is to be followed, and hear what has happened, in order."""
        try:
            await self.follow()
            while self.events and not self.closed:
                await self.hear_one(self.events[0])
                self.events.popleft()
                await self.follow()
        except BusUnavailable as error:
            logger.warning("%s hears of nothing now; it is tried again. %s", self.of, error)
            await self.until(lambda: self.closed, REACH)
            if not self.closed:
                self.task = self.sharing.spawn(self.work())

    async def follow(self) -> None:
        """Follow the stream, and exactly the topics that it asks for."""
        if not self.place.epoch:
            self.place = (await self.sharing.hub.follow(self.stream, self)).place
        if not self.declared.topical:
            return
        desk = await self.current()
        wanted = desk.node.topics if self.declared.listeners else frozenset()
        self.heard = {**desk.heard, **self.heard}
        for stream in self.followed - wanted:
            await self.sharing.hub.unfollow(stream, self)
        for stream in wanted - self.followed:
            since = self.heard.get(stream, desk.since)
            if not (await self.sharing.hub.follow(stream, self, since)).recovered:
                self.lost(stream)
        self.followed = wanted

    async def hear_one(self, news: Happened) -> None:
        claim = f"{self.key}:{news.stream}:{news.event}:{news.place.epoch}:{news.place.offset}"
        while not self.has_heard(news) and not self.closed:
            if await self.sharing.states.claim(claim, CLAIM):
                await self.heard_here(news)
                return
            if news.event == LOST:
                return
            await self.until(lambda: self.closed or self.has_heard(news), CLAIM)

    def has_heard(self, news: Happened) -> bool:
        return news.event != LOST and is_past(self.heard, news)

    async def heard_here(self, news: Happened) -> None:
        """Have the listeners run, on ever newer versions until theirs is taken. One that fails has heard it too."""
        listeners: Sequence[ListenerSpec] = self.declared.listeners.get(news.event, ())
        async with self.lock:
            for _ in range(TRIES):
                desk = await self.current()
                if news.event != LOST and is_past(desk.heard, news):
                    return
                try:
                    step, taken = await self.heard_by(desk, listeners, news)
                except Outdated as outdated:
                    await self.bring(outdated.kept)
                    continue
                except BusUnavailable:
                    self.desk = None
                    raise
                except Exception:  # a listener may raise anything
                    logger.exception("%s failed on %s.", self.of, news.event)
                    self.desk, listeners = None, ()
                    continue
                self.step_was_taken(desk, step, taken)
                return
        logger.error("%s could not hear %s: too many others are changing it.", self.of, news.event)

    async def heard_by(
        self, desk: Desk, listeners: Sequence[ListenerSpec], news: Happened
    ) -> tuple[Step | None, Taken | None]:
        desk.component.request = None
        watch = desk.node.begin()
        results: list[Result] = []
        try:
            for listener in listeners:
                if listener.kind == "async":
                    results += told(await listener.bind(desk.component, news.payload)())

            def work() -> Step | None:
                if news.event == LOST:
                    desk.tree.renderer.settle(desk.component.restored())
                else:
                    desk.heard[news.stream] = news.place
                for listener in listeners:
                    if listener.kind == "sync":
                        results.extend(told(listener.bind(desk.component, news.payload)()))
                return desk.offer(watch, results, always=news.event != LOST)

            return await self.sharing.runner.run(partial(self.settled, work, atomic=True))
        finally:
            desk.node.close(watch)


LOST = "@lost"
"""In place of an event: what has happened is not known any more."""


def is_past(heard: Mapping[str, Place], news: Happened) -> bool:
    place = heard.get(news.stream)
    return place is not None and place.epoch == news.place.epoch and place.offset >= news.place.offset


def told(answer: Any) -> list[Result]:
    """What a listener says to everybody."""
    results = [] if answer is None else items_of(used_up(answer), nothing)
    for result in results:
        if isinstance(result, Callback) or is_performed(result):
            raise LocalError(
                f"A listener of a shared component answered with {type(result).__name__}.",
                hint="It speaks to all pages at once; answer with what a browser performs.",
            )
    return results


def nothing(_: object) -> None:
    """A listener answers with results only."""


def written(component: Component, values: Mapping[str, Any]) -> None:
    write(component, values)


class SharedCall:
    """An action of a shared component, in the place of a ``Run``."""

    def __init__(self, room: Room, node: Node, options: Any, attempt: Callable[[Room, Desk], Attempt]) -> None:
        self.room = room
        self.node = node
        self.options = options
        self.attempt = attempt

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    async def results(self) -> list[Item]:
        """What its caller is told; what changed comes to everybody by the stream, and has come when this returns."""
        items = await self.room.act(self.attempt)
        return [(self.node.id if scope == AT_DESK else scope, result) for scope, result in items]


AT_DESK = 0
"""The id of a component at its desk; on pages ids begin with 1."""


class Attempt(Run):
    """One run of an action on one version. Raises ``Outdated`` if that is not the latest.

    ``at`` is where the component stands in the page of the caller.
    """

    offered: Step | None = None
    taken: Taken | None = None

    def __init__(
        self,
        page: Page,
        at: Node,
        spec: ActionSpec | Follow,
        options: ActionOptions,
        bind: Callable[[], Callable[[], Any]],
        *,
        room: Room,
        desk: Desk,
        number: int,
        request: ActionRequest,
    ) -> None:
        super().__init__(page, desk.node, spec, options, bind, number=number, request=request)
        self.room = room
        self.desk = desk
        self.at = at

    def results(self) -> Awaitable[list[Item]]:
        return KINDS[self.spec.kind](self)

    def whole(self) -> list[Item]:
        bound = self.bind()
        self.watch = self.node.begin()
        items: list[Item] = []

        def work() -> Step | None:
            items.extend(self.told([], used_up(bound())))
            return self.offer()

        atomic = self.options.atomic is not False
        try:
            self.offered, self.taken = self.room.settled(work, atomic=atomic)
        except BaseException:
            self.recover()
            raise
        return items

    def offer(self) -> Step | None:
        assert self.watch is not None
        return self.desk.offer(self.watch)

    async def settled_later(self, value: Any) -> list[Item]:
        items = await self.thread(lambda: self.told([], value if value is None else used_up(value)))
        self.offered = step = await self.thread(self.offer)
        if step is not None:
            self.taken = await self.room.sharing.states.take(step)
            if self.taken.entry is None:
                figures.SHARED_CONFLICTS.count += 1
                raise Outdated(self.taken.kept)
        return items

    @property
    def parent(self) -> Component | None:
        around = self.at.parent
        return None if around is None else self.join(around)

    async def ask(self, callback: Callback) -> str:
        raise cannot_ask(callback)

    def performed(self, result: Any, depth: int = 0) -> list[Item]:
        if isinstance(result, Callback):
            raise cannot_ask(result)
        return Scene.performed(self, result, depth)


def cannot_ask(callback: Callback) -> LocalError:
    return LocalError(
        f"{callback.message!r} cannot be asked by a shared component: others would wait for the answer.",
        hint='Ask before it is called: @action(confirm="…"), or live-confirm.',
    )


# Pages ---------------------------------------------------------------------------------------------------------


def showing_of(node: Node) -> Showing:
    assert isinstance(node.component, Showing)
    return node.component


def showings(page: Page) -> list[Any]:
    """The places of a page in which shared components stand."""
    return [node for node in page.tree.nodes.values() if node.shared]
