"""One suite for the whole bus: publishers, a log, a channel layer and hubs, over every layer."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from liveactions.bus import line as lines
from liveactions.bus.layer import PERSONAL, group_of
from liveactions.bus.news import Entry
from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Place
from liveactions.store.clients import client
from liveactions.wire import apply_frame
from tests.bus.conftest import Counting, Page, Silent, event, frame_of, make_world, toast
from tests.bus.ends import brought_back, written_down
from tests.servers import redis as redis_process

KEPT = import_module("liveactions.bus.hub").KEPT  # the package has a function of that name
NEVER = 30.0
OFTEN = 0.05


async def posted(world, *news, layer=None) -> list[Entry]:
    return await world.courier(layer).post(list(news))


async def unheard(world, *news) -> list[Entry]:
    """News that are entered without anybody being rung for."""
    return await world.log.append(list(news))


# Every page gets everything once and in order -----------------------------------------------------------------


async def test_every_page_of_every_process_gets_everything_once_and_in_order(world):
    hubs = [world.hub(), world.hub()]
    pages = [[Page() for _ in range(10)] for _ in hubs]
    for hub, its in zip(hubs, pages, strict=True):
        for page in its:
            await hub.follow(world.stream, page)

    async def publish(courier, name):
        for number in range(30):
            await courier.post([toast(world.stream, f"{name} {number}")])

    await asyncio.gather(*(publish(world.courier(), name) for name in "abc"))
    for page in [page for its in pages for page in its]:
        await page.until_frames(90)
        assert page.offsets() == list(range(1, 91))
        assert page.losses == []


async def test_the_bytes_are_the_same_object_for_all_pages_of_a_process_and_equal_in_all_processes(world):
    one, two = world.hub(), world.hub()
    here, there = [Page() for _ in range(3)], Page()
    for page in here:
        await one.follow(world.stream, page)
    await two.follow(world.stream, there)
    (entry,) = await posted(world, toast(world.stream))
    for page in [*here, there]:
        await page.until_frames(1)
        assert page.frames == [frame_of(entry)]
    assert len({id(page.frames[0][2]) for page in here}) == 1


async def test_a_frame_is_built_once_for_a_process(world, monkeypatch):
    built = []
    monkeypatch.setattr(lines, "apply_frame", lambda *args: built.append(args) or apply_frame(*args))
    hub, pages = world.hub(), [Page() for _ in range(50)]
    for page in pages:
        await hub.follow(world.stream, page)
    await posted(world, toast(world.stream))
    for page in pages:
        await page.until_frames(1)
    assert len(built) == 1


async def test_pages_get_only_the_streams_they_follow(world):
    hub, page, other = world.hub(), Page(), Page()
    await hub.follow(world.stream, page)
    await hub.follow("topic.other", other)
    await posted(world, toast("topic.nobody"), toast("topic.other"), toast(world.stream))
    await page.until_frames(1)
    await other.until_frames(1)
    assert [stream for stream, *_ in page.frames] == [world.stream]
    assert [stream for stream, *_ in other.frames] == ["topic.other"]


async def test_personal_streams_reach_their_pages(world):
    hub, page = world.hub(), Page("p1")
    streams = ["@all", "@user.7", "@page.p1"]
    for stream in streams:
        await hub.follow(stream, page)
    await posted(world, toast("@user.8"), *(toast(stream) for stream in streams))
    await page.until_frames(3)
    assert page.frames and [stream for stream, *_ in page.frames] == streams


async def test_a_topic_with_characters_that_channels_refuses_is_a_topic(world):
    stream = "a:b:" + "x" * 140
    hub, page = world.hub(), Page()
    await hub.follow(stream, page)
    await posted(world, toast(stream))
    await page.until_frames(1)


async def test_events_are_heard_and_bring_no_frame(world):
    hub, page = world.hub(), Page()
    await hub.follow(world.stream, page)
    await posted(world, event(world.stream, "moved", order=7, lines=[1, 2]))
    await page.until(lambda: page.heard)
    assert page.heard == [(world.stream, "moved", {"order": 7, "lines": [1, 2]})]
    assert page.frames == []


async def test_a_page_that_is_excluded_gets_nothing_and_loses_nothing(world):
    hub, me, other = world.hub(), Page("me"), Page()
    await hub.follow(world.stream, me)
    await hub.follow(world.stream, other)
    await posted(world, toast(world.stream, exclude="me", event="moved"), toast(world.stream))
    await me.until_frames(1)
    await other.until_frames(2)
    assert (me.offsets(), other.offsets()) == ([2], [1, 2])
    assert (len(me.heard), len(other.heard)) == (0, 1)


async def test_a_page_that_raises_harms_nobody(world, caplog):
    class Broken(Page):
        def deliver(self, *args):
            raise RuntimeError("broken page")

        hear = deliver

    hub, before, after = world.hub(), Page(), Page()
    for page in (before, Broken(), after):
        await hub.follow(world.stream, page)
    await posted(world, toast(world.stream, event="moved"), toast(world.stream))
    for page in (before, after):
        await page.until_frames(2)
        assert page.offsets() == [1, 2] and len(page.heard) == 1
    assert "broken page" in caplog.text


async def test_a_large_body_arrives_although_no_doorbell_carries_it(world):
    hub, page = world.hub(), Page()
    await hub.follow(world.stream, page)
    large = toast(world.stream, "x" * 200_000, event="moved")
    entries = await posted(world, toast(world.stream), large, toast(world.stream))
    await page.until_frames(3)
    assert page.frames == [frame_of(entry) for entry in entries]
    assert len(page.heard) == 1


# Coming and going ---------------------------------------------------------------------------------------------


async def test_following_says_where_the_page_stands(world):
    hub, page = world.hub(), Page()
    (entry,) = await posted(world, toast(world.stream))
    assert await hub.follow(world.stream, page) == (entry.place, True)
    assert page.frames == []


async def test_a_page_gets_what_came_after_it_was_rendered(world):
    hub, page = world.hub(), Page()
    cursor = await world.log.cursor()
    entries = await posted(world, toast(world.stream, event="moved"), toast("topic.other"), toast(world.stream))
    place, recovered = await hub.follow(world.stream, page, cursor)
    assert (place, recovered) == (entries[2].place, True)
    assert page.frames == [frame_of(entries[0]), frame_of(entries[2])]
    assert len(page.heard) == 1


async def test_a_page_gets_what_came_after_its_place(world):
    hub, first, page = world.hub(), Page(), Page()
    entries = await posted(world, *(toast(world.stream, str(number)) for number in range(5)))
    await hub.follow(world.stream, first)
    assert await hub.follow(world.stream, page, entries[2].place) == (entries[4].place, True)
    assert page.frames == [frame_of(entry) for entry in entries[3:]]
    assert first.frames == []


async def test_a_page_that_is_up_to_date_costs_no_reading(world):
    log = Counting(world.log)
    hub, first, page = world.hub(log=log), Page(), Page()
    place, _ = await hub.follow(world.stream, first)
    log.asked.clear()
    assert await hub.follow(world.stream, page, place) == (place, True)
    assert await hub.follow(world.stream, Page()) == (place, True)
    assert log.asked == []


async def test_pages_that_come_back_one_after_the_other_cost_one_reading_while_news_go_on(world, monkeypatch):
    monkeypatch.setattr(import_module("liveactions.bus.hub"), "KEPT", 60.0)
    log = Counting(world.log)
    hub, first = world.hub(log=log), Page()
    start, _ = await hub.follow(world.stream, first)
    entries = await posted(world, *(toast(world.stream, str(number)) for number in range(5)))
    await first.until_frames(5)
    log.asked.clear()
    pages = [Page() for _ in range(20)]
    for number, page in enumerate(pages):
        since = start if number % 2 else entries[number % 5].place
        before = since.offset
        assert (await hub.follow(world.stream, page, since)).recovered
        assert page.offsets() == list(range(before + 1, 6 + number))
        await posted(world, toast(world.stream, "meanwhile"))
        await first.until_frames(6 + number)
    assert log.asked.count("read") <= 2, "the first one had missed less than the second"
    await pages[0].until_frames(24)
    assert all(page.offsets()[-20:] == pages[0].offsets()[-20:] for page in pages[:5])


class Moving:
    """An event loop whose timers run when its time is moved."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.now = 0.0
        self.timers: list[asyncio.TimerHandle] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loop, name)

    def call_later(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        self.timers.append(asyncio.TimerHandle(self.now + delay, callback, (), self.loop))
        return self.timers[-1]

    def move(self, seconds: float) -> None:
        self.now += seconds
        for timer in self.timers:
            if timer.when() <= self.now and not timer.cancelled():
                timer._run()
        self.timers = [timer for timer in self.timers if timer.when() > self.now]


async def test_what_was_read_last_is_kept_for_as_long_as_what_was_read_before_it(world):
    log = Counting(world.log)
    hub, first = world.hub(log=log), Page()
    hub.loop = time = Moving()
    start, _ = await hub.follow(world.stream, first)
    entries = await posted(world, *(toast(world.stream, str(number)) for number in range(5)))
    await first.until_frames(5)
    await hub.follow(world.stream, Page(), entries[2].place)
    time.move(0.9 * KEPT)
    await hub.follow(world.stream, Page(), start)
    log.asked.clear()
    time.move(0.9 * KEPT)
    assert (await hub.follow(world.stream, Page(), start)).recovered
    assert "read" not in log.asked
    time.move(0.2 * KEPT)
    assert (await hub.follow(world.stream, Page(), start)).recovered
    assert "read" in log.asked


def test_of_what_was_read_for_one_page_no_more_than_a_megabyte_is_kept_for_others():
    line, start = lines.Line("topic.a"), Place("epoch", 0)
    line.start(start)
    entries = [Entry.of(toast("topic.a", "x" * 100_000), "epoch", number, number) for number in range(1, 14)]
    for entry in entries[:9]:
        line.take(entry)
    line.keep(entries[:9])
    assert line.after(start) == entries[:9]
    line.take(entries[9])
    assert line.after(start) == entries[:10]
    line.take(entries[10])
    assert line.after(start) is None
    line.keep(entries[:11])
    assert line.after(start) is None, "that is too much already"
    line.keep(entries[8:11])
    assert line.after(entries[8].place) == entries[9:11]


def test_what_was_read_before_a_loss_is_told_to_nobody_after_it():
    line, start = lines.Line("topic.a"), Place("epoch", 0)
    line.start(start)
    entries = [Entry.of(toast("topic.a"), "epoch", number, number) for number in (1, 2, 3)]
    for entry in entries[:2]:
        line.take(entry)
    line.keep(entries)
    assert line.after(start) == entries[:2], "up to where the line is"
    line.take(entries[2])
    assert (line.after(start), line.after(entries[1].place)) == (entries, entries[2:])
    line.lose(Place("epoch", 9))
    assert line.after(start) is None


@pytest.mark.parametrize("since", [Place("gone", 3), 1])
async def test_a_page_whose_history_is_gone_is_told_so_and_is_live(world, since):
    hub, page = world.hub(), Page()
    (entry,) = await posted(world, toast(world.stream))
    assert await hub.follow(world.stream, page, since) == (entry.place, False)
    assert page.frames == []
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    assert page.offsets() == [2]


async def test_nothing_is_lost_or_doubled_when_pages_come_while_news_come(world):
    hub, courier = world.hub(), world.courier()
    start = await world.log.cursor()
    pages = [Page() for _ in range(25)]

    async def publish():
        for number in range(100):
            await courier.post([toast(world.stream, str(number))])

    async def come(delay, page):
        for _ in range(delay):
            await asyncio.sleep(0)
        assert (await hub.follow(world.stream, page, start)).recovered

    await asyncio.gather(publish(), *(come(number * 7, page) for number, page in enumerate(pages)))
    for page in pages:
        await page.until_frames(100)
        assert page.offsets() == list(range(1, 101))


async def test_what_comes_while_a_page_is_told_what_it_missed_follows_it(world):
    class Slow(Counting):
        """Something is entered, and heard, just when a reading has ended."""

        async def read_since(self, stream, cursor):
            entries = await self.log.read_since(stream, cursor)
            for entry in await unheard(world, toast(stream, event="moved"), toast(stream)):
                hub.receive(entry)
            return entries

    hub, page = world.hub(log=Slow(world.log)), Page()
    start = await world.log.cursor()
    await unheard(world, toast(world.stream, event="moved"))
    place, recovered = await hub.follow(world.stream, page, start)
    assert (place.offset, recovered) == (3, True)
    assert page.offsets() == [1, 2, 3] and len(page.heard) == 2


async def test_a_page_that_is_ahead_of_this_process_is_neither_replayed_nor_repeated(world):
    hub, first, page = world.hub(), Page(), Page()
    await hub.follow(world.stream, first)
    entries = await unheard(world, toast(world.stream), toast(world.stream), toast(world.stream))
    assert await hub.follow(world.stream, page, entries[1].place) == (entries[2].place, True)
    assert (first.offsets(), page.offsets()) == ([1, 2, 3], [3])


async def test_a_page_that_came_back_is_given_the_frames_but_hears_no_event_twice(world):
    hub, page = world.hub(), Page()
    place, _ = await hub.follow(world.stream, page)
    await posted(world, toast(world.stream, event="moved"), toast(world.stream))
    await page.until_frames(2)
    assert (await hub.follow(world.stream, page, place)).recovered
    assert page.offsets() == [1, 2, 1, 2]
    assert len(page.heard) == 1
    await posted(world, toast(world.stream, event="moved"))
    await page.until_frames(5)
    assert page.offsets() == [1, 2, 1, 2, 3] and len(page.heard) == 2


async def test_what_comes_while_a_page_is_coming_back_arrives_once(world):
    class Slow(Counting):
        async def read(self, stream, after, limit):
            entries = await self.log.read(stream, after, limit)
            for entry in await unheard(world, toast(stream, event="moved")):
                hub.receive(entry)
            return entries

    hub, page = world.hub(log=Slow(world.log)), Page()
    place, _ = await hub.follow(world.stream, page)
    await posted(world, toast(world.stream, event="moved"))
    await page.until_frames(1)
    await hub.follow(world.stream, page, place)
    assert page.offsets() == [1, 1, 2] and len(page.heard) == 2


async def test_a_page_that_left_gets_no_more(world):
    hub, page, other = world.hub(), Page(), Page()
    for stream in (world.stream, "@all"):
        await hub.follow(stream, page)
        await hub.follow(stream, other)
    await hub.unfollow(world.stream, page)
    await posted(world, toast(world.stream), toast("@all"))
    await other.until_frames(2)
    assert page.frames and [stream for stream, *_ in page.frames] == ["@all"]
    await hub.leave(page)
    await hub.leave(other)
    assert hub.lines == {} and hub.following == {} and hub.bell.groups == {PERSONAL}


async def test_coming_back_at_once_after_the_last_page_left_is_not_deaf(world):
    hub, page = world.hub(), Page()
    await hub.follow(world.stream, page)
    for _ in range(5):
        await asyncio.gather(hub.unfollow(world.stream, page), hub.follow(world.stream, again := Page()))
        page = again
    await posted(world, toast(world.stream))
    await page.until_frames(1)


async def test_who_stops_waiting_while_following_leaves_nothing_behind(world):
    hub, page = world.hub(), Page()
    await hub.start()
    task = asyncio.create_task(hub.follow(world.stream, page))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert hub.following == {} and hub.lines == {}


async def test_the_second_page_of_a_topic_costs_no_subscription(world):
    class Watched(Silent):
        added = 0

        async def group_add(self, group, channel):
            self.added += 1
            await self.layer.group_add(group, channel)

    layer = Watched(world.layer())
    hub = world.hub(layer=layer)
    await hub.follow(world.stream, Page())
    before = layer.added
    await asyncio.gather(*(hub.follow(world.stream, Page()) for _ in range(20)))
    await asyncio.gather(*(hub.follow(f"@page.{number}", Page()) for number in range(20)))
    assert (before, layer.added) == (2, 2)


# What was not heard -------------------------------------------------------------------------------------------


async def test_news_whose_doorbell_was_lost_still_arrive(world):
    hub, page = world.hub(layer=Silent(world.layer()), check_every=OFTEN), Page()
    await hub.follow(world.stream, page)
    await unheard(world, toast(world.stream), toast(world.stream))
    await page.until_frames(2)
    assert page.offsets() == [1, 2]


async def test_what_was_entered_while_the_log_was_away_arrives_at_the_first_look_at_it(world):
    hub, page = world.hub(), Page()
    await hub.follow(world.stream, page)
    await hub.check()
    hub.unreachable(BusUnavailable("Redis is away."))
    await unheard(world, toast(world.stream), toast(world.stream))
    await hub.check()
    await page.until_frames(2)
    assert page.offsets() == [1, 2]


async def test_a_log_that_is_away_for_a_moment_costs_a_page_that_comes_back_nothing(world, monkeypatch):
    hub, page, late = world.hub(check_every=OFTEN), Page(), Page()
    since = (await hub.follow(world.stream, page)).place
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    read, failures = type(world.log).read, [BusUnavailable("Redis is away.")]

    async def fails_once(self, *asked):
        if failures:
            raise failures.pop()
        return await read(self, *asked)

    monkeypatch.setattr(type(world.log), "read", fails_once)
    assert (await hub.follow(world.stream, late, since)).recovered
    assert (late.offsets(), late.losses) == ([1], [])


class Away:
    """A log that can be away: then nothing can be read, and nobody says where anything stands."""

    def __init__(self, log: Any) -> None:
        self.log = log
        self.away = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.log, name)
        if name not in ("read", "read_since", "places", "cursor", "changes"):
            return found

        async def asked(*args: Any) -> Any:
            if self.away:
                raise BusUnavailable("Redis is away.")
            return await found(*args)

        return asked


