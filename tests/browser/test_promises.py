"""What the desk shows of a card that is dropped, before the server has said anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.board import column, first_card, head
from tests.browser.people import Person, heard, toast
from tests.browser.promises import promised

pytestmark = pytest.mark.redis

PLACES = ".column__orders"


def test_a_card_that_is_dropped_is_seen_in_its_new_column_before_the_answer(ana: Person):
    page = ana.open()
    card = first_card(page, "new")
    seen = promised(page, PLACES)
    card.on(page).drag_to(head(page, "packing"))
    expect(toast(page, f"{card.number} is now in Packing")).to_be_visible()
    assert card.number in (seen() or "")
    expect(card.on(page, "packing")).to_be_visible()
    expect(page.locator(f"{PLACES} [data-live-optimistic]")).to_have_count(0)


def test_a_card_that_is_dropped_where_it_was_stays_there_and_nothing_is_promised(ana: Person):
    page = ana.open()
    card = first_card(page, "new")
    cards = column(page, "new").get_by_role("listitem").all_inner_texts()
    seen = promised(page, PLACES)
    card.on(page).drag_to(head(page, "new"))
    heard(page, "live:call:success")
    assert seen() is None
    assert column(page, "new").get_by_role("listitem").all_inner_texts() == cards
