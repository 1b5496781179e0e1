from __future__ import annotations

import re
import sys
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.documents import ROOT
from tests.redis import environment_of, redis_server, redis_url
from tests.servers import Server
from tests.sites import web
from tests.stranger import Stranger

__all__ = ["redis_server", "redis_url", "web"]

SETTINGS = "tests.contrib.background.site.settings"


WORKER = [sys.executable, "-u", "-m", "django", "live", "worker", "--jobs", "2", "--grace", "0.5"]


class Worker(Server):
    """``manage.py live worker``: it listens on no port; it says when it is ready."""

    def wait_until_it_answers(self, port: int = 0) -> None:
        self.wait_until_it_prints("Working, ")


@pytest.fixture
def environment(redis_server):
    return environment_of(SETTINGS, redis_server)


@pytest.fixture
def worker(environment):
    """A worker process."""
    with Worker(WORKER, env=environment, cwd=ROOT) as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def tab(web, folder):
    """A page with the import on it, opened by a client of our own making."""
    html = urlopen(f"{web.url}/?folder={quote(str(folder))}").read().decode()
    (root, token) = re.findall(r'live-id="(\d+)"[^>]* live-token="([^"]+)"', html)[0]
    with Stranger(web.url) as page:
        assert page.mount([token]).refusal is None
        page.component = int(root)
        yield page
