"""A broadcast to many pages of one process, against the bare fan-out and against ``group_send``."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection

from benchmarks.load import Page, compared, gather, open_pages, open_sockets
from benchmarks.report import Row, show
from benchmarks.server import daphne, redis_if_there

ROUNDS = 5


async def main() -> int:
    with redis_if_there() as redis_url, daphne(redis_url) as (url, pid):
        alone = [await with_log(url, pid, 1, 90), await with_log(url, pid, 10, 90)]
        return max([*alone, await compare(url, pid, 100, 60), await compare(url, pid, 1000, 12)])


async def with_log(url: str, pid: int, connections: int, messages: int) -> int:
    """A few pages, so that what is measured is the broadcast itself: through the log, or only through the layer."""
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(open_sockets(url, "/fan", connections))
        pages = await stack.enter_async_context(open_pages(url, connections))
        work = {
            "encoded and sent through the layer, written by one subscriber": lambda: plain(url, bare, messages),
            "broadcast(): numbered, in the log, followed by pages": lambda: ours(url, pages, messages),
        }
        costs = await compared(pid, messages, work, ROUNDS)
    floor, _ = costs.values()
    rows = [
        Row(name, cost, "us", cost / floor, most) for (name, cost), most in zip(costs.items(), [None, 2.0], strict=True)
    ]
    return show(f"A broadcast with the log and without, {connections} pages (CPU of the server for each)", rows)


async def compare(url: str, pid: int, connections: int, messages: int) -> int:
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(open_sockets(url, "/fan", connections))
        group = await stack.enter_async_context(open_sockets(url, "/group", connections))
        core = await stack.enter_async_context(open_sockets(url, "/group_core", connections))
        pages = await stack.enter_async_context(open_pages(url, connections))
        work = {
            "one subscriber a process, bytes written to every socket": lambda: channels(url, "fan", bare, messages),
            "group_send to as many stock consumers, pub/sub layer": lambda: channels(url, "bench", group, messages),
            "group_send to as many stock consumers, core layer": lambda: channels(url, "bench", core, messages, "core"),
            "broadcast() to as many pages": lambda: ours(url, pages, messages),
        }
        costs = await compared(pid, connections * messages, work, ROUNDS)
    floor, pubsub, stock, live = costs.values()
    expected = [None, None, None, 1.3]
    rows = [
        Row(name, cost, "us", cost / floor, most) for (name, cost), most in zip(costs.items(), expected, strict=True)
    ]
    rows += [
        Row("group_send / broadcast(), pub/sub layer", pubsub / live, "x", pubsub / live, 8.0, at_least=True),
        Row("group_send / broadcast(), core layer", stock / live, "x", stock / live, 8.0, at_least=True),
    ]
    return show(f"A broadcast on daphne, {connections} pages (CPU of the server for each delivery)", rows)


def channels(
    url: str, group: str, sockets: list[ClientConnection], messages: int, layer: str = "default"
) -> Coroutine[Any, Any, None]:
    address = f"{url}/group_send?n={messages}&group={group}&layer={layer}"
    return gather([asked(address), *(hear(each, messages) for each in sockets)])


def plain(url: str, sockets: list[ClientConnection], messages: int) -> Coroutine[Any, Any, None]:
    return gather([asked(f"{url}/layer_send?n={messages}"), *(hear(each, messages) for each in sockets)])


def ours(url: str, pages: list[Page], messages: int) -> Coroutine[Any, Any, None]:
    return gather([asked(f"{url}/send?n={messages}"), *(page.hear(messages) for page in pages)])


async def hear(socket: ClientConnection, messages: int) -> None:
    for _ in range(messages):
        await socket.recv()


async def asked(address: str) -> None:
    await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=120).read())
