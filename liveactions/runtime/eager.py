"""Starting a coroutine at once, and giving it to a task only if it has to wait.

Sending to a socket nearly always completes without waiting, and so does a small action; a task for each would cost
more than what it does. ``start`` is for coroutines of servers and of this package, which do not ask for their task.
``spare`` lends a task that is there already to everything else.
"""

from __future__ import annotations

import asyncio
from asyncio.tasks import _enter_task, _leave_task  # documented, in spite of their names: "Extending" asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, copy_context
from threading import local
from types import coroutine
from typing import Any, TypeVar

__all__ = ["go_on", "resume", "spare", "start"]

T = TypeVar("T")


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run ``work`` until it first waits; the task that goes on with it, or None if it is done."""
    try:
        waiting_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(go_on(work, waiting_for))


async def go_on(work: Coroutine[Any, Any, None], waiting_for: Any) -> None:
    """Finish ``work``, which was started and waits for ``waiting_for``."""
    await resume(work, waiting_for)


@coroutine
def resume(work: Coroutine[Any, Any, T], waiting_for: Any, context: Context | None = None) -> Generator[Any, Any, T]:
    """Hand the event loop what ``work`` waits for, and go on with it when that has come; what it comes to.

    With a ``context`` it goes on in that one.
    """
    step: Callable[[Any], Any]
    while True:
        try:
            value = yield waiting_for
        except BaseException as error:  # noqa: BLE001  # cancellation too is the business of the work
            step, given = work.throw, error
        else:
            step, given = work.send, value
        try:
            waiting_for = step(given) if context is None else context.run(step, given)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]


class Spare:
    """A task that stands by. Work that begins under it has it as its current task, as a timeout wants; if the work has
    to wait, the task goes on with it and ends with it. Else it stands by for other work."""

    __slots__ = ("bell", "free", "given", "loop", "task")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.given: tuple[Coroutine[Any, Any, None], Any, Context] | None = None
        self.free = False
        """Whether the task waits, and for nothing: before that it could not be cancelled as its work should be."""
        self.bell: asyncio.Future[None] = loop.create_future()
        self.task = Context().run(loop.create_task, self.stand_by())

    async def stand_by(self) -> None:
        self.free = True
        try:
            await self.bell
        except asyncio.CancelledError:
            if self.given is None:
                raise
            cancel_again(self.task)
        assert self.given is not None
        await resume(*self.given)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` as a task of its own would be run, in a context of its own, but at once."""
        loop, task, context, outer = self.loop, self.task, copy_context(), asyncio.current_task(self.loop)
        self.free = False
        if outer is not None:
            _leave_task(loop, outer)
        _enter_task(loop, task)
        try:
            waiting_for = context.run(work.send, None)
        except StopIteration:
            self.free = not self.bell.done()  # else it was cancelled by what it has just done
            return
        finally:
            if not self.free:
                here.spare = None
            _leave_task(loop, task)
            if outer is not None:
                _enter_task(loop, outer)
        self.given = work, waiting_for, context
        if not self.bell.done():
            self.bell.set_result(None)


def cancel_again(task: asyncio.Task[Any]) -> None:
    """The work of a task was cancelled before the task waited for what the work waits for: it shall see that then."""
    if hasattr(task, "uncancel"):  # since Python 3.11 it counts
        task.uncancel()
    task.cancel()


class Here(local):
    """What belongs to the event loop of a thread."""

    spare: Spare | None = None


here = Here()


def spare() -> Spare | None:
    """The task that stands by; None if there is none just now. Then there soon is."""
    loop, found = asyncio.get_running_loop(), here.spare
    if found is None or found.loop is not loop:
        found = here.spare = Spare(loop)
    return found if found.free else None
