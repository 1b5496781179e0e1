"""An action in the background, as its page sees it: handed to a worker, waited for, and what it says taken over.

The page's process checks who may and with which arguments, and describes the call as plain data: the component's
state, as a snapshot keeps it, and what the browser sent. Whoever takes the job restores the component and runs the
action; each step comes back as the event ``@job``, with its results and the fields that it changed.
Here a step has its turn in the mailbox like everything else: the fields are set, the results performed, and both sent.
Meanwhile the page goes on; of a field that both have changed, who writes later has the last word.

An atomic one is committed by its worker, with the receipt of the page's call. So it may be handed over as often as its
worker is lost, and by whoever holds the page: one of them commits it, and the others tell what its receipt says.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from liveactions.components import dump, take_over
from liveactions.errors import BusUnavailable, CallError, Refusal
from liveactions.results import Error, from_wire
from liveactions.runtime import calls, steps
from liveactions.runtime.ports import Promise
from liveactions.runtime.scene import Item
from liveactions.runtime.working import in_thread

if TYPE_CHECKING:
    from liveactions.components import ActionRequest
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.runtime.runs import Run

__all__ = ["LATER", "NEWS", "Outcome", "deferred", "heard", "items_of", "outcome"]

logger = logging.getLogger("liveactions")

NEWS = "@job"
"""The event by which a page hears of its jobs."""

LATER = "@job.later"
"""The event by which it hears of a result that one of its calls has left to the background."""

MAX_JOBS = 8
"""Jobs of one page that may wait or run."""

CHECK = 1.0
"""Seconds between two looks at a job of which nothing was heard."""

REMIND = 2
"""After so many looks at a job that waits, workers are told again."""

PATIENCE = 60
"""After so many looks at a job that nobody has begun, it is taken back."""

GIVE_UP = 3
"""After so many looks at a job that nobody has in hand, its worker is lost."""

RUNS = 5
"""So often an atomic one is handed over: it may be what takes its workers along."""


UNKNOWN = "The worker that did this has ended; whether it was done is not known."


def untaken() -> CallError:
    return CallError("Nobody has had time for this. Nothing was done.", code="page.busy", retry_ms=5000)


LATE = 24 * 3600.0
"""Seconds for which a worker that was thought lost may still be at it, however long its action takes."""


class Outcome(NamedTuple):
    """How a job has ended: its last results, and why it was refused (None: it was not)."""

    items: list[Item]
    refusal: Refusal | None = None


jobs_of: WeakKeyDictionary[Page, dict[str, Job]] = WeakKeyDictionary()
"""The jobs of each page that have not ended."""


async def outcome(run: Run) -> Outcome:
    """Have the action run in the background, and wait for its end. Raises ``CallError``.

    Its steps are sent as they come. Cancelling ends the job; the end of the page does not.
    """
    request, task = run.own_request(), asyncio.current_task()
    assert request is not None
    assert task is not None
    job = Job(run.page, run.node, run.number, request)
    call = {"call": request.call, "action": request.action, "args": request.args, "event": request.event}
    promise = promise_of(run)

    def described() -> dict[str, Any]:
        run.bind()  # who may, and with which arguments
        return job.described() | call | {"flags": request.flags, "promise": promise and list(promise)}

    plain = await run.thread(described)
    job.page.hand_on(task)  # it may have come by a Switch, in the turn of another call
    run.cancellable(task.cancel)
    try:
        ended = await job.done(plain)
        opened = None if promise is None else run.page.open.get(promise.number)
        if opened is not None and ended.refusal is None:
            opened.committed += 1
        return ended
    except asyncio.CancelledError:
        if run.unwanted:  # by its user; that this process ends is no reason
            job.page.keep_task(asyncio.get_running_loop().create_task(job.called_off()))
        raise
    finally:
        run.cancellable(None)


def promise_of(run: Run) -> Promise | None:
    """What the worker is to commit a receipt of: a step of a kept page's call of which the vault knows."""
    page, number = run.page, run.number or 0
    opened = page.open.get(number)
    atomic = steps.database_of(run.options, run.spec.kind, page.host.limits)
    if page.keeping is None or opened is None or not atomic or opened.step is None:
        return None
    if opened.step[:2] != (steps.AT_WORKER, opened.committed):
        return None
    return Promise(page.page_id, number, page.keeping.fence, step=opened.step.place, late=LATE)


