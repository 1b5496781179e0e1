"""Those who wait until something is so."""

from __future__ import annotations

import asyncio

from liveactions.runtime.waiters import Waiters

LONG = 60.0


async def test_who_waits_goes_on_when_it_is_so_and_not_before():
    waiters, facts = Waiters(), []
    task = asyncio.create_task(waiters.until(lambda: len(facts) == 2, LONG))
    for fact in ("one", "two"):
        await asyncio.sleep(0)
        assert not task.done()
        facts.append(fact)
        waiters.wake()
    await task


async def test_where_it_is_so_already_nobody_waits():
    await Waiters().until(lambda: True, LONG)


async def test_nobody_waits_for_longer_than_their_patience():
    await Waiters().until(lambda: False, 0.001)


async def test_when_they_are_closed_nobody_waits_any_more():
    waiters = Waiters()
    task = asyncio.create_task(waiters.pause(LONG))
    await asyncio.sleep(0)
    waiters.close()
    await task
    await waiters.pause(LONG)


async def test_who_has_gone_away_is_not_woken():
    waiters, seen = Waiters(), []
    gone = asyncio.create_task(waiters.pause(LONG))
    there = asyncio.create_task(waiters.until(lambda: bool(seen), LONG))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone})
    seen.append(1)
    waiters.wake()
    await there
