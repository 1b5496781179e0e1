"""Fixtures for cases that want something of the database."""

from __future__ import annotations

import pytest

from tests.programs.states import make_products


@pytest.fixture
def products(db):
    """What the property ``catalog`` of the component finds."""
    make_products()