async def one_that_comes_back(world, page):
    """A follower that has seen the first of three pieces of news, and comes back while the log is away."""
    hub = world.hub(log=(log := Away(world.log)), check_every=OFTEN)
    await hub.follow(world.stream, page)
    entries = await posted(world, toast(world.stream, event="moved"), toast(world.stream), event(world.stream))
    await page.until(lambda: len(page.heard) == 2)
    page.frames.clear()
    log.away = True
    hub.unreachable(BusUnavailable("Redis is away."))
    return hub, log, entries


async def test_what_cannot_be_had_now_is_told_as_soon_as_it_can_be_had(world):
    page = Page()
    hub, log, entries = await one_that_comes_back(world, page)
    assert await hub.follow(world.stream, page, entries[0].place, later=True) == (entries[0].place, True)
    assert page.frames == []
    await unheard(world, toast(world.stream))
    log.away = False
    await page.until_frames(2)
    assert (page.offsets(), len(page.heard), page.losses) == ([2, 4], 2, [])


@pytest.mark.parametrize("noticed", [True, False], ids=["which was noticed", "which nobody had noticed"])
async def test_a_log_that_answers_some_and_not_yet_others_has_lost_nothing(world, monkeypatch, noticed):
    page = Page()
    hub, log, entries = await one_that_comes_back(world, page)
    read, failures = type(world.log).read, [BusUnavailable("Its connection is lost.") for _ in range(3)]

    async def fail_thrice(self, *question):
        if failures:
            raise failures.pop()
        return await read(self, *question)

    monkeypatch.setattr(type(world.log), "read", fail_thrice)
    log.away = noticed
    if not noticed:
        hub.reached()
    assert (await asyncio.wait_for(hub.follow(world.stream, page, entries[0].place, later=True), 5)).recovered
    log.away = False
    await page.until_frames(1)
    assert (page.offsets(), page.losses, failures) == ([2], [], [])


