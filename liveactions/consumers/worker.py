"""The worker: takes actions that run in the background, runs them, and tells their pages, wherever they are.

``manage.py live worker`` is a process that does nothing else. Where there is none, a web process has one inside.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from liveactions.bus import abroadcast, hub
from liveactions.components import Callback, dump
from liveactions.errors import BusUnavailable, CallError, LocalError, Refusal
from liveactions.requests.background import BackgroundOfRequest
from liveactions.results import Addressed, Audience, Confirm, Report, array_of, audience, from_wire
from liveactions.runtime import Deadlines, Host, Page, Surroundings, background, calls, moments, turns
from liveactions.runtime.attending import NOBODY
from liveactions.runtime.fitting import without_sockets
from liveactions.runtime.following import Following
from liveactions.runtime.page import Open
from liveactions.runtime.ports import Place, Promise
from liveactions.runtime.receipts import kept_results
from liveactions.runtime.runs import Run, cancelled, forget_cancellation
from liveactions.runtime.scene import Item
from liveactions.runtime.working import in_thread
from liveactions.store import store
from liveactions.wire import load, pack
from liveactions.wire.frames import Call, Cancel

__all__ = ["ALIVE", "CANCELLED", "LARGE", "NEW", "PRESENT", "WAITING", "WORKERS", "Worker", "serve"]

logger = logging.getLogger("liveactions")

WORKERS: Final = Audience("@workers")
"""The stream that every worker follows."""
NEW: Final = "@job.new"
CANCELLED: Final = "@job.cancelled"

WAITING: Final = "job.waiting."
ALIVE: Final = "job.alive."
PRESENT: Final = "job.workers"
LARGE: Final = "job.result."
"""Keys in the store."""

KEPT: Final = 120.0
"""Seconds for which a job waits in the store; its page takes it back earlier."""

MAX_NEWS: Final = 64 * 1024
"""A result of more bytes waits in the store until its page takes it: what is told stays in the log for long."""
WAIT: Final = 120.0
"""Seconds for which it waits."""

BEAT: Final = 1.0
"""Seconds between two signs of life."""
SILENCE: Final = 6.0
"""After so many seconds without one, a job is taken for lost."""

ANSWERED: Final = 600.0
"""Seconds after which a job has no hope of an answer any more."""

TIMEOUT: Final = 3600.0
"""Seconds that an asynchronous job, or one step of it, may take."""

TRIES: Final = 60
AGAIN: Final = 1.0
"""How often the end of a job is told again while Redis is away, and seconds between two tries."""


class Worker:
    """Runs at most ``limit`` jobs at a time; those that it has heard of meanwhile are tried as it gets free."""

    def __init__(self, host: Host, limit: int = 4) -> None:
        # What a job says its page performs first, in its own process; what comes of that is weighed there.
        self.host = replace(without_sockets(host), deadlines=Deadlines(TIMEOUT), attendance=NOBODY)
        self.limit = limit
        self.present = False
        """Whether other processes may count on it."""
        self.known: deque[str] = deque(maxlen=10_000)
        self.tasks: set[asyncio.Task[None]] = set()
        self.running: dict[str, JobPage] = {}
        self.heart: asyncio.Task[None] | None = None

    def offer(self, job_id: str) -> None:
        """A job waits in the store. It may well be gone when its turn comes."""
        if job_id not in self.known:
            self.known.append(job_id)
        self.go_on()

    def cancel(self, job_id: str) -> None:
        """Stop a job: now if it is asynchronous, after its present step if it is a generator, else not at all."""
        if job_id in self.known:
            self.known.remove(job_id)
        if (page := self.running.get(job_id)) is not None:
            page.cancel(Cancel(page.frame.number))

    def go_on(self) -> None:
        while self.known and len(self.tasks) - self.asking < self.limit:
            task = asyncio.get_running_loop().create_task(self.attempt(self.known.popleft()))
            self.tasks.add(task)
            task.add_done_callback(self.finished)

    @property
    def asking(self) -> int:
        """How many jobs wait for an answer; as long as they do, others run in their place."""
        return sum(page.asking for page in self.running.values())

    def finished(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A job could not be run.", exc_info=error)
        self.go_on()

    async def attempt(self, job_id: str) -> None:
        """Run a job, if nobody else has taken it."""
        try:
            kept = await store().take(WAITING + job_id)
        except BusUnavailable as error:
            logger.warning("A job could not be fetched; its page will say so again. %s", error)
            return
        if kept is None:
            return
        moments.reached("after_claim")
        self.running[job_id] = page = JobPage(self.host, load(kept), self.go_on)
        try:
            await self.beat()
            self.keep_beating()
            await page.run()
        finally:
            del self.running[job_id]
        if page.broken_off:
            await hand_on(job_id, kept)

    async def rest(self, grace: float) -> None:
        """Take nothing more; give what runs ``grace`` seconds, then end it. Pages are told."""
        self.present = False
        self.known.clear()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=grace)
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=grace)

    # Signs of life ----------------------------------------------------------------------------------------------

    def keep_beating(self) -> None:
        if self.heart is None or self.heart.done():
            self.heart = asyncio.get_running_loop().create_task(self.live())

    async def live(self) -> None:
        while self.present or self.running:
            await asyncio.sleep(BEAT)
            await self.beat()

    async def beat(self) -> None:
        keys = [ALIVE + job_id for job_id in self.running] + ([PRESENT] if self.present else [])
        try:
            for key in keys:
                await store().put(key, b"", SILENCE)
        except BusUnavailable as error:
            logger.warning("Nobody can be told that this worker lives. %s", error)


async def hand_on(job_id: str, kept: bytes) -> None:
    """Leave a job to another worker. Where that fails, its page finds out that nobody has it in hand."""
    try:
        await store().put(WAITING + job_id, kept, KEPT)
        await store().take(ALIVE + job_id)
        await abroadcast(WORKERS, event=NEW, on_commit=False, job=job_id)
    except BusUnavailable as error:
        logger.warning("Job %s could not be handed on. %s", job_id, error)


class Ear:
    """What a worker process follows the stream of workers with: the hub's ``Follower``."""

    page_id = "@worker"

    def __init__(self, worker: Worker) -> None:
        self.orders = {NEW: worker.offer, CANCELLED: worker.cancel}

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """There are no frames in this stream."""

    def hear(self, _: str, event: str, payload: Mapping[str, Any], __: Place) -> None:
        if event in self.orders:
            self.orders[event](payload["job"])

    def lost(self, stream: str) -> None:
        """Pages say again that their jobs wait."""


