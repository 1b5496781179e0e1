"""The test site (``tests/browser/site``) as a server."""

from __future__ import annotations

from tests.documents import ROOT
from tests.servers import Server, daphne

__all__ = ["site_of_ones_own"]


def site_of_ones_own(**settings: str) -> Server:
    """A daphne that serves the test site without Redis, not yet started. ``settings`` go into its environment."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.browser.site.settings", "REDIS_URL": None, **settings}
    return daphne("tests.browser.site.asgi:application", env=env, cwd=ROOT)
