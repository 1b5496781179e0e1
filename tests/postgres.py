"""A PostgreSQL for tests: one cluster for each test process, in a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import HOST, Server, free_port

__all__ = ["Postgres", "cluster", "postgres_server", "programs"]

ACCOUNT = "postgres"
"""Whom the package of most systems makes: a server refuses to run as root."""


class Postgres(Server):
    """One cluster. ``url`` names the database that every cluster has."""

    @property
    def url(self) -> str:
        return f"postgresql://tester@{HOST}:{self.port}/postgres"

    def stop(self, grace: float = 5.0) -> None:
        """At once, whoever is connected."""
        self.send(signal.SIGQUIT)
        super().stop(grace)


def programs() -> Path | None:
    """Where ``initdb`` and ``postgres`` are; Debian does not put them on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def cluster(*options: str) -> Iterator[Postgres]:
    """A fresh, running cluster. ``options`` are those of ``postgres``; ``-F``: it does not care for power failures."""
    folder = programs()
    assert folder is not None, "PostgreSQL is not installed. `make test` installs it, or: apt-get install postgresql"
    data = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(data, ACCOUNT)
        made = [str(folder / "initdb"), "-D", str(data / "data"), "-U", "tester", "--auth=trust", "-E", "UTF8", "-N"]
        subprocess.run(as_account(made), check=True, stdout=subprocess.DEVNULL, cwd=data)
        port = free_port()
        where = ["-D", str(data / "data"), "-h", HOST, "-p", str(port), "-k", str(data)]
        command = as_account([str(folder / "postgres"), *where, *options])
        with Postgres(command, port, cwd=data) as server:
            yield server
    finally:
        shutil.rmtree(data, ignore_errors=True)


def as_account(command: Sequence[str]) -> list[str]:
    return ["runuser", "-u", ACCOUNT, "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A running cluster. Skips where there is no PostgreSQL, except in CI."""
    if programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed.")
    with cluster("-F") as server:
        yield server