async def serve(
    host: Host, limit: int, stop: asyncio.Event, grace: float = 10.0, ready: Callable[[], None] = lambda: None
) -> None:
    """Be a worker until ``stop``; then take nothing more, and give what runs ``grace`` seconds.

    ``ready`` is called when jobs can come.
    """
    worker = Worker(host, limit)
    worker.present = True
    ear = Ear(worker)
    await hub().follow(WORKERS.stream, ear)
    await worker.beat()
    worker.keep_beating()
    ready()
    await stop.wait()
    await hub().leave(ear)
    await worker.rest(grace)


# One job ----------------------------------------------------------------------------------------------------------


class Answers(Following):
    """Where the answers to what a job has asked come from."""

    __slots__ = ()

    def lost(self, stream: str) -> None:
        """Perhaps an answer. Who gave it is told that nobody has taken it, and can give it again."""


class JobPage(Page):
    """The page of a job: one component, and nobody to render it for. What it says goes to the page that asked.

    What it asks is put there too, but the answer comes here. While it waits for one, ``paused`` is called.
    """

    def __init__(self, host: Host, job: Mapping[str, Any], paused: Callable[[], None] = lambda: None) -> None:
        super().__init__(host, Surroundings(language=job["language"], timezone=job["timezone"]), job["page"])
        self.job = job
        self.following = Answers(self)
        self.frame = frame_of(job)
        self.open[self.frame.number] = Open()
        self.kept: Mapping[str, Any] = job["state"]
        """The state as the page knows it."""
        self.changed: dict[str, Any] = {}
        self.steps: list[list[Any]] = []
        """What was not sent yet."""
        self.number = 0
        self.sending = asyncio.Lock()
        self.paused = paused
        self.asking = False
        self.promise = Promise(*job["promise"]) if job.get("promise") else None
        """What there is to be a receipt of, if it is atomic."""
        self.broken_off = False
        """Whether it ends here and may go on elsewhere."""

    async def run(self) -> None:
        items, refusal = await self.outcome()
        await self.following.leave()
        if self.broken_off:
            return
        moments.reached("before_reply")
        self.note(items)
        for _ in range(TRIES):
            if await self.sent(end=None if refusal is None else refusal_fields(refusal)):
                return
            await asyncio.sleep(AGAIN)
        logger.error("How job %s of page %s has ended could not be told.", self.job["id"], self.page_id)

    async def outcome(self) -> background.Outcome:
        try:
            await in_thread(self, self.furnish)
            if self.open[self.frame.number].cancelled:
                raise cancelled()
            with job_run(self) as run:
                try:
                    return background.Outcome(await run.results())
                finally:
                    if isinstance(run.request, BackgroundOfRequest):
                        run.request.progress(1, 1)  # if any was told, it has ended
        except asyncio.CancelledError:
            forget_cancellation()
            opened = self.open[self.frame.number]
            wanted = not opened.cancelled
            self.broken_off = wanted and self.promise is not None
            if opened.cancel is not None:
                opened.cancel()  # a coroutine in a thread, in its transaction
            error = CallError(STOPPED, code="call.lost") if wanted else cancelled()
            return background.Outcome([], error.refusal())
        except Exception as error:  # noqa: BLE001  # an action may raise anything; its page gets an answer
            told = turns.explain(self, self.frame, error)
            return background.Outcome(told.items, told.refusal)

    def furnish(self) -> None:
        """The user, and the component as it was. Wants the database."""
        self.tree.surroundings = replace(self.tree.surroundings, user=user_of(self.job["user"]))
        plain = {"name": self.job["name"], "id": self.job["component"], "state": self.job["state"], "key": ""}
        self.tree.restore({**plain, "given": {}, "digest": b"", "tag": "", "program": "", "memo": None, "children": []})

    # What it asks -----------------------------------------------------------------------------------------------

    @property
    def asking_as(self) -> str:
        return f"job.{self.job['id']}"

    async def answered(self, answer: asyncio.Future[str]) -> str:
        """Put what was asked, and wait. Raises ``CallError`` if nobody answers."""
        stream = audience.page(self.asking_as).stream
        if stream not in self.following.places:
            await self.following.follow(stream)
        self.asking = True
        self.paused()
        try:
            await self.told()
            return await asyncio.wait_for(answer, ANSWERED)
        except asyncio.TimeoutError:
            raise CallError("Nobody has answered in time.", code="action.timeout") from None
        finally:
            self.asking = False

    # What it says -----------------------------------------------------------------------------------------------

    async def told(self) -> None:
        """What waits is sent, as soon as that can be done. Raises ``CallError`` if it cannot be for long."""
        for _ in range(TRIES):
            if await self.sent():
                return
            await asyncio.sleep(AGAIN)
        raise CallError("The page could not be asked.", code="bus.unavailable")

    def apply(self, items: Any, _: int | None = None) -> None:
        """Kept until the next step is sent, or the end."""
        self.note(items)

    def tell_progress(self, items: Any) -> None:
        """Send results of a transaction that goes on, without what it has changed."""
        self.add(items, {})
        self.keep_task(asyncio.get_running_loop().create_task(self.progress_sent()))

    async def progress_sent(self) -> None:
        try:
            await self.sent()
        except Exception:  # what cannot be sent is no reason to stop
            logger.exception("The progress of job %s could not be told.", self.job["id"])

    def note(self, items: Any) -> None:
        changed, self.changed = self.changed, {}
        self.add(items, changed)

    def add(self, items: Any, changed: Mapping[str, Any]) -> None:
        if items or changed:
            self.number += 1
            self.steps.append([self.number, [array_of(result) for _, result in items], changed])

    def look(self, component: object) -> None:
        """Note which fields are no longer as the page knows them. May want the database."""
        now = dump(component)
        self.changed.update({name: value for name, value in now.items() if value != self.kept.get(name, now)})
        self.kept = now

    async def sent(self, **end: Any) -> bool:
        """Send what waits, in order; it is sent again if that could not be done."""
        async with self.sending:
            return await self.sent_now(end)

    async def sent_now(self, end: Mapping[str, Any]) -> bool:
        steps = self.steps[:]
        if not steps and not end:
            return True
        try:
            for step in steps:
                step[1] = [await lightened(array) for array in step[1]]
            news = {"job": self.job["id"], "run": self.job.get("run", 1), "steps": steps, **end}
            await abroadcast(audience.page(self.page_id), event=background.NEWS, on_commit=False, **news)
        except BusUnavailable as error:
            logger.warning("A step of job %s could not be told now. %s", self.job["id"], error)
            return False
        del self.steps[: len(steps)]
        return True


