"""Atomic actions on a page: all of it or nothing, what is told before the commit, and who goes on with one.

Two processes are two ``Pages`` with nothing in common but the vault, the log and the database.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, transaction

from liveactions import (
    ActionRequest,
    Component,
    Confirm,
    Redirect,
    Switch,
    Toast,
    abroadcast,
    action,
    broadcast,
    store,
)
from liveactions.errors import BusUnavailable
from liveactions.models import Dispatch, Receipt
from liveactions.results import Error, Whole
from liveactions.runtime import moments, turns
from liveactions.runtime.reviving import Revived
from liveactions.threads import runner
from liveactions.wire.frames import Apply, Call
from tests.consumers.moves import Two, until
from tests.runtime.doubles import Gate
from tests.wires import Wire, items, refusal

pytestmark = pytest.mark.django_db(transaction=True)

GATES: dict[str, Gate] = {}


class Till(Component):
    name = "atomic.till"
    template = "<p>{{ n }}</p>"
    n: int = 0

    def topics(self):
        return ["till"]

    @action(atomic=True)
    def pay(self, name: str, fail: bool = False):
        Group.objects.create(name=name)
        self.n += 1
        broadcast("till", Toast(f"paid {name}"))
        if fail:
            raise ZeroDivisionError
        return Toast(f"thanks for {name}")

    @action(atomic=True)
    async def pay_async(self, name: str, fail: bool = False):
        await Group.objects.acreate(name=name)
        self.n += 1
        await abroadcast("till", Toast(f"paid {name}"))
        await asyncio.sleep(0)
        if fail:
            raise ZeroDivisionError
        return Toast(f"thanks for {name}")

    @action(atomic=True)
    def pay_by_steps(self, name: str, fail: bool = False):
        yield Toast("counting")
        Group.objects.create(name=name)
        self.n += 1
        yield Toast(f"paid {name}").to("till")
        if fail:
            raise ZeroDivisionError
        yield Redirect("/paid/")

    @action(atomic=True)
    async def pay_by_async_steps(self, name: str, fail: bool = False):
        yield Toast("counting")
        await Group.objects.acreate(name=name)
        self.n += 1
        yield Toast(f"paid {name}").to("till")
        if fail:
            raise ZeroDivisionError
        yield Redirect("/paid/")

    @action(atomic=True)
    def pay_after_half_a_mistake(self):
        try:
            with transaction.atomic():
                broadcast("till", Toast("never"))
                raise ZeroDivisionError
        except ZeroDivisionError:
            broadcast("till", Toast("once"))

    @action(atomic=True)
    def answer_what_cannot_be_sent(self):
        Group.objects.create(name="half")
        self.n += 1
        return Toast("\ud800")

    @action(atomic=True)
    def fail_after_the_commit(self):
        Group.objects.create(name="done")
        transaction.on_commit(lambda: 1 / 0)
        return Toast("done")

    @action(atomic=True)
    async def ask(self):
        await Group.objects.acreate(name="half")
        await self.request.confirm("Sure?")

    @action(atomic=True)
    def ask_by_yielding(self):
        Group.objects.create(name="half")
        yield Confirm("Sure?")

    @action(atomic=True)
    async def wait(self):
        await Group.objects.acreate(name="half")
        GATES["wait"].reached.set()
        await asyncio.sleep(3600)

    @action(atomic=True)
    def pay_and_write(self, name: str):
        Group.objects.create(name=name)
        return Switch("write", args={"name": name})

    @action
    def write(self, name: str):
        self.n += 10

    @action(atomic=True)
    def pay_and_go_on(self, name: str):
        Group.objects.create(name=name)
        return Switch("pay", args={"name": f"{name} again"})


@pytest.fixture
async def till(connect: Any) -> Wire:
    wire: Wire = await connect()
    await wire.place("atomic.till")
    return wire


async def groups() -> list[str]:
    return await runner().run(lambda: list(Group.objects.order_by("pk").values_list("name", flat=True)))


def told(wire: Wire) -> list[str]:
    """The toasts of other pages that have come."""
    frames = [frame for frame in [*wire.frames, *wire.told()] if isinstance(frame, Apply) and frame.stream == "till"]
    return [word.message for frame in frames for _, word in items(frame)]  # type: ignore[attr-defined]


async def end_of(wire: Wire) -> list[str]:
    """The toasts of other pages, when everything that was said has come."""
    await abroadcast("till", Toast("end"))
    await wire.next(Apply, lambda frame: any("end" in item for item in frame.items))
    return [text for text in told(wire) if text != "end"]


# All or nothing -------------------------------------------------------------------------------------------------

KINDS = ["pay", "pay_async", "pay_by_steps", "pay_by_async_steps"]


@pytest.mark.parametrize("name", KINDS)
async def test_an_atomic_action_of_any_kind_is_committed_as_a_whole(till, name):
    answer = await till.call(1, name, name="ten")
    assert answer.refusal is None
    assert answer.items[0] == [1, 12, '<p live-id="1">1</p>']
    assert await groups() == ["ten"]
    assert await end_of(till) == ["paid ten"]


@pytest.mark.parametrize("name", KINDS)
async def test_an_exception_takes_everything_back(till, name):
    answer = await till.call(1, name, name="ten", fail=True)
    assert refusal(answer).code == "action.failed"
    assert (till.page.tree.nodes[1].component.n, await groups()) == (0, [])
    assert await end_of(till) == []


async def test_an_answer_that_cannot_be_sent_takes_everything_back(two):
    wire = await two.tab("atomic.till")
    answer = await wire.call(1, "answer_what_cannot_be_sent")
    assert refusal(answer).fault == "application"
    assert (wire.page.tree.nodes[1].component.n, await groups()) == (0, [])


async def test_what_fails_after_the_commit_does_not_make_a_failure_of_what_was_done(till, caplog):
    answer = await till.call(1, "fail_after_the_commit")
    assert (answer.refusal, [word.message for _, word in items(answer)]) == (None, ["done"])
    assert await groups() == ["done"]
    assert "ZeroDivisionError" in caplog.text


async def test_what_was_said_in_a_savepoint_is_taken_back_with_it(till):
    await till.call(1, "pay_after_half_a_mistake")
    assert await end_of(till) == ["once"]


async def test_the_setting_makes_synchronous_actions_atomic_and_no_others(settings, connect):
    class Mixed(Component):
        name = "atomic.mixed"
        template = "<p></p>"

        @action
        def sync(self):
            Group.objects.create(name="sync")
            raise ZeroDivisionError

        @action
        async def asynchronous(self):
            await Group.objects.acreate(name="async")
            raise ZeroDivisionError

        @action(atomic=False)
        def never(self):
            Group.objects.create(name="never")
            raise ZeroDivisionError

    settings.LIVEACTIONS = {"ATOMIC": True}
    wire = await connect()
    await wire.place("atomic.mixed")
    for name in ("sync", "asynchronous", "never"):
        await wire.call(1, name)
    assert await groups() == ["async", "never"]


# Before the commit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pay_by_steps", "pay_by_async_steps"])
@pytest.mark.parametrize("fail", [False, True])
async def test_only_progress_is_told_before_the_commit(till, name, fail):
    number = till.ask(Call, 1, name, {"name": "ten", "fail": fail})
    answer = await till.answer(number)
    progress = [frame for frame in till.frames if isinstance(frame, Apply) and frame.call == number]
    assert [items(frame) for frame in progress] == [[(1, Toast("counting"))]]
    assert [type(word) for _, word in items(answer)] == ([Error] if fail else [Whole, Redirect])


@pytest.mark.parametrize("name", ["ask", "ask_by_yielding"])
async def test_an_atomic_action_cannot_wait_for_its_user(till, name, caplog):
    answer = await till.call(1, name)
    assert refusal(answer).fault == "application"
    assert "cannot wait for an answer" in caplog.text and "confirm=" in caplog.text
    assert await groups() == []


async def test_an_atomic_action_that_waits_can_be_cancelled(till):
    GATES["wait"] = Gate()
    number = till.ask(Call, 1, "wait", {})
    await until(GATES["wait"].reached.is_set)
    till.page.open[number].cancel()
    assert refusal(await till.answer(number)).code == "call.cancelled"
    assert await groups() == []


async def test_an_atomic_action_is_stopped_when_its_time_is_over(settings, connect):
    settings.LIVEACTIONS = {"ACTION_TIMEOUT": 0.2}
    GATES["wait"] = Gate()
    wire = await connect()
    await wire.place("atomic.till")
    assert refusal(await wire.call(1, "wait")).code == "action.timeout"
    assert await groups() == []


# Receipts -------------------------------------------------------------------------------------------------------


class Stop:
    """Holds up the thread that comes to a moment for the first time."""

    def __init__(self, moment: str) -> None:
        self.moment = moment
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, moment: str) -> None:
        if moment == self.moment and not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(10)


@pytest.fixture
def stopped_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Stop]]:
    made: list[Stop] = []

    def stop(moment: str) -> Stop:
        made.append(Stop(moment))
        monkeypatch.setattr(moments, "reached", made[-1])
        return made[-1]

    yield stop
    for each in made:
        each.go.set()


async def begun(wire: Wire, stop: Stop, action: str = "pay", **args: Any) -> int:
    number = wire.ask(Call, 1, action, args)
    await until(stop.reached.is_set)
    return number


async def test_a_call_that_was_committed_is_answered_by_the_next_process(two: Two, stopped_at):
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), name="ten")
    again = await two.killed(wire)
    assert again.welcome.number == number
    answer = await again.answer(number)
    assert (answer.refusal, items(answer)) == (None, [(1, Toast("thanks for ten"))])
    assert (await again.next(Apply, lambda frame: frame.stream == 0)).items == [[1, 12, '<p live-id="1">1</p>']]
    assert (await again.call(1, "pay", name="more")).items[0] == [1, 12, '<p live-id="1">2</p>']
    assert await groups() == ["ten", "more"]


async def test_what_a_receipt_says_of_the_state_is_kept_with_its_answer(two: Two, stopped_at, monkeypatch):
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), name="ten")
    GATES["refresh"] = Gate()
    monkeypatch.setattr(turns, "refresh", lambda _: GATES["refresh"].wait())
    again = await two.killed(wire)
    assert (await again.answer(number)).refusal is None
    third = await two.killed(again)
    GATES["refresh"].open()
    assert (await third.call(1, "pay", name="more")).items[0] == [1, 12, '<p live-id="1">2</p>']


class Late(Component):
    name = "atomic.late"
    template = "<p>{{ n }}</p>"
    n: int = 0
    written: list[str] = []

    @action(atomic=True)
    def pay(self, name: str):
        self.pay_in_time(name)

    def pay_in_time(self, name: str):
        GATE.reached.set()
        assert GATE.go.wait(10)
        Group.objects.create(name=name)
        self.n += 1

    @action
    def write_and_pay(self, name: str):
        self.written.append(name)
        self.n += 10
        return Switch("pay", args={"name": name})

    @action
    def pay_if_wanted(self, name: str):
        callback = self.request.add_callback(f"Pay for {name}?")
        callback.add_choice("yes", self.pay_what_was_asked)
        self.request.set_callback(callback)

    @action(atomic=True)
    def pay_what_was_asked(self, request: ActionRequest):
        self.pay_in_time("ten")
        return Toast("thanks for ten")


GATE = Stop("")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stop]:
    """Where payments of ``Late`` wait."""
    made = Stop("")
    monkeypatch.setitem(globals(), "GATE", made)
    yield made
    made.go.set()


async def test_one_that_had_begun_is_run_by_the_next_process_and_cannot_be_committed_by_the_first(two: Two, gate: Stop):
    wire = await two.tab("atomic.late")
    stale = wire.page
    number = await begun(wire, gate, name="ten")
    again = await two.killed(wire)
    assert again.welcome.number == number - 1, "it is not taken, so the page sends it again"
    again.send(Call(number, again.ack, 1, "pay", {"name": "ten"}))
    await until(lambda: number in again.page.open)
    gate.go.set()
    answer = await again.answer(number)
    assert (answer.refusal, answer.items) == (None, [[1, 12, '<p live-id="1">1</p>']])
    await until(lambda: number not in stale.open)
    assert await groups() == ["ten"]
    receipts = await runner().run(lambda: list(Receipt.objects.values_list("page", "number", "fence")))
    assert receipts == [(wire.page_id, number, 2)]
    third = await two.killed(again)
    assert third.page.tree.nodes[1].component.n == 1


async def test_one_that_is_taken_over_twice_belongs_to_the_last(two: Two, gate: Stop):
    wire = await two.tab("atomic.late")
    number = await begun(wire, gate, name="ten")
    again = await two.killed(wire)
    third = await two.killed(again)
    assert third.welcome.number == number - 1
    gate.go.set()
    third.send(Call(number, third.ack, 1, "pay", {"name": "ten"}))
    assert (await third.answer(number)).refusal is None
    assert await groups() == ["ten"]


async def test_a_call_is_answered_from_its_receipt_even_where_the_vault_knew_nothing_of_it(two: Two):
    """Redis was away while it ran: what the next process finds is how the page was before."""
    wire = await two.tab("atomic.till")
    with patch.object(type(store.vault()), "write", side_effect=BusUnavailable("away")):
        number = wire.ask(Call, 1, "pay", {"name": "ten"})
        await wire.answer(number)
    again = await two.killed(wire, ack=wire.page.own.offset - 1)
    again.send(Call(number, again.ack, 1, "pay", {"name": "ten"}))
    answer = await again.answer(number)
    assert (answer.refusal, answer.items) == (None, [[1, 12, '<p live-id="1">1</p>'], [1, 4, "thanks for ten"]])
    assert await groups() == ["ten"]
    assert again.page.tree.nodes[1].component.n == 1


async def test_what_an_action_hands_over_to_is_not_taken_for_the_same_call(two: Two, stopped_at):
    wire = await two.tab("atomic.till")
    assert (await wire.call(1, "pay_and_go_on", name="ten")).refusal is None
    assert await groups() == ["ten", "ten again"]


async def test_an_atomic_action_that_was_to_follow_one_that_was_committed_is_done_by_the_next_process(
    two: Two, stopped_at
):
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), "pay_and_go_on", name="ten")
    again = await two.killed(wire)
    assert again.welcome.number == number, "the page does not send it again"
    answer = await again.answer(number)
    assert (answer.refusal, items(answer)[-1]) == (None, (1, Toast("thanks for ten again")))
    assert await groups() == ["ten", "ten again"]


async def test_what_is_left_of_a_call_is_done_even_if_the_next_process_is_told_to_end_at_once(two: Two, stopped_at):
    """The page will not send it again, so it is nobody else's."""
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), "pay_and_go_on", name="ten")
    real = Revived.tell

    def told_to_end(self: Revived) -> None:
        real(self)
        self.page.begin_nothing()

    with patch.object(Revived, "tell", told_to_end):
        again = await two.killed(wire)
    assert (await again.answer(number)).refusal is None
    assert await groups() == ["ten", "ten again"]


