"""A Redis for tests: one server of their own for each test process. Import the fixtures into a ``conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import servers
from tests.documents import ROOT

__all__ = ["environment_of", "redis_server", "redis_url"]


def environment_of(settings: str, server: servers.Server) -> dict[str, str]:
    """The environment of processes that run with ``settings`` and meet in this Redis, which is emptied for them."""
    import redis

    redis.Redis.from_url(server.url).flushall()
    return {"DJANGO_SETTINGS_MODULE": settings, "REDIS_URL": server.url, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Server]:
    """A running Redis on a free port. It may be flushed: nobody else uses it."""
    with servers.redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: servers.Server) -> str:
    """Where that Redis is."""
    return redis_server.url
