"""The desk's board as tests speak of it."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Locator, Page

__all__ = ["Card", "column", "first_card", "head", "move_on"]


class Card(NamedTuple):
    """An order on the board, known by its number (``#1042``)."""

    number: str

    def on(self, page: Page, stage: str = "") -> Locator:
        """The card on a page; in the column of ``stage``, if one is named."""
        return page.locator(f"{f'#column_{stage} ' if stage else ''}.card[aria-label='Order {self.number}']")


def column(page: Page, stage: str) -> Locator:
    return page.locator(f"#column_{stage}")


def head(page: Page, stage: str) -> Locator:
    """The top of a column: to drop something there, nobody has to scroll."""
    return column(page, stage).locator(".column__head")


def first_card(page: Page, stage: str) -> Card:
    """The card on top of a column."""
    label = column(page, stage).locator(".card").first.get_attribute("aria-label")
    assert label is not None
    return Card(label.removeprefix("Order "))


def move_on(page: Page, card: Card) -> None:
    """Press the button that moves it to the next column."""
    card.on(page).locator(".next").click()
