"""The servers that are measured: started on free ports, ended with the benchmark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests import servers

__all__ = ["daphne", "redis_if_there"]


@contextmanager
def daphne(redis_url: str = "", **settings: str) -> Iterator[tuple[str, int]]:
    """One daphne process with every door of ``benchmarks.apps``: its address and pid."""
    with servers.daphne("benchmarks.apps:application", env={"REDIS_URL": redis_url, **settings}) as server:
        yield server.url, server.pid


@contextmanager
def redis_if_there() -> Iterator[str]:
    """A Redis of our own; without one on this machine everything stays in one process."""
    if shutil.which("redis-server") is None:
        print("No redis-server here: the in-process bus and layer are measured.")
        yield ""
        return
    with servers.redis() as server:
        yield server.url
