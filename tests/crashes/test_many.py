"""Many pages at work while their processes are killed, one after the other."""

from __future__ import annotations

import re
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import redis
from websockets.exceptions import WebSocketException

from tests.crashes.conftest import Shop
from tests.crashes.visitor import Visitor

pytestmark = [pytest.mark.redis, pytest.mark.slow]

PAGES, KILLS = 6, 4


def work(shop: Shop, page: Visitor, over: threading.Event, mark: str) -> list[str]:
    """Call and call again, at whichever process lets the page in; the names of what was answered as done."""
    names: list[str] = []
    numbers = count()
    while not over.is_set():
        name = f"{mark}.{next(numbers)}"
        call = page.post(1, "pay", {"name": name})
        while (answer := page.outcome(call)) is None:
            come_back(shop, page)
        if answer.refusal is None:
            names.append(name)
        else:
            assert answer.refusal[0] == "page.busy", answer  # too many others change it: nothing was done
    return names


def come_back(shop: Shop, page: Visitor) -> None:
    for _ in range(200):
        other = shop.two if page.url == shop.one.url else shop.one
        try:
            page.come_back(other.url)
            return
        except (OSError, WebSocketException):
            page.url = other.url
            threading.Event().wait(0.05)
    raise AssertionError("no process takes the page")


class Log:
    """What has been told in the shop from now on: how much in all, and the names of the latest thousand."""

    def __init__(self, shop: Shop) -> None:
        self.redis = redis.Redis.from_url(shop.env["REDIS_URL"])
        self.begin = self.end()

    def end(self) -> int:
        return int(self.redis.hget("{live}:place:till", "offset") or 0)

    def names(self) -> list[str]:
        entries = self.redis.xrange("{live}:log:till", f"{self.begin + 1}-0")
        return [name.decode() for _, fields in entries for name in re.findall(rb"paid ([\w.]+)", fields[b"n"])]


@pytest.mark.parametrize("component", ["till", "box"])
def test_every_call_of_many_pages_is_done_and_told_once_while_processes_are_killed(shop: Shop, component: str):
    mine, log = secrets.token_hex(4), Log(shop)  # the log outlives a run, and another one has pages of its own
    over = threading.Event()
    pages = {f"{mine}.{number}": shop.page(component, (shop.one, shop.two)[number % 2]) for number in range(PAGES)}
    with ThreadPoolExecutor(PAGES) as pool:
        working = [pool.submit(work, shop, page, over, mark) for mark, page in pages.items()]
        try:
            for kill in range(KILLS):
                victim = (shop.one, shop.two)[kill % 2]
                victim.kill()
                victim.start()
        finally:
            over.set()
        done = [name for each in working for name in each.result(60)]
    shop.wait_until_all_is_told()
    paid = [name for name in shop.books()["paid"] if name.startswith(mine)]
    assert sorted(paid) == sorted(done)
    assert log.end() - log.begin == len(done), "as much was told as was done"
    told = Counter(log.names())
    assert told and set(told.values()) == {1} and told.keys() <= set(done)
    if component == "box":
        assert [name for name in shop.shown("box").words if name.startswith(mine)] == paid, "in the same order"
