"""Who sends too much, and who comes while there are such, is let through one at a time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from liveactions import Component, action
from liveactions.consumers.live import IN_A_ROW
from liveactions.consumers.turnstile import BOUT, GUARDED, OTHERS, REST, ROUNDS, Turnstile, turnstile
from liveactions.wire.frames import Pong
from tests.wires import Wire


@pytest.fixture
async def gate() -> Turnstile:
    return turnstile()


async def rounds(count: int = 1) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_comes_alone_passes_at_once(gate):
    assert gate.passes()
    assert not gate.passes(), "somebody was let through a moment ago"
    await rounds(ROUNDS + 1)
    assert gate.passes()


async def test_between_two_the_loop_comes_round_a_few_times(gate):
    at: list[int] = []
    count = 0
    for _ in range(3):
        gate.put(lambda: at.append(count))
    assert gate.passes()
    while len(at) < 3:
        await rounds()
        count += 1
    assert [after - before for before, after in itertools.pairwise(at)] == [ROUNDS, ROUNDS]


async def test_those_who_wait_pass_in_the_order_in_which_they_came(gate):
    passed: list[str] = []

    async def pass_as(name: str) -> None:
        await gate.passed()
        passed.append(name)

    await asyncio.gather(*map(pass_as, "abcd"))
    assert passed == list("abcd")


async def test_who_is_in_goes_before_who_leaves_and_both_before_who_comes_in(gate):
    passed: list[str] = []
    assert gate.passes()
    gate.put(lambda: passed.append("comes in"), comes_in=True)
    gate.put(lambda: passed.append("leaves"), leaves=True)
    gate.put(lambda: passed.append("is in"))
    gate.put(lambda: passed.append("is in too"))
    await rounds(5 * ROUNDS)
    assert passed == ["is in", "is in too", "leaves", "comes in"]


async def test_however_many_are_in_somebody_may_come_in_now_and_then(gate):
    passed: list[str] = []
    assert gate.passes()
    for _ in range(2):
        gate.put(lambda: passed.append("comes in"), comes_in=True)
    for _ in range(3 * OTHERS):
        gate.put(lambda: passed.append("is in"))
    while len(passed) < 3 * OTHERS + 2:
        await rounds()
    assert [at for at, who in enumerate(passed) if who == "comes in"] == [OTHERS, 2 * OTHERS + 1]


class Clocked:
    """An event loop whose clock stands still, and which notes what is to be done later."""

    def __init__(self) -> None:
        self.call_soon = asyncio.get_running_loop().call_soon
        self.later: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return 100.0

    def call_later(self, seconds: float, go: Callable[[], None]) -> None:
        self.later.append((seconds, go))


@pytest.fixture
def bouts(gate, monkeypatch):
    """Whoever is let through works for so many seconds from now on."""

    def work(seconds: float) -> Clocked:
        now = itertools.count(0, seconds)
        monkeypatch.setattr("liveactions.consumers.turnstile.thread_time", lambda: next(now))
        monkeypatch.setattr(gate, "loop", Clocked())
        return gate.loop

    return work


async def test_while_it_is_guarded_a_bout_of_work_is_followed_by_a_rest(gate, bouts):
    passed: list[str] = []
    loop = bouts(BOUT * 0.4)
    gate.guard()
    assert gate.passes()
    for name in "abc":
        gate.put(lambda name=name: passed.append(name))
    await rounds(10 * ROUNDS)
    assert passed == ["a", "b"], "that were three pieces of work with the first"
    ((seconds, go_on),) = loop.later
    assert seconds == pytest.approx(3 * BOUT * 0.4 * REST)
    assert not gate.passes(), "who comes now waits as well"
    go_on()
    await rounds(10 * ROUNDS)
    assert passed == ["a", "b", "c"]


async def test_in_times_of_peace_nobody_rests(gate, bouts):
    passed: list[str] = []
    loop = bouts(10 * BOUT)
    assert gate.passes()
    for name in "abc":
        gate.put(lambda name=name: passed.append(name))
    await rounds(10 * ROUNDS)
    assert (passed, loop.later) == (["a", "b", "c"], [])


async def test_who_gives_up_does_not_hold_up_the_others(gate):
    assert gate.passes()
    first, second = (asyncio.ensure_future(gate.passed()) for _ in range(2))
    await rounds()
    first.cancel()
    await asyncio.wait_for(second, 5)
    assert first.cancelled()


async def test_it_is_guarded_for_a_while_after_somebody_was_shown_the_door(gate, monkeypatch):
    now = 100.0
    monkeypatch.setattr(gate, "loop", type("Loop", (), {"time": staticmethod(lambda: now)}))
    assert not gate.is_guarded
    gate.guard()
    assert gate.is_guarded
    now += GUARDED
    assert not gate.is_guarded


def test_every_event_loop_has_one_of_its_own():
    async def its_own() -> Turnstile:
        assert turnstile() is turnstile()
        return turnstile()

    assert asyncio.run(its_own()) is not asyncio.run(its_own())


async def connected(told: list[str]) -> Wire:
    wire = Wire({}, None)
    await wire.dial()
    told.append("let in")
    return wire


async def ahead(told: list[str], gate: Turnstile, count: int) -> None:
    """So many are let through before whoever comes now."""
    gate.passes()
    for number in range(count):
        gate.put(lambda number=number: told.append(str(number)))


async def test_whoever_comes_in_queues_while_some_mean_harm(gate):
    told: list[str] = []
    gate.guard()
    await ahead(told, gate, 3)
    await (await connected(told)).drop()
    assert told == ["0", "1", "2", "let in"]


async def test_whoever_comes_in_waits_for_those_who_are_in_though_they_have_come_later(gate):
    told: list[str] = []
    gate.guard()
    gate.turning = True  # as if somebody had been let through a moment ago
    coming = asyncio.ensure_future(connected(told))
    await rounds(10)
    gate.put(lambda: told.append("is in"))
    gate.go_on()
    await (await asyncio.wait_for(coming, 5)).drop()
    assert told == ["is in", "let in"]


async def test_whoever_comes_in_does_not_queue_in_times_of_peace(gate):
    told: list[str] = []
    await ahead(told, gate, 100)
    await (await connected(told)).drop()
    assert "99" not in told[: told.index("let in")]


async def test_a_foreign_page_has_the_door_guarded(gate):
    wire = Wire({}, None, origin="https://elsewhere.example")
    assert (await wire.dial())["type"] == "websocket.close"
    assert gate.is_guarded


async def test_a_page_that_sends_many_frames_at_once_queues_before_the_next_of_them_is_taken(connect, gate):
    told: list[str] = []

    class Noting(Component):
        name = "turnstile.noting"
        template = "<p></p>"

        @action
        async def note(self):
            told.append("called")

    wire = await connect()
    await wire.place("turnstile.noting")
    while gate.turning:  # nobody tells
        await rounds()
    await ahead(told, gate, 3)
    for _ in range(IN_A_ROW):
        wire.send(Pong(wire.ack))
    await wire.call(1, "note")
    assert told == ["0", "1", "2", "called"]
