"""Memory of an idle page against a Channels consumer that only stays connected."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

from benchmarks.load import open_pages, open_sockets, resident
from benchmarks.report import Row, show
from benchmarks.server import daphne

COUNT = 1000
WARM = 50


async def main() -> int:
    bare = await each(lambda url, count: open_sockets(url, "/bare", count))
    page = await each(open_pages)
    rows = [
        Row("bare consumer", bare / 1024, "KiB", 1.0),
        Row("page with one counter", page / 1024, "KiB", page / bare, 1.3),
    ]
    return show(f"Memory of an idle connection on daphne ({COUNT} of them)", rows)


async def each(connections: Any) -> float:
    """Bytes that one more connection holds, in a fresh process that has served some before."""
    with daphne() as (url, pid):
        async with connections(url, WARM):
            pass
        await asyncio.sleep(0.5)
        before = resident(pid)
        held: AbstractAsyncContextManager[Any] = connections(url, COUNT)
        async with held:
            await asyncio.sleep(1)
            return (resident(pid) - before) / COUNT
