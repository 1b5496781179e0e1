"""The desk on small and large screens, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desks import Desk
from tests.browser.people import Person, goes_live

pytestmark = pytest.mark.redis

OFFICE = (
    "/office/",
    "/office/desk/customer/",
    "/office/desk/product/",
    "/office/desk/order/record/1/",
    "/office/office/invoice/",
    "/office/office/invoice/record/134/",
)
PAGES = ("/", "/notifications/", "/subclassing/", "/gallery/", "/large-lists/", *OFFICE)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_without_scrolling_sideways(path, cluster: Desk, arrive):
    person = arrive(cluster.url, cluster.origin.state_of("ana"), viewport={"width": 390, "height": 844})
    page = person.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    navigation = page.get_by_role("navigation", name="Main")
    box = navigation.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844, "the navigation is on the screen"


def surface(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return colour


def test_the_theme_follows_the_system_until_somebody_chooses(cluster: Desk, arrive):
    person = arrive(cluster.url, cluster.origin.state_of("ana"), color_scheme="dark")
    page = person.open("/subclassing/")
    dark = surface(page)
    page.emulate_media(color_scheme="light")
    light = surface(page)
    assert dark != light
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert surface(page) == dark
    page.reload()
    goes_live(page)
    assert surface(page) == dark


TOAST = """(themes) => {
  const [root, around] = themes;
  document.documentElement.dataset.theme = root;
  document.body.insertAdjacentHTML("beforeend", `<div data-theme="${around}"><div class="live-toast"></div></div>`);
  return getComputedStyle(document.body.lastElementChild.firstElementChild).backgroundColor;
}"""


def test_what_the_client_shows_is_as_the_nearest_choice_says_and_else_as_the_system_is(visitor: Person):
    page = visitor.open("/clock/")
    light, dark = "rgb(255, 255, 255)", "rgb(29, 32, 39)"
    for system, own in (("light", light), ("dark", dark)):
        page.emulate_media(color_scheme=system)
        for root, unless in (("auto", own), ("light", light), ("dark", dark)):
            around = {"": unless, "light": light, "dark": dark}
            assert {theme: page.evaluate(TOAST, [root, theme]) for theme in around} == around, (system, root)
