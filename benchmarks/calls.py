"""One call of a counter, from the socket and back, against an echo of the same bytes."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection

from benchmarks.load import Page, compared, gather, open_pages, open_sockets
from benchmarks.report import Row, show
from benchmarks.server import daphne

ROUNDS = 11
MESSAGE = b"x" * 64


async def main() -> int:
    with daphne() as (url, pid):
        return max([await compare(url, pid, 1, 1000), await compare(url, pid, 100, 20)])


async def compare(url: str, pid: int, connections: int, messages: int) -> int:
    async with AsyncExitStack() as stack:
        raw = await stack.enter_async_context(open_sockets(url, "/raw", connections))
        stock = await stack.enter_async_context(open_sockets(url, "/stock", connections))
        wires = await stack.enter_async_context(open_sockets(url, "/frames", connections))
        pages = await stack.enter_async_context(open_pages(url, connections))
        work = {
            "bare ASGI echo": lambda: echoes(raw, messages),
            "stock Channels consumer, empty echo": lambda: echoes(stock, messages),
            "our frames: a call is read and answered, nothing is done": lambda: calls(
                [Page(socket) for socket in wires], "increment", messages
            ),
            "async action: call, render, patch": lambda: calls(pages, "increment", messages),
            "sync action: call, render, patch": lambda: calls(pages, "increment_sync", messages),
        }
        costs = await compared(pid, connections * messages, work, ROUNDS)
    floor = next(iter(costs.values()))
    expected = [None, None, None, 1.6, 3.0]
    rows = [
        Row(name, cost, "us", cost / floor, most) for (name, cost), most in zip(costs.items(), expected, strict=True)
    ]
    return show(f"A call on daphne, {connections} connections (CPU of the server for each)", rows)


def echoes(sockets: list[ClientConnection], messages: int) -> Coroutine[Any, Any, None]:
    async def one(socket: ClientConnection) -> None:
        for _ in range(messages):
            await socket.send(MESSAGE)
            await socket.recv()

    return gather(one(socket) for socket in sockets)


def calls(pages: list[Page], action: str, messages: int) -> Coroutine[Any, Any, None]:
    async def one(page: Page) -> None:
        for _ in range(messages):
            await page.call(action)

    return gather(one(page) for page in pages)