async def items_of(run: Run) -> list[Item]:
    """The results of an action that another one has handed over to. Raises ``CallError`` for one that was refused."""
    if not run.options.background:
        return await run.results()
    items, refusal = await outcome(run)
    if refusal is not None:
        run.page.apply(items, run.number)
        detail: Any = refusal.detail or {}
        raise CallError(refusal.message, code=refusal.code, **detail)
    return items


def deferred(page: Page, news: Mapping[str, Any]) -> None:
    """A result that is to be performed in the background, after the call that answered with it."""
    node = page.tree.nodes.get(news["component"])
    if node is not None and not page.ended:
        page.keep_task(asyncio.get_running_loop().create_task(performed_later(page, node, news["word"])))


async def performed_later(page: Page, node: Node, word: list[Any]) -> None:
    job = Job(page, node)
    try:
        plain = await in_thread(page, job.described)
        items, refusal = await job.done(plain | {"word": word})
        told = Error(refusal.message) if refusal and not any(isinstance(each, Error) for _, each in items) else None
    except (CallError, BusUnavailable) as error:
        items, told = [], Error(error.message, status=503)
    except Exception:  # nobody waits for this: the log is told, and the page that it will not come
        logger.exception("What was left to the background for page %s failed.", page.page_id)
        items, told = [], Error("The server could not do this.")
    page.apply([*items, *([] if told is None else [(node.id, told)])])


def heard(page: Page, news: Mapping[str, Any]) -> None:
    """News of a job. Those of one that was cancelled, had another life of the page or another worker, are no news."""
    job = jobs_of.get(page, {}).get(news["job"])
    if job is None or page.ended or not job.is_from_its_worker(news):
        return
    job.ending = job.ending or "end" in news
    if not page.mailbox.put(partial(job.told, news), limit=page.host.limits.max_events):
        job.fail(CallError("This page could not keep up with what it asked for.", code="call.lost"))


