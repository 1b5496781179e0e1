from __future__ import annotations

import pytest


@pytest.fixture
def page(live):
    """The till, which has windows and links to them."""
    return live.open("/till/")
