"""People with a browser: a profile each, as many tabs as they like, and everything that goes wrong written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, expect

__all__ = ["FLAGS", "Arrive", "Complaints", "Person", "events", "goes_live", "heard", "toast", "told"]

NEEDLESS = (
    # A page each in every window, under its address bar, though nobody sees that: more work than most pages under test.
    "WebUIOmniboxPopup WebUIOmniboxAimPopup"
    # A process in advance for the next page of every profile: here most profiles see one page.
    " SpareRendererForSitePerProcess"
    # What Playwright turns off: of two lists Chromium takes the last.
    " AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync"
    " DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter"
    " NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch ThirdPartyStoragePartitioning"
).split()
"""Features of Chromium that are turned off. Names that a version does not know it passes over."""

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
    f" --disable-features={','.join(NEEDLESS)}"
).split()
"""How Chromium is started."""

JOURNAL = (Path(__file__).parent / "journal.js").read_text(encoding="utf-8")


@dataclass
class Complaints:
    """What browsers complained about: errors, warnings of the client, violations of the policy. A test that
    provokes some says so with ``expect``; all others are its failure."""

    heard: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *patterns: str) -> None:
        """Complaints that hold one of these regular expressions are meant."""
        self.expected.extend(patterns)

    def unexpected(self) -> list[str]:
        return [text for text in self.heard if not any(re.search(pattern, text) for pattern in self.expected)]

    def listen(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))
        page.on("crash", lambda: self.heard.append(f"{page.url} crashed"))

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "liveactions [" in message.text:
            where = message.location.get("url", "")
            self.heard.append(f"{message.type}: {message.text} {where}".strip())


class Person:
    """Somebody with an empty browser profile, or one that is signed in already (``state`` of Playwright)."""

    def __init__(self, browser: Browser, url: str, complaints: Complaints, state: Any = None, **options: Any) -> None:
        self.url = url
        self.complaints = complaints
        self.context: BrowserContext = browser.new_context(base_url=url, storage_state=state, **options)
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(JOURNAL)
        self.context.on("page", complaints.listen)

    def open(self, path: str = "/") -> Page:
        """A new tab that is connected and whose components are mounted."""
        page = self.context.new_page()
        page.goto(path)
        goes_live(page)
        return page


Arrive = Callable[..., Person]
"""``arrive(url, state=None, **options)``: somebody with a new profile."""


def goes_live(page: Page) -> None:
    """Wait until the page is connected and each of its components is mounted."""
    expect(page.locator("html")).to_have_attribute("data-live-status", "live")
    page.evaluate("journal.mounted()")


def heard(page: Page, name: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait for the ``count``-th event ``name`` of this document; the entries of the journal with that name."""
    try:
        found: list[dict[str, Any]] = page.evaluate("([name, count]) => journal.heard(name, count)", [name, count])
    except Error as error:
        raise AssertionError(f"{name} was not heard {count} times: {error.message}") from None
    return found


def events(page: Page, names: Iterable[str] = ()) -> list[str]:
    """The names of what has happened in this document so far, of those ``names`` only if there are any."""
    wanted = set(names)
    happened: list[str] = page.evaluate("journal.entries.map(({name}) => name)")
    return [name for name in happened if not wanted or name in wanted]


def toast(page: Page, text: str) -> Locator:
    """The toasts with this text."""
    return page.locator(".live-toast:not([data-leaving])").filter(has_text=text)


def told(page: Page) -> list[Any]:
    """The messages of the toasts that this document was given so far, shown or gone."""
    messages: list[Any] = page.evaluate(
        "journal.entries.filter(({name}) => name === 'live:toast').map(({detail}) => detail.message)"
    )
    return messages
