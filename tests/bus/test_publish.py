"""``broadcast()`` from everywhere it can be called from."""

import asyncio
import decimal
import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import msgpack
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth import get_user_model
from django.db import transaction

from liveactions.bus import abroadcast, broadcast, close_hub, cursor_now, hub, publish
from liveactions.bus.process import background_loop, hubs, log, post_and_wait
from liveactions.errors import BusUnavailable, ResultError
from liveactions.results import Redirect, Signal, Toast, audience, to_wire
from liveactions.wire import encode_items
from tests.bus.conftest import Page, toast
from tests.bus.ends import end_of
from tests.servers import free_port

TOPIC = "team.7"


@pytest.fixture
async def page(site):
    """A page that follows a topic and everything personal."""
    found = Page("p1")
    for stream in (TOPIC, "@all", "@user.7", "@page.p1"):
        await hub().follow(stream, found)
    return found


def items(page: Page) -> list:
    """The items of every frame that arrived."""
    return [item for *_, frame in page.frames for item in msgpack.unpackb(frame)[3]]


# From where it is called --------------------------------------------------------------------------------------


async def test_a_broadcast_from_the_event_loop_returns_at_once_and_arrives_in_order(page):
    for number in range(20):
        broadcast(TOPIC, Toast(str(number)))
    assert page.frames == []
    await page.until_frames(20)
    assert items(page) == [[None, *to_wire(Toast(str(number)))] for number in range(20)]


async def test_a_broadcast_from_a_thread_arrives(page):
    with ThreadPoolExecutor() as pool:
        await asyncio.get_running_loop().run_in_executor(pool, lambda: broadcast(TOPIC, Toast("Hello")))
    await page.until_frames(1)


async def test_a_broadcast_from_a_sync_view_arrives(page):
    await sync_to_async(lambda: broadcast(TOPIC, Toast("Hello")))()
    await page.until_frames(1)


async def test_a_broadcast_from_a_loop_of_another_thread_arrives(page):
    async def elsewhere():
        broadcast(TOPIC, Toast("one"))
        await abroadcast(TOPIC, Toast("two"))

    await asyncio.to_thread(async_to_sync(elsewhere))
    await page.until_frames(2)
    assert [item[2] for item in items(page)] == ["one", "two"]


async def test_what_was_broadcast_and_awaited_keeps_its_order(page):
    broadcast(TOPIC, Toast("one"))
    await abroadcast(TOPIC, Toast("two"))
    broadcast(TOPIC, Toast("three"))
    await page.until_frames(3)
    assert [item[2] for item in items(page)] == ["one", "two", "three"]


async def test_an_awaited_broadcast_is_in_the_log_when_it_returns(page):
    before = await end_of(hub().log, TOPIC)
    await abroadcast(TOPIC, Toast("Hello"))
    assert (await end_of(hub().log, TOPIC)).offset == before.offset + 1


async def test_who_stops_waiting_does_not_take_the_news_back(page):
    task = asyncio.create_task(abroadcast(TOPIC, Toast("Hello")))
    await asyncio.sleep(0)
    task.cancel()
    await page.until_frames(1)


def test_a_broadcast_needs_no_event_loop(site_now):
    place = asyncio.run(place_of(TOPIC))
    broadcast(TOPIC, Toast("Hello"))
    broadcast(TOPIC, Toast("Hello"))
    assert asyncio.run(place_of(TOPIC)).offset == place.offset + 2


def test_a_broadcast_from_a_passing_loop_uses_the_loop_in_the_background(site_now):
    place = asyncio.run(place_of(TOPIC))
    asyncio.run(abroadcast(TOPIC, Toast("Hello")))
    asyncio.run(abroadcast(TOPIC, Toast("Hello")))
    assert background_loop().is_running()
    assert asyncio.run(place_of(TOPIC)).offset == place.offset + 2


async def place_of(stream):
    try:
        return await end_of(log(), stream)
    finally:
        await close_hub()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def site_now(request, settings):
    """A site's settings, for tests without an event loop."""
    settings.LIVEACTIONS = {"REDIS_URL": request.getfixturevalue("redis_url") if request.param == "redis" else ""}
    assert not any(loop.is_running() for loop in hubs)


PROGRAM = """
import os, sys
import django
from django.conf import settings
settings.configure(LIVEACTIONS={"REDIS_URL": sys.argv[1]})
django.setup()
from liveactions.bus import broadcast
from liveactions.results import Toast
import asyncio
from tests.bus.ends import end_of

async def main():
    broadcast("team.7", Toast("last words"))

broadcast("team.7", Toast("from the parent"))
if (child := os.fork()) == 0:
    broadcast("team.7", Toast("from the child"))
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
asyncio.run(main())
"""


