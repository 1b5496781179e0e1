"""What comes after, what is undone, and whom else it reaches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import Exhibit, Exhibits
from tests.browser.people import Complaints, Person, goes_live, heard, toast, told

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()


@EXHIBITS.exhibit("Switch", "Remove a line")
def can_be_undone_from_the_toast(page: Page, press: Locator) -> None:
    lines = page.locator("#lines > li")
    press.click()
    expect(lines).to_have_text(["Pens", "Pads"])
    toast(page, "Ink was removed.").get_by_role("button", name="Undo").click()
    expect(toast(page, "Ink is back.")).to_be_visible()
    expect(lines).to_have_text(["Pens", "Pads", "Ink"])


@EXHIBITS.exhibit("Switch", "Go on elsewhere")
def goes_on_with_the_action_of_another_component(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "This is success.")).to_be_visible()


@EXHIBITS.exhibit("Multi", "Several behind one button")
def performs_all_of_them_in_order(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "One button, three results.").get_by_role("button", name="All of them").click()
    expect(toast(page, "Last.")).to_be_visible()
    assert told(page)[-2:] == ["First.", "Last."]
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello")


@EXHIBITS.exhibit("Noop", "Nothing to do")
def only_closes_the_message(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "This wants no answer.").get_by_role("button", name="All right").click()
    expect(page.locator(".live-toast")).to_have_count(0)
    assert told(page) == ["This wants no answer."]


@EXHIBITS.exhibit("Confetti", "A little", "A lot")
def rains_or_says_so_where_motion_is_to_be_reduced(page: Page, press: Locator) -> None:
    page.emulate_media(reduced_motion="no-preference")
    press.click()
    pieces = 40 if press.inner_text() == "A little" else 200
    expect(page.locator(".confetti__paper")).to_have_count(pieces)
    expect(page.locator(".confetti")).to_have_count(0)
    page.emulate_media(reduced_motion="reduce")
    press.click()
    expect(page.locator(".confetti__line")).to_have_text("Hooray!")
    expect(page.locator(".confetti__paper")).to_have_count(0)


@EXHIBITS.exhibit("for_somebody_else", "You, on all your pages", "Everyone")
def tells_other_pages(page: Page, press: Locator) -> None:
    other = page.context.new_page()
    other.goto("/gallery/")
    goes_live(other)
    press.click()
    for each in (page, other):
        heard(each, "live:toast")
        expect(toast(each, "ana says hello.").last).to_be_visible()


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_that_lead_on_do_what_stands_beside_them(exhibit: Exhibit, ana: Person, complaints: Complaints):
    exhibit.is_as_it_says(ana, complaints)
