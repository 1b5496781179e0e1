"""What every folder of tests shares; fixtures for live pages come from ``liveactions.testing``."""

from __future__ import annotations

import gc
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.processes import forget_stem
from tests.wires import clock, connect

__all__ = ["clock", "connect"]

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: the garbage collector need not look through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_unconfigure() -> None:
    forget_stem()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or Redis, by its folder, fixtures and parameters: tests need not say so."""
    for item in items:
        in_browser = BROWSER in item.path.parents
        if in_browser:
            item.add_marker(pytest.mark.browser)
        if in_browser or "redis_server" in getattr(item, "fixturenames", ()) or re.search(r"[\[-]redis", item.name):
            item.add_marker(pytest.mark.redis)
        if "postgres_server" in getattr(item, "fixturenames", ()) or re.search(r"[\[-]postgres", item.name):
            item.add_marker(pytest.mark.postgres)
