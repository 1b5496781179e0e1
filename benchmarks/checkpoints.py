"""What it costs to keep pages for other processes: the same calls, with and without."""

from __future__ import annotations

from contextlib import AsyncExitStack
from statistics import median

from benchmarks.calls import calls
from benchmarks.load import Page, measured, open_pages
from benchmarks.report import Row, show
from benchmarks.server import daphne, redis_if_there

ROUNDS = 9
ACTIONS = {
    "async": "increment",
    "sync": "increment_sync",
    "repeatable async": "repeatable",
    "repeatable sync": "repeatable_sync",
}


async def main() -> int:
    with redis_if_there() as redis:
        return max([await compare(redis, 1, 600), await compare(redis, 100, 20)])


async def compare(redis: str, connections: int, messages: int) -> int:
    """Two servers of the same site on the same Redis; one keeps its pages."""
    rows: list[Row] = []
    async with AsyncExitStack() as stack:
        servers = []
        for kept in ("0", "1"):
            url, pid = stack.enter_context(daphne(redis, CHECKPOINT=kept))
            servers.append((pid, await stack.enter_async_context(open_pages(url, connections))))
        for name, action in ACTIONS.items():
            plain, kept = await costs(servers, action, connections, messages)
            rows.append(Row(f"{name} action, page not kept", plain, "us", 1.0, None))
            rows.append(Row(f"{name} action, page kept", kept, "us", kept / plain, 1.5))
    return show(f"A call on daphne with Redis, {connections} connections (CPU of the server for each)", rows)


async def costs(servers: list[tuple[int, list[Page]]], action: str, connections: int, messages: int) -> list[float]:
    found: list[list[float]] = [[] for _ in servers]
    for _ in range(1 + ROUNDS):
        for (pid, pages), each in zip(servers, found, strict=True):
            cost = await measured(pid, connections * messages, lambda pages=pages: calls(pages, action, messages))
            each.append(cost.microseconds)
    return [median(each[1:]) for each in found]