def frame_of(job: Mapping[str, Any]) -> Call:
    """The call that a job is; performing a result is one of nobody's."""
    event, flags = job.get("event") or None, job.get("flags") or None
    return Call(job.get("call", 0), 0, job["component"], job.get("action", ""), job.get("args", {}), event, flags)


STOPPED = "The worker that did this was stopped; what it had done so far stands."


async def lightened(array: Any) -> Any:
    """The array of a result, or the key under which it waits."""
    if isinstance(array, str) or len(packed := bytes(pack(array))) <= MAX_NEWS:
        return array
    key = secrets.token_urlsafe(12)
    await store().put(LARGE + key, packed, WAIT)
    return key


def refusal_fields(refusal: Refusal) -> list[Any]:
    return [refusal.code, refusal.fault, refusal.message, refusal.detail]


def user_of(pk: Any) -> Any:
    """The user as they are now. Raises ``CallError`` if they may not sign in any more."""
    if pk is None:
        return AnonymousUser()
    user = get_user_model()._default_manager.filter(pk=pk).first()  # noqa: SLF001  # documented
    if user is None or not user.is_active:
        raise CallError("You may not do this.", code="action.forbidden")
    return user


PERFORMED = (Report, Addressed)
"""What takes long and needs nothing of the page. Everything else is performed by the page's own process."""


