"""What every register does: in memory, and in Redis."""

from __future__ import annotations

import asyncio

import pytest

from liveactions.bus.register import RedisRegister
from liveactions.errors import BusUnavailable
from liveactions.store import close_clients
from tests import servers
from tests.bus.conftest import LEASE

SHORT = 0.3


async def test_what_a_process_writes_is_read_by_all(make_register):
    register = make_register()
    await register.write("t", "one", b"ana")
    await register.write("t", "two", b"ben")
    await register.write("other", "two", b"eve")
    assert await register.read("t") == {"one": b"ana", "two": b"ben"}


async def test_what_is_written_again_takes_the_place_of_the_first(make_register):
    register = make_register()
    await register.write("t", "one", b"ana")
    await register.write("t", "one", b"ana and ben")
    assert await register.read("t") == {"one": b"ana and ben"}
    await register.write("t", "one", None)
    assert await register.read("t") == {}


async def test_a_process_without_a_lease_is_not_believed(make_register):
    await make_register(SHORT).write("t", "dead", b"ana")
    await make_register(LEASE).write("t", "alive", b"ben")
    assert await make_register().alive(["dead", "alive", "unknown"]) >= {"alive"}
    await asyncio.sleep(2 * SHORT)  # a lease ends when its time is over, and in no other way
    assert await make_register().alive(["dead", "alive", "unknown"]) == {"alive"}
    assert await make_register().read("t") == {"alive": b"ben"}


async def test_a_lease_that_is_renewed_does_not_end(make_register):
    register = make_register(SHORT)
    await register.write("t", "one", b"ana")
    for _ in range(4):
        await asyncio.sleep(SHORT / 2)  # more than one lease in all
        assert await register.renew("one", ["t"]) == set()
    assert await register.read("t") == {"one": b"ana"}


async def test_a_process_whose_lease_had_ended_has_to_write_everything_again(make_register):
    register = make_register(SHORT)
    await register.write("t", "one", b"ana")
    await register.write("u", "one", b"ana")
    await asyncio.sleep(2 * SHORT)  # as above
    assert await register.renew("one", ["t", "u"]) == {"t", "u"}
    assert await register.renew("one", []) == set()


async def test_a_topic_that_was_forgotten_has_to_be_written_again(make_register):
    register = make_register()
    await register.write("t", "one", b"ana")
    assert await register.renew("one", ["t", "never written"]) == {"never written"}


async def test_a_process_that_ends_gives_its_lease_back(make_register):
    register = make_register()
    await register.write("t", "one", b"ana")
    await register.end("one")
    assert await register.alive(["one"]) == set()


@pytest.mark.redis
async def test_a_redis_that_began_anew_is_noticed_and_one_that_is_away_is_an_error():
    with servers.redis() as redis:
        register = RedisRegister(redis.url, LEASE)
        try:
            await register.write("t", "one", b"ana")
            redis.kill()
            with pytest.raises(BusUnavailable):
                await register.renew("one", ["t"])
            redis.start()
            assert await register.renew("one", ["t"]) == {"t"}
        finally:
            await close_clients()
