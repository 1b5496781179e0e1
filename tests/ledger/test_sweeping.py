"""What was committed is told, by whoever can."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from liveactions import Toast, broadcast, bus
from liveactions.bus import process
from liveactions.bus.news import News, pack_news
from liveactions.errors import BusUnavailable
from liveactions.ledger import DatabaseLedger, Sweeper, dispatches, sweeping
from liveactions.ledger.sweeping import Broom
from liveactions.models import Dispatch
from liveactions.runtime.ports import Place
from liveactions.threads import runner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]

LEDGER = DatabaseLedger()


@pytest.fixture(autouse=True)
def _redis(settings: Any, redis_url: str) -> Iterator[None]:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.LIVEACTIONS = {"REDIS_URL": redis_url}
    process.log_at.cache_clear()
    dispatches.behind.clear()
    yield
    dispatches.behind.clear()


@pytest.fixture
def topic(request: pytest.FixtureRequest) -> str:
    return f"swept.{abs(hash(request.node.nodeid))}"


def say(topic: str, *texts: str) -> None:
    """An atomic action that says something to others."""
    LEDGER.transact("default", lambda: [broadcast(topic, Toast(text)) for text in texts])


async def in_thread(function: Any, *args: Any) -> Any:
    return await runner().run(lambda: function(*args))


async def said(topic: str) -> list[str]:
    """What is in the log, in order."""
    (place,) = await process.log().places([topic])
    entries = await process.log().read(topic, Place(place.epoch, 0), 100)
    assert entries is not None
    return [entry.body.rpartition(b"\xa7")[2][:7].decode() for entry in entries]


def left() -> int:
    return Dispatch.objects.count()


def away() -> Any:
    """Redis does not answer."""
    return patch.object(dispatches, "post_and_wait", side_effect=BusUnavailable("away"))


@pytest.fixture(autouse=True)
async def _closed() -> Any:
    bus.hub()
    yield
    await bus.close_hub()


async def test_what_is_said_is_told_at_once_and_leaves_nothing_behind(topic):
    await in_thread(say, topic, "text  1", "text  2")
    assert (await said(topic), await in_thread(left)) == (["text  1", "text  2"], 0)


async def test_what_was_not_committed_is_not_told(topic):
    def fail() -> None:
        with transaction.atomic():
            say(topic, "text  1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_thread(fail)
    assert (await said(topic), await in_thread(left)) == ([], 0)


async def test_an_action_succeeds_while_redis_is_away_and_everything_is_told_in_order_afterwards(topic):
    broom = Broom("default")
    with away() as posted:
        await in_thread(say, topic, "text  1")
        await in_thread(say, topic, "text  2")
    assert posted.call_count == 1, "who knows that Redis is away does not wait for it"
    await in_thread(say, topic, "text  3")
    assert await said(topic) == [], "what is said later does not overtake"
    await in_thread(broom.sweep)
    assert await said(topic) == [], "it may be on its way"
    await in_thread(broom.sweep)
    assert (await said(topic), await in_thread(left)) == (["text  1", "text  2", "text  3"], 0)
    await in_thread(broom.sweep)
    await in_thread(say, topic, "text  4")
    assert (await said(topic))[-1] == "text  4", "and then at once again"


async def test_what_two_processes_find_is_told_once(topic):
    with away():
        await in_thread(say, topic, "text  1")
    one, other = Broom("default"), Broom("default")
    for broom in (one, other):
        await in_thread(broom.sweep)
    with patch.object(Dispatch.objects.none().__class__, "delete"):  # the first dies before it has deleted the row
        await in_thread(one.sweep)
    await in_thread(other.sweep)
    assert (await said(topic), await in_thread(left)) == (["text  1"], 0)


async def test_much_that_was_left_is_told_in_one_sweep(topic, monkeypatch):
    monkeypatch.setattr(sweeping, "LOAD", 3)
    texts = [f"text {number:2}" for number in range(7)]
    with away():
        await in_thread(say, topic, *texts)

    def look(broom: Broom) -> None:
        while broom.sweep():
            pass

    broom = Broom("default")
    for _ in range(5):
        await in_thread(look, broom)
    assert await said(topic) == texts


async def test_a_sweeper_tells_what_a_dead_process_has_left_and_goes_on_after_failures(topic, monkeypatch, caplog):
    monkeypatch.setattr(sweeping, "PAUSE", 0.01)
    news = News(topic, b"\x91\x00\xa7text  1")
    await in_thread(lambda: Dispatch.objects.create(stream=topic, news=pack_news(news)))
    with patch.object(sweeping, "send", side_effect=BusUnavailable("away")) as tried:
        sweeper = Sweeper(runner().run, ["default"])
        while not tried.called:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    while await in_thread(left):  # noqa: ASYNC110  # as above
        await asyncio.sleep(0.01)
    sweeper.brooms.clear()
    assert await said(topic) == ["text  1"]
    assert caplog.text.count("cannot be told now") == 1


async def test_what_is_said_on_an_event_loop_is_told_with_the_commit_and_not_without_it(topic):
    async def work(text: str, *, fail: bool) -> None:
        broadcast(topic, Toast(text))
        if fail:
            raise ZeroDivisionError

    def commit(text: str, *, fail: bool) -> None:
        LEDGER.transact("default", lambda: asyncio.run(work(text, fail=fail)))

    with pytest.raises(ZeroDivisionError):
        await runner().run(lambda: commit("text  1", fail=True))
    await runner().run(lambda: commit("text  2", fail=False))
    assert await said(topic) == ["text  2"]
