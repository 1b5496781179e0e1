"""A Redis of one's own, and web processes on it."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest

from liveactions.operations.condition import end_draining
from tests.redis import environment_of, redis_server, redis_url
from tests.sites import daphne, web
from tests.stranger import Stranger

__all__ = ["redis_server", "redis_url", "web"]


@pytest.fixture(autouse=True)
def _working():
    """Another test may have told this process that it ends."""
    end_draining()


SETTINGS = "tests.operations.site.settings"


@pytest.fixture
def environment(redis_server):
    return environment_of(SETTINGS, redis_server)


@pytest.fixture
def other_web(environment):
    """Another one on the same Redis."""
    with daphne(environment) as server:
        yield server


def enter(page: Stranger) -> None:
    """Mount the room that a web process serves."""
    html = urlopen(page.url).read().decode()
    answer = page.mount(re.findall(r'live-token="([^"]+)"', html))
    assert answer.refusal is None, answer