class Job:
    """Something of a page that is done elsewhere: an action (``number`` is that of its call), or a result performed."""

    def __init__(self, page: Page, node: Node, number: int | None = None, request: ActionRequest | None = None) -> None:
        self.page = page
        self.node = node
        self.number = number
        self.request = request
        self.id = secrets.token_urlsafe(12)
        self.end: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.ending = False
        """Whether its end was heard of, and only has to have its turn."""
        self.step = 0
        """The last step that was heard of."""
        self.looks = self.misses = 0
        self.plain: Mapping[str, Any] = {}
        self.runs = 0
        """How often it was handed over."""

    def described(self) -> dict[str, Any]:
        """Where it belongs, and the component as it is, as plain data. May want the database."""
        around = self.page.tree.surroundings
        return {
            "id": self.id,
            "page": self.page.page_id,
            "component": self.node.id,
            "name": self.node.name,
            "state": dump(self.node.component),
            "user": getattr(around.user, "pk", None),
            "language": around.language,
            "timezone": around.timezone,
        }

    async def done(self, plain: Mapping[str, Any]) -> Outcome:
        """Hand it over, and wait for its end. Raises ``CallError``, ``BusUnavailable``."""
        own = jobs_of.setdefault(self.page, {})
        if len(own) >= MAX_JOBS:
            raise CallError("Too many jobs of this page are running.", code="page.busy", retry_ms=5000)
        own[self.id] = self
        try:
            self.plain = plain
            await self.start()
            return await self.waited()
        finally:
            own.pop(self.id, None)

    async def start(self) -> None:
        self.runs += 1
        self.looks = self.misses = self.step = 0
        await self.page.host.jobs.start({**self.plain, "run": self.runs}, self.page.host)

    # Waiting --------------------------------------------------------------------------------------------------

    async def waited(self) -> Outcome:
        """Its end. Raises ``CallError`` if there will be none that anybody hears of."""
        while not self.end.done():
            await asyncio.wait({self.end}, timeout=CHECK)
            if self.page.ended:
                return Outcome([])  # nobody is there to be told; the job goes on
            if not self.end.done() and not self.ending:
                await self.look()
        return self.end.result()

    async def look(self) -> None:
        """See that somebody has it in hand."""
        try:
            state = await self.page.host.jobs.state(self.id)
            self.looks += 1
            self.misses = self.misses + 1 if state == "gone" else 0
            if state == "waiting":
                await self.hurry()
            elif self.misses >= GIVE_UP:
                await self.lost()
        except BusUnavailable as error:
            logger.warning("Nobody knows how job %s of page %s is. %s", self.id, self.page.page_id, error)

    async def lost(self) -> None:
        """Its worker is: one that is atomic is handed to another one, as it was. Raises ``CallError`` for any other."""
        if self.plain.get("promise") is None or self.runs >= RUNS:
            raise CallError(UNKNOWN, code="call.lost")
        logger.warning("The worker of job %s of page %s has ended; another one takes it.", self.id, self.page.page_id)
        await self.start()

    async def hurry(self) -> None:
        jobs = self.page.host.jobs
        if self.looks >= PATIENCE:
            if await jobs.withdraw(self.id):
                raise untaken() if self.runs == 1 else CallError(UNKNOWN, code="call.lost")
        elif self.looks % REMIND == 0:
            await jobs.remind(self.id, self.page.host)

    async def called_off(self) -> None:
        try:
            await self.page.host.jobs.cancel(self.id)
        except BusUnavailable as error:
            logger.warning("Job %s was cancelled, but its worker could not be told. %s", self.id, error)

    def fail(self, error: Exception) -> None:
        if not self.end.done():
            self.end.set_exception(error)

    def is_from_its_worker(self, news: Mapping[str, Any]) -> bool:
        return bool(news.get("run", 1) == self.runs)

    # What it says (in the mailbox) ------------------------------------------------------------------------------

    async def told(self, news: Mapping[str, Any]) -> None:
        if not self.is_from_its_worker(news):
            return  # it has another one by now
        try:
            items = await self.performed([step for step in news["steps"] if step[0] > self.step])
        except Exception as error:  # noqa: BLE001  # what it answered cannot be performed: its page is told so
            self.fail(error)
            return
        if "end" not in news:
            await self.page.remember()
            self.page.apply(items, self.number)
        elif not self.end.done():
            refusal = news["end"]
            self.end.set_result(Outcome(items, None if refusal is None else Refusal(*refusal)))

    async def performed(self, steps: list[Any]) -> list[Item]:
        """Set the fields that these steps have changed, and perform what they answered."""
        if not steps:
            return []
        self.step = steps[-1][0]
        present = self.page.tree.nodes.get(self.node.id)
        if present is None and self.request is not None:
            return []  # the component has gone, and its action with it
        node = present or next(iter(self.page.tree.roots), None)
        return [] if node is None else await self.applied(node, steps, change=present is not None)

    async def applied(self, node: Node, steps: list[Any], *, change: bool) -> list[Item]:
        jobs = self.page.host.jobs
        arrays = [array for _, arrays, _ in steps for array in arrays]
        results = [from_wire(await jobs.fetched(array) if isinstance(array, str) else array) for array in arrays]
        state = {name: value for _, _, fields in steps for name, value in fields.items()}

        def apply(_: Any) -> Any:
            if change:
                take_over(node.component, state)
            return results or None

        name = "perform" if self.request is None else self.request.action
        with calls.follow(self.page, node, self.number or 0, name, apply) as run:
            if run.request is not None:
                run.request.parent_request = self.request
            return await run.results()
