"""One call, from its arguments to its results: who may, in which thread, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar

from liveactions.components import ActionOptions, ActionRequest, ActionSpec, ListenerSpec, allowed
from liveactions.components.watch import Watch
from liveactions.errors import CallError
from liveactions.rendering import id_of_root
from liveactions.results import HTML, Result, items_of
from liveactions.runtime.eager import resume
from liveactions.wire.frames import Call

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.runtime.page import Page
    from liveactions.runtime.tree import Node

__all__ = ["call", "here_or_thread", "in_thread", "is_parallel", "listen"]

Item = tuple[int | None, Result]
T = TypeVar("T")


@dataclass(slots=True)
class Run:
    """An action (or listener) about to run on its component."""

    page: Page
    node: Node
    spec: ActionSpec | ListenerSpec
    options: ActionOptions
    bind: Callable[[], Callable[[], Any]]
    """Checks permission and arguments; what it returns runs the method. May want the database."""
    number: int | None = None
    watch: Watch | None = None
    """The component as it was when the page was last told of it; after an exception it is so again."""

    def results(self) -> Awaitable[list[Item]]:
        """Run it. Ask once, inside ``with``."""
        return KINDS[self.spec.kind](self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.watch is not None:
            self.node.close(self.watch)

    def recover(self) -> None:
        if self.watch is not None:
            self.node.recover(self.watch)

    def go_on(self) -> None:
        if self.watch is not None:
            self.node.go_on(self.watch)

    # Synchronous: arguments, action, hooks and render in one thread hop -------------------------------------

    async def sync(self) -> list[Item]:
        return await self.thread(self.whole)

    def whole(self) -> list[Item]:
        bound = self.bind()
        self.watch = self.node.begin()
        try:
            return self.settled(self.value(bound))
        except BaseException:
            self.recover()
            raise

    def value(self, bound: Callable[[], Any]) -> Any:
        """What the method answers; an iterator is used up, in the same transaction."""
        limits, runner = self.page.host.limits, self.page.host.runner
        atomic = limits.atomic if self.options.atomic is None else self.options.atomic
        return runner.atomic(lambda: used_up(bound())) if atomic else used_up(bound())

    # Asynchronous: on the loop, and the render too unless it wants the database ------------------------------

    async def asynchronous(self) -> list[Item]:
        here = self.bound_here()
        bound = await self.thread(self.bind) if here is None else here
        self.watch = self.node.begin()
        try:
            with self.surroundings():
                value = await self.in_time(bound())
            return await self.settled_later(value)
        except BaseException:
            self.recover()
            raise

    def bound_here(self) -> Callable[[], Any] | None:
        """What ``bind`` returns if it can be done on the loop."""
        return self.page.host.renderer.inline(self.bind, self.spec.function)

    async def in_time(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What ``work`` comes to. While it waits, the page and the action timeout may stop it (``action.timeout``)."""
        try:
            waiting_for = work.send(None)
        except StopIteration as done:
            return done.value
        task = asyncio.current_task()
        assert task is not None
        self.cancellable(task.cancel)
        deadline = self.page.host.deadlines.begin(task.cancel)
        try:
            return await resume(work, waiting_for)
        except asyncio.CancelledError:
            if deadline.expired:
                forget_cancellation()
                raise CallError("The action took too long and was stopped.", code="action.timeout") from None
            raise
        finally:
            deadline.done()
            self.cancellable(None)

    def cancellable(self, cancel: Callable[[], Any] | None) -> None:
        if (waiting := self.page.open.get(self.number or 0)) is not None:
            waiting.cancel = cancel

    # Generators: each item goes out before the next is asked for ----------------------------------------------

    async def generator(self) -> list[Item]:
        steps = await self.thread(self.started)
        try:
            while (items := await self.thread(lambda: self.step(steps))) is not None:
                self.page.apply(items, self.number)
                if ends(items):
                    return []
                if self.unwanted:
                    raise cancelled()
        finally:
            await self.thread(steps.close)
            self.page.apply(await self.thread(lambda: self.settled(None)), self.number)
        return []

    @property
    def unwanted(self) -> bool:
        waiting = self.page.open.get(self.number or 0)
        return waiting is not None and waiting.cancelled

    def started(self) -> Any:
        bound = self.bind()
        self.watch = self.node.begin()
        return bound()

    def step(self, steps: Iterator[Any]) -> list[Item] | None:
        try:
            value = next(steps)
            items = self.settled(value)
        except StopIteration:
            return None
        except BaseException:
            self.recover()
            raise
        self.go_on()
        return items

    async def async_generator(self) -> list[Item]:
        here = self.bound_here()
        bound = await self.thread(self.bind) if here is None else here
        self.watch = self.node.begin()
        try:
            async with aclosing(bound()) as steps:
                while (items := await self.async_step(steps)) is not None:
                    self.page.apply(items, self.number)
                    if ends(items):
                        return []
        finally:
            self.page.apply(await self.settled_later(None), self.number)
        return []

    async def async_step(self, steps: AsyncGenerator[Any, Any]) -> list[Item] | None:
        try:
            with self.surroundings():
                value = await self.in_time(anext(steps))
            items = await self.settled_later(value)
        except StopAsyncIteration:
            return None
        except BaseException:
            self.recover()
            raise
        self.go_on()
        return items

    # Where it runs -------------------------------------------------------------------------------------------

    def surroundings(self) -> AbstractContextManager[None]:
        return self.page.host.renderer.surround(self.page.tree.surroundings)

    async def thread(self, function: Callable[[], T]) -> T:
        return await in_thread(self.page, function)

    # What the method did and answered ----------------------------------------------------------------------------

    def settled(self, value: Any) -> list[Item]:
        """The patches of what changed, then the results of what was answered."""
        self.node.watch = self.watch  # another action of the component may have begun since
        return self.told(self.page.tree.settled(self.node) if self.options.render else [], value)

    async def settled_later(self, value: Any) -> list[Item]:
        """The same from the event loop, where only what is asynchronous or harmless is run."""
        node = self.node
        node.watch = self.watch
        changed = node.changed()
        if changed and node.declared.hooked and self.options.render:
            await self.updated(changed)
            changed = node.changed()
        news = partial(self.news, changed, value if value is None else used_up(value))
        items = self.page.host.renderer.inline(news, type(node.component), node.doubt)
        return await self.thread(news) if items is None else items

    def news(self, changed: frozenset[str], value: Any) -> list[Item]:
        items = self.page.tree.news(self.node, changed) if self.options.render else []
        return items if value is None else self.told(items, value)

    async def updated(self, changed: frozenset[str]) -> None:
        hook: Any = self.node.component.updated
        if iscoroutinefunction(hook):
            with self.surroundings():
                await hook(changed)
        else:
            await self.thread(lambda: self.page.host.renderer.settle(hook(changed)))

    def told(self, items: list[Item], value: Any) -> list[Item]:
        if value is not None:
            items += [(self.node.id, result) for result in items_of(value, self.foreign)]
        return items

    def foreign(self, value: Any) -> Result | None:
        if isinstance(value, Mapping):
            return self.block(getattr(self.spec, "name", self.spec.attribute), value)
        return self.page.host.translator.foreign(value)

    def block(self, block: str, context: Mapping[str, Any]) -> Result:
        """A dict without a type is the context of the template block named like the action.

        The block takes the place of the element with the same id, or of the component's root if it has none.
        """
        html = self.page.host.renderer.render_block(self.page.tree, self.node, block, context)
        found = id_of_root(html)
        return HTML(html, target=f"#{found}" if found else None)


