"""Who sends too much, and who comes while there are such, is let through one at a time."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from liveactions import Component, action
from liveactions.consumers.live import IN_A_ROW
from liveactions.consumers.turnstile import GUARDED, ROUNDS, Turnstile, turnstile
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
