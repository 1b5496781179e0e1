"""How many pages each process has."""

from __future__ import annotations

import asyncio

from liveactions.bus.census import Census

SHORT = 0.3


async def test_every_process_hears_how_many_pages_each_of_them_has(make_register):
    one, two = Census(make_register()), Census(make_register())
    assert sorted(await one.counted(7)) == [7]
    assert sorted(await two.counted(0)) == [0, 7]
    assert sorted(await one.counted(5)) == [0, 5]


async def test_a_process_that_leaves_is_not_counted_any_more(make_register):
    one, two = Census(make_register()), Census(make_register())
    await one.counted(7)
    await two.counted(3)
    await two.leave()
    assert sorted(await one.counted(7)) == [7]


async def test_a_process_that_is_not_heard_of_is_not_counted_for_long(make_register):
    await Census(make_register(SHORT)).counted(7)
    await asyncio.sleep(2 * SHORT)  # a lease ends when its time is over, and in no other way
    assert sorted(await Census(make_register()).counted(3)) == [3]
