"""The exhibits of the gallery, as tests see them: what each button leads to, and how it is found and pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Locator, Page, expect

from sample_site.config.settings import INSTALLED_APPS
from tests.browser.people import Complaints, Person, goes_live, heard

__all__ = ["Exhibit", "Exhibits", "button", "came_again", "done", "looked", "settled", "window", "words"]

Look = Callable[[Page, Locator], None]


class Exhibit(NamedTuple):
    """What pressing a button leads to (``look`` presses it), and what the browser will complain about.

    ``presses`` are those of the ``labels`` that are pressed, one after the other: one if ``look`` is a story in which
    it presses the others itself. ``anew``: each on a page of its own, where what the one before left would be seen.
    """

    word: str
    labels: tuple[str, ...]
    presses: tuple[str, ...]
    look: Look
    complains: tuple[str, ...]
    anew: bool

    def __str__(self) -> str:
        return f"{self.word}: {self.labels[0]}"

    def is_as_it_says(self, somebody: Person, complaints: Complaints) -> None:
        """Have somebody press every button."""
        complaints.expect(*self.complains)
        page = entered(somebody)
        for number, label in enumerate(self.presses):
            if number and self.anew:
                page.close()
                page = entered(somebody)
            page.evaluate("journal.forget()")
            self.look(page, button(page, self.word, label))


class Exhibits(list[Exhibit]):
    """Those of one room."""

    def exhibit(
        self,
        word: str,
        *labels: str,
        complains: tuple[str, ...] = (),
        needs: str = "",
        story: bool = False,
        anew: bool = False,
    ) -> Callable[[Look], Look]:
        """For buttons of ``word`` (the anchor of its place). ``needs`` is the app without which they are disabled."""

        def enter(look: Look) -> Look:
            if not needs or needs in INSTALLED_APPS:
                self.append(Exhibit(word, labels, labels[:1] if story else labels, look, complains, anew))
            return look

        return enter


def entered(somebody: Person) -> Page:
    """The gallery, when all of it is there: also what it finds slow, which its first call has brought."""
    page = somebody.open("/gallery/")
    heard(page, "live:call:end")
    expect(page.locator("#stock")).to_have_text("1")
    return page


def button(page: Page, word: str, label: str) -> Locator:
    return page.locator(f"section#{word}").get_by_role("button", name=label, exact=True)


def words(page: Page) -> list[str]:
    """The results that were performed since the button was pressed, but for patches."""
    found = page.evaluate("journal.entries.filter(({name}) => name === 'live:result').map(({detail}) => detail.word)")
    return [word for word in found if word not in ("Patch", "Whole")]


def done(page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Wait until that many calls have ended well."""
    return heard(page, "live:call:success", count)


def came_again(page: Page, query: str) -> None:
    """The page was left for the gallery with another query."""
    page.wait_for_url(f"**/gallery/?{query}*")
    goes_live(page)


def window(page: Page) -> Locator:
    return page.locator("dialog[open]")


LOOKED = ("#room_looked", "#inner_looked", "#page_looked")


def looked(page: Page) -> list[str]:
    """When each of them has looked at its data."""
    return [page.locator(place).inner_text() for place in LOOKED]


def settled(page: Page) -> None:
    """Have everything look again once, so that it shows when that was."""
    for place, before in zip(LOOKED, looked(page), strict=True):
        if place == LOOKED[0]:
            button(page, "Refresh", "all").click()
        expect(page.locator(place)).not_to_have_text(before)
