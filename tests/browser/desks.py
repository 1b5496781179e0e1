"""The sample site as somebody runs it: server processes on one SQLite file, with or without a Redis."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.documents import ROOT
from tests.servers import Server, changed, daphne

__all__ = ["Desk", "running", "with_daphne", "with_uvicorn"]

APPLICATION = "sample_site.config.asgi:application"


@dataclass
class Desk:
    """A seeded desk. ``servers`` are its processes; everything they share is below ``folder`` and in ``env``."""

    folder: Path
    env: Mapping[str, str | None]
    servers: list[Server] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the first process."""
        return self.servers[0].url

    @property
    def database(self) -> Path:
        return self.folder / "desk.sqlite3"

    def manage(self, *arguments: str) -> str:
        """Run ``manage.py`` in a process of its own, in the servers' environment. What it printed."""
        command = [sys.executable, "sample_site/manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=changed(self.env), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the database answers."""
        connection = sqlite3.connect(self.database, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def remember(self) -> None:
        """Keep the database as it is now, for ``renew``."""
        copy(self.database, self.folder / "kept.sqlite3")

    def renew(self) -> None:
        """Make the database what ``remember`` has kept, under the running servers."""
        copy(self.folder / "kept.sqlite3", self.database)


def copy(source: Path, target: Path) -> None:
    """SQLite's own backup: one transaction, whoever has the file open."""
    reading, writing = sqlite3.connect(source, timeout=20), sqlite3.connect(target, timeout=20)
    try:
        reading.backup(writing)
    finally:
        reading.close()
        writing.close()


def with_daphne(env: Mapping[str, str | None]) -> Server:
    return daphne(APPLICATION, env=env, cwd=ROOT)


def with_uvicorn(env: Mapping[str, str | None]) -> Server:
    options = "--host 127.0.0.1 --port {port} --ws-per-message-deflate false --log-level warning".split()
    return Server([sys.executable, "-m", "uvicorn", *options, APPLICATION], env=env, cwd=ROOT)


@contextmanager
def running(
    folder: Path,
    processes: int = 1,
    serve: Callable[[Mapping[str, str | None]], Server] = with_daphne,
    **settings: str | None,
) -> Iterator[Desk]:
    """A migrated and seeded desk that is served by so many processes. ``settings`` go into its environment."""
    env = {
        "DESK_DATABASE": str(folder / "desk.sqlite3"),
        "DJANGO_SETTINGS_MODULE": None,
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": None,
        **settings,
    }
    desk = Desk(folder, env)
    desk.manage("migrate", "--verbosity", "0")
    desk.manage("desk_seed")
    with ExitStack() as stack:
        desk.servers = [stack.enter_context(serve(env)) for _ in range(processes)]
        yield desk
