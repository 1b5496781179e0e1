"""The event stream on real servers, spoken by somebody who knows nothing but the specification."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.sites import site_of_ones_own, with_uvicorn
from tests.servers import Server
from tests.stranger import Stranger, StreamStranger


@pytest.fixture(params=[site_of_ones_own, with_uvicorn], ids=["daphne", "uvicorn"])
def site(request) -> Iterator[Server]:
    with request.param(SITE_HEARTBEAT="0.5") as server:
        yield server


def enter(page: Stranger, name: str) -> None:
    html = urlopen(f"{page.url}/{name}/").read().decode()
    answer = page.mount(re.findall(r'live-token="([^"]+)"', html))
    assert answer.refusal is None, answer


def test_a_stranger_clicks_and_is_told_what_others_say(site):
    with StreamStranger(site.url) as page:
        enter(page, "clock")
        urlopen(f"{site.url}/ticks/?count=3&every=0")
        urlopen(f"{site.url}/tell/?text=Hello")
        while not any(item[1:] == [4, "Hello"] for item in page.hear()):
            pass


def test_a_stranger_lives_on_over_many_heartbeats(site):
    with StreamStranger(site.url) as page:
        enter(page, "bound")
        pings = 0
        while pings < 6:  # three times as long as a silent page would be kept
            frame = page.receive()
            if frame[0] == 1:
                pings += 1
                page.send([1, page.ack])
            else:
                page.is_new(frame)
        assert page.call(1, "note").refusal is None


@pytest.mark.redis
def test_frames_may_be_posted_to_any_process(redis_url, tmp_path):
    ledger = tmp_path / "ledger"
    ledger.touch()
    env = {"REDIS_URL": redis_url, "SITE_LEDGER": str(ledger)}
    with site_of_ones_own(**env) as one, site_of_ones_own(**env) as other:
        with StreamStranger(one.url, host=urlsplit(other.url).netloc) as page:
            enter(page, "errand")
            for number in range(10):
                assert page.call(1, "run", {"name": f"call-{number}"}).refusal is None
                page.host = "" if page.host else urlsplit(other.url).netloc
    assert ledger.read_text().split() == [f"call-{number}" for number in range(10)]
