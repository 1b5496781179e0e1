"""One action (or listener) that runs: in which thread, in which time, what it asks and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import AbstractContextManager, aclosing
from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from liveactions.components import ActionOptions, ActionSpec, Callback, Kind, ListenerSpec, allowed
from liveactions.components.watch import Watch
from liveactions.errors import CallError
from liveactions.results import Confirm, Switch
from liveactions.runtime import atomic, receipts, steps
from liveactions.runtime.deadlines import Deadline
from liveactions.runtime.eager import resume
from liveactions.runtime.fitting import fitting
from liveactions.runtime.node import NOTHING
from liveactions.runtime.scene import Item, Scene, ends, used_up
from liveactions.runtime.working import in_thread
from liveactions.wire.frames import Call

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.components import ActionRequest
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.ports import Offer, Promise

__all__ = [
    "KINDS",
    "Follow",
    "Run",
    "cancelled",
    "forbidden",
    "forget_cancellation",
    "hands_over",
    "request_of",
]

T = TypeVar("T")
Ending = type[Exception] | tuple[()]
"""What a generator raises that has come to its end; of anything else there is no end to be told."""


class Follow(NamedTuple):
    """What follows from an earlier call, and is run as one: the answer to a question, a result behind a button."""

    kind: Kind
    attribute: str
    function: Callable[..., Any]


class Run(Scene):
    """An action (or listener) about to run on its component.

    ``binding`` is what ``bind`` does, unless a subclass knows.
    """

    __slots__ = (
        "asking",
        "asks",
        "binding",
        "deadline",
        "number",
        "options",
        "spec",
        "task",
        "turn",
        "watch",
        "working",
    )

    offered: Offer | None = None
    """The next version of a shared component, which is to be committed with it."""

    def __init__(
        self,
        page: Page,
        node: Node,
        spec: ActionSpec | ListenerSpec | Follow,
        options: ActionOptions,
        binding: Callable[[], Callable[[], Any]] | None,
        *,
        number: int | None = None,
        request: ActionRequest | None = None,
    ) -> None:
        Scene.__init__(self, page, node, request)
        self.spec = spec
        self.options = options
        self.binding = binding
        self.number = number
        self.watch: Watch | None = None
        """The component as it was when the page was last told of it; after an exception it is so again."""
        self.deadline: Deadline | None = None
        self.turn: asyncio.Future[None] | None = None
        """The turn that was taken after a question was answered; it lasts until this is done."""
        self.asking = False
        self.task: asyncio.Task[Any] | None = None
        """Where it runs; what it asks it may ask in a task of its own (``asyncio.wait_for``)."""
        self.working = False
        """Whether its method runs as a coroutine now, and so may wait for an answer."""
        self.asks: asyncio.Lock | None = None
        """Its questions are put one after the other."""

    def bind(self) -> Callable[[], Any]:
        """What runs the method, if who asks for it may, with arguments that fit. May want the database."""
        assert self.binding is not None
        return self.binding()

    def results(self) -> Awaitable[list[Item]]:
        """Run it. Ask once, inside ``with``."""
        kind = self.spec.kind
        if (self.options.atomic or kind == "sync") and (database := self.database):  # others are not unless they say so
            return atomic.results(self, database)
        return KINDS[kind](self)

    @property
    def database(self) -> str:
        """Where it is committed, if it is atomic."""
        return steps.database_of(self.options, self.spec.kind, self.page.host.limits)

    # Its receipt, if it is atomic: what it is of, what it says, and what is told where it is there already.

    def promised(self, database: str) -> Promise | None:
        return receipts.promised(self, database)

    def receipt(self, items: list[Item]) -> bytes:
        return receipts.written(self, items)

    def adopted(self, answer: bytes) -> list[Item]:
        return receipts.adopted(self, answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True
        if self.watch is not None:
            self.node.close(self.watch)
        if self.joined:
            self.close_joined()
        self.request = None  # which knows its scene: the two would stay until the garbage is collected

    def recover(self) -> None:
        if self.joined:
            self.recover_joined()  # first: of the component that speaks, it may be a later state
        if self.watch is not None:
            self.node.recover(self.watch)

    def go_on(self) -> None:
        """The page has been told everything so far."""
        if self.watch is not None:
            self.node.go_on(self.watch)
        if self.joined:
            self.go_on_joined()

    def look_again(self) -> None:
        """Others have had their turns: what they did is not this one's to tell or to take back."""
        if self.watch is not None:
            self.watch.renew()
        self.go_on_joined()

    # A step: all that an action does, or what a generator does up to its next item ----------------------------

    def step(self, work: Callable[[], Any], end: Ending = ()) -> list[Item] | None:
        """What is told of a step; None where ``end`` says that none was left. After an exception it was not taken."""
        try:
            return self.settled(work())
        except end:
            return None
        except BaseException:
            self.recover()
            raise

    async def async_step(self, work: Callable[[], Coroutine[Any, Any, Any]], end: Ending = ()) -> list[Item] | None:
        """The same on the event loop, in time, and in the page's surroundings."""
        driven = self.in_time if self.page.tree.surroundings.usual else self.surrounded
        try:
            return await self.settled_later(await driven(work()))
        except end:
            return None
        except BaseException:
            self.recover()
            raise

    # Synchronous: arguments, action, hooks and render in one thread hop -------------------------------------

    async def sync(self) -> list[Item]:
        return await self.thread(self.whole)

    def whole(self) -> list[Item]:
        bound = self.bind()
        self.watch = self.node.begin()
        return self.step(lambda: used_up(bound())) or []

    # Asynchronous: on the loop, and the render too unless it wants the database ------------------------------

    async def asynchronous(self) -> list[Item]:
        here = self.bound_here()
        bound = await self.thread(self.bind) if here is None else here
        self.watch = self.node.begin()
        return await self.async_step(bound) or []

    def bound_here(self) -> Callable[[], Any] | None:
        """What ``bind`` returns if it can be done on the loop."""
        return self.page.host.renderer.inline(self.bind, self.spec.function)

    async def surrounded(self, work: Coroutine[Any, Any, Any]) -> Any:
        with self.surroundings():
            return await self.in_time(work)

    async def in_time(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What ``work`` comes to. While it waits, the page and the action timeout may stop it (``action.timeout``)."""
        self.working = True
        try:
            waiting_for = work.send(None)
        except StopIteration as done:
            return done.value
        finally:
            self.working = False
        self.task = task = current_task()
        self.cancellable(task.cancel)
        if not self.asking:
            self.deadline = self.page.host.deadlines.begin(task.cancel)
        self.working = True
        try:
            return await resume(work, waiting_for)
        except asyncio.CancelledError:
            if self.deadline is not None and self.deadline.expired:
                forget_cancellation()
                raise CallError("The action took too long and was stopped.", code="action.timeout") from None
            raise
        finally:
            self.working = False
            if self.deadline is not None:
                self.deadline.done()
            self.cancellable(None)

    def cancellable(self, cancel: Callable[[], Any] | None) -> None:
        if (waiting := self.page.open.get(self.number or 0)) is not None:
            waiting.cancel = cancel

    # Generators: each item goes out before the next is asked for ----------------------------------------------

    async def generator(self) -> list[Item]:
        steps, answer = await self.thread(self.started), None
        last: list[Item] = []
        try:
            while (items := await self.thread(partial(self.next_step, steps, answer))) is not None:
                last = handed_over(items)
                answer = await self.answered(items)
                if ends(items) or last:
                    return last
                if self.unwanted:
                    raise cancelled()
        finally:
            await self.thread(steps.close)
            self.page.apply(await self.thread(lambda: self.settled(None)), self.number)
        return last

    @property
    def unwanted(self) -> bool:
        waiting = self.page.open.get(self.number or 0)
        return waiting is not None and waiting.cancelled

    def started(self) -> Any:
        bound = self.bind()
        self.watch = self.node.begin()
        return bound()

    def next_step(self, steps: Generator[Any, Any, Any], answer: str | None) -> list[Item] | None:
        items = self.step(partial(steps.send, answer), end=StopIteration)
        if items is not None:
            self.go_on()
        return items

    async def async_generator(self) -> list[Item]:
        here = self.bound_here()
        bound = await self.thread(self.bind) if here is None else here
        self.watch = self.node.begin()
        answer = None
        last: list[Item] = []
        try:
            async with aclosing(bound()) as steps:
                while (items := await self.next_async_step(steps, answer)) is not None:
                    last = handed_over(items)
                    answer = await self.answered(items)
                    if ends(items) or last:
                        return last
        finally:
            self.page.apply(await self.settled_later(None), self.number)
        return last

    async def next_async_step(self, steps: AsyncGenerator[Any, Any], answer: str | None) -> list[Item] | None:
        items = await self.async_step(partial(steps.asend, answer), end=StopAsyncIteration)
        if items is not None:
            self.go_on()
        return items

    async def answered(self, items: list[Item]) -> str | None:
        """Send a step's items; if the last one is a question, the answer to it."""
        last = items[-1][1] if items else None
        if isinstance(last, Confirm) and not last.then and not last.token:
            self.task = current_task()
            return await self.answer_to(last, items[:-1])
        self.page.apply(items, self.number)
        return None

    def progress(self, items: Sequence[Item]) -> None:
        """Tell how far a transaction is, before it is committed: results, and nothing of the state."""
        self.page.apply(items, self.number)

    # Questions: the action waits, and the page goes on meanwhile -----------------------------------------------

    async def ask(self, callback: Callback) -> str:
        """Put a question to the user of the page, and wait for the name of their choice. For asynchronous actions.

        What has changed so far is sent first. Others of the page's calls have their turn while the user thinks.
        """
        if self.database:
            raise atomic.unaskable()
        if not self.working:
            return await Scene.ask(self, callback)
        if self.asks is None:
            self.asks = asyncio.Lock()
        async with self.asks:
            items = await self.settled_later(None)
            self.go_on()
            self.task = self.task or current_task()
            try:
                return await self.answer_to(callback.question(), items)
            finally:
                self.cancellable(self.task.cancel)
                self.deadline = self.page.host.deadlines.begin(self.task.cancel)

    async def answer_to(self, word: Confirm, items: list[Item]) -> str:
        question = self.page.questions.ask(self.node, word)
        assert question.answer is not None
        self.page.apply([*items, (self.node.id, question.word)], self.number)
        self.pause()
        try:
            choice = await self.awaited(question.answer)
        finally:  # whoever is stopped cleans up in a turn too
            self.page.questions.close(question, here=not self.unwanted)
            await self.come_back()
        await self.ask_permission()
        return choice

    async def awaited(self, answer: asyncio.Future[str]) -> str:
        """The answer, however long the user thinks; the question goes with the page."""
        return await answer

    def pause(self) -> None:
        """Let the page's next calls have their turn; the clock of this one stops."""
        task = self.task
        assert task is not None
        self.asking = True
        self.cancellable(task.cancel)
        if self.deadline is not None:
            self.deadline.done()
        if self.turn is not None:
            self.turn.set_result(None)
        else:
            self.page.hand_on(task)

    async def come_back(self) -> None:
        assert self.task is not None
        if self.turn is not None or not self.options.parallel:
            self.turn = None
            self.turn = await self.page.mailbox.turn(self.task)
        self.asking = False
        self.cancellable(None)
        self.look_again()

    async def ask_permission(self) -> None:
        """The user took their time, and may not do it any more."""
        permission = self.options.permission
        if permission is None:
            return
        if not await self.thread(lambda: allowed(permission, self.node.component)):
            raise forbidden()

    # Where it runs -------------------------------------------------------------------------------------------

    def surroundings(self) -> AbstractContextManager[None]:
        return self.page.host.renderer.surround(self.page.tree.surroundings)

    async def thread(self, function: Callable[[], T]) -> T:
        return await in_thread(self.page, function)

    # What the method did and answered ----------------------------------------------------------------------------

    def settled(self, value: Any) -> list[Item]:
        """The patches of what changed, then the results of what was answered."""
        self.node.watch = self.watch  # another action of the component may have begun since
        return fitting(self.page, self.told(self.page.tree.settled(self.node) if self.is_shown else [], value))

    async def settled_later(self, value: Any) -> list[Item]:
        """The same from the event loop, where only what is asynchronous or harmless is run."""
        node = self.node
        node.watch = self.watch
        if node.declared.hooked and self.is_shown and (changed := node.changed()):
            await self.updated(changed)
        news = partial(self.news, value if value is None else used_up(value))
        if not self.wants_thread(value):
            items = self.page.host.renderer.inline(news, type(node.component), node.doubt)
            if items is not None:
                return items
        return await self.thread(news)

    def news(self, value: Any) -> list[Item]:
        node = self.node
        items = self.page.tree.news(node, node.changed() if node.curious else NOTHING) if self.is_shown else []
        return fitting(self.page, items if value is None and not self.wants_thread(None) else self.told(items, value))

    @property
    def is_shown(self) -> bool:
        """Whether what it changes is told: unless it said otherwise, or its component has left the page meanwhile."""
        return self.options.render and (self.turn is None or self.node.id in self.page.tree.nodes)

    async def updated(self, changed: frozenset[str]) -> None:
        hook: Any = self.node.component.updated
        if iscoroutinefunction(hook):
            with self.surroundings():
                await hook(changed)
        else:
            await self.thread(lambda: self.page.host.renderer.settle(hook(changed)))

    @property
    def block_name(self) -> str:
        return getattr(self.spec, "name", self.spec.attribute)


def request_of(page: Page, node: Node, frame: Call) -> ActionRequest:
    """The request of a call."""
    return page.host.request.called(
        user=page.tree.surroundings.user,
        page=page.page_id,
        component=node.id,
        action=frame.action,
        call=frame.number,
        args=frame.args,
        event=frame.event or {},
        flags=frame.flags or {},
    )


def current_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


def forbidden() -> CallError:
    return CallError("You may not do this.", code="action.forbidden")


def cancelled() -> CallError:
    return CallError("The page asked to cancel this.", code="call.cancelled")


def forget_cancellation() -> None:
    """The task goes on with the next job; since Python 3.11 it would remember that it was cancelled once."""
    task = asyncio.current_task()
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()


def hands_over(items: list[Item]) -> bool:
    """Whether the last item is another action to go on with."""
    return bool(items) and type(items[-1][1]) is Switch


def handed_over(items: list[Item]) -> list[Item]:
    """The last item, taken out, if it hands over to another action."""
    return [items.pop()] if hands_over(items) else []


KINDS: dict[str, Callable[[Run], Awaitable[list[Item]]]] = {
    "sync": Run.sync,
    "async": Run.asynchronous,
    "generator": Run.generator,
    "async generator": Run.async_generator,
}
