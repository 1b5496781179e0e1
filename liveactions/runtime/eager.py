"""Starting a coroutine at once, and giving it to a task only if it has to wait.

Sending to a socket, and many an action, completes without waiting; a task for each would cost more than they do.
``start`` is for coroutines of servers and of this package. Code that may ask for its current task (a timeout does)
needs one from its first step: for that there is ``Starter``.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from asyncio.tasks import _enter_task, _leave_task  # documented, for those who run coroutines in the name of tasks
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Protocol, TypeVar

__all__ = ["Starter", "forget_cancellation", "go_on", "resume", "start"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Work(Protocol[T_co]):
    """What can be run step by step, as a coroutine can. ``StopIteration`` tells what it came to."""

    def send(self, value: Any, /) -> Any: ...

    def throw(self, error: BaseException, /) -> Any: ...


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run ``work`` until it first waits; the task that goes on with it, or None if it is done."""
    try:
        waiting_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(go_on(work, waiting_for))


async def go_on(work: Work[None], waiting_for: Any) -> None:
    """Finish ``work``, which was started and waits for ``waiting_for``."""
    await resume(work, waiting_for)


@coroutine
def resume(work: Work[Any], waiting_for: Any) -> Generator[Any, Any, Any]:
    """Hand the event loop what ``work`` is waiting for, and go on with it when that has come; what it comes to."""
    step: Callable[[Any], Any]
    while True:
        try:
            value = yield waiting_for
        except BaseException as error:  # noqa: BLE001  # cancellation too is the business of the work
            step, given = work.throw, error
        else:
            step, given = work.send, value
        try:
            waiting_for = step(given)
        except StopIteration as done:
            return done.value


class Starter:
    """Starts work in a task of its own, and at once.

    A task is kept in store, which does nothing but wait. Work begins in its name. If that ends without waiting, as
    most does, the task stays in store; else it goes on with the work, and another takes its place.
    """

    __slots__ = ("spare",)

    def __init__(self) -> None:
        self.spare: Spare | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Run ``work`` until it first waits; its task, or None if it is done. Without a task in store it begins soon."""
        loop, spare = asyncio.get_running_loop(), self.spare
        if spare is None or spare.loop is not loop or spare.gone:
            self.spare = Spare(loop)
        elif spare.ready:
            return spare.start(work)
        return loop.create_task(work)


class Spare:
    """A task in store."""

    __slots__ = ("given", "loop", "task", "wake")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.wake: asyncio.Future[None] | None = None
        self.given: tuple[Work[None], Any] | None = None
        """The work it goes on with, and what that waits for."""
        self.task = loop.create_task(self.wait())

    @property
    def gone(self) -> bool:
        return self.wake is not None and self.wake.done()

    @property
    def ready(self) -> bool:
        return self.wake is not None and asyncio.current_task() is not self.task

    async def wait(self) -> None:
        self.wake = self.loop.create_future()
        try:
            await self.wake
        except asyncio.CancelledError:
            if self.given is None:
                raise
            forget_cancellation()
            self.task.cancel()  # again, for it was meant for the work
        if self.given is not None:
            await go_on(*self.given)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        inside = Inside(work)
        holders = sys.getrefcount(self.task)
        try:
            waiting_for = self.in_my_name(inside)
        except (StopIteration, asyncio.CancelledError):
            if sys.getrefcount(self.task) > holders:
                self.leave()  # who has kept it may stop it one day, and nobody else's work with it
            return None
        self.given = inside, waiting_for
        self.leave()
        return self.task

    def in_my_name(self, work: Work[None]) -> Any:
        """The first step of ``work``, to which this is the current task."""
        caller = asyncio.current_task()
        if caller is not None:
            _leave_task(self.loop, caller)
        _enter_task(self.loop, self.task)
        try:
            return work.send(None)
        finally:
            _leave_task(self.loop, self.task)
            if caller is not None:
                _enter_task(self.loop, caller)

    def leave(self) -> None:
        """Go out of store."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)


class Inside:
    """A coroutine that runs in a context of its own, whoever runs it."""

    __slots__ = ("context", "work")

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.context = contextvars.copy_context()
        self.work = work

    def send(self, value: Any) -> Any:
        return self.context.run(self.work.send, value)

    def throw(self, error: BaseException) -> Any:
        return self.context.run(self.work.throw, error)


def forget_cancellation() -> None:
    """The task goes on with something else; since Python 3.11 it would remember that it was cancelled once."""
    task = asyncio.current_task()
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()