class JobRun(Run):
    """An action that runs for a page in another place. Nothing is rendered here."""

    in_background = True
    page: JobPage

    def joined_news(self) -> list[Item]:
        """What has changed comes back as values of fields, not as what they look like."""
        return []

    def told(self, items: list[Item], value: Any) -> list[Item]:
        told = super().told(items, value)
        self.page.look(self.node.component)
        return told

    def performed(self, result: Any, depth: int = 0) -> list[Item]:
        if isinstance(result, Callback):
            raise unanswerable()
        if type(result) in PERFORMED or (depth == 0 and "word" in self.page.job):
            return super().performed(result, depth)
        return [(self.node.id, result)]

    def progress(self, items: Sequence[Item]) -> None:
        self.page.tell_progress(items)

    def recover(self) -> None:
        super().recover()
        if self.database:
            self.page.look(self.node.component)  # what the transaction had changed was noted before its end

    # Its receipt: what the page is told at the end. Fields that it has not changed may be others on the page by now.

    def promised(self, database: str) -> Promise | None:  # noqa: ARG002  # as above
        return self.page.promise

    def receipt(self, items: Sequence[Item]) -> bytes:
        return pack([kept_results(pack([array_of(result) for _, result in items])), self.page.changed])

    def adopted(self, answer: bytes) -> list[Item]:
        told, self.page.changed = load(answer)
        return [(self.node.id, from_wire(array)) for array in load(told)]

    async def answered(self, items: list[Item]) -> str | None:
        answer = await super().answered(items)
        await self.page.sent()
        if self.unwanted:
            raise cancelled()
        return answer

    async def answer_to(self, word: Confirm, items: list[Item]) -> str:
        await self.thread(lambda: self.page.look(self.node.component))
        return await super().answer_to(word, items)

    async def awaited(self, answer: asyncio.Future[str]) -> str:
        return await self.page.answered(answer)


def follow(page: JobPage, word: list[Any]) -> Run:
    return calls.follow(page, page.node(page.frame.component), 0, "perform", lambda _: from_wire(word))


def unanswerable() -> LocalError:
    return LocalError(
        "An action in the background ends with its answer, and no function of it can be called later.",
        hint='Wait for it: await request.confirm("…"), or choice = yield Confirm("…").',
    )


def job_run(page: JobPage) -> JobRun:
    made = follow(page, page.job["word"]) if "word" in page.job else calls.call(page, page.frame)
    options = replace(made.options, render=False, background=False, parallel=True)
    return JobRun(page, made.node, made.spec, options, made.bind, number=made.number, request=made.own_request())
