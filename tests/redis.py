"""A Redis for tests: one server of their own for each test process. Import the fixtures into a ``conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import servers

__all__ = ["redis_server", "redis_url"]


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Server]:
    """A running Redis on a free port. It may be flushed: nobody else uses it."""
    with servers.redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: servers.Server) -> str:
    """Where that Redis is."""
    return redis_server.url
