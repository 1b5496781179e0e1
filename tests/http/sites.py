"""The site of ``offering.py`` on the servers that people use. Its files are below ``folder``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.documents import ROOT
from tests.servers import Server, daphne

__all__ = ["SERVERS", "with_daphne"]

APPLICATION = "tests.http.offering:application"


def environment(folder: Path) -> dict[str, str | None]:
    return {"DJANGO_SETTINGS_MODULE": "tests.settings", "REDIS_URL": None, "TMPDIR": str(folder)}


def with_daphne(folder: Path, **settings: str) -> Server:
    return daphne(APPLICATION, env={**environment(folder), **settings}, cwd=ROOT)


def with_middleware(folder: Path) -> Server:
    return with_daphne(folder, WRAPPED="1")


def with_uvicorn(folder: Path) -> Server:
    options = "--host 127.0.0.1 --port {port} --lifespan on --log-level warning".split()
    return Server([sys.executable, "-m", "uvicorn", *options, APPLICATION], env=environment(folder), cwd=ROOT)


SERVERS: dict[str, Callable[[Path], Server]] = {
    "daphne": with_daphne,
    "daphne behind middleware": with_middleware,
    "uvicorn": with_uvicorn,
}
