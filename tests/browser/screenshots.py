"""Pictures of every page of the desk, for people to look at: ``python -m tests.browser.screenshots OUT``.

Each page at 1280 and 390 pixels, light and dark; and some moments: a drawer, a menu, a question, toasts, mistakes in a
form, a lost connection, a traceback.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.verify import chromium
from tests.browser import desks
from tests.browser.board import first_card
from tests.browser.desks import Desk
from tests.browser.people import FLAGS, Complaints, Person, goes_live, heard

WIDTHS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
PAGES = {
    "dashboard": "/",
    "office": "/office/",
    "customers": "/office/desk/customer/",
    "customer": "/office/desk/customer/record/1/",
    "products": "/office/desk/product/",
    "orders": "/office/desk/order/",
    "order": "/office/desk/order/record/1/",
    "invoices": "/office/office/invoice/",
    "invoice": "/office/office/invoice/record/130/",
    "draft": "/office/office/invoice/record/134/",
    "notices": "/notifications/",
    "subclasses": "/subclassing/",
    "gallery": "/gallery/",
    "lists": "/large-lists/",
}


def drawer(page: Page) -> None:
    first_card(page, "new").on(page).locator(".card__open").click()
    page.locator(".drawer").wait_for()


def menu(page: Page) -> None:
    first_card(page, "new").on(page).locator("summary").click()


def question(page: Page) -> None:
    drawer(page)
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_role("alertdialog").wait_for()


def mistakes(page: Page) -> None:
    page.get_by_label("Quantity").fill("0")
    page.get_by_role("button", name="Take the order").click()
    page.locator(".field__error").first.wait_for()


def toasts(page: Page) -> None:
    word = page.locator("section#Toast")
    for label in ("info", "success", "warning", "error", "Title, sticky", "A payload"):
        word.get_by_role("button", name=label, exact=True).click()
    heard(page, "live:toast", 6)


def traceback(page: Page) -> None:
    page.get_by_role("button", name="Fail half-way").click()
    page.locator(".live-overlay").wait_for()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.locator(".live-status[data-state=offline]").wait_for()


def wizard(page: Page) -> None:
    page.get_by_role("button", name="Invoice this order").click()
    page.get_by_role("dialog", name="Invoice this order").wait_for()


def posting(page: Page) -> None:
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("alertdialog").wait_for()


def picking(page: Page) -> None:
    page.get_by_role("button", name="Pick products").click()
    page.get_by_role("dialog", name="Products").wait_for()


def composing(page: Page) -> None:
    page.get_by_role("button", name="Send by mail").click()
    page.get_by_role("dialog", name="New message").wait_for()


MOMENTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "drawer": ("/", drawer),
    "menu": ("/", menu),
    "question": ("/", question),
    "mistakes": ("/", mistakes),
    "wizard": ("/office/desk/order/record/1/", wizard),
    "posting": ("/office/office/invoice/record/134/", posting),
    "picking": ("/office/office/invoice/record/134/", picking),
    "composing": ("/office/office/invoice/record/130/", composing),
    "offline": ("/", offline),
    "toasts": ("/gallery/", toasts),
    "traceback": ("/gallery/", traceback),
}
"""What happens before the picture is taken, by its name; of these only what is on the screen is shown."""


def main(out: Path) -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium was found; name one: CHROMIUM=/path/to/chrome.")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with desks.running(desks.seeded(folder), folder) as desk:
            for width, scheme in product(WIDTHS, SCHEMES):
                take(browser, desk, out, width, scheme)
        browser.close()


def take(browser: Browser, desk: Desk, out: Path, width: int, scheme: str) -> None:
    """All pictures of one width in one scheme."""
    options = {
        "viewport": {"width": width, "height": WIDTHS[width]},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    stranger = Person(browser, desk.url, Complaints(), **options)
    page = stranger.context.new_page()
    page.goto("/sign-in/")
    page.screenshot(path=out / f"sign-in-{width}-{scheme}.png", full_page=True)
    ana = Person(browser, desk.url, Complaints(), desk.origin.state_of("ana"), **options)
    for name, where in PAGES.items():
        page = ana.open(where)
        # As high as the page is, so that what keeps to the edge of the screen is at the edge of the picture.
        page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
        page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
        page.close()
    for name, (where, act) in MOMENTS.items():
        page = ana.context.new_page()
        page.goto(where)
        goes_live(page)
        act(page)
        page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
        ana.context.set_offline(False)
        page.close()
    for person in (stranger, ana):
        person.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
