"""A job waits in the store until one worker takes it: a process where there is one, else this one."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import bus, store
from liveactions.consumers import jobs as module
from liveactions.consumers import process
from liveactions.consumers.jobs import StoredJobs
from liveactions.consumers.worker import ALIVE, PRESENT, WAITING, WORKERS
from liveactions.wire import load
from tests.redis import redis_server, redis_url

__all__ = ["redis_server", "redis_url"]


class Local:
    """In place of the worker inside this process."""

    def __init__(self):
        self.offered, self.cancelled = [], []
        self.offer, self.cancel = self.offered.append, self.cancelled.append


@pytest.fixture(params=["memory", "redis"])
async def place(request, settings):
    """Where jobs wait; with Redis there may be other processes."""
    if request.param == "redis":
        settings.LIVEACTIONS = {"REDIS_URL": request.getfixturevalue("redis_url")}
        await store.clients.client(request.getfixturevalue("redis_url")).flushall()
    store.store_at.cache_clear()
    module.complained.clear()
    yield request.param
    await bus.close_hub()


@pytest.fixture
async def local(place):
    own = module.workers[asyncio.get_running_loop()] = Local()
    yield own
    module.workers.pop(asyncio.get_running_loop())


@pytest.fixture
async def host():
    return process.pages().host


JOB = {"id": "j1", "state": {"name": b"x"}}


async def test_a_job_waits_as_it_was_described_and_is_taken_once(local, host):
    jobs = StoredJobs()
    await jobs.start(JOB, host)
    assert await jobs.state("j1") == "waiting"
    one, other = await asyncio.gather(store.store().take(WAITING + "j1"), store.store().take(WAITING + "j1"))
    assert [load(kept) for kept in (one, other) if kept] == [JOB]
    assert await jobs.state("j1") == "gone"


async def test_somebody_s_sign_of_life_is_that_it_runs(local, host):
    await store.store().put(ALIVE + "j1", b"", 5)
    assert await StoredJobs().state("j1") == "running"


async def test_a_job_is_taken_back_unless_it_was_begun(local, host):
    jobs = StoredJobs()
    await jobs.start(JOB, host)
    assert await jobs.withdraw("j1")
    assert not await jobs.withdraw("j1")


async def test_without_a_worker_process_this_process_is_offered_it(local, host, place, caplog):
    await StoredJobs().start(JOB, host)
    await StoredJobs().remind("j1", host)
    assert local.offered == ["j1", "j1"]
    assert caplog.text.count("No worker runs") == (1 if place == "redis" else 0)


@pytest.mark.parametrize("place", ["redis"], indirect=True)
async def test_where_a_worker_process_lives_it_hears_of_the_job(local, host, heard):
    await store.store().put(PRESENT, b"", 5)
    await StoredJobs().start(JOB, host)
    assert await heard() == ("@job.new", {"job": "j1"})
    assert local.offered == []


async def test_cancelling_takes_a_waiting_job_back_and_tells_whoever_runs_it(local, host, heard):
    jobs = StoredJobs()
    await jobs.start(JOB, host)
    await jobs.cancel("j1")
    assert local.cancelled == []
    assert await jobs.state("j1") == "gone"
    await jobs.cancel("j1")
    assert local.cancelled == ["j1"]
    assert await heard() == ("@job.cancelled", {"job": "j1"})


@pytest.fixture
async def heard(place):
    """The next event that workers hear."""
    events: asyncio.Queue = asyncio.Queue()

    class Ear:
        page_id = "@test"

        def deliver(self, *_): ...

        def lost(self, *_): ...

        def hear(self, stream, event, payload, place):
            events.put_nowait((event, payload))

    await bus.hub().follow(WORKERS.stream, Ear())

    async def following():
        return await asyncio.wait_for(events.get(), 10)

    return following
