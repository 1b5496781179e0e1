"""Two people on one desk: what one of them does is seen by the other, on another process, in every tab."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desks import Desk
from tests.browser.people import Person, toast

pytestmark = pytest.mark.redis


class Card(NamedTuple):
    """An order on the board, known by its number."""

    number: str

    def on(self, page: Page, column: str = "") -> Locator:
        """Where it lies on a page; in that column, if one is named."""
        return page.locator(f"{f'#column_{column} ' if column else ''}.card[aria-label='Order {self.number}']")


def first_card(page: Page, column: str) -> Card:
    label = page.locator(f"#column_{column} .card").first.get_attribute("aria-label")
    assert label is not None
    return Card(label.removeprefix("Order "))


def move_on(page: Page, card: Card) -> None:
    """Press the button that moves it to the next column."""
    card.on(page).locator(".next").click()


@pytest.mark.parametrize("where", ["cluster", "embedded", "uvicorn"])
def test_a_moved_order_is_seen_by_the_other_in_its_new_column_with_a_toast_and_both_ways(where, request, arrive):
    desk: Desk = request.getfixturevalue(where)
    ana = arrive(desk.servers[0].url, desk.origin.state_of("ana")).open()
    ben = arrive(desk.servers[-1].url, desk.origin.state_of("ben")).open()
    card = first_card(ana, "new")

    move_on(ana, card)
    expect(card.on(ben, "picking")).to_be_visible()
    expect(card.on(ben, "new")).to_have_count(0)
    expect(toast(ben, f"ana moved {card.number} to Picking")).to_be_visible()
    expect(toast(ana, f"{card.number} is now in Picking")).to_be_visible()

    move_on(ben, card)
    expect(card.on(ana, "packing")).to_be_visible()
    expect(toast(ana, f"ben moved {card.number} to Packing")).to_be_visible()
