"""Lists and forms of records in a real browser: two people at once, and one with nothing but a keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import offices
from tests.browser.offices import Office
from tests.browser.people import Arrive, Person, goes_live, heard

ORDERS = "/office/records_shop/purchase/"


@pytest.fixture(scope="module")
def kept_office(tmp_path_factory) -> Iterator[Office]:
    origin = offices.seeded(tmp_path_factory.mktemp("origin"))
    with offices.running(origin, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture
def office(kept_office: Office) -> Office:
    """The office, with its database as it was seeded: 64 orders, 1001 to 1064."""
    kept_office.renew()
    return kept_office


@pytest.fixture
def ana(office: Office, arrive: Arrive) -> Person:
    return arrive(office.url, office.state_of("ana"))


@pytest.fixture
def ben(office: Office, arrive: Arrive) -> Person:
    return arrive(office.url, office.state_of("ben"))


def row(page: Page, number: int) -> Locator:
    return page.locator("tbody tr").filter(has=page.get_by_role("link", name=str(number), exact=True))


def cell(page: Page, number: int, column: str) -> Locator:
    return row(page, number).locator(f"[data-column='{column}']")


FOCUSED = """() => {
  const cell = document.activeElement.closest("td, th");
  if (!cell) return document.activeElement.tagName;
  const link = cell.parentElement.querySelector(".live-records__open");
  return `${cell.dataset.column ?? ""} ${link?.innerText ?? ""}`;
}"""


def focused(page: Page) -> str:
    """What has the focus: its column and its record."""
    found: str = page.evaluate(FOCUSED)
    return found


class TestTwoPeople:
    def test_a_cell_that_is_saved_is_seen_by_the_other(self, ana: Person, ben: Person):
        one, other = ana.open(ORDERS), ben.open(ORDERS)
        cell(one, 1063, "total").dblclick()
        expect(one.locator(".live-records__editor input")).to_be_focused()
        one.keyboard.type("99.5")
        one.keyboard.press("Enter")
        expect(cell(one, 1063, "total")).to_have_text("99.50")
        expect(cell(other, 1063, "total")).to_have_text("99.50")

    def test_while_one_edits_the_others_change_is_held_back(self, ana: Person, ben: Person):
        one, other = ana.open(ORDERS), ben.open(ORDERS)
        cell(one, 1063, "total").dblclick()
        one.locator(".live-records__editor input").fill("5")
        form = ben.open(f"{ORDERS}record/63/")
        form.get_by_label("Stage").select_option("Shipped")
        form.get_by_role("button", name="Save", exact=True).click()
        expect(cell(other, 1063, "stage")).to_have_text("Shipped")
        expect(one.get_by_text("Changed by Ben.")).to_be_visible()
        expect(cell(one, 1063, "stage")).to_have_text("New")
        expect(one.locator(".live-records__editor input")).to_have_value("5")
        one.locator(".live-records__editor input").press("Enter")
        expect(cell(one, 1063, "stage")).to_have_text("Shipped")
        expect(cell(one, 1063, "total")).to_have_text("5.00")

    def test_a_form_with_something_entered_keeps_it(self, ana: Person, ben: Person):
        one, other = ana.open(f"{ORDERS}record/63/"), ben.open(f"{ORDERS}record/63/")
        one.get_by_label("Note").type("mine")
        other.get_by_label("Total").fill("1")
        other.get_by_role("button", name="Save", exact=True).click()
        expect(one.get_by_text("Changed by Ben.")).to_be_visible()
        expect(one.get_by_label("Note")).to_have_value("mine")
        one.get_by_role("button", name="Save", exact=True).click()
        expect(one.get_by_label("Total")).to_have_value("1.00")
        expect(other.get_by_label("Note")).to_have_value("mine")

    def test_a_record_that_is_deleted_leaves_the_list_and_says_so_in_its_form(self, ana: Person, ben: Person):
        one, form = ana.open(ORDERS), ben.open(f"{ORDERS}record/63/")
        row(one, 1063).get_by_role("checkbox").click()
        one.get_by_role("button", name="Delete").click()
        question = one.get_by_role("alertdialog")
        expect(question).to_contain_text("Delete 1 order?")
        expect(question).to_contain_text("3 lines")
        question.get_by_role("button", name="Delete 1").click()
        expect(row(one, 1063)).to_have_count(0)
        expect(form.get_by_role("alert")).to_have_text("Deleted by Ana.")


def test_what_a_shell_changes_is_seen(tmp_path, office: Office, redis_url: str, arrive: Arrive):
    """Another process, which serves no page: the news go through Redis."""
    with offices.running(office.origin, tmp_path, REDIS_URL=redis_url) as one:
        page = arrive(one.url, one.state_of("ana")).open(ORDERS)
        one.run("from tests.contrib.records.shop.models import Purchase; Purchase.objects.get(number=1063).delete()")
        expect(row(page, 1063)).to_have_count(0)
        expect(page.get_by_text("1–50 of 63")).to_be_visible()


class TestKeyboard:
    def test_a_list_is_walked_through_selected_edited_and_opened(self, ana: Person):
        page = ana.open(ORDERS)
        row(page, 1064).get_by_role("link").focus()
        page.keyboard.press("ArrowDown")
        assert focused(page) == "number 1063"
        page.keyboard.press("Space")
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        expect(page.get_by_text("3 selected")).to_be_visible()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        assert focused(page) == "total 1061"
        page.keyboard.press("F2")
        expect(page.locator(".live-records__editor input")).to_be_focused()
        page.keyboard.type("7")
        page.keyboard.press("Escape")
        expect(page.locator(".live-records__editor")).to_have_count(0)
        page.wait_for_function("document.activeElement?.matches('td')")
        assert focused(page) == "total 1061"
        page.keyboard.press("Enter")
        page.locator(".live-records__editor input").fill("7")
        page.keyboard.press("Enter")
        expect(cell(page, 1061, "total")).to_have_text("7.00")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="#1061")).to_be_visible()

    def test_one_cell_of_a_list_is_reached_with_tab(self, ana: Person):
        page = ana.open(ORDERS)
        assert page.locator("table [tabindex='0']").count() == 1
        row(page, 1062).get_by_role("link").focus()
        page.keyboard.press("Tab")
        assert not focused(page).strip() or page.evaluate("!document.activeElement.closest('table')")

    def test_shift_sorts_by_a_second_column(self, ana: Person):
        page = ana.open(ORDERS)
        page.get_by_role("button", name="Customer").click()
        page.get_by_role("button", name="Total").click(modifiers=["Shift"])
        expect(page.locator("th", has_text="Total")).to_have_attribute("aria-sort", "ascending")
        expect(page.locator("th", has_text="Customer")).to_have_attribute("aria-sort", "ascending")
        expect(page).to_have_url(f"{ana.url}{ORDERS}?o=customer%2Ctotal")

    def test_shift_selects_all_rows_between(self, ana: Person):
        page = ana.open(ORDERS)
        row(page, 1063).get_by_role("checkbox").click()
        row(page, 1059).get_by_role("checkbox").click(modifiers=["Shift"])
        expect(page.get_by_text("5 selected")).to_be_visible()
        for number in range(1059, 1064):
            expect(row(page, number).get_by_role("checkbox")).to_be_checked()


class TestForms:
    def test_who_leaves_with_something_entered_is_asked(self, ana: Person):
        page = ana.open(f"{ORDERS}record/63/")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.get_by_label("Note").type("mine")
        page.get_by_role("link", name="← Orders").click()
        goes_live(page)
        assert asked == ["beforeunload"]

    def test_after_saving_one_may_leave(self, ana: Person):
        page = ana.open(f"{ORDERS}record/63/")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.get_by_label("Note").type("mine")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".live-toast", has_text="Saved: #1063")).to_be_visible()
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("heading", name="#1062")).to_be_visible()
        assert asked == []

    def test_rows_are_added_and_removed_without_losing_what_was_entered(self, ana: Person):
        page = ana.open(f"{ORDERS}record/63/")
        page.get_by_label("Note").type("mine")
        page.locator("[name='lines-0-product']").fill("Rye")
        page.get_by_role("button", name="Add a row").click()
        expect(page.locator("[name='lines-3-product']")).to_be_focused()
        page.keyboard.type("Salt")
        expect(page.get_by_label("Note")).to_have_value("mine")
        expect(page.locator("[name='lines-0-product']")).to_have_value("Rye")
        page.locator("[name='lines-1-DELETE']").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".live-toast", has_text="Saved")).to_be_visible()
        products = [page.locator(f"[name='lines-{index}-product']").input_value() for index in range(3)]
        assert products[0] == "Rye"
        assert products[2] == "Salt"

    def test_what_is_wrong_is_said_and_has_the_focus(self, ana: Person):
        page = ana.open(f"{ORDERS}record/63/")
        page.get_by_label("Note").fill("nonsense")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("That is nonsense.")).to_be_visible()
        expect(page.get_by_label("Note")).to_be_focused()
        expect(page.get_by_label("Note")).to_have_value("nonsense")


class TestWindows:
    def test_a_new_record_is_made_in_a_window_above_the_list(self, ana: Person):
        page = ana.open(ORDERS)
        page.get_by_role("link", name="New order").click()
        window = page.get_by_role("dialog", name="New order")
        expect(window.get_by_label("Number")).to_be_focused()
        window.get_by_label("Number").fill("5000")
        window.get_by_label("Customer").select_option("Café Morgenrot")
        window.get_by_label("Number").press("Enter")
        expect(window).to_have_count(0)
        expect(row(page, 5000)).to_have_count(1)
        expect(page.get_by_role("link", name="New order")).to_be_focused()

    def test_escape_asks_before_what_was_entered_is_lost(self, ana: Person):
        page = ana.open(ORDERS)
        page.get_by_role("link", name="New order").click()
        window = page.get_by_role("dialog", name="New order")
        window.get_by_label("Note").type("mine")
        heard(page, "live:call:end", 2)  # insert, and the begin of editing; a window does not close under a call
        page.keyboard.press("Escape")
        expect(page.get_by_role("alertdialog")).to_be_visible()


class TestLongLists:
    def test_of_two_thousand_rows_those_in_sight_are_there(self, ana: Person):
        page = ana.open("/office/records_shop/secret/")
        expect(page.get_by_text("2000 secrets")).to_be_visible()
        page.evaluate("document.querySelector('[live-window]').scrollTop = 1e9")
        expect(page.get_by_role("link", name="Secret 1999")).to_be_visible()
        assert page.locator("tbody tr[data-pk]").count() < 200

    def test_a_search_finds_while_one_types(self, ana: Person):
        page = ana.open(ORDERS)
        page.get_by_role("searchbox").type("kiel morgenrot")
        expect(page.get_by_text("Nothing here fits.")).to_be_visible()
        page.get_by_role("searchbox").fill("dunkel")
        expect(page.locator("tbody tr[data-pk]")).to_have_count(16)
        expect(page).to_have_url(f"{ana.url}{ORDERS}?q=dunkel")


@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}record/63/"])
def test_nothing_is_wider_than_a_phone(office: Office, arrive: Arrive, path: str):
    page = arrive(office.url, office.state_of("ana"), viewport={"width": 360, "height": 740}).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_cell_that_is_tapped_twice_on_a_phone_is_edited(office: Office, arrive: Arrive):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = arrive(office.url, office.state_of("ana"), **phone).open(ORDERS)
    cell = page.locator("tbody [data-column=note], tbody [data-column=total]").first
    cell.tap()
    cell.tap()
    expect(page.locator(".live-records__editor input")).to_be_focused()
