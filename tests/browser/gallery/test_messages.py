"""Words that say or ask something."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import Exhibit, Exhibits, button, came_again
from tests.browser.people import Complaints, Person, goes_live, heard, toast, told

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()


@EXHIBITS.exhibit("Toast", "info", "success", "warning", "error")
def shows_a_toast_of_that_level(page: Page, press: Locator) -> None:
    level = press.inner_text()
    press.click()
    shown = toast(page, f"This is {level}.")
    expect(shown).to_have_attribute("data-level", level)
    expect(page.get_by_role("alert").filter(has=page.get_by_text(f"This is {level}."))).to_have_count(
        int(level == "error")
    )


@EXHIBITS.exhibit("Toast", "Title, sticky")
def stays_while_others_go_until_it_is_closed(page: Page, press: Locator) -> None:
    press.click()
    sticky = toast(page, "It stays until it is closed.")
    expect(sticky.locator(".live-toast-title")).to_have_text("With a title")
    button(page, "Toast", "info").click()
    expect(toast(page, "This is info.")).to_be_visible()
    expect(toast(page, "This is info.")).to_have_count(0)
    expect(sticky).to_be_visible()
    sticky.get_by_role("button", name="Close").click()
    expect(page.locator(".live-toast")).to_have_count(0)


@EXHIBITS.exhibit("Toast", "A payload")
def hands_a_dictionary_on_as_it_is(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A dictionary is handed on as it is")).to_have_attribute("data-level", "success")
    assert heard(page, "live:toast")[0]["detail"]["order"] == 1042


LEVELS = {"blue": "info", "green": "success", "yellow": "warning", "orange": "warning", "red": "error"}


@EXHIBITS.exhibit("Notify", *LEVELS)
def notifies_in_that_colour(page: Page, press: Locator) -> None:
    color = press.inner_text()
    press.click()
    expect(toast(page, f"This is {color}.")).to_have_attribute("data-level", LEVELS[color])
    assert heard(page, "live:toast")[0]["detail"]["color"] == color


@EXHIBITS.exhibit("Notify", "With a button")
def offers_to_open_what_has_no_label_of_its_own(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "The report is ready.").get_by_role("button", name="Open").click()
    came_again(page, "report=1")


@EXHIBITS.exhibit("Error", "Error")
def tells_of_the_error_with_a_way_on(page: Page, press: Locator) -> None:
    press.click()
    shown = toast(page, "The carrier does not answer.")
    expect(shown).to_have_attribute("data-level", "error")
    assert heard(page, "live:error")[0]["detail"]["status"] == 422
    shown.get_by_role("button", name="Try again").click()
    expect(toast(page, "Tried again.")).to_be_visible()


@EXHIBITS.exhibit("Confirm", "Declared")
def runs_only_after_a_yes(page: Page, press: Locator) -> None:
    dialog = page.get_by_role("alertdialog")
    press.click()
    expect(dialog).to_contain_text("Really ask everybody to leave?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    heard(page, "live:call:end")
    assert told(page) == []
    press.click()
    dialog.get_by_role("button", name="OK").click()
    expect(toast(page, "You said yes.")).to_be_visible()


def dialog(page: Page) -> Locator:
    return page.get_by_role("alertdialog")


def answer(page: Page, label: str) -> None:
    dialog(page).get_by_role("button", name=label, exact=True).click()


ALERTS = {"info": "Alert", "success": "Success", "warning": "Warning", "error": "Error"}


@EXHIBITS.exhibit("Alert", *ALERTS)
def wants_to_be_read(page: Page, press: Locator) -> None:
    level = press.inner_text()
    press.click()
    expect(dialog(page).get_by_role("heading")).to_have_text(ALERTS[level])
    expect(dialog(page)).to_contain_text(f"This is {level}.")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(press).to_be_focused()


@EXHIBITS.exhibit("Alert", "And then")
def goes_on_when_it_has_been_read(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page)).to_be_visible()
    assert told(page) == []
    answer(page, "OK")
    expect(toast(page, "And this comes last.")).to_be_visible()
    assert told(page) == ["You have read it.", "And this comes last."]


@EXHIBITS.exhibit("Alert", "A second button")
def performs_what_is_behind_its_second_button(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page).locator("b")).to_have_text("two")
    answer(page, "Show them")
    expect(toast(page, "The offers.")).to_be_visible()
    expect(dialog(page)).to_have_count(0)


@EXHIBITS.exhibit("Confirm", "Returned")
def does_on_a_yes_what_came_with_the_question(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Not yet")
    expect(dialog(page)).to_have_count(0)
    press.click()
    answer(page, "Ship all")
    expect(toast(page, "Shipped.")).to_be_visible()
    assert told(page) == ["Shipped."]


@EXHIBITS.exhibit("Confirm", "Awaited")
def goes_on_with_the_answer_where_it_stood(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Yes")
    expect(toast(page, "Closed for today.")).to_be_visible()
    press.click()
    answer(page, "No")
    expect(toast(page, "Still open.")).to_be_visible()


@EXHIBITS.exhibit("Confirm", "On every tab")
def asks_on_another_tab_too_and_takes_its_answer(page: Page, press: Locator) -> None:
    other = page.context.new_page()
    other.goto("/")
    goes_live(other)
    press.click()
    expect(dialog(page)).to_contain_text("Send the reminders now?")
    answer(other, "No")
    expect(toast(page, "No reminder was sent.")).to_be_visible()
    for tab in (page, other):
        expect(dialog(tab)).to_have_count(0)
    press.click()
    answer(page, "Yes")
    expect(toast(page, "The reminders are on their way.")).to_be_visible()
    expect(dialog(other)).to_have_count(0)
    assert told(other) == []


@EXHIBITS.exhibit("Confirm", "Yielded")
def gives_the_generator_the_name_of_the_choice(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Print")
    answer(page, "Cancel")
    expect(page.locator("#answered")).to_have_text("labels: yes, courier: cancel")


@EXHIBITS.exhibit("Confirm", "With a callback")
def calls_the_function_after_a_yes(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page)).to_contain_text("There is no way back.")
    answer(page, "Yes")
    expect(toast(page, "The draft is gone.")).to_be_visible()


@EXHIBITS.exhibit("Error", "Of a form")
def tells_which_fields_are_wrong(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "Two fields are not right.")).to_be_visible()
    detail = heard(page, "live:error")[0]["detail"]
    assert (detail["status"], detail["errors"]["zip"]) == (422, ["Five digits."])


@EXHIBITS.exhibit("Log", "debug", "info", "warning", "error", complains=("This is error",))
def writes_a_line_into_the_console(page: Page, press: Locator) -> None:
    level = press.inner_text()
    with page.expect_console_message(lambda message: message.text == f"This is {level}.") as line:
        press.click()
    assert line.value.type == level


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_that_say_or_ask_something_do_what_stands_beside_them(
    exhibit: Exhibit, ana: Person, complaints: Complaints
):
    exhibit.is_as_it_says(ana, complaints)
