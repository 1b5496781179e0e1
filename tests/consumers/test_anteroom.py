"""Of a crowd a few come in at a time, so that half of it is looked after in half the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import thread_time

import pytest

from liveactions.consumers.anteroom import MOST, SHORT, TOGETHER, TRIES, Anteroom, anteroom
from liveactions.wire.frames import Hello, Welcome
from tests.wires import Wire


@pytest.fixture
async def room() -> Anteroom:
    return anteroom()


class Crowd:
    """Those who come at the same moment, and in which round of the loop each of them has come in."""

    def __init__(self, room: Anteroom, size: int) -> None:
        self.room = room
        self.round = 0
        self.entered: dict[int, int] = {}
        self.tasks = [asyncio.create_task(self.come(number)) for number in range(size)]

    async def come(self, number: int) -> None:
        await self.room.passed()
        self.entered[number] = self.round

    async def rounds(self, count: int, during: Callable[[], None] = lambda: None) -> None:
        for _ in range(count):
            during()
            await asyncio.sleep(0)
            self.round += 1

    async def all(self) -> dict[int, int]:
        while len(self.entered) < sum(not task.cancelled() for task in self.tasks):
            await self.rounds(1)
        return self.entered


def work() -> None:
    """Longer than a round may be."""
    end = thread_time() + 1.5 * SHORT
    while thread_time() < end:
        pass


async def test_few_who_come_together_need_not_wait(room):
    crowd = Crowd(room, TOGETHER)
    await crowd.rounds(1)
    assert len(crowd.entered) == TOGETHER


async def test_of_many_a_few_come_in_in_each_round_in_the_order_in_which_they_came(room):
    entered = await Crowd(room, 5 * TOGETHER).all()
    assert list(entered) == sorted(entered)
    in_each = [list(entered.values()).count(each) for each in range(max(entered.values()) + 1)]
    assert max(in_each) == TOGETHER and sum(in_each) == 5 * TOGETHER


async def test_nobody_comes_in_while_the_loop_has_much_to_do_for_those_who_are_in(room):
    crowd = Crowd(room, 2 * TOGETHER)
    await crowd.rounds(TRIES - 1, work)
    assert len(crowd.entered) == TOGETHER
    await crowd.rounds(3)
    assert len(crowd.entered) == 2 * TOGETHER


async def test_a_loop_that_always_has_much_to_do_lets_the_next_ones_in_all_the_same(room):
    crowd = Crowd(room, 2 * TOGETHER)
    await crowd.rounds(TRIES + 3, work)
    assert len(crowd.entered) == 2 * TOGETHER


async def test_more_than_may_wait_come_in_at_once(room):
    crowd = Crowd(room, TOGETHER + MOST + 3)
    await crowd.rounds(1)
    assert len(crowd.entered) == TOGETHER + 3


async def test_who_has_gone_meanwhile_takes_nobody_s_place(room):
    crowd = Crowd(room, 3 * TOGETHER)
    await crowd.rounds(1)
    for task in crowd.tasks[TOGETHER : 2 * TOGETHER]:
        task.cancel()
    entered = await crowd.all()
    assert set(entered) == {*range(TOGETHER), *range(2 * TOGETHER, 3 * TOGETHER)}


async def test_when_nobody_waits_any_more_the_loop_rests(room):
    await Crowd(room, 3 * TOGETHER).all()
    for _ in range(3):
        await asyncio.sleep(0)
    assert not room.turning


async def test_each_loop_has_its_own():
    there = await asyncio.to_thread(lambda: asyncio.run(mine()))
    assert there is not anteroom() and anteroom() is anteroom()


async def mine() -> Anteroom:
    return anteroom()


async def test_the_first_of_a_crowd_are_welcomed_before_the_last_are_let_in(connect):
    known = await connect()
    events: list[str] = []

    async def come() -> None:
        wire = Wire({}, known.user)
        wire.scope = known.scope
        await wire.dial()
        events.append("in")
        wire.send(Hello("test"))
        await wire.next(Welcome)
        events.append("welcomed")
        await wire.drop()

    await asyncio.gather(*(come() for _ in range(200)))
    first, last = events.index("welcomed"), len(events) - 1 - events[::-1].index("in")
    assert first < last
    assert events[:last].count("welcomed") > 50, "and so are many more"
