"""A worker takes so many jobs at a time, gives signs of life, and tells how each has ended, however long it takes."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict

import pytest

from liveactions import Component, Download, Report, Toast, action, audience, before_commit, bus, store
from liveactions.consumers import process, worker
from liveactions.consumers.jobs import StoredJobs
from liveactions.consumers.worker import ALIVE, PRESENT, WAITING, WORKERS, Worker, serve
from liveactions.errors import BusUnavailable, CallError, FrameError
from liveactions.results import from_wire, performs
from liveactions.results.performing import PERFORMERS
from liveactions.wire import pack


class Scene:
    """What the present test lets happen."""

    def __init__(self):
        self.running, self.most = 0, 0
        self.changed, self.gate = asyncio.Event(), asyncio.Event()

    def enter(self, by):
        self.running += by
        self.most = max(self.most, self.running)
        self.changed.set()

    async def until_running(self, number):
        while self.running != number:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)


scene = Scene()


class Counting(Component):
    name = "tests.worker_counting"
    template = "<p>{{ rows }}</p>"
    rows: int = 0

    @action(background=True)
    async def count(self):
        scene.enter(1)
        try:
            await scene.gate.wait()
        finally:
            scene.enter(-1)
        self.rows += 1
        return Toast("done")

    @action(background=True)
    def print(self):
        return Report("any", report_data={})

    @action(background=True)
    def tell_all(self):
        return Toast("for all").to(audience.everyone)


class Ordering(Component):
    name = "tests.worker_ordering"
    template = "<p>{{ rows }}</p>"
    rows: int = 0

    @action(background=True, atomic=True)
    def order(self, fail: bool = False):
        self.rows += 1
        yield Toast("half")
        assert GO.wait(10)
        if fail:
            before_commit(self.fail)
        yield Toast("done")

    def fail(self):
        raise ZeroDivisionError


GO = threading.Event()


class Page:
    """Whoever has asked: a follower that remembers the news of jobs."""

    page_id = "asking"

    def __init__(self):
        self.news = defaultdict(list)
        self.changed = asyncio.Event()
        self.frames = []

    def deliver(self, stream, offset, frame):
        self.frames.append(frame)

    def lost(self, stream): ...

    def hear(self, stream, event, payload, place):
        self.news[payload["job"]].append(payload)
        self.changed.set()

    async def until(self, condition):
        while not condition():
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)

    async def end(self, job):
        """The last news of a job: its results, its state, its refusal."""
        await self.until(lambda: self.news[job] and "end" in self.news[job][-1])
        steps = [step for news in self.news[job] for step in news["steps"]]
        state = {name: value for _, _, fields in steps for name, value in fields.items()}
        results = [from_wire(array) for _, arrays, _ in steps for array in arrays]
        return results, state, self.news[job][-1]["end"]


@pytest.fixture
async def page():
    scene.__init__()
    store.store_at.cache_clear()
    follower = Page()
    await bus.hub().follow("@page.asking", follower)
    await bus.hub().follow("@all", follower)
    yield follower
    await bus.close_hub()


@pytest.fixture
async def made(page):
    return Worker(process.pages().host, limit=2)


async def put(*names, action="count", component="tests.worker_counting", **args):
    for name in names:
        job = {
            "id": name,
            "page": "asking",
            "component": 3,
            "name": component,
            "state": {"rows": 4},
            "call": 7,
            "action": action,
            "args": args,
            "event": {},
            "flags": {},
            "user": None,
            "language": None,
            "timezone": None,
        }
        await store.store().put(WAITING + name, bytes(pack(job)), 60)


def told(function, event):
    """``function``, with ``event`` set when it was called and is done."""

    async def calling():
        await function()
        event.set()

    return calling


async def test_a_job_is_run_with_the_state_it_came_with(made, page):
    await put("a")
    scene.gate.set()
    made.offer("a")
    assert await page.end("a") == ([Toast("done")], {"rows": 5}, None)


async def test_so_many_run_at_a_time_and_the_others_follow(made, page):
    await put("a", "b", "c", "d")
    for name in "abcd":
        made.offer(name)
    await scene.until_running(2)
    assert len(made.known) == 2
    scene.gate.set()
    for name in "abcd":
        assert (await page.end(name))[2] is None
    assert scene.most == 2


async def test_a_job_that_is_gone_is_passed_over_and_one_is_run_once(made, page):
    await put("a")
    scene.gate.set()
    for name in ("gone", "a", "a"):
        made.offer(name)
    await page.end("a")
    await asyncio.wait(made.tasks or {asyncio.ensure_future(asyncio.sleep(0))})
    assert len(page.news["a"]) == 1 and scene.most == 1


async def test_while_a_job_runs_there_are_signs_of_life(made, page, monkeypatch):
    monkeypatch.setattr(worker, "BEAT", 0.01)
    await put("a")
    made.offer("a")
    await scene.until_running(1)
    await store.store().take(ALIVE + "a")
    beaten = asyncio.Event()
    monkeypatch.setattr(made, "beat", told(made.beat, beaten))
    await asyncio.wait_for(beaten.wait(), 10)
    assert await store.store().get(ALIVE + "a") is not None
    scene.gate.set()
    await page.end("a")
    assert made.heart is not None
    await asyncio.wait_for(made.heart, 10)  # an idle worker of a web process has no task


async def test_a_cancelled_job_ends_and_says_so(made, page):
    await put("a", "b")
    made.offer("a")
    await scene.until_running(1)
    made.cancel("a")
    assert (await page.end("a"))[2][0] == "call.cancelled"
    made.offer("b")
    made.cancel("never heard of")
    await scene.until_running(1)
    scene.gate.set()
    assert (await page.end("b"))[2] is None


async def test_how_it_ended_is_told_when_the_bus_is_back(made, page, monkeypatch, caplog):
    real, failures = worker.abroadcast, [BusUnavailable("Redis is away."), BusUnavailable("Redis is away.")]

    async def away(*args, **more):
        if failures:
            raise failures.pop()
        await real(*args, **more)

    monkeypatch.setattr(worker, "abroadcast", away)
    monkeypatch.setattr(worker, "AGAIN", 0.0)
    await put("a")
    scene.gate.set()
    made.offer("a")
    assert await page.end("a") == ([Toast("done")], {"rows": 5}, None)
    assert caplog.text.count("could not be told now") == 2


async def test_a_store_that_is_away_leaves_the_job_where_it_is(made, page, monkeypatch, caplog):
    await put("a")
    taken = type(store.store()).take

    async def away(self, key):
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(type(store.store()), "take", away)
    made.offer("a")
    await asyncio.wait(made.tasks)
    monkeypatch.setattr(type(store.store()), "take", taken)
    assert "could not be fetched" in caplog.text
    scene.gate.set()
    made.offer("a")
    assert (await page.end("a"))[2] is None


async def test_what_takes_long_is_performed_here_and_what_is_for_others_is_sent(made, page, monkeypatch):
    monkeypatch.setitem(PERFORMERS, Report, [])
    performs(Report)(lambda word, request: Download("a.pdf", b"x" * 1000))
    await put("a", action="print")
    await put("b", action="tell_all")
    made.offer("a")
    assert await page.end("a") == ([Download("a.pdf", b"x" * 1000)], {}, None)
    made.offer("b")
    assert (await page.end("b"))[0] == []
    assert any(b"for all" in frame for frame in page.frames)


async def test_what_is_large_waits_in_the_store_and_is_taken_once(made, page, monkeypatch):
    monkeypatch.setitem(PERFORMERS, Report, [])
    performs(Report)(lambda word, request: Download("a.pdf", b"x" * 100_000))
    await put("a", action="print")
    made.offer("a")
    with pytest.raises(FrameError):
        await page.end("a")
    ((_, (key,), _),) = page.news["a"][-1]["steps"]
    assert from_wire(await StoredJobs().fetched(key)) == Download("a.pdf", b"x" * 100_000)
    with pytest.raises(CallError, match="no longer kept"):
        await StoredJobs().fetched(key)


async def test_a_process_that_serves_hears_of_jobs_says_that_it_is_there_and_ends_them_when_told(page, made):
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(process.pages().host, 2, stop, grace=0.05, ready=ready.set))
    await ready.wait()
    assert await store.store().get(PRESENT) is not None
    await put("a", "b")
    await bus.abroadcast(WORKERS, event="@job.new", job="a")
    await bus.abroadcast(WORKERS, event="@job.new", job="b")
    await scene.until_running(2)
    await bus.abroadcast(WORKERS, event="@job.cancelled", job="a")
    assert (await page.end("a"))[2][0] == "call.cancelled"
    stop.set()
    await asyncio.wait_for(serving, 10)
    code, fault, message, _ = (await page.end("b"))[2]
    assert (code, fault) == ("call.lost", "server")
    assert "was stopped" in message


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fail", [False, True])
async def test_the_progress_of_a_transaction_is_told_as_it_comes_and_what_it_changes_at_the_end(made, page, fail):
    GO.clear()
    await put("a", action="order", component="tests.worker_ordering", fail=fail)
    made.offer("a")
    await page.until(lambda: page.news["a"])
    ((_, results, fields),) = page.news["a"][0]["steps"]
    assert ([from_wire(each) for each in results], fields, "end" in page.news["a"][0]) == ([Toast("half")], {}, False)
    GO.set()
    results, state, refused = await page.end("a")
    assert state["rows"] == (4 if fail else 5)
    assert refused[0] == "action.failed" if fail else (results, refused) == ([Toast("half"), Toast("done")], None)
