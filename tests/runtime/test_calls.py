"""One call, from its arguments to its answer, through the real door."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseRedirect

from liveactions import HTML, Actions, Component, Error, Notify, Redirect, Signal, Toast, action, field
from liveactions.results import Whole
from liveactions.wire.frames import Answer, Apply, Call, Cancel
from tests.wires import Wire, items, refusal


async def stream_of(wire: Wire, number: int) -> list[Any]:
    """The results of a call in the order in which the page performs them, streamed ones and those of the answer."""
    results = []
    while True:
        frame = await wire.frame()
        if isinstance(frame, Apply | Answer):
            assert frame.call == number
            results += [result for _, result in items(frame)]
        if isinstance(frame, Answer):
            return results


# What is answered ----------------------------------------------------------------------------------------------


class Shapes(Component):
    name = "calls.shapes"
    template = (
        "<section>{{ n }}{% block rows %}<ul id='rows'>{{ rows }}</ul>{% endblock %}"
        "{% block bare %}<b>{{ word }}</b>{% endblock %}</section>"
    )
    n: int = 0
    rows: str = ""

    @action
    def nothing(self): ...

    @action
    def one(self):
        self.n += 1
        return Toast("a")

    @action
    def several(self):
        return Actions(Toast("a"), Signal("n", 1))

    @action
    def text(self):
        return "<section>new</section>"

    @action
    def a_dict(self):
        return {"type": "notify", "message": "a"}

    @action
    def rows_block(self): ...

    @action("rows")
    def rows_of_the_template(self):
        return {"rows": "1, 2"}

    @action
    async def bare(self):
        return {"word": "<&>"}

    @action
    def no_such_block(self):
        return {"word": "x"}

    @action
    def redirect(self):
        return HttpResponseRedirect("/orders/")

    @action
    def document(self):
        return HttpResponse("<p>")

    @action
    def after_redirect(self):
        return [Toast("a"), Redirect("/"), Toast("never")]

    @action(render=False)
    def silent(self):
        self.n += 1

    @action
    def half(self):
        return Toast("\ud800")


ANSWERS: dict[str, list[Any]] = {
    "nothing": [],
    "one": [Whole("<section live-id=\"1\">1<ul id='rows'></ul><b></b></section>"), Toast("a")],
    "several": [Toast("a"), Signal("n", 1)],
    "text": [HTML("<section>new</section>")],
    "a_dict": [Notify("a")],
    "rows": [HTML("<ul id='rows'>1, 2</ul>", target="#rows")],
    "bare": [HTML("<b>&lt;&amp;&gt;</b>")],
    "redirect": [Redirect("/orders/")],
    "after_redirect": [Toast("a"), Redirect("/")],
    "silent": [],
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_each_shape_of_an_answer_is_told(connect, name):
    wire = await connect()
    await wire.place("calls.shapes")
    answer = await wire.call(1, name)
    assert answer.refusal is None
    assert items(answer) == [(1, result) for result in ANSWERS[name]]


@pytest.mark.parametrize(
    ("name", "told"),
    [("document", "HTTP response with status 200"), ("no_such_block", "has no block"), ("half", "half a character")],
)
async def test_an_answer_that_cannot_be_told_is_the_applications_fault(connect, caplog, name, told):
    wire = await connect()
    await wire.place("calls.shapes")
    why = refusal(await wire.call(1, name))
    assert (why.code, why.fault) == ("result.invalid", "application")
    assert told not in why.message and told in caplog.text
    assert (await wire.call(1, "nothing")).refusal is None, "and the stream goes on without a hole"


async def test_an_action_knows_who_calls_what_and_from_where(connect):
    seen = {}

    class Known(Component):
        template = "<p></p>"

        @action("public-name")
        def called(self, request, by: int, value: str = "", checked: bool = False):
            seen.update(vars(request), by=by, value=value, checked=checked, same=self.request is request)

    wire = await connect()
    await wire.place("tests.known")
    event = {"type": "change", "value": "typed", "checked": True}
    await wire.answer(wire.ask(Call, 1, "public-name", {"by": "2"}, event, {"confirmed": True}))
    assert seen["user"].is_anonymous
    assert (seen["page"], seen["component"], seen["action"], seen["call"]) == (wire.page_id, 1, "public-name", 2)
    assert (seen["by"], seen["value"], seen["checked"]) == (2, "typed", True)
    assert (seen["args"], seen["event"], seen["same"]) == ({"by": "2"}, event, True)


@pytest.mark.parametrize(
    "name",
    [
        "__init__",
        "mount",
        "topics",
        "request",
        "method",
        "n",
        "_private",
        "one.two",
        "dispatch",
        "ｏne",
        "",
        "renamed",
        "gone",
    ],
)
async def test_only_what_is_declared_can_be_called(connect, name):
    class Parent(Component):
        n: int = 0

        @action("other")
        def renamed(self): ...

        @action
        def gone(self): ...

        @action
        def one(self): ...

    class Guarded(Parent):
        template = "<p></p>"
        gone = None

        def method(self):
            raise AssertionError("called")

    wire = await connect()
    await wire.place("tests.guarded")
    assert refusal(await wire.call(1, name)).code == "action.unknown"


# When it fails -------------------------------------------------------------------------------------------------


class Fragile(Component):
    name = "calls.fragile"
    template = "<p>{{ n }}{{ things|join:',' }}{{ explode }}</p>"
    n: int = 0
    things: list[str] = field(default_factory=list)
    broken: bool = False

    def explode(self) -> str:
        return "" if not self.broken else self.fail()

    def updated(self, changed):
        if self.n == 13:
            self.fail()

    def fail(self):
        raise ZeroDivisionError("the secret of the shop")

    @action
    def count(self):
        self.n += 1

    @action
    def raises(self):
        self.n += 1
        self.things.append("lost")
        self.fail()

    @action
    async def raises_later(self):
        self.n += 1
        self.things.append("lost")
        await asyncio.sleep(0)
        self.fail()

    @action
    def breaks_the_template(self):
        self.broken = True

    @action
    async def breaks_the_template_later(self):
        self.broken = True

    @action
    def breaks_the_hook(self):
        self.n = 13

    @action
    async def breaks_the_hook_later(self):
        self.n = 13

    @action
    def answers_nonsense(self):
        self.n += 1
        return object()

    @action
    async def answers_nonsense_later(self):
        self.n += 1
        return object()

    @action
    def nonsense_in_a_list(self):
        self.n += 1
        return [Toast("a"), 7]


FAILING = [name for name in Fragile.__dict__ if name.startswith(("raises", "breaks", "answers", "nonsense"))]


@pytest.mark.parametrize("name", FAILING)
async def test_a_failure_answers_its_call_and_harms_nothing_else(connect, caplog, name):
    wire, other = await connect(), await connect()
    await wire.place("calls.fragile")
    await other.place("calls.fragile")
    answer = await wire.call(1, name)
    assert refusal(answer).code in ("action.failed", "result.invalid")
    assert refusal(answer).fault == "application"
    assert [type(result) for _, result in items(answer)] == [Error]
    assert "secret" not in str(wire.frames)
    assert any(record.exc_info for record in caplog.records), "the log is told everything"

    # The component is as it was, the page shows it, and it goes on.
    assert items(await wire.call(1, "count")) == [(1, Whole('<p live-id="1">1</p>'))]
    assert items(await other.call(1, "count")) == [(1, Whole('<p live-id="1">1</p>'))]


async def test_in_debug_the_page_is_told_the_traceback(connect, settings):
    settings.DEBUG = True
    wire = await connect()
    await wire.place("calls.fragile")
    why = refusal(await wire.call(1, "raises"))
    assert why.message == "ZeroDivisionError: the secret of the shop"
    assert "in raises" in why.detail["traceback"]


async def test_a_refused_argument_changes_nothing(connect):
    class Careful(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        @action
        def add(self, by: int):
            self.n += by

    wire = await connect()
    await wire.place("tests.careful")
    why = refusal(await wire.call(1, "add", by={"deep": [1]}))
    assert (why.code, why.detail["path"]) == ("argument.invalid", "by")
    assert items(await wire.call(1, "add", by=1)) == [(1, Whole('<p live-id="1">1</p>'))]


# Generators ----------------------------------------------------------------------------------------------------


class Streaming(Component):
    name = "calls.streaming"
    template = "<p>{{ n }}</p>"
    n: int = 0

    @action
    def plain(self):
        self.n = 1
        yield Toast("a")
        yield None
        yield [Toast("b"), Toast("c")]
        self.n = 2

    @action
    async def later(self):
        self.n = 1
        yield Toast("a")
        await asyncio.sleep(0)
        yield None
        yield [Toast("b"), Toast("c")]
        self.n = 2

    @action
    def fails(self):
        self.n = 1
        yield Toast("a")
        self.n = 7
        raise ZeroDivisionError

    @action
    async def fails_later(self):
        self.n = 1
        yield Toast("a")
        self.n = 7
        raise ZeroDivisionError

    @action
    def nonsense(self):
        self.n = 1
        yield Toast("a")
        self.n = 7
        yield object()

    @action
    async def nonsense_later(self):
        self.n = 1
        yield Toast("a")
        self.n = 7
        yield object()

    @action
    def leaves(self):
        try:
            yield Toast("a")
            yield Redirect("/")
            LOG.append("went on")
        finally:
            LOG.append("cleaned up")

    @action
    async def leaves_later(self):
        try:
            yield Toast("a")
            yield Redirect("/")
            LOG.append("went on")
        finally:
            LOG.append("cleaned up")


LOG: list[str] = []
WHOLE_1, WHOLE_2 = Whole('<p live-id="1">1</p>'), Whole('<p live-id="1">2</p>')


@pytest.mark.parametrize("name", ["plain", "later"])
async def test_what_is_yielded_comes_in_order(connect, name):
    wire = await connect()
    await wire.place("calls.streaming")
    told = await stream_of(wire, wire.ask(Call, 1, name, {}))
    assert told == [WHOLE_1, Toast("a"), Toast("b"), Toast("c"), WHOLE_2]


async def test_what_is_yielded_comes_before_the_rest_is_done(connect):
    gate = asyncio.Event()

    class Shipping(Component):
        template = "<p></p>"

        @action
        async def ship(self):
            yield Toast("Shipping …")
            await gate.wait()
            yield Toast("Shipped")

    wire = await connect()
    await wire.place("tests.shipping")
    wire.ask(Call, 1, "ship", {})
    assert items(await wire.next(Apply)) == [(1, Toast("Shipping …"))]
    gate.set()
    assert items(await wire.next(Apply)) == [(1, Toast("Shipped"))]


@pytest.mark.parametrize("name", ["fails", "fails_later", "nonsense", "nonsense_later"])
async def test_what_came_before_a_failure_stays(connect, name):
    wire = await connect()
    await wire.place("calls.streaming")
    told = await stream_of(wire, wire.ask(Call, 1, name, {}))
    assert told[:2] == [WHOLE_1, Toast("a")]
    assert [type(result) for result in told if not isinstance(result, Whole)] == [Toast, Error]
    assert wire.page.tree.nodes[1].component.n == 1, "and what it changed since then is undone"
    assert {result for result in told if isinstance(result, Whole)} == {WHOLE_1}


@pytest.mark.parametrize("name", ["leaves", "leaves_later"])
async def test_a_redirect_ends_a_generator_and_lets_it_clean_up(connect, name):
    LOG.clear()
    wire = await connect()
    await wire.place("calls.streaming")
    told = await stream_of(wire, wire.ask(Call, 1, name, {}))
    assert told == [Toast("a"), Redirect("/")]
    assert LOG == ["cleaned up"]


# Cancelled, stopped, throttled --------------------------------------------------------------------------------------


async def test_a_call_that_waits_is_cancelled_without_being_run(connect):
    gate, ran = asyncio.Event(), []

    class Queue(Component):
        template = "<p></p>"

        @action
        async def first(self):
            await gate.wait()

        @action
        async def second(self):
            ran.append("x")

    wire = await connect()
    await wire.place("tests.queue")
    first, second = wire.ask(Call, 1, "first", {}), wire.ask(Call, 1, "second", {})
    wire.send(Cancel(second))
    wire.send(Cancel(99))
    await asyncio.sleep(0)
    gate.set()
    assert (await wire.answer(first)).refusal is None
    assert refusal(await wire.answer(second)).code == "call.cancelled"
    assert ran == []


@pytest.mark.parametrize("name", ["waits", "yields"])
async def test_an_asynchronous_action_is_stopped_where_it_waits(connect, name):
    log, begun = [], asyncio.Event()

    class Waiting(Component):
        template = "<p></p>"

        @action
        async def waits(self):
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                log.append("cleaned up")

        @action
        async def yields(self):
            try:
                begun.set()
                yield Toast("a")
                await asyncio.Event().wait()
            finally:
                log.append("cleaned up")

        @action
        async def later(self):
            log.append(asyncio.current_task().cancelling() if hasattr(asyncio.Task, "cancelling") else 0)

    wire = await connect()
    await wire.place("tests.waiting")
    number = wire.ask(Call, 1, name, {})
    await begun.wait()
    behind = wire.ask(Call, 1, "later", {})
    wire.send(Cancel(number))
    assert refusal(await wire.answer(number)).code == "call.cancelled"
    assert (await wire.answer(behind)).refusal is None
    assert log == ["cleaned up", 0], "what comes after it does not feel it"


async def test_a_synchronous_action_that_runs_cannot_be_stopped_and_is_answered(connect):
    begun, gate = threading.Event(), threading.Event()

    class Blocking(Component):
        template = "<p></p>"

        @action
        def block(self):
            begun.set()
            assert gate.wait(10)
            return Toast("done")

    wire = await connect()
    await wire.place("tests.blocking")
    number = wire.ask(Call, 1, "block", {})
    await asyncio.to_thread(begun.wait, 10)
    wire.send(Cancel(number))
    await asyncio.sleep(0)
    gate.set()
    assert items(await wire.answer(number)) == [(1, Toast("done"))]


async def test_a_synchronous_generator_is_stopped_between_two_items(connect):
    gate, log = threading.Event(), []

    class Steps(Component):
        template = "<p></p>"

        @action
        def steps(self):
            try:
                yield Toast("a")
                assert gate.wait(10)
                yield Toast("b")
                log.append("went on")
            finally:
                log.append("cleaned up")

    wire = await connect()
    await wire.place("tests.steps")
    number = wire.ask(Call, 1, "steps", {})
    await wire.next(Apply)
    wire.send(Cancel(number))
    await asyncio.sleep(0)
    gate.set()
    assert refusal(await wire.answer(number)).code == "call.cancelled"
    assert log == ["cleaned up"]


@pytest.mark.parametrize("name", ["waits", "yields"])
async def test_an_action_that_takes_too_long_is_stopped(connect, settings, name):
    settings.LIVEACTIONS = {"ACTION_TIMEOUT": 0.02}

    class Slow(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        @action
        async def waits(self):
            self.n += 1
            await asyncio.Event().wait()

        @action
        async def yields(self):
            yield Toast("a")
            self.n += 1
            await asyncio.Event().wait()

        @action
        async def later(self):
            cancelling = getattr(asyncio.current_task(), "cancelling", lambda: 0)
            return Signal("cancelling", cancelling())

    wire = await connect()
    await wire.place("tests.slow")
    number, behind = wire.ask(Call, 1, name, {}), wire.ask(Call, 1, "later", {})
    why = refusal(await wire.answer(number))
    assert (why.code, why.fault) == ("action.timeout", "application")
    assert items(await wire.answer(behind)) == [(1, Signal("cancelling", 0))]
    assert wire.page.tree.nodes[1].component.n == 0


async def test_a_throttled_action_waits_its_time_on_each_page(connect, clock):
    class Shop(Component):
        template = "<p></p>"

        @action(throttle=2)
        def shout(self):
            return Toast("Hey")

    wire, other = await connect(), await connect()
    await wire.place("tests.shop")
    await other.place("tests.shop")
    assert (await wire.call(1, "shout")).refusal is None
    clock.move(0.5)
    assert refusal(await wire.call(1, "shout")).detail == {"retry_ms": 1501}
    assert (await other.call(1, "shout")).refusal is None
    clock.move(1.5)
    assert (await wire.call(1, "shout")).refusal is None


# Hooks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", ["sync", "async"])
@pytest.mark.parametrize("name", ["now", "later", "stepwise", "stepwise_later"])
async def test_a_hook_may_be_written_either_way_for_any_action(connect, hook, name):
    class Base(Component):
        template = "<p>{{ n }} {{ heard|join:' ' }}</p>"
        n: int = 0
        heard: list[str] = field(default_factory=list)

        @action
        def now(self):
            self.n = 1

        @action
        async def later(self):
            self.n = 1

        @action
        def stepwise(self):
            self.n = 1
            yield None

        @action
        async def stepwise_later(self):
            self.n = 1
            yield None

    class Sync(Base):
        def updated(self, changed):
            self.heard.extend(changed)

    class Async(Base):
        async def updated(self, changed):
            await asyncio.sleep(0)
            self.heard.extend(changed)

    wire = await connect()
    await wire.place(f"tests.{hook}")
    assert await stream_of(wire, wire.ask(Call, 1, name, {})) == [Whole('<p live-id="1">1 n</p>')]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["now", "later"])
async def test_a_hook_may_ask_the_database(connect, name):
    from django.contrib.auth.models import Group

    class Asking(Component):
        template = "<p>{{ n }} {{ groups }}</p>"
        n: int = field(0, bind=True)
        groups: int = -1

        @action
        def now(self):
            self.n = 1

        @action
        async def later(self):
            self.n = 1

        def updated(self, changed):
            assert changed == {"n"}
            self.groups = Group.objects.count()

    wire = await connect()
    await wire.place("tests.asking")
    assert items(await wire.set(1, n=5)) == [(1, Whole('<p live-id="1">5 0</p>'))]
    assert items(await wire.call(1, name)) == [(1, Whole('<p live-id="1">1 0</p>'))]
