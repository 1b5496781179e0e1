"""A page session: in which order things happen, what happens beside what, and what nobody asked for."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from liveactions import Component, Toast, abroadcast, action, audience, field, on
from liveactions.bus import process as bus_process
from liveactions.results import Whole
from liveactions.runtime.ports import Place
from liveactions.wire.frames import Answer, Apply, Call, Mount, Streams
from tests.wires import items, refusal

# Order, and what happens beside what --------------------------------------------------------------------------------


async def test_calls_of_a_page_are_run_in_order(connect):
    log = []

    class Ordered(Component):
        template = "<p></p>"

        @action
        def sync(self, n: int):
            log.append(n)

        @action
        async def later(self, n: int):
            await asyncio.sleep(0)
            log.append(n)

    wire = await connect()
    await wire.place("tests.ordered")
    numbers = [wire.ask(Call, 1, ("sync", "later")[n % 2], {"n": n}) for n in range(10)]
    assert [(await wire.next(Answer)).call for _ in numbers] == numbers
    assert log == list(range(10))


async def test_synchronous_actions_of_twenty_pages_run_side_by_side(connect):
    together = threading.Barrier(20)

    class Meeting(Component):
        template = "<p></p>"

        @action
        def meet(self):
            together.wait(10)  # nobody goes on before all twenty are here
            return Toast("met")

    wires = [await connect() for _ in range(20)]
    for wire in wires:
        await wire.place("tests.meeting")
    numbers = [wire.ask(Call, 1, "meet", {}) for wire in wires]
    for wire, number in zip(wires, numbers, strict=True):
        assert items(await wire.answer(number)) == [(1, Toast("met"))]


@pytest.mark.parametrize("name", ["sync", "later", "steps"])
async def test_a_running_action_does_not_delay_a_broadcast_to_its_page(connect, name):
    gate = threading.Event()

    class Busy(Component):
        template = "<p></p>"

        def topics(self):
            return ["team.7"]

        @action
        def sync(self):
            assert gate.wait(10)

        @action
        async def later(self):
            assert await asyncio.to_thread(gate.wait, 10)

        @action
        def steps(self):
            assert gate.wait(10)
            yield None

    wire = await connect()
    await wire.place("tests.busy")
    number = wire.ask(Call, 1, name, {})
    await abroadcast("team.7", Toast("Shipped"))
    assert (await wire.frame()).stream == "team.7", "the news come first: the action still runs"
    gate.set()
    await wire.answer(number)


async def test_a_parallel_action_does_not_hold_up_the_next_one(connect):
    gate = asyncio.Event()

    class Both(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        @action(parallel=True)
        async def long(self):
            await gate.wait()
            self.n += 1
            return Toast("long")

        @action
        async def short(self):
            gate.set()
            self.n += 1

    wire = await connect()
    await wire.place("tests.both")
    long, short = wire.ask(Call, 1, "long", {}), wire.ask(Call, 1, "short", {})
    answers = [await wire.next(Answer), await wire.next(Answer)]
    assert [answer.call for answer in answers] == [short, long]
    assert items(answers[1]) == [(1, Whole('<p live-id="1">2</p>')), (1, Toast("long"))]


async def test_only_so_many_calls_wait(connect, settings):
    settings.LIVEACTIONS = {"MAX_PENDING": 3}
    gate = asyncio.Event()

    class Waiting(Component):
        template = "<p></p>"

        @action
        async def wait(self):
            await gate.wait()

    wire = await connect()
    await wire.place("tests.waiting")
    numbers = [wire.ask(Call, 1, "wait", {}) for _ in range(5)]
    busy = await wire.next(Answer)
    assert busy.call == numbers[4]
    assert (refusal(busy).code, refusal(busy).fault) == ("page.busy", "server")
    gate.set()
    for number in numbers[:4]:
        assert (await wire.answer(number)).refusal is None
    assert (await wire.call(1, "wait")).refusal is None


# Events ----------------------------------------------------------------------------------------------------------


class Listening(Component):
    name = "page.listening"
    template = "<p>{{ heard|join:' ' }}</p>"
    heard: list[str] = field(default_factory=list)
    topic: str = field("team.7", bind=True)

    def topics(self):
        return [self.topic] if self.topic else []

    @on("said")
    def sync(self, text: str):
        self.heard.append(text)

    @on("said_later")
    async def later(self, text: str):
        self.heard.append(text)
        return Toast(text)

    @on("failing")
    def fails(self):
        self.heard.append("lost")
        raise ZeroDivisionError

    @on("broken_off")
    async def waits_for_what_was_cancelled(self):
        self.heard.append("lost")
        lost = asyncio.get_running_loop().create_future()
        lost.cancel()
        await lost

    @on("failing", "broken_off")
    def hears_all_the_same(self):
        self.heard.append("heard")

    @action
    def start_again(self):
        self.heard = []


@pytest.mark.parametrize("event", ["said", "said_later"])
async def test_a_component_hears_the_events_of_its_topics(connect, event):
    wire = await connect()
    await wire.place("page.listening")
    await abroadcast("team.8", event=event, text="not for us")
    await abroadcast("team.7", event=event, text="hello", more="passed over")
    told = items(await wire.next(Apply))
    assert told[0] == (1, Whole('<p live-id="1">hello</p>'))


async def test_an_event_for_a_user_or_everyone_is_heard_unasked(connect):
    wire = await connect()
    await wire.place("page.listening", topic="")
    await abroadcast(audience.everyone, event="said", text="all")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">all</p>'))]
    await abroadcast(audience.page(wire.page_id), event="said", text="you")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">all you</p>'))]


async def test_a_listener_that_fails_keeps_nobody_from_hearing(connect, caplog):
    wire = await connect()
    await wire.place("page.listening")
    await abroadcast("team.7", event="failing")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">heard</p>'))]
    assert "page.listening.fails failed on an event" in caplog.text


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Before 3.11 a task does not know whether it was cancelled.")
async def test_a_listener_that_waits_for_what_somebody_has_cancelled_fails_like_any_other(connect, caplog):
    wire = await connect()
    await wire.place("page.listening")
    await abroadcast("team.7", event="broken_off")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">heard</p>'))]
    assert "page.listening.waits_for_what_was_cancelled failed on an event" in caplog.text


async def test_an_event_that_is_broken_off_does_not_stand_in_for_the_next_one(connect):
    wire = await connect()
    await wire.place("page.listening")
    for event, given in [("broken_off", {}), ("said", {"text": "hello"})]:
        await abroadcast("team.7", event=event, **given)
    await wire.next(Apply, lambda frame: "hello" in str(frame))
    following = wire.page.following
    assert (following.unheard, following.in_hand) == ([], False)
    assert following.processed() == following.places


async def test_a_listener_that_asks_for_too_many_topics_has_not_failed(connect, settings, caplog):
    settings.LIVEACTIONS = {"MAX_TOPICS": 1}

    class Curious(Component):
        template = "<p>{{ more|yesno }}</p>"
        more: bool = False

        def topics(self):
            return ["team.7", "team.8"] if self.more else ["team.7"]

        @on("said")
        def hear(self):
            self.more = True

    wire = await connect()
    await wire.place("tests.curious")
    await abroadcast("team.7", event="said")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">yes</p>'))]
    await wire.page.mailbox.idle()
    assert "failed on an event" not in caplog.text
    assert "A page follows at most 1 topics" in caplog.text


async def test_an_event_that_does_not_fit_is_logged(connect, caplog):
    wire = await connect()
    await wire.place("page.listening")
    await abroadcast("team.7", event="said")
    await abroadcast("team.7", event="said", text="then")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">then</p>'))]
    assert "needs the argument 'text'" in caplog.text


async def test_an_event_waits_behind_the_calls_that_came_before(connect):
    begun, gate, log = asyncio.Event(), asyncio.Event(), []

    class Slow(Component):
        template = "<p></p>"

        def topics(self):
            return ["team.7"]

        @action
        async def call(self, n: int):
            begun.set()
            await gate.wait()
            log.append(f"call {n}")

        @on("said")
        def heard(self):
            log.append("event")

    wire = await connect()
    await wire.place("tests.slow")
    for n in (1, 2):
        wire.ask(Call, 1, "call", {"n": n})
    await begun.wait()
    wire.page.following.hear("team.7", "said", {}, Place("e", 1))
    last = wire.ask(Call, 1, "call", {"n": 3})
    gate.set()
    await wire.answer(last)
    assert log == ["call 1", "call 2", "event", "call 3"]


async def test_a_page_may_be_left_out_of_its_own_news(connect):
    wire, other = await connect(), await connect()
    await wire.place("page.listening")
    await other.place("page.listening")
    await abroadcast("team.7", Toast("a"), event="said", exclude=wire.page_id, text="a")
    assert items(await other.next(Apply)) == [(None, Toast("a"))]
    assert items(await other.next(Apply)) == [(1, Whole('<p live-id="1">a</p>'))]
    await abroadcast("team.7", Toast("b"))
    assert items(await wire.next(Apply)) == [(None, Toast("b"))]
    assert wire.page.tree.nodes[1].component.heard == []


# Topics ----------------------------------------------------------------------------------------------------------


async def test_the_topics_of_a_page_follow_its_state(connect):
    wire = await connect()
    await wire.place("page.listening")
    await wire.set(1, topic="team.8")
    told = [frame for frame in wire.frames if isinstance(frame, Streams)][-1]
    assert "team.8" in told.streams and "team.7" not in told.streams
    await abroadcast("team.7", Toast("not any more"))
    await abroadcast("team.8", Toast("now"))
    assert items(await wire.next(Apply)) == [(None, Toast("now"))]


async def test_what_happened_between_the_response_and_the_socket_is_told(connect):
    wire = await connect()
    html = await wire.embed("page.listening")
    await abroadcast("team.7", Toast("meanwhile"), event="said", text="meanwhile")
    assert (await wire.mount(html)).items == []
    seen = [frame for frame in wire.frames if isinstance(frame, Apply)] + [await wire.next(Apply)]
    assert [items(frame) for frame in seen] == [
        [(None, Toast("meanwhile"))],
        [(1, Whole('<p live-id="1">meanwhile</p>'))],
    ]


async def test_a_topic_that_two_components_want_is_followed_until_both_are_gone(connect):
    wire = await connect()
    await wire.place("page.listening")
    html = await wire.embed("page.listening")
    assert (await wire.mount(html, base=2)).refusal is None
    await wire.unmount(1)
    await abroadcast("team.7", Toast("still"))
    assert items(await wire.next(Apply)) == [(None, Toast("still"))]
    await wire.unmount(3)
    assert "team.7" not in wire.page.following.places


# When news are lost --------------------------------------------------------------------------------------------------


class Restoring(Component):
    name = "page.restoring"
    template = "<p>{{ n }}</p>"
    n: int = 0

    def topics(self):
        return ["team.7"]

    def restored(self):
        self.n = FRESH["n"]

    @on("said")
    def heard(self): ...

    @action
    async def hold(self):
        await FRESH["gate"].wait()


FRESH: dict = {}


@pytest.fixture
def fresh():
    FRESH.update(n=0, gate=asyncio.Event())
    return FRESH


async def test_after_a_loss_every_component_is_restored_and_sent_whole(connect, fresh):
    wire = await connect()
    await wire.place("page.restoring")
    fresh["n"] = 5
    wire.page.following.lost("team.7")
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">5</p>'))]


async def test_many_losses_at_once_are_mended_once(connect, fresh):
    wire = await connect()
    await wire.place("page.restoring")
    for stream in ("team.7", "@all", "team.7"):
        wire.page.following.lost(stream)
    await wire.next(Apply)
    await wire.page.mailbox.idle()
    assert wire.told() == []
    wire.page.following.lost("team.7")
    await wire.next(Apply)


async def test_more_events_than_can_wait_are_made_up_for_and_no_call_is_lost(connect, fresh, settings):
    settings.LIVEACTIONS = {"MAX_EVENTS": 5}
    wire = await connect()
    await wire.place("page.restoring")
    first = wire.ask(Call, 1, "hold", {})
    second = wire.ask(Call, 1, "hold", {})
    await asyncio.sleep(0)
    fresh["n"] = 7
    for _ in range(20):
        await abroadcast("team.7", event="said")
    fresh["gate"].set()
    assert (await wire.answer(first)).refusal is None
    assert (await wire.answer(second)).refusal is None
    assert items(await wire.next(Apply)) == [(1, Whole('<p live-id="1">7</p>'))]


async def test_many_events_leave_room_for_calls(connect, fresh):
    wire = await connect()
    await wire.place("page.restoring")
    first = wire.ask(Call, 1, "hold", {})
    await asyncio.sleep(0)
    for _ in range(50):
        await abroadcast("team.7", event="said")
    second = wire.ask(Call, 1, "hold", {})
    fresh["gate"].set()
    assert (await wire.answer(first)).refusal is None
    assert (await wire.answer(second)).refusal is None


async def test_a_history_that_begins_anew_is_told(connect, fresh):
    """Redis was emptied: offsets begin at 1 again, which is not the past."""
    wire = await connect()
    await wire.place("page.restoring")
    for n in range(3):
        await abroadcast("team.7", Toast(str(n)))
        await wire.next(Apply)
    line = bus_process.hub().lines["team.7"]
    line.lose(Place("another", 1))
    streams = await wire.next(Streams)
    assert streams.streams["team.7"] == ["another", 1]
    assert wire.page.following.places["team.7"] == Place("another", 1)


# Leaving -----------------------------------------------------------------------------------------------------------


async def test_a_page_that_leaves_unmounts_and_follows_nothing(connect):
    log = []

    class Staying(Component):
        template = "<p></p>"

        def topics(self):
            return ["team.7"]

        def unmount(self):
            log.append("unmounted")

    wire = await connect()
    await wire.place("tests.staying")
    page = wire.page
    await wire.leave()
    assert log == ["unmounted"]
    assert page.page_id not in {page.page_id for line in bus_process.hub().lines.values() for page in line.live}
    assert page.tree.nodes == {}


async def test_a_page_that_leaves_while_it_mounts_follows_nothing(connect):
    begun, gate = threading.Event(), threading.Event()

    class Late(Component):
        template = "<p></p>"

        def restored(self):
            begun.set()
            assert gate.wait(10)

        def topics(self):
            return ["team.7"]

    wire = await connect()
    html = await wire.embed("tests.late")
    page = wire.page
    wire.ask(Mount, [[token, 0] for token in [html.split('live-token="')[1].split('"')[0]]])
    await asyncio.to_thread(begun.wait, 10)
    leaving = asyncio.ensure_future(wire.leave())
    await asyncio.sleep(0)
    gate.set()
    await leaving
    assert not bus_process.hub().following.get(page)


async def test_an_action_runs_on_when_its_page_has_left(connect):
    gate, done = asyncio.Event(), asyncio.Event()

    class Working(Component):
        template = "<p></p>"

        @action
        async def work(self):
            await gate.wait()
            done.set()

    wire = await connect()
    await wire.place("tests.working")
    wire.ask(Call, 1, "work", {})
    leaving = asyncio.ensure_future(wire.leave())
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(done.wait(), 10)
    await leaving