@pytest.mark.redis
async def test_a_program_and_its_forked_child_are_heard_and_so_are_its_last_words(settings, redis_url):
    settings.LIVEACTIONS = {"REDIS_URL": redis_url}
    page = Page()
    await hub().follow(TOPIC, page)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", PROGRAM, redis_url]
    program = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, timeout=30)
    assert (program.returncode, program.stderr) == (0, b"")
    await page.until_frames(3)
    assert [item[2] for item in items(page)] == ["from the parent", "from the child", "last words"]
    await close_hub()


# Transactions -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_in_a_transaction_news_leave_after_the_commit(page):
    seen_inside = []

    def work():
        with transaction.atomic():
            broadcast(TOPIC, Toast("Hello"))
            seen_inside.append(async_to_sync(place_of)(TOPIC))
        return async_to_sync(place_of)(TOPIC)

    before = await end_of(log(), TOPIC)
    after = await asyncio.to_thread(work)
    assert (seen_inside[0].offset, after.offset) == (before.offset, before.offset + 1)
    await page.until_frames(1)


@pytest.mark.django_db(transaction=True)
async def test_after_a_rollback_nothing_is_sent(page):
    def work():
        with transaction.atomic():
            broadcast(TOPIC, Toast("never"))
            transaction.set_rollback(True)
        broadcast(TOPIC, Toast("afterwards"))

    await asyncio.to_thread(work)
    await page.until_frames(1)
    assert [item[2] for item in items(page)] == ["afterwards"]


@pytest.mark.django_db(transaction=True)
async def test_news_may_be_sent_without_waiting_for_the_commit(page):
    def work():
        with transaction.atomic():
            broadcast(TOPIC, Toast("at once"), on_commit=False)
            transaction.set_rollback(True)

    await asyncio.to_thread(work)
    await page.until_frames(1)


@pytest.mark.django_db(transaction=True)
def test_a_commit_does_not_fail_because_redis_is_away(settings, caplog):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    with caplog.at_level(logging.ERROR), transaction.atomic():
        broadcast(TOPIC, Toast("Hello"))
    assert "was committed, but its news were not sent" in caplog.text


# Redis is away ------------------------------------------------------------------------------------------------


def test_without_redis_a_broadcast_raises_within_a_second_or_so(settings):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    started = time.monotonic()
    with pytest.raises(BusUnavailable):
        broadcast(TOPIC, Toast("Hello"))
    assert time.monotonic() - started < 2


async def test_without_redis_an_awaited_broadcast_raises_and_another_is_logged(settings, caplog):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    await hub().start()
    broadcast(TOPIC, Toast("Hello"))
    with pytest.raises(BusUnavailable):
        await abroadcast(TOPIC, Toast("Hello"))
    assert "News were not sent" in caplog.text
    await close_hub()


def test_without_redis_the_cursor_is_nought_and_the_page_is_rendered(settings, caplog):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    assert cursor_now() == 0
    assert "cannot be told later" in caplog.text


async def test_a_page_rendered_without_redis_is_told_to_render_afresh(site):
    assert (await hub().follow(TOPIC, Page(), 0)).recovered is False


def test_a_thread_does_not_wait_for_ever_for_a_busy_loop(monkeypatch, settings):
    settings.LIVEACTIONS = {"REDIS_URL": ""}
    monkeypatch.setattr("liveactions.bus.process.PATIENCE", 0.05)

    async def busy():
        await hub().start()
        waiting = asyncio.get_running_loop().run_in_executor(None, post_and_wait, [toast(TOPIC)])
        time.sleep(0.3)  # noqa: ASYNC251  # this is what the test is about
        with pytest.raises(BusUnavailable, match="busy"):
            await waiting
        await close_hub()

    asyncio.run(busy())


# For whom and what --------------------------------------------------------------------------------------------


async def test_each_audience_is_reached(page):
    for each in (TOPIC, audience.topic(TOPIC), audience.everyone, audience.user(7), audience.page("p1")):
        await abroadcast(each, Toast("Hello"))
    await page.until_frames(5)
    assert [stream for stream, *_ in page.frames] == [TOPIC, TOPIC, "@all", "@user.7", "@page.p1"]


async def test_several_audiences_are_reached_once_each(page):
    await abroadcast([TOPIC, audience.everyone, audience.topic(TOPIC)], Toast("Hello"))
    await page.until_frames(2)
    assert [stream for stream, *_ in page.frames] == [TOPIC, "@all"]


async def test_one_component_is_addressed_by_its_scope(page):
    await abroadcast(audience.component("p1", 5), Signal("count", 3))
    await page.until_frames(1)
    assert items(page) == [[5, *to_wire(Signal("count", 3))]]


