"""Words about records and the form that they are written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import Exhibit, Exhibits, done, window
from tests.browser.people import Complaints, Person, heard

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()


def lines_of(page: Page) -> list[str]:
    """What stands in the lines of the order that is being written."""
    rows: list[str] = page.locator("#parent_form [live-relation] > li:visible").evaluate_all(
        "rows => rows.map((row) => [...row.querySelectorAll('input')].map(({ value }) => value).join(' '))"
    )
    return rows


COMMANDED = {
    "create": ["Pens 2", "Pads 3", "Ink 3"],
    "update": ["Pens 12", "Pads 3"],
    "delete": ["Pens 2"],
    "take out": ["Pads 3"],
    "link": ["Pens 2", "Pads 3", " "],
    "clear": [],
    "set": ["Pens 2", " "],
    "In numbers": ["Pens 10", "Pads 2"],
}


@EXHIBITS.exhibit("UpdateParent", *COMMANDED, anew=True)
def changes_the_lines_of_the_form(page: Page, press: Locator) -> None:
    press.click()
    done(page)
    assert lines_of(page) == COMMANDED[press.inner_text()]


@EXHIBITS.exhibit("UpdateParent", "Values")
def writes_values_into_the_form(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("Customer")).to_have_value("Rosa")
    expect(page.get_by_label("Urgent")).to_be_checked()


@EXHIBITS.exhibit("UpdateParent", "By a wizard")
def writes_what_the_wizard_asked_for_into_the_form_under_it(page: Page, press: Locator) -> None:
    press.click()
    window(page).get_by_label("Item").fill("Stamps")
    window(page).get_by_role("button", name="Put it into the form").click()
    expect(window(page)).to_have_count(0)
    expect(page.get_by_label("Note", exact=True)).to_have_value("from the wizard")
    assert lines_of(page) == ["Pens 2", "Pads 3", "Stamps 50"]


@EXHIBITS.exhibit("RecordDeleted", "Delete two")
def marks_what_is_gone_and_selects_it_no_longer(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#cards [data-live-deleted]")).to_have_text(["Card 2", "Card 3"])
    expect(page.get_by_label("Card 1")).to_be_checked()
    expect(page.get_by_label("Card 2")).not_to_be_checked()


@EXHIBITS.exhibit("DataRecord", "Show a record")
def shows_the_record(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#record_number")).to_have_text("1042")
    detail = heard(page, "live:record")[0]["detail"]
    assert (detail["navinfo"]["recno"], detail["disable_delete"]) == (3, "It is shipped.")


@EXHIBITS.exhibit("Rows", "Show rows")
def tells_how_many_rows_there_are(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#rows_count")).to_have_text("39")
    assert heard(page, "live:rows")[0]["detail"]["rows"] == [[1042, "Rosa"], [1043, "Emil"]]


@EXHIBITS.exhibit("Report", "About a record", "About data", needs="liveactions.contrib.reports")
def hands_over_a_pdf(page: Page, press: Locator) -> None:
    with page.expect_download() as downloading:
        press.click()
    assert Path(downloading.value.path()).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_about_records_do_what_stands_beside_them(exhibit: Exhibit, ana: Person, complaints: Complaints):
    exhibit.is_as_it_says(ana, complaints)
