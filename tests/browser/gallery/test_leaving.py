"""Files that are handed over, and ways to leave the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.gallery.exhibits import Exhibit, Exhibits, came_again
from tests.browser.people import Complaints, Person, goes_live, told

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()


@EXHIBITS.exhibit("OpenURL", "In a new tab", "In this tab")
def opens_the_address_there(page: Page, press: Locator) -> None:
    if press.inner_text() == "In this tab":
        press.click()
        came_again(page, "opened=1")
    else:
        with page.context.expect_page() as opened:
            press.click()
        opened.value.wait_for_url("**/gallery/?opened=1")
        assert opened.value.evaluate("opener") is None


FILES = {
    "A text": ("hello.txt", lambda data: data == b"Hello"),
    "A table": ("orders.csv", lambda data: data.splitlines()[1] == b"1042,Rosa"),
    "Piece by piece": ("lines.txt", lambda data: data.endswith(b"line 99999\n") and data.count(b"\n") == 100_000),
    "5 MB from the disk": ("large.bin", lambda data: data == bytes(range(256)) * (5 * 4096)),
    "What a view returns": ("attached.txt", lambda data: data == b"From a view"),
}


@EXHIBITS.exhibit("Download", *FILES)
def hands_over_the_whole_file(page: Page, press: Locator) -> None:
    name, is_whole = FILES[press.inner_text()]
    with page.expect_download() as downloading:
        press.click()
    assert downloading.value.suggested_filename == name
    assert is_whole(Path(downloading.value.path()).read_bytes())


@EXHIBITS.exhibit("Reload", "page", "frontend", "caches")
def loads_the_page_again(page: Page, press: Locator) -> None:
    page.evaluate("globalThis.stayed = localStorage['liveactions.kept'] = '1'")
    with page.expect_navigation():
        press.click()
    goes_live(page)
    kept = "1" if press.inner_text() == "page" else None
    assert page.evaluate("[globalThis.stayed ?? null, localStorage['liveactions.kept'] ?? null]") == [None, kept]


@EXHIBITS.exhibit("Redirect", "Leave and come back")
def goes_elsewhere_and_performs_nothing_behind_it(page: Page, press: Locator) -> None:
    page.evaluate("addEventListener('live:toast', () => sessionStorage.setItem('toasted', 'yes'))")
    press.click()
    came_again(page, "redirected=1")
    assert page.evaluate("sessionStorage.getItem('toasted')") is None
    assert told(page) == []


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_that_lead_away_do_what_stands_beside_them(exhibit: Exhibit, ana: Person, complaints: Complaints):
    exhibit.is_as_it_says(ana, complaints)
