"""What it costs to keep pages for other processes: the same calls, with and without.

What is expected is for a process in which pages share the exchanges with Redis. A page that is alone in its process
pays for them alone, and they cost nearly all that is to be had even where nothing is done but them: that is the floor.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from statistics import median

from benchmarks.calls import calls, echoes
from benchmarks.load import Page, compared, measured, open_pages, open_sockets
from benchmarks.report import Row, show
from benchmarks.server import daphne, redis_if_there

ROUNDS = 9
ACTIONS = {
    "async": ("increment", 2),
    "sync": ("increment_sync", 2),
    "repeatable async": ("repeatable", 1),
    "repeatable sync": ("repeatable_sync", 1),
}
"""Actions, and how often Redis is asked for one."""


async def main() -> int:
    with redis_if_there() as redis:
        return max([await compare(redis, 1, 600), await compare(redis, 100, 20)])


async def compare(redis: str, connections: int, messages: int) -> int:
    """Two servers of the same site on the same Redis; one keeps its pages."""
    rows: list[Row] = []
    alone = connections == 1
    async with AsyncExitStack() as stack:
        servers = []
        for setting in ("0", "1"):
            url, pid = stack.enter_context(daphne(redis, CHECKPOINT=setting))
            servers.append((pid, await stack.enter_async_context(open_pages(url, connections))))
        bare = await exchange(url, pid, messages) if alone and redis else 0.0
        for name, (action, exchanges) in ACTIONS.items():
            plain, kept = await costs(servers, action, connections, messages)
            rows.append(Row(f"{name} action, page not kept", plain, "us", 1.0))
            rows.append(Row(f"{name} action, page kept", kept, "us", kept / plain, None if alone else 1.5))
            if bare:
                floor = plain + exchanges * bare
                rows.append(Row("    the floor: what Redis is asked, and nothing else", floor, "us", floor / plain))
    return show(f"A call on daphne with Redis, {connections} connections (CPU of the server for each)", rows)


async def exchange(url: str, pid: int, messages: int) -> float:
    """Microseconds for one exchange with Redis that nobody shares."""
    async with open_sockets(url, "/raw", 1) as raw, open_sockets(url, "/after_redis", 1) as after:
        work = {"raw": lambda: echoes(raw, messages), "after": lambda: echoes(after, messages)}
        found = await compared(pid, messages, work, ROUNDS)
    return (found["after"] - found["raw"]) / 2


async def costs(servers: list[tuple[int, list[Page]]], action: str, connections: int, messages: int) -> list[float]:
    found: list[list[float]] = [[] for _ in servers]
    for _ in range(1 + ROUNDS):
        for (pid, pages), each in zip(servers, found, strict=True):
            cost = await measured(pid, connections * messages, lambda pages=pages: calls(pages, action, messages))
            each.append(cost.microseconds)
    return [median(each[1:]) for each in found]
