"""The test site (``tests/browser/site``) as a server."""

from __future__ import annotations

from tests.servers import Server
from tests.sites import daphne, uvicorn

__all__ = ["site_of_ones_own", "with_uvicorn"]


def site_of_ones_own(**settings: str) -> Server:
    """A daphne that serves the test site without Redis, not yet started. ``settings`` go into its environment."""
    return daphne(environment(settings))


def with_uvicorn(**settings: str) -> Server:
    """The same on uvicorn, which waits a second for its streams to end."""
    return uvicorn(environment(settings), "--timeout-graceful-shutdown", "1")


def environment(settings: dict[str, str]) -> dict[str, str | None]:
    return {"DJANGO_SETTINGS_MODULE": "tests.browser.site.settings", "REDIS_URL": None, **settings}