async def test_who_follows_anew_meanwhile_is_told_once(world):
    page = Page()
    hub, log, entries = await one_that_comes_back(world, page)
    for entry in (entries[0], entries[1], entries[0]):
        await asyncio.wait_for(hub.follow(world.stream, page, entry.place, later=True), 1)
    log.away = False
    await page.until_frames(1)
    await posted(world, toast(world.stream, event="moved"))
    await page.until_frames(2)
    assert (page.offsets(), len(page.heard), page.losses) == ([2, 4], 3, [])


async def test_who_has_missed_nothing_waits_for_nothing(world):
    page = Page()
    hub, log, entries = await one_that_comes_back(world, page)
    assert await hub.follow(world.stream, page, entries[2].place, later=True) == (entries[2].place, True)
    log.away = False
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    assert page.offsets() == [4]


async def test_what_is_gone_when_the_log_answers_is_told_as_lost(world):
    page = Page()
    hub, log, entries = await one_that_comes_back(world, page)
    await hub.follow(world.stream, page, entries[0].place, later=True)

    async def nothing(*_: Any) -> None:
        return None

    log.read = nothing
    log.away = False
    await page.until(lambda: page.losses)
    assert (page.offsets(), page.losses) == ([], [world.stream])


async def test_who_leaves_meanwhile_is_told_nothing_any_more(world):
    page, other = Page(), Page()
    hub, log, entries = await one_that_comes_back(world, page)
    await hub.follow(world.stream, other)
    await hub.follow(world.stream, page, entries[0].place, later=True)
    await hub.leave(page)
    log.away = False
    await posted(world, toast(world.stream))
    await other.until_frames(1)
    assert (page.frames, page.losses) == ([], [])