async def in_thread(page: Page, function: Callable[[], T]) -> T:
    """Run synchronous work in a thread, in the page's surroundings."""

    def within() -> T:
        with page.host.renderer.surround(page.tree.surroundings):
            return function()

    return await page.host.runner.run(within)


async def here_or_thread(
    page: Page, function: Callable[[], T], owner: object, undo: Callable[[], None] | None = None
) -> T:
    """Run synchronous work on the loop where that is known to be harmless, else in a thread.

    ``undo`` is called between a try on the loop that was given up and the run in a thread.
    """
    value = page.host.renderer.inline(function, owner, undo)
    return await in_thread(page, function) if value is None else value


def used_up(value: Any) -> Any:
    """A list of what an iterator still has; anything else as it is."""
    return list(value) if value is not None and isinstance(value, Iterator) else value


def cancelled() -> CallError:
    return CallError("The page asked to cancel this.", code="call.cancelled")


def forget_cancellation() -> None:
    """The task goes on with the next job; since Python 3.11 it would remember that it was cancelled once."""
    task = asyncio.current_task()
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()


def ends(items: list[Item]) -> bool:
    return any(result.terminal for _, result in items)


KINDS: dict[str, Callable[[Run], Awaitable[list[Item]]]] = {
    "sync": Run.sync,
    "async": Run.asynchronous,
    "generator": Run.generator,
    "async generator": Run.async_generator,
}


def call(page: Page, frame: Call) -> Run:
    """The action of a ``CALL``, about to run. Raises ``CallError`` for one that cannot be run."""
    node = page.node(frame.component)
    spec = action_of(node, frame.action)
    flags = frame.flags or {}
    throttle(page, node, spec)
    if spec.options.confirm and flags.get("confirmed") is not True:
        raise CallError(str(spec.options.confirm), code="confirm.required")
    request = ActionRequest(
        user=page.tree.surroundings.user,
        page=page.page_id,
        component=node.id,
        action=spec.name,
        call=frame.number,
        args=frame.args,
        event=frame.event or {},
        flags=flags,
    )

    def bind() -> Callable[[], Any]:
        node.component.request = request
        permission = spec.options.permission
        if permission is not None and not allowed(permission, node.component):
            raise CallError("You may not do this.", code="action.forbidden")
        return spec.bind(node.component, frame.args, frame.event, request)

    return Run(page, node, spec, spec.options, bind, frame.number)


def action_of(node: Node, name: str) -> ActionSpec:
    spec = node.declared.actions.get(name)
    if spec is None:
        raise CallError(
            f"{node.name} has no action {name[:80]!r}.", code="action.unknown", hint="Declare it with @action."
        )
    return spec


def is_parallel(page: Page, frame: Call) -> bool:
    node = page.tree.nodes.get(frame.component)
    spec = node.declared.actions.get(frame.action) if node else None
    return bool(spec and spec.options.parallel) and len(page.tasks) < page.host.limits.max_pending


def throttle(page: Page, node: Node, spec: ActionSpec) -> None:
    """Refuse a throttled action that was run less than its interval ago on this page."""
    if spec.options.throttle is None:
        return
    key, now = f"{node.id}.{spec.name}", page.host.now()
    wait = page.called.get(key, float("-inf")) + spec.options.throttle - now
    if wait > 0:
        raise CallError("Not so fast.", code="action.throttled", retry_ms=int(wait * 1000) + 1)
    page.called[key] = now


def listen(page: Page, node: Node, listener: ListenerSpec, payload: Mapping[str, Any]) -> Run:
    """A listener of a server-side event, about to run."""

    def bind() -> Callable[[], Any]:
        node.component.request = None
        return listener.bind(node.component, payload, None)

    return Run(page, node, listener, LISTENING, bind)


LISTENING = ActionOptions()