async def test_what_else_was_to_follow_a_call_that_was_committed_is_not_known(two: Two, stopped_at):
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), "pay_and_write", name="ten")
    again = await two.killed(wire)
    assert refusal(await again.answer(number)).code == "call.lost"
    assert await groups() == ["ten"]


async def test_an_action_is_not_repeated_for_what_it_has_handed_over_to(two: Two, gate: Stop):
    wire = await two.tab("atomic.late")
    stale = wire.page
    number = await begun(wire, gate, "write_and_pay", name="ten")
    again = await two.killed(wire)
    gate.go.set()
    answer = await again.answer(number)
    assert (answer.refusal, answer.items) == (None, [[1, 12, '<p live-id="1">11</p>']])
    await until(lambda: number not in stale.open)
    assert (await groups(), again.page.tree.nodes[1].component.written) == (["ten"], ["ten"])


async def test_a_call_that_is_gone_on_with_is_gone_on_with_once_more_if_that_process_dies_too(two: Two, gate: Stop):
    wire = await two.tab("atomic.late")
    number = await begun(wire, gate, "write_and_pay", name="ten")
    again = await two.killed(wire)
    third = await two.killed(again)
    gate.go.set()
    answer = await third.answer(number)
    assert (answer.refusal, answer.items) == (None, [[1, 12, '<p live-id="1">11</p>']])
    await until(lambda: number not in wire.page.open and number not in again.page.open)
    assert await groups() == ["ten"]