async def test_who_does_not_stand_anywhere_does_not_wait_for_later(world):
    page, late = Page(), Page()
    hub, _, entries = await one_that_comes_back(world, page)
    elsewhere = entries[0].place._replace(epoch="another")
    assert (await hub.follow(world.stream, late, elsewhere, later=True)).recovered is False


async def test_a_gap_is_filled_with_one_reading_for_a_hundred_pages(world):
    log = Counting(world.log)
    hub, pages = world.hub(log=log), [Page() for _ in range(100)]
    await asyncio.gather(*(hub.follow(world.stream, page) for page in pages))
    await unheard(world, *(toast(world.stream) for _ in range(10)))
    log.asked.clear()
    await posted(world, toast(world.stream))
    for page in pages:
        await page.until_frames(11)
        assert page.offsets() == list(range(1, 12))
    assert log.asked == ["read"]


async def test_doorbells_that_overtake_each_other_cost_no_reading(world):
    log = Counting(world.log)
    hub, page = world.hub(log=log), Page()
    await hub.follow(world.stream, page)
    log.asked.clear()
    entries = await unheard(world, *(toast(world.stream) for _ in range(4)))
    for entry in [entries[2], entries[1], entries[3], entries[0]]:
        hub.receive(entry)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert page.offsets() == [1, 2, 3, 4]
    await asyncio.sleep(0.05)
    assert log.asked == []


