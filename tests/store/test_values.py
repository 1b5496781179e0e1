"""One suite for every store."""

import asyncio
import logging
import secrets
import time

import pytest

from liveactions.errors import BusUnavailable
from liveactions.store import MemoryStore, RedisStore, close_clients, put_now, store
from tests.servers import free_port

HOUR = 3600.0


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def kept(request):
    """A store that nobody else uses."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        yield RedisStore(request.getfixturevalue("redis_url"), prefix=secrets.token_hex(4))
    await close_clients()


@pytest.fixture
async def unreachable():
    """A store whose Redis is not there."""
    yield RedisStore(f"redis://127.0.0.1:{free_port()}")
    await close_clients()


async def test_what_is_put_can_be_read_again_and_again(kept):
    await kept.put("a", b"\x00one\xff", HOUR)
    assert [await kept.get("a"), await kept.get("a")] == [b"\x00one\xff", b"\x00one\xff"]


async def test_what_was_never_put_is_none(kept):
    assert await kept.get("nothing") is None
    assert await kept.take("nothing") is None


async def test_what_is_taken_is_gone(kept):
    await kept.put("a", b"one", HOUR)
    assert await kept.take("a") == b"one"
    assert await kept.take("a") is None
    assert await kept.get("a") is None


async def test_of_many_takers_exactly_one_gets_it(kept):
    await kept.put("a", b"one", HOUR)
    taken = await asyncio.gather(*(kept.take("a") for _ in range(12)))
    assert taken.count(b"one") == 1 and taken.count(None) == 11


async def test_putting_again_replaces_the_value(kept):
    await kept.put("a", b"one", HOUR)
    await kept.put("a", b"two", HOUR)
    assert await kept.take("a") == b"two"


async def test_a_value_is_gone_after_its_time(kept):
    await kept.put("short", b"one", 0.03)
    await kept.put("long", b"two", HOUR)
    deadline = time.monotonic() + 5
    while await kept.get("short") is not None:
        assert time.monotonic() < deadline, "it never expired"
        await asyncio.sleep(0.01)
    assert await kept.take("short") is None
    assert await kept.take("long") == b"two"


async def test_synchronous_code_can_put_what_async_code_takes(kept):
    assert await asyncio.to_thread(kept.put_now, "a", b"one", HOUR) is True
    assert await kept.take("a") == b"one"


async def test_a_memory_store_pushes_the_oldest_out_when_there_are_too_many():
    small = MemoryStore(max_count=2)
    for name in "abc":
        await small.put(name, b"x", HOUR)
    assert [await small.get(name) for name in "abc"] == [None, b"x", b"x"]


async def test_a_memory_store_never_holds_more_bytes_than_allowed():
    small = MemoryStore(max_bytes=10)
    for number in range(100):
        small.put_now(str(number), b"1234", HOUR)
        assert sum(len(entry.value) for entry in small.kept.values()) == small.bytes <= 10
    assert [await small.get("98"), await small.get("99")] == [b"1234", b"1234"]


async def test_a_value_larger_than_a_whole_memory_store_is_refused():
    assert MemoryStore(max_bytes=10).put_now("a", b"x" * 11, HOUR) is False


async def test_a_store_that_is_away_raises_within_a_second(unreachable):
    started = time.monotonic()
    with pytest.raises(BusUnavailable, match="Check REDIS_URL"):
        await unreachable.take("a")
    assert time.monotonic() - started < 1.5


def test_a_store_that_is_away_does_not_break_a_page(settings, caplog):
    settings.LIVEACTIONS = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    with caplog.at_level(logging.WARNING):
        assert put_now("a", b"one", HOUR) is False
    assert "mounted afresh" in caplog.text


def test_a_store_that_was_away_a_moment_ago_is_not_asked_by_every_page(monkeypatch, unreachable):
    unreachable.put_now("a", b"one", HOUR)
    asked = []
    monkeypatch.setattr("liveactions.store.values.sync_client", asked.append)
    assert unreachable.put_now("b", b"two", HOUR) is False
    assert asked == []


@pytest.mark.parametrize(("url", "kind"), [("", MemoryStore), ("redis://127.0.0.1:1", RedisStore)])
def test_the_settings_choose_the_store(settings, url, kind):
    settings.LIVEACTIONS = {"REDIS_URL": url}
    assert type(store()) is kind
    assert store() is store()


def test_the_address_of_redis_stays_out_of_the_error():
    with pytest.raises(BusUnavailable) as caught:
        asyncio.run(ask("redis://:secret@127.0.0.1:1"))
    assert "secret" not in str(caught.value)


async def ask(url: str) -> None:
    try:
        await RedisStore(url).get("a")
    finally:
        await close_clients()
