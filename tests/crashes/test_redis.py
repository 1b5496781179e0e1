"""Redis does not answer while an atomic action is run: that is done, and told when Redis is back."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator

import pytest

from tests.crashes.conftest import Shop
from tests.servers import Server

pytestmark = pytest.mark.redis


@pytest.fixture
def redis(redis_server: Server) -> Iterator[Server]:
    """The Redis of the shop. It may be stopped; afterwards it goes on."""
    yield redis_server
    redis_server.send(signal.SIGCONT)


@pytest.mark.parametrize("shop_of_a_database", ["sqlite"], indirect=True)
def test_what_is_done_while_redis_is_away_succeeds_and_is_told_once_and_in_order_afterwards(shop: Shop, redis: Server):
    names = [secrets.token_hex(4) for _ in range(3)]
    watcher, page = shop.page("watcher", shop.two), shop.page("till", shop.one)
    shop.spoilt = True  # for two seconds it would keep nothing
    redis.send(signal.SIGSTOP)
    answers = [page.outcome(page.post(1, "pay", {"name": name})) for name in names]
    assert [answer and answer.refusal for answer in answers] == [None] * 3
    redis.send(signal.SIGCONT)
    shop.wait_until_all_is_told()
    shop.get(f"say/end-{names[0]}")
    told = [text for text in watcher.hear_until(f"end-{names[0]}") if text.startswith("paid")]
    assert told == [f"paid {name}" for name in names]
