"""What keeps a process from being ready."""

from __future__ import annotations

import asyncio
import threading
import time

from liveactions.bus import close_hub
from liveactions.consumers.process import lag
from liveactions.operations import condition
from liveactions.threads import ThreadRunner
from tests import servers


async def codes() -> list[str]:
    return [reason.code for reason in await condition.reasons()]


async def test_redis_that_goes_away_and_comes_back_is_noticed(settings, monkeypatch):
    monkeypatch.setattr(condition, "FRESH", 0.0)
    with servers.redis() as redis:
        settings.LIVEACTIONS = {"REDIS_URL": redis.url}
        try:
            assert await codes() == []
            redis.kill()
            assert await codes() == ["bus.unreachable"]
            redis.start()
            assert await codes() == []
        finally:
            await close_hub()


async def test_many_who_ask_at_once_are_one_question_to_redis(settings, monkeypatch):
    asked = []

    async def ping():
        asked.append(1)
        await asyncio.sleep(0)
        return True

    settings.LIVEACTIONS = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    monkeypatch.setattr(condition, "ping", ping)
    assert await asyncio.gather(*(condition.redis_answers() for _ in range(50))) == [True] * 50
    assert len(asked) == 1


async def test_threads_that_are_all_busy_with_as_many_waiting_are_a_reason(monkeypatch):
    threads = ThreadRunner(2)
    monkeypatch.setattr(condition, "runner", lambda: threads)
    release = threading.Event()
    work = [asyncio.ensure_future(threads.run(release.wait)) for _ in range(4)]
    while len(threads.pool.backlog) < 2:  # noqa: ASYNC110  # threads tell nobody that they are busy
        await asyncio.sleep(0.01)
    assert await codes() == ["threads.exhausted"]
    release.set()
    await asyncio.gather(*work)
    assert await codes() == []


async def test_a_loop_that_has_too_much_to_do_is_a_reason(monkeypatch):
    monkeypatch.setattr(condition, "LATE", 0.05)
    lag().due = asyncio.get_running_loop().time()
    time.sleep(0.1)  # noqa: ASYNC251  # this is what is noticed
    assert await codes() == ["loop.late"]
