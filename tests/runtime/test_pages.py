"""The page sessions of a process: found again, pinged, and ended when nobody comes back."""

from __future__ import annotations

import asyncio
import time

import pytest
from django.contrib.auth.models import User

from liveactions import Component, Toast, abroadcast, action, audience
from liveactions.runtime.pages import PORTIONS
from liveactions.threads import runner
from liveactions.wire.frames import Apply, Bye, Call, Leave, Ping, Pong, Streams
from tests.wires import Wire, items, pages


class Counter(Component):
    name = "pages.counter"
    template = "<p>{{ n }}</p>"
    n: int = 0

    def topics(self):
        return ["team.7"]

    @action
    def count(self):
        self.n += 1


async def come_back(wire: Wire, positions: dict | None, ack: int | None = None, user: Wire | None = None) -> Wire:
    """The same tab over a new socket; ``user`` lends its cookies."""
    again = Wire({}, None)
    again.scope["headers"] = (user or wire).scope["headers"]
    again.ack = wire.ack if ack is None else ack
    again.number = wire.number
    again.welcome = await again.open([wire.token, again.ack, positions])
    return again


def positions_of(wire: Wire) -> dict:
    return [frame for frame in wire.frames if isinstance(frame, Streams)][-1].streams


async def test_a_page_that_comes_back_finds_everything_as_it_was(connect):
    wire = await connect()
    await wire.place("pages.counter")
    await wire.call(1, "count")
    await wire.drop()
    again = await come_back(wire, positions_of(wire))
    assert (again.welcome.recovered, again.welcome.page) == (True, wire.page_id)
    assert (await again.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]
    await again.drop()


@pytest.mark.parametrize("stream", ["team.7", "@all", "@page"])
async def test_news_that_came_while_it_was_away_follow(connect, stream):
    wire = await connect()
    await wire.place("pages.counter")
    await wire.drop()
    whom = audience.page(wire.page_id) if stream == "@page" else audience.Audience(stream)
    await abroadcast(whom, Toast("missed"))
    again = await come_back(wire, positions_of(wire))
    assert items(await again.next(Apply)) == [(None, Toast("missed"))]
    await again.drop()


async def test_a_page_that_does_not_say_where_it_stands_is_rendered_afresh(connect):
    wire = await connect()
    await wire.place("pages.counter")
    await wire.call(1, "count")
    await wire.drop()
    again = await come_back(wire, None)
    assert [word for _, word, *_ in (await again.next(Apply)).items] == [12]
    await again.drop()


async def test_a_page_whose_frames_are_no_longer_kept_begins_anew(connect, settings):
    settings.LIVEACTIONS = {"MAX_REPLAY": 10}
    wire = await connect()
    await wire.place("pages.counter")
    await wire.drop()
    again = await come_back(wire, {}, ack=0)
    assert not again.welcome.recovered
    assert again.welcome.page != wire.page_id
    assert wire.page_id not in {page.page_id for page in pages().by_id.values()}
    await again.drop()


async def test_a_page_that_claims_more_than_was_sent_begins_anew(connect):
    wire = await connect()
    await wire.drop()
    again = await come_back(wire, {}, ack=99)
    assert not again.welcome.recovered
    await again.drop()


@pytest.mark.django_db(transaction=True)
async def test_a_token_is_of_no_use_to_another_user(connect):
    ada, eve = await runner().run(lambda: [User.objects.create_user(name) for name in ("ada", "eve")])
    wire, other = await connect(ada), await connect(eve)
    await wire.place("pages.counter")
    stolen = await come_back(wire, {}, user=other)
    assert not stolen.welcome.recovered
    assert (await wire.call(1, "count")).refusal is None, "and the owner does not even notice"
    await stolen.drop()


async def test_only_the_newest_socket_speaks_for_a_page(connect):
    wire = await connect()
    await wire.place("pages.counter")
    again = await come_back(wire, positions_of(wire))
    assert await wire.bye() == ("page.elsewhere", 4001)
    wire.send(Leave())
    await wire.drop()
    assert (await again.call(1, "count")).refusal is None, "what the older one says does not count"
    await again.drop()


async def test_two_sockets_that_resume_at_once_leave_one(connect):
    wire = await connect()
    await wire.drop()
    first, second = Wire({}, None), Wire({}, None)
    for each in (first, second):
        await each.dial()
        each.send([0, "test", [wire.token, wire.ack, {}]])
    frames = [await each.message() for each in (first, second)]
    assert all(frame["type"] == "websocket.send" for frame in frames)
    assert sorted(was_told_that_it_is_over(each) for each in (first, second)) == [False, True]
    for each in (first, second):
        await each.drop()


def was_told_that_it_is_over(wire: Wire) -> bool:
    return any(isinstance(frame, Bye) and frame.code == "page.elsewhere" for frame in wire.told())


# Heartbeats --------------------------------------------------------------------------------------------------------


async def test_a_page_that_is_heard_of_is_pinged(connect, clock):
    wire = await connect()
    clock.move(8)
    pages().check(wire.page)
    assert (await wire.next(Ping)).offset == wire.ack
    wire.send(Pong(wire.ack))
    await wire.place("pages.counter")
    clock.move(8)
    pages().judge(wire.page)
    pages().check(wire.page)
    assert await wire.next(Ping)


