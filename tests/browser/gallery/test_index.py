"""The gallery as a whole: that nothing of it is untried, and how one finds one's way in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desk
from tests.browser.gallery import (
    test_doors,
    test_flow,
    test_leaving,
    test_messages,
    test_page,
    test_records,
    test_windows,
)
from tests.browser.people import Arrive, Person

pytestmark = pytest.mark.redis

ROOMS = (test_doors, test_flow, test_leaving, test_messages, test_page, test_records, test_windows)


def test_every_button_of_the_gallery_is_pressed_by_a_test(ana: Person):
    page = ana.open("/gallery/")
    found = page.locator("main .word button:enabled:not([role=tab])").evaluate_all(
        "buttons => buttons.map((button) => [button.closest('.word').id, button.innerText])"
    )
    assert {tuple(pair) for pair in found} == {
        (each.word, label) for room in ROOMS for each in room.EXHIBITS for label in each.labels
    }


def test_a_word_is_found_by_its_name_by_a_spelling_and_by_what_it_does(ana: Person):
    page = ana.open("/gallery/")
    search, places = page.get_by_label("Find a word"), page.locator("main .word:visible > header h3")
    links = page.get_by_role("navigation", name="Words").get_by_role("listitem")
    for wanted, found in (
        ("multi", ["Multi"]),
        ("patch_html", ["HTML"]),
        ("tab list", ["ActiveTab"]),
        ("no such word", []),
    ):
        search.fill(wanted)
        expect(places).to_have_text(found)
        expect(links).to_have_text(found)
        expect(page.get_by_text("No word is called so.")).to_be_visible(visible=not found)
    search.fill("confetti")
    search.press("Enter")
    page.wait_for_url("**/gallery/#Confetti")


def test_on_a_phone_one_goes_to_a_word_by_choosing_it(cluster: Desk, arrive: Arrive):
    phone = arrive(
        cluster.servers[0].url, cluster.origin.state_of("ana"), viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = phone.open("/gallery/")
    page.get_by_label("Go to").select_option("Download")
    expect(page.locator("#Download_name")).to_be_in_viewport()
    bar = page.get_by_role("navigation", name="Words").bounding_box()
    name = page.locator("#Download_name").bounding_box()
    assert bar is not None
    assert name is not None
    assert name["y"] >= bar["y"] + bar["height"], "the bar does not cover it"
