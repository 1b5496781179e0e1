"""The tests' own sites as servers. ``DJANGO_SETTINGS_MODULE`` in ``env`` says which site it is that is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests import servers
from tests.documents import ROOT
from tests.servers import Server

__all__ = ["SERVERS", "daphne", "uvicorn", "web"]

APPLICATION = "tests.asgi:application"


def daphne(env: Mapping[str, str | None]) -> Server:
    """Not yet started."""
    return servers.daphne(APPLICATION, env=env, cwd=ROOT)


def uvicorn(env: Mapping[str, str | None], *options: str) -> Server:
    """Not yet started."""
    return servers.uvicorn(APPLICATION, env=env, cwd=ROOT, options=options)


SERVERS: dict[str, Callable[[Mapping[str, str | None]], Server]] = {"daphne": daphne, "uvicorn": uvicorn}


@pytest.fixture
def web(environment: dict[str, str]) -> Iterator[Server]:
    """A web process. Import it into a ``conftest.py`` that has an ``environment``."""
    with daphne(environment) as server:
        yield server