async def test_an_entry_that_is_heard_twice_arrives_once(world):
    hub, page = world.hub(), Page()
    await hub.follow(world.stream, page)
    (entry,) = await unheard(world, toast(world.stream))
    for _ in range(3):
        hub.receive(entry)
    assert page.offsets() == [1]


async def test_a_doorbell_for_something_that_does_not_exist_does_no_harm(world):
    log = Counting(world.log)
    hub, page = world.hub(log=log), Page()
    place, _ = await hub.follow(world.stream, page)
    log.asked.clear()
    hub.receive(Entry(world.stream, place.epoch, 50, 0, b"", None, {}, None))
    hub.receive(Entry(world.stream, "another epoch", 50, 7, b"", None, {}, None))
    await asyncio.wait_for(asyncio.wait([hub.lines[world.stream].mending]), 5)
    assert log.asked == ["read"]
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    assert (page.offsets(), page.losses) == ([1], [])


async def test_a_gap_that_cannot_be_filled_is_told_once_to_every_page(world):
    hub, pages = world.hub(check_every=OFTEN), [Page() for _ in range(3)]
    for page in pages:
        await hub.follow(world.stream, page)
    await posted(world, toast(world.stream))
    for page in pages:
        await page.until_frames(1)
    if hasattr(world.log, "url"):
        await client(world.log.url).flushall()
    else:
        world.log.streams.clear()
    entries = await unheard(world, toast(world.stream), toast(world.stream), toast(world.stream))
    hub.receive(entries[-1])
    for page in pages:
        await page.until(lambda page=page: page.losses)
    await posted(world, toast(world.stream))
    for page in pages:
        await page.until_frames(2)
        assert page.offsets() == [1, 4]
        assert page.losses == [world.stream]


