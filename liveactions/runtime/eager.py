"""Starting a coroutine at once, and giving it to a task only if it has to wait.

Sending to a socket nearly always completes without waiting; a task for each send would cost more than the
send. Only for coroutines of servers and of this package: code that asks for its current task needs a task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

__all__ = ["go_on", "resume", "start"]

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
def resume(work: Coroutine[Any, Any, T], waiting_for: Any) -> Generator[Any, Any, T]:
    """Hand the event loop what ``work`` waits for, and go on with it when that has come; what it comes to."""
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
            return done.value  # type: ignore[no-any-return]
