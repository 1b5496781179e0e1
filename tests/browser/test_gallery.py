"""The gallery: every word and every shape an action may return, each by the button that the page has for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from sample_site.config.settings import INSTALLED_APPS
from tests.browser.desks import Desk
from tests.browser.people import Arrive, Complaints, Person, events, goes_live, heard, toast, told
from tests.browser.promises import promised

pytestmark = pytest.mark.redis

Look = Callable[[Page, Locator], None]


class Exhibit(NamedTuple):
    """What pressing a button leads to (``look`` presses it), and what the browser will complain about.

    ``presses`` are those of the ``labels`` that are pressed, each on a page of its own: one if ``look`` is a story in
    which it presses the others itself.
    """

    word: str
    labels: tuple[str, ...]
    presses: tuple[str, ...]
    look: Look
    complains: tuple[str, ...]


EXHIBITS: list[Exhibit] = []


def exhibit(
    word: str, *labels: str, complains: tuple[str, ...] = (), needs: str = "", story: bool = False
) -> Callable[[Look], Look]:
    """For buttons of ``word`` (the anchor of its place). ``needs`` is the app without which the desk disables them."""

    def enter(look: Look) -> Look:
        if not needs or needs in INSTALLED_APPS:
            EXHIBITS.append(Exhibit(word, labels, labels[:1] if story else labels, look, complains))
        return look

    return enter


STEPS = ("live:swap:start", "live:transition:start", "live:transition:end", "live:swap:end", "live:settle:end")


def words(page: Page) -> list[str]:
    """The results that this document was told to perform so far, but for patches."""
    found = page.evaluate("journal.entries.filter(({name}) => name === 'live:result').map(({detail}) => detail.word)")
    return [word for word in found if word not in ("Patch", "Whole")]


def done(page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Wait until that many calls have ended well, besides the one that loads what the page finds slow."""
    return heard(page, "live:call:success", count + 1)


def came_again(page: Page, query: str) -> None:
    """The page was left for the gallery with another query."""
    page.wait_for_url(f"**/gallery/?{query}*")
    goes_live(page)


# The page ----------------------------------------------------------------------------------------------------

TARGET = "#swap_target"
SWAPPED = {
    "inner": f"{TARGET}:text('inner,'):not(.stage__piece--fresh)",
    "outer": f"{TARGET}.stage__piece--fresh:text('outer,')",
    "before": f"p:text('before,') + {TARGET}",
    "after": f"{TARGET} + p:text('after,')",
    "prepend": f"{TARGET} > p:first-child:text('prepend,')",
    "append": f"{TARGET} > p:last-child:text('append,')",
}


@exhibit("HTML", *SWAPPED)
def puts_it_where_the_swap_says(page: Page, press: Locator) -> None:
    kept = page.evaluate_handle("document.querySelector('#swap_target')")
    press.click()
    expect(page.locator(SWAPPED[press.inner_text()])).to_have_count(1)
    assert page.evaluate("kept => kept.isConnected", kept), "the target is still the same element"
    assert [entry["detail"] for entry in heard(page, "live:settle:end")] == [{"swap": press.inner_text()}]
    assert events(page, STEPS) == ["live:swap:start", "live:swap:end", "live:settle:end"]


@exhibit("HTML", "delete")
def removes_the_target(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(TARGET)).to_have_count(0)
    assert [(entry["target"], entry["detail"]) for entry in heard(page, "live:swap:end")] == [
        ("window", {"swap": "delete"})
    ]


@exhibit("HTML", "none")
def leaves_the_target_alone(page: Page, press: Locator) -> None:
    press.click()
    heard(page, "live:settle:end")
    expect(page.locator(TARGET)).to_have_text("The target")


@exhibit("Delete", "Delete", "Bring it back", story=True)
def removes_it_within_a_view_transition_and_brings_it_back(page: Page, press: Locator) -> None:
    button(page, "Delete", "Delete").click()
    expect(page.locator("#doomed")).to_have_count(0)
    heard(page, "live:settle:end")
    assert events(page, STEPS) == list(STEPS)
    button(page, "Delete", "Bring it back").click()
    expect(page.locator("#doomed")).to_have_text("It is back")


@exhibit("HTML", "Reset the stage")
def brings_the_target_back(page: Page, press: Locator) -> None:
    button(page, "HTML", "delete").click()
    expect(page.locator(TARGET)).to_have_count(0)
    press.click()
    expect(page.locator(TARGET)).to_have_text("The target")