async def test_a_ping_says_how_far_topics_are_only_where_they_have_gone_on(connect):
    wire = await connect()
    await wire.place("pages.counter")
    told = []
    for news in ("one", "two", None, None, "three"):
        if news is not None:
            await abroadcast("team.7", Toast(news))
            await wire.next(Apply)
        pages().check(wire.page)
        told.append((await wire.next(Ping)).positions)
        wire.send(Pong(wire.ack))
    assert told == [{"team.7": 1}, {"team.7": 2}, None, None, {"team.7": 3}]


async def test_a_silent_page_is_disconnected_and_may_come_back(connect, clock):
    wire = await connect()
    await wire.place("pages.counter")
    wire.deaf = True
    pages().check(wire.page)
    clock.move(5)
    pages().judge(wire.page)
    assert wire.page.connected
    clock.move(1)
    pages().judge(wire.page)
    assert await wire.bye() == ("page.silent", 4001)
    assert wire.frames[-1].retry_ms == 0
    again = await come_back(wire, positions_of(wire))
    assert again.welcome.recovered
    await again.drop()


async def asked_before_a_standstill(connect, settings) -> Wire:
    """A page that was pinged, and has not answered when its process stood still for more than a heartbeat."""
    settings.LIVEACTIONS = {"HEARTBEAT": 0.8}
    wire = await connect()
    wire.deaf = True
    await wire.next(Ping)
    time.sleep(1.0)  # noqa: ASYNC251  # nothing else goes on either
    return wire


async def test_a_page_is_not_taken_for_silent_for_as_long_as_its_process_stood_still(connect, settings):
    wire = await asked_before_a_standstill(connect, settings)
    await asyncio.sleep(0.25)
    assert wire.page.connected
    wire.deaf = False
    wire.send(Pong(wire.ack))
    await wire.next(Ping)
    assert wire.page.connected


async def test_a_page_that_is_silent_is_given_up_though_its_process_stood_still_once(connect, settings):
    wire = await asked_before_a_standstill(connect, settings)
    assert await wire.bye() == ("page.silent", 4001)


async def test_a_page_that_skips_a_frame_comes_back_to_a_session_of_its_own(connect):
    wire = await connect()
    await wire.place("pages.counter")
    wire.number += 5
    wire.send(Call(wire.number, wire.ack, 1, "count", {}))
    assert await wire.bye() == ("frame.gap", 4400)
    assert wire.frames[-1].retry_ms == 0
    again = await come_back(wire, positions_of(wire))
    assert not again.welcome.recovered
    again.number = again.ack = 0
    again.frames.clear()
    await again.place("pages.counter")
    await again.drop()


async def test_a_page_that_was_given_up_has_not_been_heard_since_and_one_that_closed_its_socket_has(connect, clock):
    dead, gone = await connect(), await connect()
    for page in (dead.page, gone.page):
        pages().check(page)
    clock.move(6)
    pages().judge(dead.page)
    page = gone.page
    await gone.drop()
    assert (dead.page.seen, page.seen) == (0, 6)


async def test_a_page_that_stays_away_is_forgotten(connect, clock):
    wire = await connect()
    await wire.place("pages.counter")
    page = wire.page
    await wire.drop()
    clock.move(59)
    pages().check(page)
    assert not page.ended
    clock.move(2)
    pages().check(page)
    await page.mailbox.idle()
    assert page.ended and page.tree.nodes == {}
    again = await come_back(wire, positions_of(wire))
    assert not again.welcome.recovered
    await again.drop()


async def test_a_page_that_does_not_read_is_disconnected_and_loses_nothing(connect, settings, clock):
    settings.LIVEACTIONS = {"MAX_OUTBOX": 500}
    wire, witness = await connect(), await connect()
    for each in (wire, witness):
        await each.place("pages.counter")
    wire.hold()
    for n in range(50):
        await abroadcast("team.7", Toast(f"{n} {'x' * 50}"))
        await witness.next(Apply)
    clock.move(6)
    pages().judge(wire.page)
    assert (await wire.message()) == {"type": "websocket.close", "code": 4008}

    again = await come_back(wire, positions_of(wire))
    told = [items(await again.next(Apply))[0][1].message.split()[0] for _ in range(50)]
    assert told == [str(n) for n in range(50)]
    await again.drop()


async def test_every_page_keeps_its_turn_whoever_comes_and_goes(connect):
    wires = [await connect() for _ in range(3 * PORTIONS)]
    here = pages()

    def turn(page):
        (found,) = [index for index, portion in enumerate(here.portions) if page in portion]
        return found

    staying = [wire.page for wire in wires[1::3]]
    before = [turn(page) for page in staying]
    for wire in wires[::3]:
        here.forget(wire.page)
    assert [turn(page) for page in staying] == before
    sizes = [len(portion) for portion in here.portions]
    assert max(sizes) - min(sizes) <= 3, "and they are spread evenly"


async def test_a_heartbeat_survives_whatever_happens_to_a_page(clock, connect, settings, monkeypatch, caplog):
    settings.LIVEACTIONS = {"HEARTBEAT": 0.02}  # by a clock that stands still, nobody is silent for long
    first, second = await connect(), await connect()
    monkeypatch.setattr(type(first.page), "ping", failing_for(first.page_id, type(first.page).ping))
    await second.next(Ping)
    await second.next(Ping)
    assert "heartbeat" in caplog.text


def failing_for(page_id: str, ping):
    def fail(page) -> None:
        if page.page_id == page_id:
            raise ZeroDivisionError
        ping(page)

    return fail
