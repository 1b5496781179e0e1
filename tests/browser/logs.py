"""The log of ``site.bound`` and the levers of the test site, as tests speak of them."""

from __future__ import annotations

import secrets
from urllib.request import urlopen

from playwright.sync_api import Page, expect

__all__ = ["Gate", "all_is_done", "logged"]


def logged(page: Page, *lines: str) -> None:
    """Wait until the log holds exactly these lines."""
    expect(page.locator("#log li")).to_have_text(list(lines))


def all_is_done(page: Page) -> None:
    """Wait until the server has seen to everything that this page has sent so far."""
    assert page.evaluate("liveactions.call(document.querySelector('#barrier'), 'count')") == {"ok": True}


class Gate:
    """Actions wait at it until it is opened. Gates have numbers behind the name: ``gate[2]``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = secrets.token_hex(8)

    def __str__(self) -> str:
        return self.name

    def __getitem__(self, number: int) -> str:
        return f"{self.name}-{number}"

    def open(self, name: str = "") -> None:
        """Let everybody through, now and later."""
        urlopen(f"{self.url}/gates/{name or self.name}/").close()