async def agreed(wire: Wire, gate: Stop) -> int:
    """The number of the call that has said yes, and of which the function runs."""
    asked = await wire.call(1, "pay_if_wanted", name="ten")
    (question,) = [word for _, word in items(asked) if isinstance(word, Confirm)]
    number = wire.ask(Call, 1, "@answer", {"token": question.token, "choice": "yes"})
    await until(gate.reached.is_set)
    return number


async def test_an_atomic_function_of_a_question_is_answered_from_its_receipt(two: Two, gate: Stop, stopped_at):
    wire = await two.tab("atomic.late")
    stop = stopped_at("after_commit")
    gate.go.set()
    number = await agreed(wire, gate)
    await until(stop.reached.is_set)
    again = await two.killed(wire)
    answer = await again.answer(number)
    assert (answer.refusal, items(answer)) == (None, [(1, Toast("thanks for ten"))])
    assert await groups() == ["ten"]


async def test_an_atomic_function_of_a_question_that_was_not_committed_has_not_happened_and_cannot(
    two: Two, gate: Stop
):
    wire = await two.tab("atomic.late")
    stale = wire.page
    number = await agreed(wire, gate)
    again = await two.killed(wire)
    gate.go.set()
    lost = refusal(await again.answer(number))
    assert lost.code == "call.lost" and "Nothing has happened" in lost.message
    await until(lambda: number not in stale.open)
    assert await groups() == []


async def test_a_receipt_that_cannot_be_looked_up_is_an_unknown_outcome(two: Two, stopped_at):
    wire = await two.tab("atomic.till")
    number = await begun(wire, stopped_at("after_commit"), name="ten")
    with patch("liveactions.ledger.transactions.claimed", side_effect=OperationalError("away")):
        again = await two.killed(wire)
    assert refusal(await again.answer(number)).code == "call.lost"
    assert await groups() == ["ten"]


async def test_a_page_that_is_not_kept_needs_no_receipts(till):
    await till.call(1, "pay", name="ten")
    assert await runner().run(Receipt.objects.count) == await runner().run(Dispatch.objects.count) == 0
