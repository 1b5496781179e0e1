"""Windows, and what looks at its data again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import LOOKED, Exhibit, Exhibits, came_again, looked, settled, window
from tests.browser.people import Complaints, Person, toast

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()


@EXHIBITS.exhibit("Close", "Close what is open")
def does_the_rest_where_no_window_is_open(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "There was no window.")).to_be_visible()


REFRESHED = {
    "self": 2,  # with what is inside
    "all": 3,
    "Refresh what is around": 2,
}


@EXHIBITS.exhibit("Refresh", *REFRESHED)
def has_those_in_its_scope_look_again(page: Page, press: Locator) -> None:
    settled(page)
    before, count = looked(page), REFRESHED[press.inner_text()]
    press.click()
    for place, at in list(zip(LOOKED, before, strict=True))[:count]:
        expect(page.locator(place)).not_to_have_text(at)
    assert looked(page)[count:] == before[count:]


@EXHIBITS.exhibit("Refresh", "Delayed values")
def loads_what_is_slow_once_more(page: Page, press: Locator) -> None:
    expect(page.locator("#stock")).to_have_text("1")
    press.click()
    expect(page.locator("#stock")).to_have_text("2")


@EXHIBITS.exhibit("Wizard", "Open a wizard")
def asks_in_a_window_and_wizards_stand_upon_wizards(page: Page, press: Locator) -> None:
    press.click()
    expect(window(page)).to_have_count(1)
    expect(window(page).get_by_label("Who")).to_have_value("ana")
    window(page).get_by_role("button", name="One more on top").click()
    expect(window(page)).to_have_count(2)
    top = window(page).last
    top.get_by_role("button", name="Another instead").click()
    expect(window(page)).to_have_count(2)
    expect(top.get_by_role("heading")).to_have_text("Instead of it")
    top.get_by_label("Who").fill("nobody")
    top.get_by_role("button", name="Greet").click()
    expect(top).to_contain_text("Greet somebody.")
    page.keyboard.press("Escape")
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(window(page)).to_have_count(1)
    window(page).get_by_role("button", name="Greet").click()
    expect(toast(page, "Hello ana")).to_be_visible()
    expect(window(page)).to_have_count(0)
    expect(page.locator("#wizard_heard")).to_have_text("ana")
    expect(press).to_be_focused()


@EXHIBITS.exhibit("WindowAction", "Open an order", needs="liveactions.contrib.records")
def opens_the_form_of_a_record_in_a_window(page: Page, press: Locator) -> None:
    press.click()
    expect(window(page)).to_have_accessible_name(re.compile(r"^Order \d+$"))


@EXHIBITS.exhibit("SendMessage", "A message", "A note", "To followers", needs="liveactions.contrib.mail")
def opens_the_composer_and_sends_nothing(page: Page, press: Locator) -> None:
    press.click()
    expect(window(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(window(page)).to_have_count(0)


@EXHIBITS.exhibit("WindowAction", "Go to Toast")
def goes_to_what_it_names(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "word=Toast")


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_of_windows_do_what_stands_beside_them(exhibit: Exhibit, ana: Person, complaints: Complaints):
    exhibit.is_as_it_says(ana, complaints)
