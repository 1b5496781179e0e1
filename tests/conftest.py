"""What every folder of tests shares; fixtures for components and pages come from ``liveactions.testing``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wires import clock, connect

__all__ = ["clock", "connect"]

BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test under ``tests/browser`` needs a browser; it need not say so."""
    for item in items:
        if BROWSER in item.path.parents:
            item.add_marker(pytest.mark.browser)
