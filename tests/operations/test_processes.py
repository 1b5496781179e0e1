"""Two web processes, a Redis, and a ``kill -9``."""

from __future__ import annotations

import json
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.operations.conftest import enter
from tests.stranger import Stranger

pytestmark = pytest.mark.slow

LEASE = 1.0


def hear_until(page: Stranger, text: str) -> None:
    """Read until the page is told ``text``; a stranger waits ten seconds for each frame."""
    while text not in str(page.hear()):
        pass


def told(url: str, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"{url}/live/{path}") as response:
            return response.status, response.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def test_who_was_in_a_process_that_is_killed_is_gone_within_two_leases(web, other_web):
    with Stranger(web.url) as page:
        enter(page)
        other = Stranger(other_web.url)
        other.__enter__()
        enter(other)
        hear_until(page, "here: 2")
        other_web.kill()
        killed = time.monotonic()
        hear_until(page, "here: 1")
        assert time.monotonic() - killed < 2 * LEASE + 1.0  # and some time for a busy machine
        other.stack.pop_all()  # its socket is dead


def test_who_leaves_a_page_of_another_process_is_gone(web, other_web):
    with Stranger(web.url) as page:
        enter(page)
        with Stranger(other_web.url) as other:
            enter(other)
            hear_until(page, "here: 2")
            other.send([2])
        hear_until(page, "here: 1")


def test_a_real_process_tells_its_condition_and_its_figures(web, redis_server):
    with Stranger(web.url) as page:
        enter(page)
        page.call(1, "wave")
        assert told(web.url, "health") == (200, '{"alive": true}')
        assert told(web.url, "ready")[0] == 200
        status, figures = told(web.url, "metrics")
        assert status == 200
        assert 'liveactions_calls_total{component="operations.room",action="wave",outcome="done"} 1' in figures
        assert 'liveactions_pages{state="connected"} 1' in figures


def test_a_process_whose_redis_is_away_is_alive_and_not_ready(web, redis_server):
    redis_server.kill()
    try:
        time.sleep(1.1)  # the last answer is believed for a second
        status, body = told(web.url, "ready")
        assert (status, [reason["code"] for reason in json.loads(body)["reasons"]]) == (503, ["bus.unreachable"])
        assert told(web.url, "health")[0] == 200
    finally:
        redis_server.start()
