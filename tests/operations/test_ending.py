"""Web processes that are told to end: what runs in them, what waits, and where their pages go."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.operations.conftest import SETTINGS
from tests.operations.tabs import Tab, later
from tests.redis import environment_of
from tests.servers import Server
from tests.sites import SERVERS

pytestmark = [pytest.mark.slow, pytest.mark.redis]


@pytest.fixture(params=sorted(SERVERS))
def make(request, redis_server, tmp_path):
    """Makes a web process on the one Redis, not yet started."""
    environment = environment_of(SETTINGS, redis_server)
    environment["SITE_LEDGER"] = str(tmp_path / "ledger")

    def made(**settings: str) -> Server:
        return SERVERS[request.param]({**environment, **settings})

    return made


@pytest.fixture
def done(tmp_path):
    """What actions have done, in order."""
    return lambda: (tmp_path / "ledger").read_text().split() if (tmp_path / "ledger").exists() else []


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        yield


def terminate(server: Server) -> None:
    server.send(signal.SIGTERM)


async def ended(server: Server, seconds: float = 20.0) -> None:
    assert server.process is not None
    await later(lambda: server.process.poll() is not None, seconds)


async def test_what_runs_is_finished_and_what_waits_is_done_by_the_next_process(make, done):
    one, other = make(), make()
    with running(one, other):
        addresses = [one.url]
        async with Tab(lambda: addresses) as tab:
            await tab.enter("/tally/")
            slow = asyncio.ensure_future(tab.call("slowly", name="first"))
            await later(lambda: done() == ["begin:first"])
            waiting = [asyncio.ensure_future(tab.call("note", name=f"n{n}")) for n in range(5)]
            addresses[:] = [other.url]
            terminate(one)
            assert (await slow)[4][0][2].endswith("1</p>")
            for number, answer in enumerate(await asyncio.gather(*waiting), 2):
                assert answer[4][0][2].endswith(f"{number}</p>")
            assert done() == ["begin:first", "end:first", "n0", "n1", "n2", "n3", "n4"]
            assert [code for code, *_ in tab.goodbyes] == ["server.draining"]
            assert tab.restarts == 0
            await ended(one)


async def test_a_process_that_ends_says_so_and_lets_nobody_in(make, done):
    one, other = make(), make()
    with running(one, other):
        addresses = [one.url]
        async with Tab(lambda: addresses) as tab:
            await tab.enter("/tally/")
            slow = asyncio.ensure_future(tab.call("slowly", name="first"))
            await later(lambda: done() == ["begin:first"])
            terminate(one)
            await later(lambda: not_ready(one))
            newcomer = Tab(lambda: addresses)
            coming = asyncio.ensure_future(newcomer.__aenter__())
            await later(lambda: bool(newcomer.goodbyes))
            assert newcomer.goodbyes[0][0] == "server.draining"
            assert newcomer.goodbyes[0][2] == 0
            assert newcomer.socket is None
            addresses[:] = [other.url]
            await coming
            await newcomer.__aexit__(None, None, None)
            await slow
            await ended(one)


async def test_a_process_that_gives_notice_serves_everybody_until_it_sends_them_elsewhere(make, done):
    one, other = make(SITE_NOTICE="4"), make()
    with running(one, other):
        addresses = [one.url]
        async with Tab(lambda: addresses) as tab, contextlib.AsyncExitStack() as later_on:
            await tab.enter("/tally/")
            terminate(one)
            await later(lambda: not_ready(one))
            newcomer = await later_on.enter_async_context(Tab(lambda: addresses))
            await newcomer.enter("/tally/")
            await newcomer.call("note", name="in")
            await tab.call("note", name="still")
            assert not tab.goodbyes and not newcomer.goodbyes
            addresses[:] = [other.url]
            for each in (tab, newcomer):
                await later(lambda each=each: each.welcomes == 2)
                assert [code for code, *_ in each.goodbyes] == ["server.draining"]
            await ended(one)
            assert done() == ["in", "still"]


def not_ready(server: Server) -> bool:
    try:
        urlopen(f"{server.url}/live/ready")
    except HTTPError as refused:
        return refused.code == 503 and "draining" in refused.read().decode()
    return False


async def test_a_second_sigterm_ends_the_process_at_once(make, done):
    one = make(SITE_PATIENCE="60")
    with running(one):
        async with Tab(lambda: [one.url]) as tab:
            await tab.enter("/tally/")
            slow = asyncio.ensure_future(tab.call("slowly", name="first", seconds=15))
            await later(lambda: done() == ["begin:first"])
            terminate(one)
            await later(lambda: not_ready(one))
            await asyncio.sleep(1.1)  # two in the same moment count as one
            terminate(one)
            await ended(one, 14.0)
            assert done() == ["begin:first"]
            slow.cancel()


async def test_what_does_not_end_in_time_is_lost_and_its_page_is_told(make, done):
    one, other = make(SITE_PATIENCE="1"), make()
    with running(one, other):
        addresses = [one.url]
        async with Tab(lambda: addresses) as tab:
            await tab.enter("/tally/")
            slow = asyncio.ensure_future(tab.call("slowly", name="first", seconds=15))
            await later(lambda: done() == ["begin:first"])
            addresses[:] = [other.url]
            terminate(one)
            assert (await slow)[5][0] == "call.lost"
            assert (await tab.call("note", name="after"))[4]


async def test_while_all_processes_are_replaced_every_call_is_done_once(make, done):
    """Three generations of processes under load: each call is answered, none is done twice, all news arrive once."""
    generations = [make() for _ in range(4)]
    with contextlib.ExitStack() as stack:
        for server in generations[:2]:
            stack.enter_context(server)
        up = generations[:2]
        stop = asyncio.Event()
        async with contextlib.AsyncExitStack() as tabs:
            crowd = [await tabs.enter_async_context(Tab(lambda: [each.url for each in up])) for _ in range(20)]
            await asyncio.gather(*(tab.enter("/tally/") for tab in crowd))
            working = [asyncio.ensure_future(work(tab, index, stop)) for index, tab in enumerate(crowd)]
            for old, new in ((generations[0], generations[2]), (generations[1], generations[3])):
                await asyncio.to_thread(stack.enter_context, new)
                up = [*[each for each in up if each is not old], new]
                terminate(old)
                await ended(old)
            stop.set()
            counts = await asyncio.gather(*working)
            names = done()
            assert len(names) == len(set(names)) == sum(counts)
            assert [tab.restarts for tab in crowd] == [0] * len(crowd)
            expected = said(counts)
            await later(lambda: all(len(news(tab)) >= len(expected) for tab in crowd))
            for tab in crowd:
                assert sorted(news(tab)) == expected


def said(counts: list[int]) -> list[str]:
    """What everybody hears of tabs that have made so many calls."""
    return sorted(f"said:{index}:{n}" for index, count in enumerate(counts) for n in range(0, count, 10))


def news(tab: Tab) -> list[str]:
    return re.findall(r"said:\d+:\d+", str(tab.heard))


async def work(tab: Tab, index: int, stop: asyncio.Event) -> int:
    """Call without a pause; how many calls were answered."""
    count = 0
    while not stop.is_set():
        answer = await tab.call("say" if count % 10 == 0 else "note", name=f"{index}:{count}")
        count += 1
        assert f"{count}</p>" in str(answer[4]), answer
        await asyncio.sleep(0.05)
    return count


async def test_pages_whose_sockets_are_changed_all_the_time_lose_nothing(make, done):
    one, other = make(SITE_SOCKET_AGE="2"), make(SITE_SOCKET_AGE="2")
    with running(one, other):
        stop = asyncio.Event()
        async with contextlib.AsyncExitStack() as tabs:
            crowd = [await tabs.enter_async_context(Tab(lambda: [one.url, other.url])) for _ in range(10)]
            await asyncio.gather(*(tab.enter("/tally/") for tab in crowd))
            working = [asyncio.ensure_future(work(tab, index, stop)) for index, tab in enumerate(crowd)]
            await later(lambda: all(tab.welcomes > 3 for tab in crowd), 60)
            stop.set()
            counts = await asyncio.gather(*working)
            assert len(done()) == len(set(done())) == sum(counts)
            assert {code for tab in crowd for code, *_ in tab.goodbyes} == {"socket.aged"}
            expected = said(counts)
            await later(lambda: all(len(news(tab)) >= len(expected) for tab in crowd))
            assert all(sorted(news(tab)) == expected for tab in crowd)


async def test_a_new_version_of_the_application_goes_on_with_the_pages_of_the_one_before(make, done):
    one, other = make(), make(SITE_VERSION="2")
    with running(one, other):
        addresses = [one.url]
        async with Tab(lambda: addresses) as tab:
            await tab.enter("/tally/")
            await tab.call("note", name="before")
            addresses[:] = [other.url]
            terminate(one)
            await later(lambda: "pieces: 1" in str(tab.heard))
            assert "pieces: 2" in str(await tab.call("note", name="after"))
            assert done() == ["before", "after"]
