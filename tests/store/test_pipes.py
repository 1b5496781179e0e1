"""What is asked over a pipe: who is answered, over which connection, and what is left when it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest
from redis.exceptions import ConnectionError as ConnectionFailed
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TimedOut

from liveactions.store.clients import PATIENCE, client, close_clients, pipes, retired
from liveactions.store.pipes import LATE, Lane, Pipe, ask, ask_all, pipe
from liveactions.store.scripts import Script
from tests.servers import Server

ECHO = Script("return {KEYS[1], ARGV[1]}")
REFUSED = Script("return redis.call('INCR', KEYS[1], 'too', 'many')")


@pytest.fixture
async def lane(redis_url: str):
    yield Lane(redis_url, "other")
    await close_clients()


@pytest.fixture
async def go(lane: Lane, redis_server: Server) -> AsyncIterator[Callable[[], None]]:
    """Redis was asked once, and stands still until this is called, or the test is over."""
    await echo(lane, 1)
    redis_server.send(signal.SIGSTOP)
    yield partial(redis_server.send, signal.SIGCONT)
    redis_server.send(signal.SIGCONT)


def own_pipes() -> list[Pipe]:
    """Those of the test: there may be another loop in the background."""
    return [each for each in (*pipes.values(), *retired) if each.loop is asyncio.get_running_loop()]


def echo(lane: Lane, number: int, size: int = 1) -> Any:
    """Asked by the next turn of the event loop; who is never answered fails."""
    asked = asyncio.ensure_future(ask(lane, ECHO, [b"k"], [b"%d" % number * size]))
    return asyncio.wait_for(asked, 10)


@pytest.mark.redis
async def test_what_is_asked_at_once_is_answered_to_each_over_one_connection(lane):
    sizes = [100_000 if number % 7 == 3 else 1 for number in range(30)]
    found = await asyncio.gather(*(echo(lane, number, size) for number, size in enumerate(sizes)))
    assert [value for _, value in found] == [b"%d" % number * size for number, size in enumerate(sizes)]
    assert len(own_pipes()) == 1


@pytest.mark.redis
async def test_a_connection_that_is_lost_is_an_error_for_all_who_wait_and_the_next_one_is_made(lane, go):
    waiting = [asyncio.ensure_future(echo(lane, number)) for number in range(3)]
    await asyncio.sleep(0)
    pipe(lane).transport.abort()
    assert all(isinstance(each, ConnectionFailed) for each in await asyncio.gather(*waiting, return_exceptions=True))
    go()
    assert await echo(lane, 7) == [b"k", b"7"]


@pytest.mark.redis
async def test_a_redis_that_refuses_is_asked_over_another_connection_the_next_time(lane):
    before = pipe(lane)
    with pytest.raises(ResponseError):
        await ask(lane, REFUSED, [b"k"], [])
    assert pipe(lane) is not before
    assert await echo(lane, 1) == [b"k", b"1"]
    await asyncio.wait_for(before.closed, 10)


@pytest.mark.redis
async def test_what_was_asked_is_answered_even_where_nothing_more_is_asked(lane, go):
    before = pipe(lane)
    waiting = [asyncio.ensure_future(echo(lane, number)) for number in (2, 3)]
    await asyncio.sleep(0)
    before.retire()
    go()
    assert await echo(lane, 4) == [b"k", b"4"]
    assert await asyncio.gather(*waiting) == [[b"k", b"2"], [b"k", b"3"]]
    assert pipe(lane) is not before
    await asyncio.wait_for(before.closed, 10)


@pytest.mark.redis
async def test_an_event_loop_that_was_late_itself_blames_nobody(lane, go):
    waiting = asyncio.ensure_future(echo(lane, 2))
    await asyncio.sleep(0)
    time.sleep(PATIENCE + 2 * LATE)  # noqa: ASYNC251  # this is what is tested
    for _ in range(3):
        await asyncio.sleep(0)
    go()
    assert await waiting == [b"k", b"2"]


@pytest.mark.redis
async def test_whoever_waits_for_a_redis_that_says_nothing_is_told_so(lane, go):
    silent, first = pipe(lane), asyncio.ensure_future(echo(lane, 2))
    with pytest.raises(TimedOut):
        await first
    assert pipe(lane) is not silent
    go()
    assert await echo(lane, 3) == [b"k", b"3"]


@pytest.mark.redis
async def test_closing_ends_connections_of_which_nothing_more_is_asked_too(lane, go):
    before, waiting = pipe(lane), asyncio.ensure_future(echo(lane, 2))
    await asyncio.sleep(0)
    before.retire()
    await close_clients()
    with pytest.raises(ConnectionFailed):
        await waiting
    assert before.closed.done() and not own_pipes()


@pytest.mark.redis
async def test_several_are_asked_all_or_none_and_a_redis_that_is_new_is_taught(lane):
    await client(lane.url).script_flush()
    questions = [[b"1", b"k", b"%d" % number] for number in range(3)]
    for _ in range(2):
        assert await ask_all(lane, ECHO, questions) == [[b"k", b"%d" % number] for number in range(3)]


@pytest.mark.redis
async def test_closing_leaves_no_connection_and_nobody_waiting(lane):
    await echo(lane, 1)
    opened, waiting = pipe(lane), asyncio.ensure_future(echo(lane, 2))
    await asyncio.sleep(0)
    await close_clients()
    with pytest.raises(ConnectionFailed):
        await waiting
    assert opened.closed.done() and not own_pipes()
    unborn = asyncio.ensure_future(echo(lane, 3))
    await asyncio.sleep(0)
    await close_clients()
    with pytest.raises(ConnectionFailed):
        await unborn
    clients = await client(lane.url).client_list()
    assert len([each for each in clients if each["cmd"].startswith("eval")]) == 0


@pytest.mark.redis
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
async def test_a_forked_child_neither_uses_nor_ends_the_connections_of_its_parent(lane):
    await echo(lane, 1)
    if (child := os.fork()) == 0:
        os._exit(len(pipes))
    _, status = await asyncio.to_thread(os.waitpid, child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert await echo(lane, 2) == [b"k", b"2"]


@pytest.mark.redis
async def test_an_answer_comes_in_nobodys_context(lane):
    whose = ContextVar("whose", default="nobody's")
    whose.set("the first one's")
    seen, done = [], asyncio.Event()

    def then(answer: Any) -> None:
        seen.append(whose.get())
        done.set()

    pipe(lane).ask(b"*1\r\n$4\r\nPING\r\n", then)
    await asyncio.wait_for(done.wait(), 10)
    assert seen == ["nobody's"]
