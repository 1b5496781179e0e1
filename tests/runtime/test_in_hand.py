"""Components that an action has in hand: what is told of them, once, and what a failure takes back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from liveactions import Component, Event, Refresh, Result, Toast, action, performs, register_result
from liveactions.results import Whole
from liveactions.results.performing import PERFORMERS
from liveactions.wire.frames import Apply, Call
from tests.runtime.test_questions import texts
from tests.wires import items, refusal


@register_result("hands.do")
@dataclass(frozen=True)
class Do(Result):
    what: str = ""


class Desk(Component):
    name = "hands.desk"
    template = "{% load live %}<div>{{ n }} {{ rows|join:',' }}{% live 'hands.lamp' %}</div>"
    n: int = 0
    rows: list[str] = []
    told: list[str] = []

    def updated(self, changed):
        self.told.append(",".join(sorted(changed)))

    @action
    def find_oneself(self):
        self.request.find("hands.desk").n = 1

    @action
    def change_then_fail(self):
        self.rows.append("never")
        return [Refresh(), Do("fail")]

    @action
    def do(self, what: str):
        return Do(what)

    @action
    def change_then_do(self, what: str):
        self.n += 1
        return Do(what)

    @action
    def change_then_say_what_cannot_travel(self):
        self.n += 1
        return Event("x", {"thing": object()})

    @action
    def steps_that_cannot_travel(self):
        self.n += 1
        yield Event("x", {"thing": object()})

    @action
    def same(self):
        return None


class Lamp(Component):
    name = "hands.lamp"
    template = "<p>{{ on }}</p>"
    on: bool = False

    @action
    def tell_the_desk_then_fail(self):
        self.request.find(Desk).n = 5
        return Do("fail")

    @action
    def steps(self):
        self.request.find(Desk).n = 5
        yield Toast("told")
        raise ValueError


@pytest.fixture(autouse=True)
def performed():
    before = {word: list(known) for word, known in PERFORMERS.items()}

    @performs(Do)
    def do(word, request):
        if word.what == "fail":
            raise ValueError
        if word.what == "change":
            request.component_instance.n += 10

    yield
    PERFORMERS.clear()
    PERFORMERS.update(before)


async def desk(connect):
    wire = await connect()
    await wire.place("hands.desk")
    return wire


def html(frame) -> str:
    return next((result.html for scope, result in reversed(items(frame)) if isinstance(result, Whole)), "")


async def test_what_a_performer_changes_in_the_component_that_speaks_is_told(connect):
    wire = await desk(connect)
    assert ">10 " in html(await wire.call(1, "do", what="change"))
    assert ">21 " in html(await wire.call(1, "change_then_do", what="change"))


async def test_who_finds_oneself_is_told_of_a_change_once(connect):
    wire = await desk(connect)
    await wire.call(1, "find_oneself")
    assert wire.page.node(1).component.told == ["n"]


async def test_a_performer_that_fails_takes_back_the_action_too(connect):
    wire = await desk(connect)
    assert refusal(await wire.call(1, "change_then_fail")).code == "action.failed"
    assert wire.page.node(1).component.rows == []
    await wire.call(1, "change_then_do", what="fail")
    assert wire.page.node(1).component.n == 0
    assert ">10 " in html(await wire.call(1, "do", what="change"))


async def test_what_was_thrown_away_by_a_failure_is_told_the_next_time(connect):
    wire = await desk(connect)
    await wire.call(3, "tell_the_desk_then_fail")
    assert wire.page.node(1).component.n == 0
    wire.page.node(1).component.n = 5
    assert ">5 " in html(await wire.call(1, "same")), "the page was never told of 5"


async def test_what_a_generator_has_told_stays_told(connect):
    wire = await desk(connect)
    number = wire.ask(Call, 3, "steps", {})
    frame = await wire.next(Apply, lambda each: bool(texts(each)))
    assert ">5 " in html(frame)
    assert refusal(await wire.answer(number)).code == "action.failed"
    assert wire.page.node(1).component.n == 5


@pytest.mark.parametrize("name", ["change_then_say_what_cannot_travel", "steps_that_cannot_travel"])
async def test_what_has_changed_is_told_though_what_was_answered_cannot_travel(connect, name):
    wire = await desk(connect)
    answer = await wire.call(1, name)
    assert refusal(answer).code == "result.invalid"
    assert wire.page.node(1).component.n == 1
    assert ">1 " in "".join(html(frame) for frame in wire.frames if hasattr(frame, "items"))


class Broken(Component):
    name = "hands.broken"
    template = "<p></p>"
    broken: bool = False

    def restored(self):
        if self.broken:
            raise ValueError

    @action
    def break_it(self):
        self.broken = True


class Clock(Component):
    name = "hands.clock"
    template = "<p>{{ now }}</p>"
    now: int = 0
    time = 0

    def restored(self):
        self.now = type(self).time


async def test_components_that_cannot_be_refreshed_do_not_keep_others_from_it(connect, caplog):
    wire = await connect()
    html_of_clock = await wire.embed("hands.clock")
    html_of_broken = await wire.embed("hands.broken")
    await wire.mount(html_of_clock)
    await wire.mount(html_of_broken, 100)
    broken = next(node.id for node in wire.page.tree.roots if node.name == "hands.broken")
    await wire.call(broken, "break_it")
    Clock.time = 7
    try:
        answer = await wire.call(0, "@refresh", components=None)
    finally:
        Clock.time = 0
    assert ">7<" in html(answer) and "hands.broken" in caplog.text


async def test_each_component_is_refreshed_once_however_often_it_is_named(connect):
    seen = []

    class Counted(Component):
        name = "hands.counted"
        template = "{% load live %}<div>{% if top %}{% live 'hands.counted' top=False %}{% endif %}</div>"
        top: bool = True

        def restored(self):
            seen.append(self.id)

    wire = await connect()
    await wire.place("hands.counted")
    seen.clear()
    ids = list(wire.page.tree.nodes)
    await wire.call(0, "@refresh", components=[*ids, *ids] * 50)
    assert sorted(seen) == sorted(ids)
