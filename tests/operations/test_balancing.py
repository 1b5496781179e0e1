"""Web processes share their pages, though a page stays where it is."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest

from tests.operations.conftest import SETTINGS
from tests.operations.tabs import Tab, later
from tests.redis import environment_of
from tests.sites import SERVERS

pytestmark = [pytest.mark.slow, pytest.mark.redis]

PAGES = 110


@pytest.mark.parametrize("kind", sorted(SERVERS))
async def test_a_process_that_comes_later_gets_its_share_and_the_pages_notice_nothing(redis_server, tmp_path, kind):
    environment = {**environment_of(SETTINGS, redis_server), "SITE_LEDGER": str(tmp_path / "ledger")}
    one, other = SERVERS[kind](environment), SERVERS[kind](environment)
    addresses: list[str] = []
    with one, other:
        addresses[:] = [one.url]
        async with contextlib.AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(Tab(lambda: addresses)) for _ in range(PAGES)]
            for tab in tabs:
                await tab.enter("/tally/")
            await asyncio.gather(*(tab.call("note", name=f"{number} before") for number, tab in enumerate(tabs)))
            addresses[:] = [one.url, other.url]
            await later(lambda: sum(is_at(tab, other.url) for tab in tabs) >= PAGES // 10, 60)
            answers = await asyncio.gather(
                *(tab.call("note", name=f"{number} after") for number, tab in enumerate(tabs))
            )
            assert all("2</p>" in str(answer[4]) for answer in answers)
            assert sum(tab.restarts for tab in tabs) == 0
            assert {code for tab in tabs for code, *_ in tab.goodbyes} == {"socket.aged"}
            assert sum(len(tab.goodbyes) for tab in tabs) <= PAGES // 2 + 1


def is_at(tab: Tab, url: str) -> bool:
    return tab.socket is not None and tab.socket.remote_address[1] == urlsplit(url).port
