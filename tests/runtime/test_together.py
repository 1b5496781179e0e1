"""What many ask for at once is asked for once, and nobody is told what was known before they asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from liveactions.runtime import together
from liveactions.runtime.together import Together


class Oracle:
    """Doubles what it is asked; ``gate`` holds it up."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()

    async def __call__(self, keys: Sequence[int]) -> list[int | Exception]:
        self.asked.append(list(keys))
        self.begun.set()
        await self.gate.wait()
        return [ZeroDivisionError() if key == 0 else 2 * key for key in keys]


async def test_those_who_ask_at_once_are_answered_by_one_asking():
    oracle = Oracle()
    one = Together(oracle)
    assert await asyncio.gather(*map(one.get, range(1, 100))) == list(range(2, 200, 2))
    assert oracle.asked == [list(range(1, 100))]


async def test_who_asks_meanwhile_is_answered_by_the_next_asking():
    oracle = Oracle()
    oracle.gate.clear()
    one = Together(oracle)
    first = asyncio.ensure_future(one.get(1))
    await oracle.begun.wait()
    later = [asyncio.ensure_future(one.get(key)) for key in (1, 2)]
    oracle.gate.set()
    assert await asyncio.gather(first, *later) == [2, 2, 4]
    assert oracle.asked == [[1], [1, 2]]


async def test_more_than_fit_into_one_asking_are_asked_in_several():
    oracle = Oracle()
    assert await asyncio.gather(*map(Together(oracle, most=2).get, [1, 2, 3])) == [2, 4, 6]
    assert oracle.asked == [[1, 2], [3]]


async def test_after_a_few_askings_there_is_a_pause_in_which_others_come(monkeypatch):
    slept: list[float] = []
    came: list[asyncio.Future[int]] = []
    oracle = Oracle()
    one = Together(oracle)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        came.append(asyncio.ensure_future(one.get(9)))
        await real(0)

    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", sleep)
    for key in range(1, together.AT_ONCE + 1):
        await one.get(key)
    assert slept == []
    assert await one.get(8) == 16
    assert len(slept) == 1 and 0 < slept[0] <= together.PACE
    assert await came[0] == 18
    assert oracle.asked[-1] == [8, 9]


async def test_one_that_cannot_be_told_is_an_error_of_whoever_asked_for_it_alone():
    told = await asyncio.gather(*map(Together(Oracle()).get, [1, 0, 2]), return_exceptions=True)
    assert [told[0], told[2]] == [2, 4]
    assert isinstance(told[1], ZeroDivisionError)


async def test_an_asking_that_fails_is_an_error_of_all_who_waited_and_of_nobody_after_them():
    fails = [True]

    async def ask(keys: Sequence[int]) -> list[int | Exception]:
        if fails.pop() if fails else False:
            raise ConnectionError
        return list(keys)

    one = Together(ask)
    told = await asyncio.gather(one.get(1), one.get(2), return_exceptions=True)
    assert [type(each) for each in told] == [ConnectionError] * 2
    assert await one.get(3) == 3


async def test_who_does_not_wait_any_more_is_not_asked_for():
    oracle = Oracle()
    one = Together(oracle)
    gone = asyncio.ensure_future(one.get(1))
    await asyncio.sleep(0)
    gone.cancel()
    assert await one.get(2) == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert oracle.asked == [[2]]
