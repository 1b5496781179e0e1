"""How many pages each process has."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from liveactions.bus.census import Census
from liveactions.bus.register import MemoryRegister, RedisRegister
from liveactions.store import close_clients

LEASE = 30.0
SHORT = 0.3


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def make(request):
    """A function that makes the census of another process, of a site of its own."""
    prefix = f"{{{secrets.token_hex(4)}}}"
    memory = MemoryRegister(LEASE)

    def made(lease: float = LEASE) -> Census:
        if request.param == "memory":
            memory.lease = lease
            return Census(memory)
        return Census(RedisRegister(request.getfixturevalue("redis_url"), lease, prefix))

    yield made
    await close_clients()


async def test_every_process_hears_how_many_pages_each_of_them_has(make):
    one, two = make(), make()
    assert sorted(await one.counted(7)) == [7]
    assert sorted(await two.counted(0)) == [0, 7]
    assert sorted(await one.counted(5)) == [0, 5]


async def test_a_process_that_leaves_is_not_counted_any_more(make):
    one, two = make(), make()
    await one.counted(7)
    await two.counted(3)
    await two.leave()
    assert sorted(await one.counted(7)) == [7]


async def test_a_process_that_is_not_heard_of_is_not_counted_for_long(make):
    await make(SHORT).counted(7)
    await asyncio.sleep(2 * SHORT)  # a lease ends when its time is over, and in no other way
    assert sorted(await make().counted(3)) == [3]