async def test_an_offset_that_holds_something_else_now_is_noticed_and_everybody_goes_on_in_a_new_epoch(world):
    hub, other, page, far = world.hub(), world.hub(), Page(), Page()
    await hub.follow(world.stream, page)
    await other.follow(world.stream, far)
    first, _ = await posted(world, toast(world.stream, "one"), toast(world.stream, "two"))
    await page.until_frames(2)
    await far.until_frames(2)
    hub.receive(first)
    assert not hub.lines[world.stream].behind, "what is heard again is no contradiction"
    hub.receive(first._replace(body=b"\x90", mark=b"another!"))
    await page.until(lambda: page.losses == [world.stream])
    (third,) = await posted(world, toast(world.stream, "three"))
    await far.until(lambda: far.losses == [world.stream])
    assert (third.epoch != first.epoch, third.offset) == (True, 3)
    (fourth,) = await posted(world, toast(world.stream, "four"))
    for each in (page, far):
        await each.until(lambda each=each: frame_of(fourth) in each.frames)


@pytest.mark.redis
@pytest.mark.parametrize("looks", [True, False], ids=["which had been looked at", "which had been heard only"])
@pytest.mark.parametrize("rung", [True, False], ids=["the last of it is heard", "nothing of it is heard"])
@pytest.mark.parametrize(("lost", "new"), [(1, 1), (1, 2), (1, 6), (3, 2), (3, 3), (3, 4), (3, 8)])
async def test_a_redis_that_lost_its_end_and_counted_on_is_found_out_however_far_it_has_come(
    redis_world, lost, new, rung, looks
):
    world, page, other = redis_world, Page(), Page()
    hub = world.hub()
    await hub.follow(world.stream, page)
    await hub.follow("another", other)
    await posted(world, toast("another"), *(toast(world.stream, f"kept {n}") for n in range(3)))
    await other.until_frames(1)
    await page.until_frames(3)
    await hub.check()
    before = await written_down(world.log)
    last = (await posted(world, *(toast(world.stream, f"lost {n}") for n in range(lost))))[-1]
    await page.until_frames(3 + lost)
    if looks:
        await hub.check()
    await brought_back(world.log, before)
    *before_last, latest = [toast(world.stream, f"new {n}") for n in range(new)]
    await unheard(world, *before_last)
    if rung:
        await posted(world, latest)
        await asyncio.sleep(0.05)
    else:
        await unheard(world, latest)
    await hub.check()
    await page.until(lambda: page.losses == [world.stream])
    (after,) = await posted(world, toast(world.stream, "after"))
    assert after.epoch != last.epoch
    await page.until(lambda: frame_of(after) in page.frames)
    (elsewhere,) = await posted(world, toast("another", "elsewhere"))
    await other.until(lambda: frame_of(elsewhere) in other.frames)
    assert (page.losses, other.losses) == ([world.stream], [])