async def test_results_are_encoded_once_for_all_audiences_and_pages(page, monkeypatch):
    encoded = []
    monkeypatch.setattr(publish, "encode_items", lambda given: encoded.append(given) or encode_items(given))
    others = [Page() for _ in range(20)]
    for other in others:
        await hub().follow(TOPIC, other)
    await abroadcast([TOPIC, audience.everyone, audience.user(7)], Toast("Hello"), Signal("$unread", 3))
    await page.until_frames(3)
    for other in others:
        await other.until_frames(1)
    assert len(encoded) == 1


async def test_an_event_is_heard_with_plain_values(page):
    user = get_user_model()(pk=42)
    await abroadcast(TOPIC, event="paid", who=user, sum=decimal.Decimal("1.50"), lines=(1, 2))
    await page.until(lambda: page.heard)
    assert page.heard == [(TOPIC, "paid", {"who": 42, "sum": "1.50", "lines": [1, 2]})]


async def test_a_page_can_be_excluded(page):
    other = Page("p2")
    await hub().follow(TOPIC, other)
    await abroadcast(TOPIC, Toast("Hello"), exclude="p1")
    await abroadcast(TOPIC, Toast("Again"))
    await other.until_frames(2)
    await page.until_frames(1)
    assert [item[2] for item in items(page)] == ["Again"]


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("team.7", "Hello"), {}, "Result 0 of broadcast"),
        (("team.7", Toast("a"), [Toast("b")]), {}, "Result 1 of broadcast"),
        (("team.7",), {}, "nothing to send"),
        (("team.7", Toast("a")), {"order": 7}, "got order without an event"),
        (("team.7",), {"event": ""}, "event must be a name"),
        (("team.7",), {"event": "paid", "what": object()}, "what is a builtins.object"),
        (("team.7", Signal("a", object())), {}, "value is a builtins.object"),
        (("@all", Toast("a")), {}, "cannot be the name of a topic"),
        ((7, Toast("a")), {}, "7 is not an audience"),
        ((["team.7", 7], Toast("a")), {}, "7 is not an audience"),
    ],
)
async def test_what_cannot_be_sent_is_refused_before_anything_is_sent(page, arguments, options, says):
    for call in (broadcast, lambda *a, **o: asyncio.ensure_future(abroadcast(*a, **o))):
        with pytest.raises(ResultError, match=says):
            await (call(*arguments, **options) or asyncio.sleep(0))
    await abroadcast(TOPIC, Redirect("/"))
    await page.until_frames(1)
    assert len(page.frames) == 1


# Hubs ---------------------------------------------------------------------------------------------------------


async def test_a_loop_has_one_hub_and_a_new_one_after_closing(site):
    first = hub()
    assert hub() is first
    await close_hub()
    assert hub() is not first


def test_there_is_no_hub_without_a_running_loop():
    with pytest.raises(RuntimeError):
        hub()


def test_in_one_process_what_is_broadcast_on_one_loop_is_heard_at_once_on_others(settings):
    settings.LIVEACTIONS = {"REDIS_URL": ""}

    async def elsewhere(following):
        page = Page()
        hub().check_every = 60
        await hub().follow(TOPIC, page)
        following()
        await page.until_frames(1)
        await close_hub()
        return page.offsets()

    async def here():
        loop, ready, page = asyncio.get_running_loop(), asyncio.Event(), Page()
        await hub().follow(TOPIC, page)
        following = partial(loop.call_soon_threadsafe, ready.set)
        other = asyncio.create_task(asyncio.to_thread(asyncio.run, elsewhere(following)))
        await ready.wait()
        await abroadcast(TOPIC, Toast("Hello"))
        await page.until_frames(1)
        assert await other == page.offsets()
        await close_hub()

    asyncio.run(here())


async def test_what_is_told_to_others_can_be_read_in_the_log(page, caplog):
    caplog.set_level(logging.DEBUG, "liveactions.results")
    await abroadcast([TOPIC, audience.component("p1", 3)], Toast("Hello"), Signal("$n", 1))
    assert [record.getMessage() for record in caplog.records if record.name == "liveactions.results"] == [
        "For team.7: Toast(message='Hello')",
        "For team.7: Signal(name='$n', value=1)",
        "For component 3 of @page.p1: Toast(message='Hello')",
        "For component 3 of @page.p1: Signal(name='$n', value=1)",
    ]


async def test_nothing_is_written_of_it_unless_somebody_wants_to_read_it(page, caplog):
    caplog.set_level(logging.INFO, "liveactions.results")
    await abroadcast(TOPIC, Toast("Hello"))
    assert not [record for record in caplog.records if record.name == "liveactions.results"]
