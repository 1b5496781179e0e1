"""The desk by keyboard alone: everything can be reached, seen where one is, and left again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.board import first_card
from tests.browser.desks import Desk
from tests.browser.people import Arrive, Person, goes_live, toast

pytestmark = pytest.mark.redis

OFFICE_FORM = "/office/office/invoice/new/"
PAGES = ("/", "/notifications/", "/subclassing/", "/gallery/", "/large-lists/", "/office/", OFFICE_FORM)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}

REACHABLE = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  // Of a list of tabs one is a stop; arrows lead to the others.
  const controls = "button:not(:disabled, [tabindex='-1']), input:not([type=hidden]):not(:disabled), select, textarea";
  const all = document.querySelectorAll(`a[href], summary, [tabindex="0"], ${controls}`);
  return [...all].filter(shown).length;
}"""

HERE = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  globalThis.reached ??= new Set();
  // A date has several stops, and what can be scrolled is one of the browser's own.
  const inside = globalThis.latest === element || element.tabIndex < 0;
  globalThis.latest = element;
  const again = reached.has(element) && !inside;
  reached.add(element);
  const style = getComputedStyle(element);
  const ringed = style.outlineStyle !== "none" || style.boxShadow !== "none";
  // Bars that stay in sight may lie over it; what is wider than its list is seen in part.
  const { x, y, width, height } = element.getBoundingClientRect();
  const there = [4, width / 2, width - 4].map((across) => document.elementFromPoint(x + across, y + height / 2));
  const clear = there.some((other) => other !== null && (element.contains(other) || other.contains(element)));
  const name = element.ariaLabel || element.labels?.[0]?.innerText || element.innerText || element.title
    || element.placeholder || "";
  return { again, inside, ringed, clear, name: name.trim(), html: element.outerHTML.slice(0, 120) };
}"""


def stops(page: Page) -> Iterator[dict[str, object]]:
    """Where Tab leads, one after another, until it has been everywhere."""
    while True:
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or here["again"]:
            return
        if not here["inside"]:
            yield here


def tab_to(page: Page, it: Locator) -> None:
    """Press Tab until it has the focus."""
    wanted = it.element_handle()
    for _ in range(300):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{it} cannot be reached with Tab")


@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize("path", PAGES)
def test_tab_reaches_everything_in_turn_and_one_always_sees_where_one_is(path, size, cluster: Desk, arrive: Arrive):
    width, height = SIZES[size]
    screen = {"width": width, "height": height}
    page = arrive(cluster.url, cluster.origin.state_of("ana"), viewport=screen).open(path)
    everything = page.evaluate(REACHABLE)
    visited = list(stops(page))
    assert [stop["html"] for stop in visited if not stop["name"]] == [], "without a name"
    assert [stop["html"] for stop in visited if not stop["ringed"]] == [], "not to be seen"
    assert [stop["html"] for stop in visited if not stop["clear"]] == [], "behind something else"
    assert len(visited) == everything


def test_the_first_stop_leads_past_the_navigation(ana: Person):
    page = ana.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_one_signs_in_without_a_mouse(cluster: Desk, arrive):
    page = arrive(cluster.url).context.new_page()
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type("desk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    goes_live(page)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_an_order_is_moved_with_a_key_and_the_focus_goes_with_it(key, ana: Person):
    page = ana.open()
    card = first_card(page, "new")
    tab_to(page, card.on(page).locator(".next"))
    page.keyboard.press(key)
    expect(card.on(page, "picking").locator(".next")).to_be_focused()
    page.keyboard.press(key)
    expect(card.on(page, "packing").locator(".next")).to_be_focused()


def test_a_menu_opens_with_a_key_moves_the_order_and_closes_with_escape(ana: Person):
    page = ana.open()
    card = first_card(page, "new")
    summary = card.on(page).locator("summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(card.on(page).locator("details")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    expect(card.on(page).get_by_role("button", name="Picking", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(card.on(page).locator("details")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card.on(page, "packing")).to_be_visible()


def test_a_drawer_takes_the_focus_and_escape_gives_it_back_to_what_opened_it(ana: Person):
    page = ana.open()
    opener = first_card(page, "new").on(page).locator(".card__open")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    drawer = page.locator(".drawer")
    expect(drawer).to_be_focused()
    page.keyboard.press("Tab")
    expect(drawer.get_by_role("button", name="Close order")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_question_is_answered_by_keyboard_and_escape_means_no_and_closes_nothing_else(ana: Person):
    page = ana.open()
    card = first_card(page, "new")
    tab_to(page, card.on(page).locator(".card__open"))
    page.keyboard.press("Enter")
    expect(page.locator(".drawer")).to_be_focused()
    cancel = page.locator(".drawer").get_by_role("button", name="Cancel the order")
    tab_to(page, cancel)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="OK")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".drawer")).to_be_visible()
    expect(cancel).to_be_focused()

    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="OK")).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page, f"{card.number} is cancelled.")).to_be_visible()
    expect(card.on(page)).to_have_count(0)


def test_a_toast_is_reached_and_its_button_pressed_and_the_focus_comes_back(ana: Person):
    page = ana.open("/gallery/")
    undo = page.locator("section#Switch").get_by_role("button", name="Remove a line")
    tab_to(page, undo)
    page.keyboard.press("Enter")
    shown = toast(page, "Ink was removed.")
    tab_to(page, shown.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(toast(page, "Ink is back.")).to_be_visible()
    tab_to(page, toast(page, "Ink is back.").get_by_role("button", name="Close"))
    page.keyboard.press("Escape")
    expect(toast(page, "Ink is back.")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body"), "the focus is not lost"


def test_news_are_read_out_and_do_not_take_the_focus(ana: Person):
    page = ana.open("/gallery/")
    info = page.locator("section#Toast").get_by_role("button", name="info", exact=True)
    info.focus()
    page.keyboard.press("Enter")
    expect(toast(page, "This is info.")).to_be_visible()
    expect(info).to_be_focused()
    expect(page.get_by_role("region", name="Notifications").locator("[aria-live=polite]")).to_contain_text("Info:")


def test_search_and_clear_by_keyboard(ana: Person):
    page = ana.open()
    search = page.get_by_label("Search by customer, city or number")
    tab_to(page, search)
    page.keyboard.type("#1009")
    expect(page.locator(".card")).to_have_count(1)
    expect(search).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Clear the search")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".card")).not_to_have_count(1)
    expect(search).to_have_value("")


def test_the_theme_is_switched_with_a_key_and_kept(ana: Person):
    page = ana.open()
    tab_to(page, page.get_by_role("button", name="Switch between light and dark"))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