@pytest.mark.redis
async def test_a_number_without_an_entry_is_told_as_lost_and_what_follows_arrives(redis_world):
    world, page = redis_world, Page()
    await world.hub().follow(world.stream, page)
    await posted(world, toast(world.stream), toast(world.stream))
    await page.until_frames(2)
    await client(world.log.url).hincrby(world.log.place_key(world.stream), "offset", 1)
    await posted(world, toast(world.stream))
    await page.until(lambda: page.losses == [world.stream])
    (last,) = await posted(world, toast(world.stream))
    await page.until(lambda: frame_of(last) in page.frames)
    assert page.losses == [world.stream]


async def test_looking_at_the_ledger_costs_one_question_however_many_topics(world):
    log = Counting(world.log)
    hub = world.hub(log=log)
    for number in range(30):
        await hub.follow(f"topic.{number}", Page())
    log.asked.clear()
    await hub.check()
    assert log.asked == ["changes"]


# Faults -------------------------------------------------------------------------------------------------------


async def test_a_layer_that_fails_is_listened_to_again(world, caplog):
    class Failing(Silent):
        failures = 3

        async def receive(self, channel):
            if self.failures:
                self.failures -= 1
                raise ConnectionError("the layer is away")
            return await self.layer.receive(channel)

    hub, page = world.hub(layer=Failing(world.layer())), Page()
    await hub.follow(world.stream, page)
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    assert "the layer is away" in caplog.text


async def test_groups_that_a_layer_forgot_are_joined_again(world):
    class Forgetful(Silent):
        members: frozenset = frozenset()

        async def group_add(self, group, channel):
            self.members |= {group}

        async def group_discard(self, group, channel):
            self.members -= {group}

    layer = Forgetful(world.layer())
    hub, page = world.hub(layer=layer, check_every=OFTEN), Page()
    await hub.follow(world.stream, page)
    layer.members = frozenset()
    await unheard(world, toast(world.stream))
    await page.until_frames(1)
    await asyncio.wait_for(until(lambda: layer.members == {PERSONAL, group_of(world.stream)}), 5)


async def until(condition) -> None:
    while not condition():  # noqa: ASYNC110  # what is waited for has no event
        await asyncio.sleep(0.01)


@pytest.mark.redis
async def test_a_subscriber_that_redis_hangs_up_on_loses_nothing(redis_world):
    world = redis_world
    hub, page = world.hub(check_every=OFTEN), Page()
    await hub.follow(world.stream, page)
    await posted(world, toast(world.stream))
    await page.until_frames(1)
    redis = client(world.log.url)
    for subscriber in await redis.client_list(_type="pubsub"):
        await redis.client_kill(subscriber["addr"])
    for _ in range(20):
        await posted(world, toast(world.stream))
    await page.until_frames(21)
    assert page.offsets() == list(range(1, 22))
    assert page.losses == []


