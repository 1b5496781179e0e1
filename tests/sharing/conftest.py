"""Two web processes on one Redis, and people who look at the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.request import urlopen

import pytest

from tests.redis import environment_of, redis_server, redis_url
from tests.servers import Server
from tests.sites import daphne
from tests.stranger import Stranger

__all__ = ["redis_server", "redis_url"]


@pytest.fixture
def webs(redis_server):
    """Two web processes."""
    environment = environment_of("tests.sharing.site.settings", redis_server)
    with daphne(environment) as one, daphne(environment) as other:
        yield one, other


class Viewer(Stranger):
    """Somebody who looks at a poll; ``html`` is what the page showed at first."""

    html: str = ""

    def look(self, topic: str) -> None:
        self.html = urlopen(f"{self.url}/{topic}/").read().decode()
        answer = self.mount(re.findall(r'live-token="([^"]+)"', self.html))
        assert answer.refusal is None, answer

    @property
    def version(self) -> int:
        return int(re.findall(r'live-version="(\d+)"', self.html)[0])


@contextmanager
def viewers(urls: list[str], topic: str = "lunch") -> Iterator[list[Viewer]]:
    """One for each address; they apply patches."""
    with ExitStack() as stack:
        found = [stack.enter_context(Viewer(url, programs=True)) for url in urls]
        for viewer in found:
            viewer.look(topic)
        yield found


def figure(server: Server, name: str) -> int:
    """The sum of a counter of a process."""
    with urlopen(f"{server.url}/live/metrics") as response:
        text = response.read().decode()
    line = re.compile(rf"^liveactions_{name}(?:{{[^}}]*}})? (\S+)$", re.MULTILINE)
    return sum(int(float(value)) for value in line.findall(text))
