"""What an event does to the components of a page is kept in one step, so each of them hears it once."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import Component, Confirm, Toast, abroadcast, action, on
from liveactions.consumers import process
from liveactions.results import Whole
from liveactions.runtime import Page
from liveactions.runtime.draining import drain
from liveactions.wire.frames import Apply, Bye, Call
from tests.consumers.moves import GATES, toasts, until
from tests.runtime.doubles import Gate
from tests.wires import Wire, items, refusal

pytestmark = pytest.mark.django_db(transaction=True)


class Ear(Component):
    """What hears in the team; ``n`` is how often."""

    template = "<p>{{ n }}</p>"
    n: int = 0

    def topics(self):
        return ["team.7"]

    @on("over")
    async def over(self):
        return Toast("over")

    @action(parallel=True, repeatable=True)
    async def nudge(self):
        await GATES["b"].wait()
        self.n += 100


class Prompt(Ear):
    name = "events.prompt"

    @on("said")
    async def hear(self):
        self.n += 1


class Silent(Prompt):
    """Nothing of it is seen."""

    name = "events.silent"
    template = "<p></p>"


class Slow(Ear):
    """It has done a part of it when it waits."""

    name = "events.slow"

    @on("said")
    async def hear(self):
        self.n += 1
        await GATES["a"].wait()
        self.n += 1


class Yielding(Ear):
    name = "events.yielding"

    @on("said")
    async def hear(self):
        self.n += 1
        yield Toast("on its way")
        await GATES["a"].wait()
        self.n += 1


class Failing(Ear):
    name = "events.failing"

    @on("said")
    async def hear(self):
        self.n += 1
        await GATES["a"].wait()
        raise ZeroDivisionError


class Asking(Ear):
    name = "events.asking"

    @on("said")
    async def hear(self):
        yield Confirm("Sure?")

    @on("moved")
    async def move(self):
        self.n += 1


class Clearing(Ear):
    """Hears nothing more once there was something to hear."""

    name = "events.clearing"
    template = '{% load live %}<section>{% if not n %}{% live "events.prompt" %}{% endif %}</section>'

    @on("said")
    async def hear(self):
        self.n += 1


@pytest.fixture
def gate() -> Gate:
    GATES.update(a=Gate(), b=Gate())
    return GATES["a"]


async def page_of(two, *components: str) -> Wire:
    """A page with these, whose numbers are 1, 3 and so on."""
    wire = await two.tab(f"events.{components[0]}")
    for name in components[1:]:
        html = await wire.embed(f"events.{name}")
        assert (await wire.mount(html, base=max(wire.page.tree.nodes) + 1)).refusal is None
    return wire


def counts(wire: Wire) -> dict[int, int]:
    return {number: node.component.n for number, node in wire.page.tree.nodes.items()}


async def lost(two, wire: Wire, gate: Gate) -> Wire:
    """Its process is lost while a component hears what the others have heard, and all that may be written is."""
    page = wire.page
    page.keeping.keeper.want(page.keeping)
    await page.keeping.keeper.idle()
    again = await two.killed(wire)
    gate.open()
    await abroadcast("team.7", event="over")
    await again.next(Apply, lambda frame: (1, Toast("over")) in items(frame))
    return again


@pytest.mark.parametrize(("first", "last"), [("prompt", "slow"), ("prompt", "yielding"), ("silent", "slow")])
async def test_each_component_hears_an_event_once_whose_process_is_lost_while_one_of_them_hears(two, gate, first, last):
    wire = await page_of(two, first, last)
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    again = await lost(two, wire, gate)
    assert counts(again) == {1: 1, 3: 2}


@pytest.mark.parametrize("components", [("prompt", "yielding"), ("yielding",)])
async def test_a_page_is_told_what_an_event_has_done_when_all_have_heard_it(two, gate, components):
    wire = await page_of(two, *components)
    page, last = wire.page, max(wire.page.tree.nodes)
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    await page.keeping.keeper.idle()
    assert wire.told() == []
    gate.open()
    await wire.next(Apply, lambda frame: (last, Whole(f'<p live-id="{last}">2</p>')) in items(frame))
    assert toasts(wire) == ["on its way"]
    again = await lost(two, wire, gate)
    assert toasts(again).count("on its way") == 1


@pytest.mark.parametrize("component", [1, 3])
async def test_an_action_that_ends_beside_an_event_does_not_keep_half_of_it(two, gate, component):
    wire = await page_of(two, "prompt", "slow")
    page = wire.page
    number = wire.ask(Call, component, "nudge", {})
    await GATES["b"].reached.wait()
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    GATES["b"].open()
    await until(lambda: not page.tasks)
    again = await lost(two, wire, gate)
    assert again.welcome.number < number, "it was not answered either"
    again.send(Call(number, again.ack, component, "nudge", {}))
    await again.answer(number)
    expected = {1: 1, 3: 2}
    expected[component] += 100
    assert counts(again) == expected


async def test_a_listener_that_fails_has_changed_nothing_and_the_others_hear_once(two, gate, caplog):
    wire = await page_of(two, "prompt", "failing", "prompt")
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    again = await lost(two, wire, gate)
    assert counts(again) == {1: 1, 3: 0, 5: 1}
    assert "events.failing.hear failed on an event" in caplog.text
    once_more = await lost(two, again, gate)
    assert counts(once_more) == {1: 1, 3: 0, 5: 1}


async def test_what_a_listener_takes_off_the_page_does_not_hear_in_the_next_process_either(two, gate):
    wire = await page_of(two, "clearing", "slow")
    assert sorted(counts(wire)) == [1, 3, 5]
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    assert counts(wire) == {1: 1, 5: 1}
    again = await lost(two, wire, gate)
    assert counts(again) == {1: 1, 5: 2}


async def test_an_event_counts_as_heard_when_a_listener_asks_and_holds_up_nothing(two, gate):
    wire = await page_of(two, "prompt", "asking")
    await abroadcast("team.7", event="said")
    await wire.next(Apply, lambda frame: any(isinstance(word, Confirm) for _, word in items(frame)))
    await abroadcast("team.7", event="moved")
    await wire.next(Apply)
    GATES["b"].open()
    assert (await wire.call(1, "nudge")).refusal is None
    again = await lost(two, wire, gate)
    assert counts(again) == {1: 101, 3: 1}


async def test_events_that_follow_on_one_another_do_not_put_off_what_the_page_is_told(two, gate):
    wire = await page_of(two, "prompt", "slow")
    page = wire.page
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    await page.keeping.keeper.idle()
    GATES["a"] = Gate()
    await abroadcast("team.7", event="said")
    await until(lambda: len(page.following.unheard) == 2)
    gate.open()
    await GATES["a"].reached.wait()
    assert counts(wire) == {1: 2, 3: 3}
    scopes = [(await wire.next(Apply)).items[0][0] for _ in range(2)]
    assert scopes == [1, 3]
    GATES["a"].open()
    await page.mailbox.idle()


async def test_one_listener_alone_holds_up_nothing_that_was_there_before(two, gate):
    wire = await page_of(two, "slow")
    page = wire.page
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    await abroadcast("team.7", Toast("meanwhile"))
    await wire.next(Apply)
    page.renew()
    assert await asyncio.wait_for(page.keeping.stored(), 10)
    gate.open()
    await page.mailbox.idle()


async def test_a_call_that_is_refused_hears_so_while_an_event_is_heard(two, gate, monkeypatch):
    wire = await page_of(two, "slow")
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    monkeypatch.setattr(Page, "takes", lambda *_: False)
    assert refusal(await wire.call(1, "count")).code == "page.busy"
    assert wire.page.following.in_hand
    gate.open()
    await wire.page.mailbox.idle()


async def test_of_an_event_in_which_the_process_ends_nothing_is_kept(two, gate):
    wire = await page_of(two, "prompt", "slow", "prompt")
    page = wire.page
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    page.begin_nothing()
    page.mailbox.task.cancel()
    await page.mailbox.idle()
    again = await lost(two, wire, gate)
    assert counts(again) == {1: 1, 3: 2, 5: 1}


async def test_a_process_that_is_told_to_end_leaves_an_event_that_takes_too_long_to_the_next_one(two, gate):
    wire = await page_of(two, "prompt", "slow")
    await abroadcast("team.7", event="said")
    await gate.reached.wait()
    draining = asyncio.ensure_future(drain(process.pages(), spread=0, patience=0.05))
    assert (await wire.next(Bye)).code == "server.draining"
    again = await lost(two, wire, gate)
    await draining
    assert counts(again) == {1: 1, 3: 2}
