"""The sample site as somebody runs it: server processes on one SQLite file, with or without a Redis."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.documents import ROOT
from tests.processes import changed, python
from tests.servers import Server, daphne

__all__ = ["Desk", "Seeded", "running", "seeded", "with_daphne", "with_uvicorn"]

APPLICATION = "sample_site.config.asgi:application"
Environment = Mapping[str, str | None]

SEED = """
import json, django
django.setup()
from django.core.management import call_command
from django.contrib.auth import get_user_model
from django.test import Client
call_command("migrate", verbosity=0)
call_command("desk_seed", stdout=open("/dev/null", "w"))
cookies = {}
for user in get_user_model().objects.all():
    client = Client()
    client.force_login(user)
    cookies[user.get_username()] = client.cookies["sessionid"].value
print(json.dumps(cookies))
"""


@dataclass(frozen=True)
class Seeded:
    """A database as ``desk_seed`` leaves it, with an open session of each demo account."""

    database: Path
    sessions: Mapping[str, str]

    def state_of(self, name: str) -> Any:
        """The browser state of somebody who has signed in."""
        cookie = {"name": "sessionid", "value": self.sessions[name], "domain": "127.0.0.1", "path": "/"}
        defaults = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        return {"cookies": [cookie | defaults], "origins": []}


def seeded(folder: Path) -> Seeded:
    """Make the database of the sample site in ``folder``."""
    database = folder / "seeded.sqlite3"
    printed = run(environment(database), "-c", SEED)
    return Seeded(database, json.loads(printed.splitlines()[-1]))


def environment(database: Path, **settings: str | None) -> Environment:
    return {
        "DESK_DATABASE": str(database),
        "DJANGO_SETTINGS_MODULE": "sample_site.config.settings",
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": None,
        **settings,
    }


def run(env: Environment, *arguments: str) -> str:
    """Run Python in a process of its own; what it printed."""
    return python(*arguments, cwd=ROOT, env=changed(env))


@dataclass
class Desk:
    """A running desk. ``servers`` are its processes; ``database`` and ``env`` are what they share."""

    origin: Seeded
    database: Path
    env: Environment
    servers: list[Server] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the first process."""
        return self.servers[0].url

    def manage(self, *arguments: str) -> str:
        """Run ``manage.py`` in a process of its own, in the servers' environment. What it printed."""
        return run(self.env, "sample_site/manage.py", *arguments)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers."""
        connection = sqlite3.connect(self.database, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def renew(self) -> None:
        """Make the database what it was when it was seeded, under the running servers."""
        copy(self.origin.database, self.database)


def copy(source: Path, target: Path) -> None:
    """SQLite's own backup: one transaction, whoever has the file open."""
    reading, writing = sqlite3.connect(source, timeout=20), sqlite3.connect(target, timeout=20)
    try:
        reading.backup(writing)
    finally:
        reading.close()
        writing.close()


def with_daphne(env: Environment) -> Server:
    return daphne(APPLICATION, env=env, cwd=ROOT)


def with_uvicorn(env: Environment) -> Server:
    options = "--host 127.0.0.1 --port {port} --ws-per-message-deflate false --log-level warning".split()
    return Server([sys.executable, "-m", "uvicorn", *options, APPLICATION], env=env, cwd=ROOT)


@contextmanager
def running(
    origin: Seeded,
    folder: Path,
    processes: int = 1,
    serve: Callable[[Environment], Server] = with_daphne,
    **settings: str | None,
) -> Iterator[Desk]:
    """A desk on a copy of ``origin``, served by so many processes. ``settings`` go into its environment."""
    desk = Desk(origin, folder / "desk.sqlite3", environment(folder / "desk.sqlite3", **settings))
    desk.renew()
    with ExitStack() as stack:
        desk.servers = [stack.enter_context(serve(desk.env)) for _ in range(processes)]
        yield desk
