"""An update that many see: of one shared component, against as many ordinary ones that hear of it."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from benchmarks.load import Page, compared, gather, open_pages
from benchmarks.report import Row, show
from benchmarks.server import daphne, redis_if_there

ROUNDS = 5


async def main() -> int:
    with redis_if_there() as redis_url, daphne(redis_url) as (url, pid):
        return max([await compare(url, pid, 50, 20), await compare(url, pid, 500, 10)])


async def compare(url: str, pid: int, viewers: int, updates: int) -> int:
    async with AsyncExitStack() as stack:
        own = await stack.enter_async_context(open_pages(url, viewers, "/own/"))
        shared = await stack.enter_async_context(open_pages(url, viewers, "/shared/"))
        work = {
            "one shared component": lambda: moved(url, "shared", shared, updates),
            "as many ordinary ones, each listening to the event": lambda: moved(url, "own", own, updates),
        }
        costs = await compared(pid, viewers * updates, work, ROUNDS)
        before = await rendered(url)
        await moved(url, "shared", shared, updates)
        renders = (await rendered(url) - before) / updates
    ours, ordinary = costs.values()
    rows = [
        *(Row(name, cost, "us", cost / ours, None) for name, cost in costs.items()),
        Row("ordinary / shared", ordinary / ours, "x", ordinary / ours, 3.0, at_least=True),
        Row("renders for each update of the shared one", renders, "", renders, 1.0),
    ]
    return show(f"An update seen by {viewers} viewers on daphne (CPU of the server for each of them)", rows)


def moved(url: str, board: str, pages: list[Page], updates: int) -> Coroutine[Any, Any, None]:
    return gather([asked(f"{url}/{board}/move?n={updates}"), *(page.hear(updates) for page in pages)])


async def rendered(url: str) -> int:
    """How often anything was rendered in the process."""
    (count,) = re.findall(r"^liveactions_renders_total (\d+)", await asked(f"{url}/live/metrics"), re.MULTILINE)
    return int(count)


async def asked(address: str) -> str:
    return await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=120).read().decode())
