"""How late the loop is."""

from __future__ import annotations

import asyncio
import time

from liveactions.runtime.lag import Lag


async def test_a_loop_that_is_held_up_is_late_by_that_long():
    lag = Lag(asyncio.get_running_loop(), every=0.01)
    time.sleep(0.2)  # noqa: ASYNC251  # this is what is measured
    assert lag.seconds >= 0.15
    ticks = lag.ticks
    while lag.ticks < ticks + 2:  # noqa: ASYNC110  # a timer tells nobody
        await asyncio.sleep(0.005)
    assert lag.seconds >= 0.15, "the worst is told for a while"


async def test_what_was_worst_is_forgotten_after_a_while():
    lag = Lag(asyncio.get_running_loop(), every=0.001)
    time.sleep(0.3)  # noqa: ASYNC251  # this is what is measured
    while lag.ticks < 3 * Lag.SPAN:  # noqa: ASYNC110  # a timer tells nobody
        await asyncio.sleep(0.001)
    assert lag.seconds < 0.3
