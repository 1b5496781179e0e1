"""An atomic action: what it does, what others are told of it and its receipt are committed together, or not at all.

It runs in one thread from the first line to the commit, because a database transaction belongs to a thread: a coroutine
is driven to its end there, and asynchronous ORM methods called in it come back to that thread. What it renders and
answers is made up before the commit, so that nothing can fail afterwards.

Of an action that yields, what is for this browser alone goes out at once: it tells how far the action is, and stays if
that fails. Everything else waits for the commit: changes of state, what the server performs, what is for others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Sequence
from contextlib import aclosing, closing
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.components import Callback
from liveactions.errors import CallError, LocalError
from liveactions.results import Confirm, Result, Switch, is_performed, items_of
from liveactions.runtime.fitting import fitting
from liveactions.runtime.ports import AlreadyDone
from liveactions.runtime.scene import Item, used_up

if TYPE_CHECKING:
    from liveactions.runtime.runs import Run

__all__ = ["results", "unaskable"]

Tell = Callable[[Sequence[Item]], None]
"""Has the page told of something now, from the thread."""


async def results(run: Run, database: str) -> list[Item]:
    """Run an action in a transaction, in a thread."""
    loop = asyncio.get_running_loop()

    def tell(items: Sequence[Item]) -> None:
        loop.call_soon_threadsafe(run.progress, items)

    return await run.thread(lambda: whole(run, database, tell))


def whole(run: Run, database: str, tell: Tell) -> list[Item]:
    bound = run.bind()
    run.watch = run.node.begin()
    try:
        return committed(run, database, lambda: run.settled(BODIES[run.spec.kind](run, bound, tell)))
    except AlreadyDone as elsewhere:
        run.recover()
        if elsewhere.answer is None:
            raise CallError("Another server has taken this over.", code="call.lost") from None
        count(run)
        return run.adopted(elsewhere.answer)
    except BaseException:
        run.recover()
        raise


def committed(run: Run, database: str, work: Callable[[], list[Item]]) -> list[Item]:
    ledger, promise = run.page.host.ledger, run.promised(database)
    items: list[Item] = ledger.transact(database, work, promise, run.receipt, run.offered)
    count(run)
    return items


def count(run: Run) -> None:
    """One more action of the call is done for good."""
    if (opened := run.page.open.get(run.number or 0)) is not None:
        opened.committed += 1


# What the method does, of each kind: what it answered in the end ------------------------------------------------


def sync(_: Run, bound: Callable[[], Any], __: Tell) -> Any:
    return used_up(bound())


def asynchronous(run: Run, bound: Callable[[], Coroutine[Any, Any, Any]], _: Tell) -> Any:
    return used_up(settle(run, bound()))


def generator(run: Run, bound: Callable[[], Generator[Any, Any, Any]], tell: Tell) -> list[Result]:
    kept: list[Result] = []
    with closing(bound()) as steps:
        for value in steps:
            if is_over(told(run, value, kept, tell)):
                break
    return kept


def async_generator(run: Run, bound: Callable[[], AsyncGenerator[Any, Any]], tell: Tell) -> list[Result]:
    kept: list[Result] = []

    async def driven() -> None:
        async with aclosing(bound()) as steps:
            async for value in steps:
                if is_over(told(run, value, kept, tell)):
                    break

    settle(run, driven())
    return kept


BODIES: dict[str, Callable[[Any, Callable[[], Any], Tell], Any]] = {
    "sync": sync,
    "async": asynchronous,
    "generator": generator,
    "async generator": async_generator,
}


def told(run: Run, value: Any, kept: list[Any], tell: Tell) -> list[Any]:
    """The results of one step: progress is told, the rest is added to what is kept."""
    said: list[Any] = [] if value is None else items_of(value, run.foreign)
    if any(isinstance(each, Confirm) and not each.then for each in said):
        raise unaskable()
    progress: list[Item] = [(run.node.id, each) for each in said if is_progress(each)]
    if progress:
        tell(fitting(run.page, progress))
    kept += [each for each in said if not is_progress(each)]
    return said


def is_progress(result: Any) -> bool:
    if isinstance(result, (Callback, Confirm, Switch)):
        return False
    return not (result.terminal or is_performed(result))


def is_over(said: Iterable[Any]) -> bool:
    return any(getattr(each, "terminal", False) or isinstance(each, Switch) for each in said)


# A coroutine in a thread ------------------------------------------------------------------------------------------


def settle(run: Run, work: Coroutine[Any, Any, Any]) -> Any:
    """What ``work`` comes to. Its page and the action timeout may stop it."""
    return run.page.host.renderer.settle(in_time(run, work))


async def in_time(run: Run, work: Coroutine[Any, Any, Any]) -> Any:
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    run.cancellable(partial(loop.call_soon_threadsafe, task.cancel))
    if run.unwanted:
        task.cancel()
    try:
        finished, _ = await asyncio.wait({task}, timeout=run.page.host.limits.action_timeout)
        if not finished:
            task.cancel()
            await asyncio.wait({task})
            raise CallError("The action took too long and was stopped.", code="action.timeout")
        if task.cancelled():
            raise CallError("The page asked to cancel this.", code="call.cancelled")
        return task.result()
    finally:
        run.cancellable(None)


def unaskable() -> LocalError:
    return LocalError(
        "An atomic action cannot wait for an answer: its transaction would stay open meanwhile.",
        hint='Ask before: @action(atomic=True, confirm="…"), or ask in an action that is not atomic.',
    )
