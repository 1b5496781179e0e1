"""Questions: an action waits for its user, the page goes on meanwhile, and an answer counts once."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import User

from liveactions import Component, Confirm, Error, Event, Toast, action
from liveactions.errors import CallError
from liveactions.threads import runner
from liveactions.wire.frames import Answer, Apply, Call, Cancel, Frame
from tests.runtime.doubles import Gate
from tests.wires import Wire, items, refusal


class Asking(Component):
    name = "questions.asking"
    template = "<p>{{ said }}</p>"
    said: str = ""

    @action
    async def ask(self, request):
        self.said = "asking"
        choice = "yes" if await request.confirm("Sure?") else "no"
        self.said = choice
        return Toast(f"You said {choice}")

    @action
    async def ask_twice(self, request):
        first = await request.confirm("Sure?")
        second = await request.confirm("Really?")
        self.said = f"{first} {second}"

    @action
    async def change_then_ask_then_fail(self, request):
        self.said = "before"
        await request.confirm("Sure?")
        self.said = "after"
        raise ValueError

    @action
    def steps(self):
        self.said = "asking"
        choice = yield Confirm("Sure?", choices=[("ok", "Go"), ("cancel", "Stay")])
        yield Toast(f"You said {choice}")
        self.said = choice

    @action
    async def async_steps(self):
        choice = yield [Toast("first"), Confirm("Sure?")]
        yield Toast(f"You said {choice}")

    @action
    def say(self, what: str):
        self.said = what


async def asked(wire: Wire) -> Confirm:
    """The next question that the page is told to put."""
    frame = await wire.next(Apply, lambda each: any(isinstance(result, Confirm) for _, result in items(each)))
    return next(result for _, result in items(frame) if isinstance(result, Confirm))


def reply(wire: Wire, question: Confirm, choice: str) -> int:
    return wire.ask(Call, 1, "@answer", {"token": question.token, "choice": choice})


async def both(wire: Wire, *numbers: int) -> dict[int, Answer]:
    """The answers of several calls, in whichever order they come."""
    found: dict[int, Answer] = {}
    while found.keys() < set(numbers):
        answer = await wire.next(Answer)
        found[answer.call] = answer
    return found


def texts(*frames: Frame) -> list[str]:
    return [result.message for frame in frames for _, result in items(frame) if isinstance(result, Toast)]


async def test_an_action_waits_for_the_answer_and_goes_on_with_it(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    assert (question.message, [name for name, _ in question.choices]) == ("Sure?", ["yes", "no"])
    found = await both(wire, number, reply(wire, question, "no"))
    assert texts(found[number]) == ["You said no"]


async def test_what_changed_before_the_question_is_sent_before_it(connect):
    wire = await connect()
    await wire.place("questions.asking")
    wire.ask(Call, 1, "ask", {})
    frame = await wire.next(Apply, lambda each: each.call is not None)
    assert [type(result).__name__ for _, result in items(frame)] == ["Whole", "Confirm"]
    assert "asking" in items(frame)[0][1].html


@pytest.mark.parametrize("name", ["ask", "steps", "async_steps"])
async def test_the_page_goes_on_while_its_user_thinks(connect, name):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, name, {})
    question = await asked(wire)
    assert (await wire.call(1, "say", what="meanwhile")).refusal is None
    found = await both(wire, number, reply(wire, question, question.choices[0][0]))
    assert found[number].refusal is None


async def test_the_action_waits_for_its_turn_behind_what_came_meanwhile(connect):
    gate = Gate()

    class Slow(Component):
        name = "questions.slow"
        template = "<p></p>"
        order: list[str] = []

        @action
        async def ask(self, request):
            self.order.append(str(await request.confirm("Sure?")))
            return Toast(" ".join(self.order))

        @action
        async def wait(self):
            await gate.wait()
            self.order.append("waited")

    wire = await connect()
    await wire.place("questions.slow")
    first = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    second = wire.ask(Call, 1, "wait", {})
    await gate.reached.wait()
    third = reply(wire, question, "yes")
    await asyncio.sleep(0)
    gate.open()
    found = await both(wire, first, second, third)
    assert texts(found[first]) == ["waited True"]


async def test_two_questions_are_put_one_after_the_other(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask_twice", {})
    reply(wire, await asked(wire), "yes")
    last = reply(wire, await asked(wire), "no")
    found = await both(wire, number, last)
    assert "True False" in items(found[number])[0][1].html


async def test_a_generator_is_given_the_answer_by_its_yield(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "steps", {})
    question = await asked(wire)
    assert question.choices == (("ok", "Go"), ("cancel", "Stay"))
    reply(wire, question, "cancel")
    said = await wire.next(Apply, lambda each: bool(texts(each)))
    assert texts(said) == ["You said cancel"]
    assert (await wire.answer(number)).refusal is None


async def test_what_a_generator_yields_with_the_question_comes_before_it(connect):
    wire = await connect()
    await wire.place("questions.asking")
    wire.ask(Call, 1, "async_steps", {})
    frame = await wire.next(Apply, lambda each: each.call is not None)
    assert [type(result).__name__ for _, result in items(frame)] == ["Toast", "Confirm"]


async def test_after_a_failure_only_what_the_page_was_not_told_is_taken_back(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "change_then_ask_then_fail", {})
    question = await asked(wire)
    found = await both(wire, number, reply(wire, question, "yes"))
    assert refusal(found[number]).code == "action.failed"
    assert wire.page.node(1).component.said == "before"


async def test_an_answer_counts_once(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    again = [reply(wire, question, "yes"), reply(wire, question, "no")]
    found = await both(wire, number, *again)
    assert texts(found[number]) == ["You said yes"]
    assert refusal(found[again[1]]).code == "confirm.answered"


async def test_an_answer_that_was_not_offered_is_refused_and_the_question_stays_open(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    wrong = await wire.answer(reply(wire, question, "maybe"))
    assert (refusal(wrong).code, "yes, no" in refusal(wrong).message) == ("confirm.unknown", True)
    found = await both(wire, number, reply(wire, question, "no"))
    assert texts(found[number]) == ["You said no"]


async def test_a_forged_answer_is_refused(connect):
    wire = await connect()
    await wire.place("questions.asking")
    wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    for token in (question.token[:-1] + "x", "", "a:b:c"):
        answer = await wire.call(1, "@answer", token=token, choice="yes")
        assert refusal(answer).code == "token.forged"
    assert refusal(await wire.call(1, "@answer", token=7, choice="yes")).code == "argument.invalid"


@pytest.mark.django_db(transaction=True)
async def test_somebody_else_cannot_answer(connect):
    robin, mika = await runner().run(lambda: [User.objects.create_user(name) for name in ("robin", "mika")])
    asking, other = await connect(robin), await connect(mika)
    for wire in (asking, other):
        await wire.place("questions.asking")
    asking.ask(Call, 1, "ask", {})
    question = await asked(asking)
    nobody = await connect()
    await nobody.place("questions.asking")
    for wire in (other, nobody):
        assert refusal(await wire.answer(reply(wire, question, "yes"))).code == "token.foreign"
    assert (await asking.answer(reply(asking, question, "yes"))).refusal is None


class Everywhere(Component):
    name = "questions.everywhere"
    template = "<p>{{ said }}</p>"
    said: str = ""
    times: int = 0

    @action
    async def ask(self, request):
        self.times += 1
        self.said = f"{await request.confirm('Sure?', all_tabs=True)} {self.times}"
        return Toast(self.said)

    @action
    def ask_later(self, request):
        request.confirm(self.agree, "Sure?", all_tabs=True)

    @action
    def ask_and_fail(self, request):
        request.confirm(self.fail, "Sure?")

    def agree(self, request):
        self.said = "agreed"
        return Toast("Agreed")

    def fail(self, request):
        raise CallError("There is nothing to agree to.", code="action.refused")


@pytest.fixture
async def tabs(connect, transactional_db):
    """Three tabs with the component: two of one user, one of another."""
    robin, mika = await runner().run(lambda: [User.objects.create_user(name) for name in ("robin", "mika")])
    wires = [await connect(user) for user in (robin, robin, mika)]
    for wire in wires:
        await wire.place("questions.everywhere")
    return wires


def gone(token: str):
    return lambda frame: any(isinstance(each, Event) and each.payload == {"token": token} for _, each in items(frame))


async def test_a_question_for_all_tabs_stands_on_those_of_its_user_only_and_is_answered_on_any(tabs):
    asking, other, stranger = tabs
    number = asking.ask(Call, 1, "ask", {})
    question = await asked(asking)
    assert await asked(other) == question
    late = reply(other, question, "yes")
    await other.next(Apply, gone(question.token))
    assert (await other.answer(late)).refusal is None
    told = await asking.next(Answer, lambda frame: frame.call == number)
    assert texts(told) == ["True 1"], "the action goes on where it was, and once"
    await asking.next(Apply, gone(question.token))
    assert (await stranger.call(1, "ask_later")).refusal is None
    assert not any(isinstance(frame, Apply) and frame.items for frame in stranger.frames), "nothing of it came here"


async def test_an_answer_from_another_tab_counts_once_and_has_to_be_one_that_was_offered(tabs):
    asking, other, stranger = tabs
    number = asking.ask(Call, 1, "ask", {})
    question = await asked(asking)
    for wire, choice, code in [(other, "maybe", "confirm.unknown"), (stranger, "yes", "token.foreign")]:
        assert refusal(await wire.answer(reply(wire, question, choice))).code == code
    assert (await other.answer(reply(other, question, "no"))).refusal is None
    assert refusal(await other.answer(reply(other, question, "yes"))).code == "confirm.answered"
    late = reply(asking, question, "yes")
    assert refusal((await both(asking, number, late))[late]).code == "confirm.answered"
    assert asking.page.node(1).component.said == "False 1"


async def test_a_question_can_be_answered_while_the_tab_that_asked_is_away(tabs):
    asking, other, _ = tabs
    number = asking.ask(Call, 1, "ask", {})
    question = await asked(other)
    await asked(asking)
    await asking.drop()
    assert (await other.answer(reply(other, question, "yes"))).refusal is None
    await asking.open([asking.token, asking.ack, {}])
    assert texts(await asking.answer(number)) == ["True 1"]


async def test_what_was_kept_for_an_answer_from_another_tab_is_done_where_it_was_asked_and_once(tabs):
    asking, other, _ = tabs
    await asking.call(1, "ask_later")
    question = await asked(other)
    assert (await other.answer(reply(other, question, "yes"))).refusal is None
    said = await asking.next(Apply, lambda each: bool(texts(each)))
    assert texts(said) == ["Agreed"] and "agreed" in items(said)[0][1].html
    assert other.page.node(1).component.said == ""
    assert refusal(await other.answer(reply(other, question, "yes"))).code == "confirm.answered"


async def test_the_page_that_asked_is_told_why_what_it_had_kept_could_not_be_done(tabs):
    asking, other, _ = tabs
    answer = await asking.call(1, "ask_and_fail")
    question = next(result for _, result in items(answer) if isinstance(result, Confirm))
    assert (await other.answer(reply(other, question, "yes"))).refusal is None
    told = await asking.next(Apply, lambda each: any(isinstance(result, Error) for _, result in items(each)))
    assert [result.message for _, result in items(told) if isinstance(result, Error)] == [
        "There is nothing to agree to."
    ]


async def test_an_answer_for_a_page_that_is_gone_is_refused_in_time(tabs, monkeypatch):
    monkeypatch.setattr("liveactions.runtime.questions.PATIENCE", 0.05)
    asking, other, _ = tabs
    asking.ask(Call, 1, "ask", {})
    question = await asked(other)
    await asking.leave()
    assert gone(question.token)(await other.next(Apply, gone(question.token))), "the question goes with its page"
    assert refusal(await other.answer(reply(other, question, "yes"))).code == "call.lost"


async def test_the_tab_goes_on_while_its_answer_is_on_the_way(tabs):
    asking, other, _ = tabs
    asking.ask(Call, 1, "ask", {})
    question = await asked(other)
    await asking.leave()
    late = reply(other, question, "yes")
    assert (await other.call(1, "ask_later")).refusal is None
    assert late in other.page.open


async def test_a_question_whose_call_was_cancelled_is_taken_away(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    wire.send(Cancel(number))
    await wire.next(Apply, gone(question.token))
    assert refusal(await wire.answer(number)).code == "call.cancelled"


async def test_a_cancelled_call_waits_no_longer(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    wire.send(Cancel(number))
    assert refusal(await wire.answer(number)).code == "call.cancelled"
    assert refusal(await wire.answer(reply(wire, question, "yes"))).code == "confirm.answered"
    assert (await wire.call(1, "say", what="x")).refusal is None, "and the page goes on"


async def test_thinking_does_not_count_as_running(connect):
    wire = await connect()
    wire.page.host.deadlines.seconds = 0.05
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    await asyncio.sleep(0.2)
    found = await both(wire, number, reply(wire, question, "yes"))
    assert found[number].refusal is None


async def test_a_page_that_is_left_stops_who_waits(connect):
    wire = await connect()
    await wire.place("questions.asking")
    wire.ask(Call, 1, "ask", {})
    await asked(wire)
    page = wire.page
    waiting = [task for task in page.tasks if not task.done()]
    page.end()
    await asyncio.wait(waiting, timeout=5)
    assert all(task.done() for task in waiting) and not page.questions.kept


async def test_a_page_has_only_so_many_open_questions(connect):
    wire = await connect()
    await wire.place("questions.asking")
    limit = wire.page.host.limits.max_pending
    for _ in range(limit):
        wire.page.questions.ask(wire.page.node(1), Confirm("Sure?"))
    assert refusal(await wire.call(1, "ask")).code == "page.busy"


async def test_the_answer_comes_over_a_new_socket_too(connect):
    wire = await connect()
    await wire.place("questions.asking")
    number = wire.ask(Call, 1, "ask", {})
    question = await asked(wire)
    await wire.drop()
    await wire.open([wire.token, wire.ack, {}])
    found = await both(wire, number, reply(wire, question, "yes"))
    assert texts(found[number]) == ["You said yes"]


class Calling(Component):
    name = "questions.calling"
    template = "<p>{{ said }}</p>"
    said: str = ""
    allowed: bool = True

    @action(permission=lambda component: component.allowed)
    def ask(self):
        self.request.confirm(self.agree, "Sure?")

    @action(permission=lambda component: component.allowed)
    async def ask_and_wait(self, request):
        self.said = str(await request.confirm("Sure?"))

    def agree(self, request):
        self.said = "agreed"

    @action
    def forbid(self):
        self.allowed = False


async def test_the_oldest_question_for_which_nobody_waits_makes_room_for_the_next(connect):
    wire = await connect()
    await wire.place("questions.calling")
    questions = []
    for _ in range(wire.page.host.limits.max_pending + 1):
        answer = await wire.call(1, "ask")
        questions += [result for _, result in items(answer) if isinstance(result, Confirm)]
    assert refusal(await wire.answer(reply(wire, questions[0], "yes"))).code == "confirm.answered"
    assert (await wire.answer(reply(wire, questions[-1], "yes"))).refusal is None
    assert wire.page.node(1).component.said == "agreed"


async def test_who_may_not_any_more_when_the_answer_comes_may_not(connect):
    wire = await connect()
    await wire.place("questions.calling")
    answer = await wire.call(1, "ask")
    question = next(result for _, result in items(answer) if isinstance(result, Confirm))
    number = wire.ask(Call, 1, "ask_and_wait", {})
    waiting = await asked(wire)
    await wire.call(1, "forbid")
    assert refusal(await wire.answer(reply(wire, question, "yes"))).code == "action.forbidden"
    found = await both(wire, number, reply(wire, waiting, "yes"))
    assert refusal(found[number]).code == "action.forbidden"
    assert wire.page.node(1).component.said == ""
