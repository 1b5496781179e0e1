"""An action that waits for its user: what others do meanwhile is theirs, and nothing that ends it holds up the page."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

import pytest

from liveactions import Component, Confirm, Toast, action
from liveactions.errors import LocalError
from liveactions.results import Whole
from liveactions.wire.frames import Answer, Apply, Call, Cancel
from tests.runtime.doubles import Gate
from tests.runtime.test_questions import asked, both, reply, texts
from tests.wires import items, refusal


class Shared(Component):
    name = "waiting.shared"
    template = "<p>{{ a }} {{ b }} {{ rows|join:',' }}</p>"
    a: str = "a"
    b: str = "b"
    rows: list[str] = []
    told: list[str] = []

    def updated(self, changed):
        self.told.append(",".join(sorted(changed)))

    @action
    async def ask_then_fail(self, request):
        self.rows.append("before")
        await request.confirm("Sure?")
        self.a = "never"
        raise ValueError

    @action
    async def ask_then_change(self, request):
        await request.confirm("Sure?")
        self.a = "after"

    @action
    def steps_then_fail(self):
        yield Confirm("Sure?")
        self.a = "never"
        raise ValueError

    @action
    async def async_steps_then_fail(self):
        yield Confirm("Sure?")
        self.a = "never"
        raise ValueError

    @action
    async def in_time(self, request):
        try:
            await asyncio.wait_for(request.confirm("Sure?"), 0.05)
        except asyncio.TimeoutError:
            self.a = "too late"
            return Toast("too late")

    @action
    async def in_time_twice(self, request):
        for _ in range(2):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(request.confirm("Sure?"), 0.02)
        return Toast("done")

    @action
    async def together(self, request):
        return Toast(str(await asyncio.gather(request.confirm("First?"), request.confirm("Second?"))))

    @action
    def change(self, text: str):
        self.b = text
        self.rows.append(text)


class Outer(Component):
    name = "waiting.outer"
    template = "{% load live %}<div>{{ n }}{% if shown %}{% live 'waiting.inner' %}{% endif %}</div>"
    n: int = 0
    shown: bool = True

    @action
    def hide(self):
        self.shown = False

    @action
    def change(self):
        self.n += 1


class Inner(Component):
    name = "waiting.inner"
    template = "{% load live %}<p>{{ text }}{% if text %}{% live 'waiting.shared' %}{% endif %}</p>"
    text: str = ""

    @action
    async def ask_then_change(self, request):
        await request.confirm("Sure?")
        self.text = "after"
        return Toast("went on")

    @action
    async def ask_with_the_parent_in_hand_then_fail(self, request):
        request.find(Outer).n = 10
        await request.confirm("Sure?")
        raise ValueError


async def shared(connect, name="waiting.shared"):
    wire = await connect()
    await wire.place(name)
    return wire


@pytest.mark.parametrize("name", ["ask_then_fail", "steps_then_fail", "async_steps_then_fail"])
async def test_a_failure_after_the_question_does_not_take_back_what_others_did_meanwhile(connect, name):
    wire = await shared(connect)
    number = wire.ask(Call, 1, name, {})
    question = await asked(wire)
    assert (await wire.call(1, "change", text="other")).refusal is None
    found = await both(wire, number, reply(wire, question, "yes"))
    assert refusal(found[number]).code == "action.failed"
    component = wire.page.node(1).component
    assert (component.a, component.b, component.rows[-1]) == ("a", "other", "other")


async def test_a_cancelled_question_does_not_take_back_what_others_did_meanwhile(connect):
    wire = await shared(connect)
    number = wire.ask(Call, 1, "ask_then_fail", {})
    await asked(wire)
    assert (await wire.call(1, "change", text="other")).refusal is None
    wire.send(Cancel(number))
    assert refusal(await wire.answer(number)).code == "call.cancelled"
    component = wire.page.node(1).component
    assert (component.b, component.rows) == ("other", ["before", "other"])


async def test_what_others_changed_meanwhile_is_not_told_to_updated_again(connect):
    wire = await shared(connect)
    number = wire.ask(Call, 1, "ask_then_change", {})
    question = await asked(wire)
    await wire.call(1, "change", text="other")
    await both(wire, number, reply(wire, question, "yes"))
    assert wire.page.node(1).component.told[-1] == "a"


async def test_what_others_did_in_a_component_that_was_found_stays_after_a_failure(connect):
    wire = await shared(connect, "waiting.outer")
    number = wire.ask(Call, 3, "ask_with_the_parent_in_hand_then_fail", {})
    question = await asked(wire)
    await wire.call(1, "change")
    found = await both(wire, number, reply(wire, question, "yes"))
    assert refusal(found[number]).code == "action.failed"
    assert wire.page.node(1).component.n == 11


async def test_a_component_that_has_gone_meanwhile_is_not_rendered(connect):
    wire = await shared(connect, "waiting.outer")
    number = wire.ask(Call, 3, "ask_then_change", {})
    question = await asked(wire)
    await wire.call(1, "hide")
    found = await both(wire, number, reply(wire, question, "yes"))
    assert texts(found[number]) == ["went on"]
    assert not [result for _, result in items(found[number]) if isinstance(result, Whole)]
    assert list(wire.page.tree.nodes) == [1]


async def test_who_waits_for_an_answer_with_a_timeout_does_not_hold_up_the_page(connect):
    wire = await shared(connect)
    answer = await wire.call(1, "in_time")
    assert texts(answer) == ["too late"] and not wire.page.questions.kept
    assert (await wire.call(1, "change", text="x")).refusal is None


async def test_after_a_timeout_the_action_waits_for_its_turn(connect):
    gate, order = Gate(), []

    class Hasty(Component):
        name = "waiting.hasty"
        template = "<p></p>"

        @action
        async def ask(self, request):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(request.confirm("Sure?"), 0.01)
            order.append("asked")

        @action
        async def wait(self):
            await gate.wait()
            await asyncio.sleep(0.05)
            order.append("waited")

    wire = await shared(connect, "waiting.hasty")
    first = wire.ask(Call, 1, "ask", {})
    await asked(wire)
    second = wire.ask(Call, 1, "wait", {})
    await gate.reached.wait()
    gate.open()
    await both(wire, first, second)
    assert order == ["waited", "asked"]


async def test_one_may_ask_again_after_a_timeout(connect):
    wire = await shared(connect)
    assert texts(await wire.call(1, "in_time_twice")) == ["done"]
    assert (await wire.call(1, "change", text="x")).refusal is None


async def test_questions_that_are_asked_together_are_put_one_after_the_other(connect):
    wire = await shared(connect)
    number = wire.ask(Call, 1, "together", {})
    first = await asked(wire)
    assert (await wire.call(1, "change", text="x")).refusal is None
    reply(wire, first, "yes")
    last = reply(wire, await asked(wire), "no")
    found = await both(wire, number, last)
    assert texts(found[number]) == ["[True, False]"]


async def test_a_generator_can_be_cancelled_after_its_question(connect):
    gate = Gate()
    closed = []

    class Steps(Component):
        name = "waiting.steps"
        template = "<p></p>"

        @action
        def steps(self):
            try:
                yield Confirm("Sure?")
                yield Toast("working")
                gate.reached.set()
                while True:
                    yield None
            finally:
                closed.append(True)

    wire = await shared(connect, "waiting.steps")
    number = wire.ask(Call, 1, "steps", {})
    question = await asked(wire)
    reply(wire, question, "yes")
    await wire.next(Apply, lambda frame: texts(frame) == ["working"])
    wire.send(Cancel(number))
    assert refusal(await wire.answer(number)).code == "call.cancelled"
    assert closed == [True]


async def test_whoever_asks_after_the_page_was_left_is_stopped(connect):
    gate, over = Gate(), asyncio.Event()

    class Late(Component):
        name = "waiting.late"
        template = "<p></p>"

        @action
        async def ask(self, request):
            try:
                await gate.wait()
                await request.confirm("Sure?")
            finally:
                over.set()

    wire = await shared(connect, "waiting.late")
    wire.ask(Call, 1, "ask", {})
    await gate.reached.wait()
    page = wire.page
    page.end()
    gate.open()
    await asyncio.wait_for(over.wait(), 5)
    await page.mailbox.idle()
    assert not page.questions.kept and not page.tree.nodes


async def test_a_question_after_the_action_has_ended_is_refused_and_the_page_goes_on(connect):
    kept, late = [], []

    class Leaky(Component):
        name = "waiting.leaky"
        template = "<p></p>"

        @action
        async def leak(self, request):
            kept.append(request)

        @action
        async def ask(self):
            try:
                await kept[0].confirm("Sure?")
            except LocalError as error:
                late.append(error)

    wire = await shared(connect, "waiting.leaky")
    await wire.call(1, "leak")
    assert (await wire.call(1, "ask")).refusal is None
    assert "no action is running" in str(late[0])


async def test_an_async_answer_cannot_wait_for_another_answer_and_says_so(connect, caplog):
    class Nested(Component):
        name = "waiting.nested"
        template = "<p></p>"

        @action
        def ask(self):
            self.request.confirm(self.yes, "Sure?")

        async def yes(self, request):
            await request.confirm("Really?")

    wire = await shared(connect, "waiting.nested")
    answer = await wire.call(1, "ask")
    question = next(result for _, result in items(answer) if isinstance(result, Confirm))
    answered = await wire.answer(reply(wire, question, "yes"))
    assert refusal(answered).fault == "application"
    assert "no action is running" in caplog.text


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Before 3.11 a task does not know whether it was cancelled.")
async def test_a_cancellation_that_nobody_asked_for_is_a_failure_of_the_action(connect):
    class Rogue(Component):
        name = "waiting.rogue"
        template = "<p>{{ n }}</p>"
        n: int = 0

        @action
        async def wait_for_what_is_cancelled(self):
            work = asyncio.get_running_loop().create_future()
            work.cancel()
            await work

        @action
        async def go_on(self):
            self.n += 1

    wire = await shared(connect, "waiting.rogue")
    first = wire.ask(Call, 1, "wait_for_what_is_cancelled", {})
    second = wire.ask(Call, 1, "go_on", {})
    found: dict[int, Answer] = await both(wire, first, second)
    assert refusal(found[first]).code == "action.failed" and found[second].refusal is None