@exhibit("HTML", "Swap slowly")
def wears_a_class_before_and_after_and_then_none(page: Page, press: Locator) -> None:
    page.evaluate(
        """() => {
          const target = () => document.querySelector("#slow_target");
          const note = (at) => (globalThis.worn ??= []).push(`${at} ${target().className}`);
          addEventListener("live:transition:start", () => note("transition"));
          addEventListener("live:swap:end", () => setTimeout(() => note("swapped"), 50));
          addEventListener("live:settle:end", () => note("settled"));
        }"""
    )
    press.click()
    target = page.locator("#slow_target")
    expect(target).to_have_class(re.compile("live-swapping"))
    expect(target).to_contain_text("Slowly,")
    heard(page, "live:settle:end")
    expect(target).to_have_class("stage__piece stage__piece--fresh")
    assert events(page, STEPS) == list(STEPS)
    assert page.evaluate("worn") == [
        "transition stage__piece",
        "swapped stage__piece stage__piece--fresh live-settling",
        "settled stage__piece stage__piece--fresh",
    ]


@exhibit("HTML", "With the focus")
def focuses_what_the_selector_finds(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#focus_target input[name=focused]")).to_be_focused()


@exhibit("HTML", "Lenient", complains=("target.missing",))
def passes_over_a_missing_target(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A missing target was passed over.")).to_be_visible()
    assert heard(page, "live:diagnostic")[0]["detail"]["code"] == "target.missing"
    done(page)


@exhibit("HTML", "Strict", complains=("target.missing",))
def ends_at_a_missing_target_when_targets_are_strict(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("target.missing", "application")
    assert "#not_in_this_page" in refusal["message"]
    assert told(page) == []


@exhibit("Focus", "A selector")
def focuses_the_field_that_is_named(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("City")).to_be_focused()


@exhibit("Focus", "The first invalid field")
def focuses_the_first_field_that_is_wrong(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("Post code")).to_be_focused()


@exhibit("EditingMode", "Edit", "Done", "Somebody else wants it anew", story=True)
def holds_back_what_others_want_until_the_user_is_done(page: Page, press: Locator) -> None:
    room = page.locator("section#page [live-id]").first
    settled(page)
    before = page.locator("#page_looked").inner_text()
    button(page, "EditingMode", "Edit").click()
    expect(room).to_have_attribute("live-editing", "")
    for _ in range(2):
        button(page, "EditingMode", "Somebody else wants it anew").click()
    button(page, "Signal", "Count").click()
    expect(page.locator("#signal_count")).to_have_text("1")
    expect(page.locator("#page_looked")).to_have_text(before)
    button(page, "EditingMode", "Done").click()
    expect(page.locator("#page_looked")).not_to_have_text(before)
    expect(room).not_to_have_attribute("live-editing", "")


@exhibit("ActiveTab", "The third", "The one named “lines”")
def shows_that_tab(page: Page, press: Locator) -> None:
    press.click()
    shown = "Ring twice" if press.inner_text() == "The third" else "Two pens, three pads"
    expect(page.get_by_role("tabpanel")).to_have_text(shown)


@exhibit("before_the_answer", "Post the letter", "Post it without a stamp", "One more stamp", story=True)
def shows_before_the_answer_what_the_button_promises(page: Page, press: Locator) -> None:
    word = page.locator("section#before_the_answer")
    posted, stamps = word.locator("#posted > p"), word.locator("#stamps")
    seen = promised(page, "#posted")
    press.click()
    done(page)
    assert seen() == "Letter 1"
    expect(posted).to_have_text(["Letter 1"])
    expect(word.locator("#letter")).to_have_text("Letter 2")

    seen = promised(page, "#posted")
    word.get_by_role("button", name="Post it without a stamp").click()
    expect(toast(page, "Not posted: there is no stamp on it.")).to_be_visible()
    assert seen() == "Letter 2"
    expect(posted).to_have_text(["Letter 1"])
    expect(word.locator("#letter")).to_be_visible()

    stamp = word.get_by_role("button", name="One more stamp")
    for _ in range(3):
        stamp.click()
    assert stamps.inner_text() == "3", "long before the last answer"
    done(page, 5)
    expect(stamps).to_have_text("3")
    expect(word.locator("[data-live-optimistic]")).to_have_count(0)


# Messages ----------------------------------------------------------------------------------------------------


@exhibit("Toast", "info", "success", "warning", "error")
def shows_a_toast_of_that_level(page: Page, press: Locator) -> None:
    level = press.inner_text()
    press.click()
    shown = toast(page, f"This is {level}.")
    expect(shown).to_have_attribute("data-level", level)
    expect(page.get_by_role("alert").filter(has=page.get_by_text(f"This is {level}."))).to_have_count(
        int(level == "error")
    )


@exhibit("Toast", "Title, sticky")
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


@exhibit("Toast", "A payload")
def hands_a_dictionary_on_as_it_is(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A dictionary is handed on as it is")).to_have_attribute("data-level", "success")
    assert heard(page, "live:toast")[0]["detail"]["order"] == 1042


LEVELS = {"blue": "info", "green": "success", "yellow": "warning", "orange": "warning", "red": "error"}


@exhibit("Notify", *LEVELS)
def notifies_in_that_colour(page: Page, press: Locator) -> None:
    color = press.inner_text()
    press.click()
    expect(toast(page, f"This is {color}.")).to_have_attribute("data-level", LEVELS[color])
    assert heard(page, "live:toast")[0]["detail"]["color"] == color


@exhibit("Notify", "With a button")
def offers_to_open_what_has_no_label_of_its_own(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "The report is ready.").get_by_role("button", name="Open").click()
    came_again(page, "report=1")


@exhibit("Error", "Error")
def tells_of_the_error_with_a_way_on(page: Page, press: Locator) -> None:
    press.click()
    shown = toast(page, "The carrier does not answer.")
    expect(shown).to_have_attribute("data-level", "error")
    assert heard(page, "live:error")[0]["detail"]["status"] == 422
    shown.get_by_role("button", name="Try again").click()
    expect(toast(page, "Tried again.")).to_be_visible()


@exhibit("Confirm", "Declared")
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


@exhibit("Alert", *ALERTS)
def wants_to_be_read(page: Page, press: Locator) -> None:
    level = press.inner_text()
    press.click()
    expect(dialog(page).get_by_role("heading")).to_have_text(ALERTS[level])
    expect(dialog(page)).to_contain_text(f"This is {level}.")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(press).to_be_focused()


@exhibit("Alert", "And then")
def goes_on_when_it_has_been_read(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page)).to_be_visible()
    assert told(page) == []
    answer(page, "OK")
    expect(toast(page, "And this comes last.")).to_be_visible()
    assert told(page) == ["You have read it.", "And this comes last."]


@exhibit("Alert", "A second button")
def performs_what_is_behind_its_second_button(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page).locator("b")).to_have_text("two")
    answer(page, "Show them")
    expect(toast(page, "The offers.")).to_be_visible()
    expect(dialog(page)).to_have_count(0)


@exhibit("Confirm", "Returned")
def does_on_a_yes_what_came_with_the_question(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Not yet")
    expect(dialog(page)).to_have_count(0)
    press.click()
    answer(page, "Ship all")
    expect(toast(page, "Shipped.")).to_be_visible()
    assert told(page) == ["Shipped."]


@exhibit("Confirm", "Awaited")
def goes_on_with_the_answer_where_it_stood(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Yes")
    expect(toast(page, "Closed for today.")).to_be_visible()
    press.click()
    answer(page, "No")
    expect(toast(page, "Still open.")).to_be_visible()


@exhibit("Confirm", "On every tab")
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


@exhibit("Confirm", "Yielded")
def gives_the_generator_the_name_of_the_choice(page: Page, press: Locator) -> None:
    press.click()
    answer(page, "Print")
    answer(page, "Cancel")
    expect(page.locator("#answered")).to_have_text("labels: yes, courier: cancel")


@exhibit("Confirm", "With a callback")
def calls_the_function_after_a_yes(page: Page, press: Locator) -> None:
    press.click()
    expect(dialog(page)).to_contain_text("There is no way back.")
    answer(page, "Yes")
    expect(toast(page, "The draft is gone.")).to_be_visible()


@exhibit("Error", "Of a form")
def tells_which_fields_are_wrong(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "Two fields are not right.")).to_be_visible()
    detail = heard(page, "live:error")[0]["detail"]
    assert (detail["status"], detail["errors"]["zip"]) == (422, ["Five digits."])


@exhibit("Log", "debug", "info", "warning", "error", complains=("This is error",))
def writes_a_line_into_the_console(page: Page, press: Locator) -> None:
    level = press.inner_text()
    with page.expect_console_message(lambda message: message.text == f"This is {level}.") as line:
        press.click()
    assert line.value.type == level


# Windows -----------------------------------------------------------------------------------------------------


def window(page: Page) -> Locator:
    return page.locator("dialog[open]")


@exhibit("Close", "Close what is open")
def does_the_rest_where_no_window_is_open(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "There was no window.")).to_be_visible()


LOOKED = ("#room_looked", "#inner_looked", "#page_looked")


def looked(page: Page) -> list[str]:
    """When each of them has looked at its data."""
    return [page.locator(place).inner_text() for place in LOOKED]


def settled(page: Page) -> None:
    """Have everything look again once, so that it shows when that was."""
    for place, before in zip(LOOKED, looked(page), strict=True):
        if place == LOOKED[0]:
            button(page, "Refresh", "all").click()
        expect(page.locator(place)).not_to_have_text(before)


REFRESHED = {
    "self": 2,  # with what is inside
    "all": 3,
    "Refresh what is around": 2,
}


@exhibit("Refresh", *REFRESHED)
def has_those_in_its_scope_look_again(page: Page, press: Locator) -> None:
    settled(page)
    before, count = looked(page), REFRESHED[press.inner_text()]
    press.click()
    for place, at in list(zip(LOOKED, before, strict=True))[:count]:
        expect(page.locator(place)).not_to_have_text(at)
    assert looked(page)[count:] == before[count:]


@exhibit("Refresh", "Delayed values")
def loads_what_is_slow_once_more(page: Page, press: Locator) -> None:
    expect(page.locator("#stock")).to_have_text("1")
    press.click()
    expect(page.locator("#stock")).to_have_text("2")


@exhibit("Wizard", "Open a wizard")
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


@exhibit("WindowAction", "Open an order", needs="liveactions.contrib.records")
def opens_the_form_of_a_record_in_a_window(page: Page, press: Locator) -> None:
    press.click()
    expect(window(page)).to_have_accessible_name(re.compile(r"^Order \d+$"))


@exhibit("SendMessage", "A message", "A note", "To followers", needs="liveactions.contrib.mail")
def opens_the_composer_and_sends_nothing(page: Page, press: Locator) -> None:
    press.click()
    expect(window(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(window(page)).to_have_count(0)


@exhibit("WindowAction", "Go to Toast")
def goes_to_what_it_names(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "word=Toast")


# Records -----------------------------------------------------------------------------------------------------


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


@exhibit("UpdateParent", *COMMANDED)
def changes_the_lines_of_the_form(page: Page, press: Locator) -> None:
    press.click()
    done(page)
    assert lines_of(page) == COMMANDED[press.inner_text()]


@exhibit("UpdateParent", "Values")
def writes_values_into_the_form(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("Customer")).to_have_value("Rosa")
    expect(page.get_by_label("Urgent")).to_be_checked()


@exhibit("UpdateParent", "By a wizard")
def writes_what_the_wizard_asked_for_into_the_form_under_it(page: Page, press: Locator) -> None:
    press.click()
    window(page).get_by_label("Item").fill("Stamps")
    window(page).get_by_role("button", name="Put it into the form").click()
    expect(window(page)).to_have_count(0)
    expect(page.get_by_label("Note", exact=True)).to_have_value("from the wizard")
    assert lines_of(page) == ["Pens 2", "Pads 3", "Stamps 50"]


@exhibit("RecordDeleted", "Delete two")
def marks_what_is_gone_and_selects_it_no_longer(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#cards [data-live-deleted]")).to_have_text(["Card 2", "Card 3"])
    expect(page.get_by_label("Card 1")).to_be_checked()
    expect(page.get_by_label("Card 2")).not_to_be_checked()


@exhibit("DataRecord", "Show a record")
def shows_the_record(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#record_number")).to_have_text("1042")
    detail = heard(page, "live:record")[0]["detail"]
    assert (detail["navinfo"]["recno"], detail["disable_delete"]) == (3, "It is shipped.")


@exhibit("Rows", "Show rows")
def tells_how_many_rows_there_are(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#rows_count")).to_have_text("39")
    assert heard(page, "live:rows")[0]["detail"]["rows"] == [[1042, "Rosa"], [1043, "Emil"]]


@exhibit("Report", "About a record", "About data", needs="liveactions.contrib.reports")
def hands_over_a_pdf(page: Page, press: Locator) -> None:
    with page.expect_download() as downloading:
        press.click()
    assert Path(downloading.value.path()).read_bytes().startswith(b"%PDF-")


# Leaving -----------------------------------------------------------------------------------------------------


@exhibit("OpenURL", "In a new tab", "In this tab")
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


@exhibit("Download", *FILES)
def hands_over_the_whole_file(page: Page, press: Locator) -> None:
    name, is_whole = FILES[press.inner_text()]
    with page.expect_download() as downloading:
        press.click()
    assert downloading.value.suggested_filename == name
    assert is_whole(Path(downloading.value.path()).read_bytes())


@exhibit("Reload", "page", "frontend", "caches")
def loads_the_page_again(page: Page, press: Locator) -> None:
    page.evaluate("globalThis.stayed = localStorage['liveactions.kept'] = '1'")
    with page.expect_navigation():
        press.click()
    goes_live(page)
    kept = "1" if press.inner_text() == "page" else None
    assert page.evaluate("[globalThis.stayed ?? null, localStorage['liveactions.kept'] ?? null]") == [None, kept]


# Flow --------------------------------------------------------------------------------------------------------


@exhibit("Switch", "Remove a line")
def can_be_undone_from_the_toast(page: Page, press: Locator) -> None:
    lines = page.locator("#lines > li")
    press.click()
    expect(lines).to_have_text(["Pens", "Pads"])
    toast(page, "Ink was removed.").get_by_role("button", name="Undo").click()
    expect(toast(page, "Ink is back.")).to_be_visible()
    expect(lines).to_have_text(["Pens", "Pads", "Ink"])


@exhibit("Switch", "Go on elsewhere")
def goes_on_with_the_action_of_another_component(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "This is success.")).to_be_visible()


@exhibit("Multi", "Several behind one button")
def performs_all_of_them_in_order(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "One button, three results.").get_by_role("button", name="All of them").click()
    expect(toast(page, "Last.")).to_be_visible()
    assert told(page)[-2:] == ["First.", "Last."]
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello")


@exhibit("Noop", "Nothing to do")
def only_closes_the_message(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "This wants no answer.").get_by_role("button", name="All right").click()
    expect(page.locator(".live-toast")).to_have_count(0)
    assert told(page) == ["This wants no answer."]


@exhibit("Confetti", "A little", "A lot")
def rains_or_says_so_where_motion_is_to_be_reduced(page: Page, press: Locator) -> None:
    press.click()
    pieces = 40 if press.inner_text() == "A little" else 200
    expect(page.locator(".confetti__paper")).to_have_count(pieces)
    expect(page.locator(".confetti")).to_have_count(0)
    page.emulate_media(reduced_motion="reduce")
    press.click()
    expect(page.locator(".confetti__line")).to_have_text("Hooray!")
    expect(page.locator(".confetti__paper")).to_have_count(0)


@exhibit("for_somebody_else", "You, on all your pages", "Everyone")
def tells_other_pages(page: Page, press: Locator) -> None:
    other = page.context.new_page()
    other.goto("/gallery/")
    goes_live(other)
    press.click()
    for each in (page, other):
        expect(toast(each, "ana says hello.")).to_be_visible()


# Doors -------------------------------------------------------------------------------------------------------

WAYS = {"Ordered": "ordered", "Builder": "builder", "Dicts": "dicts"}


@exhibit("three_ways", *WAYS, story=True)
def says_the_same_in_every_way(page: Page, press: Locator) -> None:
    frames = {}
    for label, way in WAYS.items():
        button(page, "three_ways", label).click()
        expect(page.locator(f"#frames_{way} > li")).to_have_count(2)
        frames[way] = page.locator(f"#frames_{way} > li").all_inner_texts()
    assert frames["ordered"] == frames["builder"] == frames["dicts"]
    assert '"number": 1042' in frames["ordered"][0]


@exhibit("text_and_context", "A text from here")
def leaves_the_components_inside_alone(page: Page, press: Locator) -> None:
    page.locator("#block_shape").get_by_role("button", name="Greet").click()
    expect(page.locator("#block_shape")).to_contain_text("Hello ana")
    press.click()
    expect(page.locator("#markup_note")).to_contain_text("Markup from outside")
    expect(page.locator("#block_shape")).to_contain_text("Hello ana")


# Event, History, LoadJS, Redirect ----------------------------------------------------------------------------


@exhibit("Event", "On the window")
def dispatches_an_event_on_the_window(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on window, ")


@exhibit("Event", "On the element")
def dispatches_an_event_on_an_element_from_where_it_bubbles(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on #event_target, ")


@exhibit("History", "Push")
def adds_an_address_without_leaving_and_back_and_forward_bring_what_belongs_there(page: Page, press: Locator) -> None:
    page.evaluate("globalThis.stayed = true")
    press.click()
    page.wait_for_url("**/gallery/?pushed=1#History")
    assert page.evaluate("stayed")
    button(page, "Event", "On the window").click()
    expect(page.locator("#event_log li")).to_have_count(1)

    page.go_back()
    came_back(page, "**/gallery/")
    page.evaluate("globalThis.stayed = true")
    page.go_forward()
    came_back(page, "**/gallery/?pushed=1#History")


def came_back(page: Page, url: str) -> None:
    """The page was left for one that the server has rendered for this address."""
    page.wait_for_url(url)
    page.wait_for_function("!globalThis.stayed && globalThis.journal")
    goes_live(page)


@exhibit("History", "Replace")
def replaces_the_address_without_a_step_in_the_history(page: Page, press: Locator) -> None:
    before = page.evaluate("globalThis.stayed = history.length")
    press.click()
    page.wait_for_url("**/gallery/?replaced=1#History")
    assert page.evaluate("[stayed, history.length]") == [before, before]


@exhibit("LoadJS", "Load and greet")
def loads_a_module_once_and_what_follows_waits_for_it(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 1 time by one module.")
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 2 times by one module.")
    expect(page.locator("script[src$='greeter.js']")).to_have_count(1)


@exhibit("Redirect", "Leave and come back")
def goes_elsewhere_and_performs_nothing_behind_it(page: Page, press: Locator) -> None:
    page.evaluate("addEventListener('live:toast', () => sessionStorage.setItem('toasted', 'yes'))")
    press.click()
    came_again(page, "redirected=1")
    assert page.evaluate("sessionStorage.getItem('toasted')") is None
    assert told(page) == []


# Signal and Signals ------------------------------------------------------------------------------------------


@exhibit("Signal", "Count")
def keeps_a_field_and_its_signal_alike(page: Page, press: Locator) -> None:
    press.click()
    press.click()
    expect(page.locator("#signal_count")).to_have_text("2")


@exhibit("Signal", "Mood")
def patches_a_value_of_the_component(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_mood")).to_have_text(re.compile(r"^fine at \d\d:\d\d:\d\d$"))


@exhibit("Signal", "$unread = 7")
def patches_a_value_of_the_whole_page(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(".count")).to_have_text("7")


@exhibit("Signals", "Several")
def patches_several_values(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_status")).to_have_text("busy")
    expect(page.locator("#signal_since")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator("#signal_open")).to_be_visible()


@exhibit("Signals", "Merge")
def merges_maps_deeply(page: Page, press: Locator) -> None:
    button(page, "Signals", "Several").click()
    expect(page.locator("#signal_open")).to_be_visible()
    since = page.locator("#signal_since").inner_text()
    press.click()
    expect(page.locator("#signal_open")).to_be_hidden()
    expect(page.locator("#signal_since")).to_have_text(since)


# Generators --------------------------------------------------------------------------------------------------


def arrivals(page: Page, word: str) -> list[float]:
    """When each result of this kind was performed, in milliseconds."""
    found = page.evaluate("journal.entries.filter(({name}) => name === 'live:result')")
    return [entry["at"] for entry in found if entry["detail"]["word"] == word]


@exhibit("generators", "Five steps")
def shows_every_step_when_it_is_made(page: Page, press: Locator) -> None:
    press.click()
    expect(press).to_be_disabled()
    expect(page.locator("#stream_steps")).to_have_text("5")
    expect(page.locator("#stream_bar")).to_have_js_property("value", 5)
    expect(toast(page, "Five steps, one by one.")).to_be_visible()
    expect(press).to_be_enabled()
    assert words(page) == ["Signal"] * 5 + ["Toast"]
    first, *_, last = arrivals(page, "Signal")
    assert last - first > 900, "five steps with 0.3 s between them did not come together"


@exhibit("generators", "Async")
def shows_every_item_of_an_async_generator_in_order(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#stream_stage > p")).to_have_text(
        ["Packing the lines …", "Printing the label …", "Calling the courier …"]
    )
    expect(toast(page, "Handed over.")).to_be_visible()
    first, *_, last = arrivals(page, "HTML")
    assert last - first > 600


@exhibit("generators", "Empty the stage")
def empties_the_stage(page: Page, press: Locator) -> None:
    button(page, "generators", "Async").click()
    done(page)
    press.click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@exhibit("generators", "Fail half-way")
def keeps_what_came_before_an_exception_and_tells_that_it_failed(page: Page, press: Locator) -> None:
    press.click()
    shown = page.locator(".live-toast[data-level=error]")
    expect(shown).to_be_visible()
    expect(page.locator("#stream_stage > p")).to_have_text(["This arrives."])
    assert heard(page, "live:call:error")[0]["detail"]["refusal"]["code"] == "action.failed"
    expect(shown).not_to_contain_text("programmer")
    button(page, "generators", "Empty the stage").click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@exhibit("generators", "Redirect half-way")
def leaves_and_the_generator_is_closed(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "stream=1")


# What an action may return -----------------------------------------------------------------------------------


@exhibit("results", "None", "Empty list")
def does_nothing(page: Page, press: Locator) -> None:
    press.click()
    done(page)
    assert words(page) == []


TOASTS = {
    "One": ["One result."],
    "List": ["First.", "Second."],
    "Tuple": ["First.", "Second."],
    "Actions": ["First.", "Second."],
    "Iterable": ["Made", "by map()"],
    "Coroutine": ["From a coroutine."],
}


@exhibit("results", *TOASTS)
def shows_its_results_in_order(page: Page, press: Locator) -> None:
    messages = TOASTS[press.inner_text()]
    press.click()
    done(page)
    assert told(page) == messages
    for message in messages:
        expect(toast(page, message)).to_be_visible()


@exhibit("other_values", "Dict with a type")
def reads_a_dictionary_with_a_type_as_that_word(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A dictionary with a type.")).to_have_attribute("data-level", "success")


@exhibit("other_values", "HTTP redirect")
def goes_where_a_redirecting_response_says(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "response=1")


@exhibit("other_values", "A number", complains=("result.invalid",))
def refuses_what_is_no_result(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("result.invalid", "application")
    button(page, "results", "One").click()
    expect(toast(page, "One result.")).to_be_visible()


@exhibit("text_and_context", "Say it")
def puts_a_string_in_the_place_of_the_component(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#text_shape")).to_contain_text("A string,")
    page.locator("#text_shape").get_by_role("button", name="Again").click()
    done(page, 2)
    expect(page.locator("#text_shape")).to_contain_text("A string,")


@exhibit("text_and_context", "Greet")
def renders_the_block_of_the_actions_name(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#block_shape")).to_contain_text("Hello ana, it is ")
    page.locator("#block_shape").get_by_role("button", name="Greet").click()
    done(page, 2)
    expect(page.locator("#block_shape")).to_contain_text("Hello ana, it is ")


# -------------------------------------------------------------------------------------------------------------


def button(page: Page, word: str, label: str) -> Locator:
    return page.locator(f"section#{word}").get_by_role("button", name=label, exact=True)


@pytest.mark.parametrize("exhibit", [pytest.param(each, id=f"{each.word}: {each.labels[0]}") for each in EXHIBITS])
def test_the_buttons_of_the_gallery_do_what_stands_beside_them(exhibit: Exhibit, ana: Person, complaints: Complaints):
    complaints.expect(*exhibit.complains)
    for label in exhibit.presses:
        page = ana.open("/gallery/")
        expect(page.locator("#stock")).to_have_text("1")
        exhibit.look(page, button(page, exhibit.word, label))
        page.close()


def test_every_button_of_the_gallery_is_pressed_by_a_test(ana: Person):
    page = ana.open("/gallery/")
    found = page.locator("main .word button:enabled:not([role=tab])").evaluate_all(
        "buttons => buttons.map((button) => [button.closest('.word').id, button.innerText])"
    )
    assert {tuple(pair) for pair in found} == {(each.word, label) for each in EXHIBITS for label in each.labels}


# The index ---------------------------------------------------------------------------------------------------


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
