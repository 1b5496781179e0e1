"""The pytest plugin: the fixture ``live``. Loaded by its entry point; imports nothing before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from liveactions.testing.live import Live

DATABASE = ("transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "db")
"""Fixtures of pytest-django that give a test the database."""


@pytest.fixture
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    """Opens live pages: ``live.open(Counter, count=2)``, ``live.open("/", user=ana)``; closes them after the test."""
    for name in DATABASE:
        if name in request.fixturenames:
            request.getfixturevalue(name)  # so that the pages are closed before the database is put away
    from liveactions.testing.live import Live

    with Live() as opened:
        yield opened