@pytest.mark.redis
async def test_pages_outlive_a_redis_that_dies_and_hear_from_it_again(make_redis_world, caplog):
    with redis_process() as server:
        world = make_redis_world(server.url)
        hub, page, late = world.hub(check_every=OFTEN), Page(), Page()
        await hub.follow(world.stream, page)
        await posted(world, toast(world.stream))
        await page.until_frames(1)
        server.kill()
        assert (await hub.follow("topic.late", late)).recovered is False
        await asyncio.wait_for(until(lambda: not hub.reachable), 5)
        server.start()
        await page.until(lambda: page.losses)
        await late.until(lambda: late.losses)
        await posted(world, toast(world.stream), toast("topic.late"))
        await page.until_frames(2)
        await late.until_frames(1)
        assert hub.reachable
        await hub.close()
    assert caplog.text.count("cannot be fetched now") == 1


@pytest.mark.redis
async def test_a_hub_that_starts_before_redis_does_works_when_it_is_there(make_redis_world):
    with redis_process() as server:
        server.kill()
        world = make_redis_world(server.url)
        hub, page = world.hub(check_every=OFTEN), Page()
        assert await hub.follow(world.stream, page) == (Place("", 0), False)
        server.start()
        await page.until(lambda: page.losses)
        await posted(world, toast(world.stream))
        await page.until_frames(1)
        await hub.close()


@pytest.fixture
async def make_redis_world():
    made = []

    def make(url):
        made.append(make_world("pubsub", url))
        return made[-1]

    yield make
    for world in made:
        await world.close()


async def test_a_closed_hub_leaves_no_task_and_no_group(world):
    before = asyncio.all_tasks()
    hub = world.hub()
    await hub.follow(world.stream, Page())
    await hub.close()
    left = [task for task in asyncio.all_tasks() - before if "liveactions" in repr(task)]
    assert left == [] and hub.bell.groups == set()


async def test_a_burst_leaves_the_loop_to_others(world):
    class Flooded(Silent):
        """Has the next entry always ready, so that receiving never waits."""

        async def receive(self, channel):
            if entries:
                return {"entry": list(entries.pop(0))}
            return await self.layer.receive(channel)

    entries = []
    hub, page = world.hub(layer=Flooded(world.layer())), Page()
    await hub.follow(world.stream, page)
    entries += await unheard(world, *(toast(world.stream) for _ in range(200)))
    await posted(world, toast("@all"))
    turns = 0
    while len(page.frames) < 200:
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 100


# Pages that come back ------------------------------------------------------------------------------------------


async def test_what_many_pages_have_missed_is_read_once_for_all_of_them(world, monkeypatch):
    hub, first = world.hub(), Page()
    since = (await hub.follow(world.stream, first)).place
    await posted(world, *(toast(world.stream, str(number)) for number in range(20)))
    await first.until_frames(20)
    reads = []
    read = hub.log.read

    async def counted(*args):
        reads.append(args)
        return await read(*args)

    monkeypatch.setattr(hub.log, "read", counted)
    pages = [Page() for _ in range(100)]
    await asyncio.gather(*(hub.follow(world.stream, page, since) for page in pages))
    assert len(reads) == 1
    for page in pages:
        assert page.offsets() == list(range(1, 21))


async def test_what_comes_after_others_began_to_read_is_not_missed(world, monkeypatch):
    hub, first = world.hub(), Page()
    since = (await hub.follow(world.stream, first)).place
    await posted(world, toast(world.stream, "before"))
    await first.until_frames(1)
    has_read, go_on = asyncio.Event(), asyncio.Event()
    read = hub.log.read

    async def held_up(*args):
        entries = await read(*args)
        has_read.set()
        await go_on.wait()
        return entries

    monkeypatch.setattr(hub.log, "read", held_up)
    early, late = Page(), Page()
    following = [asyncio.ensure_future(hub.follow(world.stream, early, since))]
    await has_read.wait()
    await posted(world, toast(world.stream, "meanwhile"))
    await first.until_frames(2)
    following.append(asyncio.ensure_future(hub.follow(world.stream, late, since)))
    await asyncio.sleep(0)
    go_on.set()
    assert [each.recovered for each in await asyncio.gather(*following)] == [True, True]
    assert early.offsets() == late.offsets() == [1, 2]
