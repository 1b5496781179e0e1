"""Two processes of the till on one Redis and one database: the first dies, the second goes on."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest

from tests.crashes.visitor import Visitor
from tests.documents import ROOT
from tests.postgres import postgres_server
from tests.processes import changed, run
from tests.redis import redis_server, redis_url
from tests.servers import Server, daphne

__all__ = ["postgres_server", "redis_server", "redis_url"]

ORIGIN = "http://till.test"
ARMED = "armed"


class Shown(NamedTuple):
    """A shared component: its version, and the words in it."""

    version: int
    words: list[str]


@dataclass
class Shop:
    """``one`` is made to crash; ``two`` is never touched."""

    env: dict[str, str]
    folder: Path
    one: Server
    two: Server
    stack: ExitStack = field(default_factory=ExitStack)
    spoilt: bool = False
    """Whether the first process is of no use for another test."""

    def begin(self) -> None:
        """Both run, and nothing is left of what was before."""
        if self.spoilt:
            self.one.kill()
        self.spoilt = False
        for server in (self.one, self.two):
            if not serves(server):
                server.kill()
                server.start()
        for each in self.folder.iterdir():
            if each.name in ("reached", "go", "passed", "posted", ARMED):
                each.unlink()

    def page(self, component: str, server: Server, session: str = "") -> Visitor:
        """A page with a component, as its first one; of whose browser session, if anybody has signed in."""
        cookies = {"sessionid": session} if session else {}
        headers = {"Cookie": f"sessionid={session}"} if session else {}
        with urlopen(Request(f"{server.url}/page/{component}/", headers=headers)) as response:
            html = response.read().decode()
        page = self.stack.enter_context(Visitor(server.url, cookies, origin=ORIGIN))
        mounted = page.mount(re.findall(r'live-token="([^"]+)"', html))
        assert mounted.refusal is None, mounted
        return page

    def get(self, path: str, server: Server | None = None) -> bytes:
        with urlopen(f"{(server or self.two).url}/{path}/") as response:
            content: bytes = response.read()
        return content

    def books(self) -> Any:
        return json.loads(self.get("books"))

    def shown(self, component: str, server: Server | None = None) -> Shown:
        """How a shared component looks to who comes now."""
        html = self.get(f"page/{component}", server).decode()
        found = re.search(r'live-version="(\d+)"[^>]*>([^<]*)</p>', html)
        assert found, html
        return Shown(int(found[1]), found[2].split())

    def posted(self) -> list[str]:
        ledger = self.folder / "posted"
        return ledger.read_text().split() if ledger.exists() else []

    def wait_for(self, name: str) -> None:
        """Until the first process has touched this file."""
        wait_until((self.folder / name).exists, f"{name} to come")

    def wait_until_all_is_told(self) -> None:
        """Until nothing of what was committed waits to be told."""
        wait_until(lambda: self.books()["left"] == 0, "all to be told")

    def go(self) -> None:
        """Let a frozen process go on."""
        (self.folder / "go").touch()


def serves(server: Server) -> bool:
    """Whether it was begun and is not dying: then its port may still be open, but nobody answers."""
    try:
        with urlopen(f"{server.url}/books/", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop_of_a_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("till")
    file = f"{folder}/till.sqlite3"
    url = file if request.param == "sqlite" else request.getfixturevalue("postgres_server").url
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.crashes.till.settings",
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": request.getfixturevalue("redis_url"),
        "TILL_DATABASE": url,
        "TILL_FOLDER": str(folder),
    }
    migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--skip-checks", "--verbosity", "0"]
    run(migrate, check=True, env=changed(env), cwd=ROOT)
    if request.param == "sqlite":
        import sqlite3

        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    one, two = (daphne("tests.crashes.till.asgi:application", env=env, cwd=ROOT) for _ in range(2))
    try:
        yield Shop(env, folder, one, two)
    finally:
        for server in (one, two):
            server.kill()
            if os.environ.get("KEEP_LOGS") is None:
                server.log.unlink(missing_ok=True)


@pytest.fixture
def shop(shop_of_a_database: Shop) -> Iterator[Shop]:
    shop_of_a_database.begin()
    with shop_of_a_database.stack as stack:
        shop_of_a_database.stack = stack
        yield shop_of_a_database
    shop_of_a_database.stack = ExitStack()
