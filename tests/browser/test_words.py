"""The words that are about more than HTML, in a browser: dialogs, windows, files, forms, tabs, records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.logs import Gate
from tests.browser.people import Complaints, Person, goes_live, heard, toast, told
from tests.browser.site.words import LARGE


@pytest.fixture
def page(visitor: Person) -> Page:
    opened = visitor.open("/words/")
    expect(opened.locator("#stock")).to_have_text("1")
    return opened


def say(page: Page, what: str) -> None:
    page.locator("#words > .buttons").get_by_role("button", name=what, exact=True).click()


def dialog(page: Page) -> Locator:
    return page.get_by_role("alertdialog")


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent || document.activeElement.id")
    return text


# Alerts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "title", "level"),
    [
        ("alert", "Alert", "info"),
        ("alert success", "Success", "success"),
        ("alert warning", "Warning", "warning"),
        ("alert error", "No printer", "error"),
    ],
)
def test_an_alert_has_its_title_and_level_and_goes_with_enter(page: Page, which: str, title: str, level: str):
    say(page, which)
    expect(dialog(page)).to_have_attribute("data-level", level)
    expect(dialog(page).get_by_role("heading")).to_have_text(title)
    assert focused(page) == "OK"
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    assert focused(page) == which, "the focus is back at the button"


def test_an_alert_goes_with_escape_and_its_markup_is_markup(page: Page):
    say(page, "alert error")
    expect(dialog(page).locator("b")).to_have_text("no")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)


def test_what_follows_an_alert_waits_until_it_is_read(page: Page):
    say(page, "alert then")
    expect(dialog(page)).to_be_visible()
    assert told(page) == []
    page.keyboard.press("Escape")
    expect(toast(page, "afterwards")).to_be_visible()
    assert told(page) == ["Saved", "afterwards"]


def test_the_second_button_of_an_alert_performs_its_result(page: Page):
    say(page, "alert action")
    dialog(page).get_by_role("button", name="Save now").click()
    expect(toast(page, "Saved")).to_be_visible()
    expect(dialog(page)).to_have_count(0)


# Questions ---------------------------------------------------------------------------------------------------


def test_enter_is_the_first_choice_and_then_comes_what_was_asked_about(page: Page):
    say(page, "confirm")
    expect(dialog(page)).to_be_visible()
    assert told(page) == []
    page.keyboard.press("Enter")
    expect(toast(page, "afterwards")).to_be_visible()
    assert told(page) == ["Saved", "afterwards"]


def test_escape_says_no(page: Page):
    say(page, "confirm danger")
    expect(dialog(page)).to_have_attribute("data-variant", "danger")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    say(page, "log")
    heard(page, "live:call:success", 3)
    assert told(page) == []


def test_the_keyboard_goes_through_the_choices_and_nowhere_else(page: Page):
    say(page, "confirm warning")
    expect(dialog(page)).to_be_visible()
    assert focused(page) == "Save"
    seen = []
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
        seen.append(focused(page))
    assert seen[:2] == ["Discard", "Go back"]
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)


def test_an_action_that_waits_is_answered_question_by_question(page: Page):
    page.get_by_role("button", name="ask", exact=True).click()
    expect(dialog(page)).to_contain_text("First?")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("Second?")
    expect(dialog(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_have_text("yes cancel")
    expect(dialog(page)).to_have_count(0)


def test_the_page_goes_on_while_somebody_thinks(page: Page):
    page.get_by_role("button", name="ask", exact=True).click()
    expect(dialog(page)).to_be_visible()
    page.evaluate("liveactions.call(document.querySelector('#words'), 'count')")
    expect(page.locator("#counted")).to_have_text("1")


# Messages ----------------------------------------------------------------------------------------------------


def test_f5_all_of_a_message_is_text_and_its_button_leads_somewhere(page: Page, visitor: Person):
    say(page, "notify")
    shown = toast(page, "message <R&D>")
    expect(shown.locator(".live-toast-text")).to_have_text("message <R&D>")
    with visitor.context.expect_page() as opened:
        shown.get_by_role("button", name="Look").click()
    opened.value.wait_for_url("**/elsewhere/")


def test_f6_what_is_sticky_stays_and_the_others_go(page: Page):
    say(page, "sticky")
    expect(toast(page, "goes")).to_have_count(0)
    expect(toast(page, "stays")).to_be_visible()


def test_f16_a_button_is_called_what_was_said_or_what_its_result_is_called_or_open(page: Page):
    say(page, "labels")
    for text, label in (("explicit", "Explicit"), ("own", "Own"), ("none", "Open")):
        expect(toast(page, text).locator(".live-toast-action")).to_have_text(label)


def test_a_button_has_the_server_perform_what_is_the_servers(page: Page):
    say(page, "button")
    toast(page, "Performed by the server").get_by_role("button", name="Count").click()
    expect(page.locator("#counted")).to_have_text("1")


def test_a_button_performs_several_in_order(page: Page):
    say(page, "several")
    toast(page, "several").get_by_role("button", name="Both").click()
    expect(toast(page, "two")).to_be_visible()
    assert told(page) == ["several", "one", "two"]


# Windows -----------------------------------------------------------------------------------------------------

WINDOW = """(index) => {
  const dialog = document.createElement("dialog");
  dialog.id = `window_${index}`;
  dialog.textContent = `Window ${index}`;
  document.body.append(dialog);
  document.querySelector("#opener").focus();
  dialog.showModal();
}"""


def call(page: Page, which: str) -> None:
    """Have the component say it, from within a window that covers its buttons."""
    page.evaluate("which => void liveactions.call(document.querySelector('#words'), 'say', {which})", which)


def open_windows(page: Page, count: int) -> None:
    for index in range(count):
        page.evaluate(WINDOW, index)


def test_f1_close_closes_the_window_on_top_and_no_other(page: Page):
    open_windows(page, 2)
    call(page, "close")
    expect(page.locator("#window_1")).to_be_hidden()
    expect(page.locator("#window_0")).to_be_visible()


def test_f2_who_opened_a_window_is_told_once_and_f3_with_the_infos(page: Page):
    open_windows(page, 1)
    call(page, "close")
    expect(toast(page, "Closed")).to_be_visible()
    call(page, "close")
    expect(page.locator("#looked")).to_have_text("3")
    closed = heard(page, "live:window:closed")
    assert [(entry["target"], entry["detail"]) for entry in closed] == [("#opener", {"infos": {"order": 7}})]


def test_f12_close_refreshes_what_is_under_the_window_and_it_is_the_same(page: Page):
    kept = page.evaluate_handle("document.querySelector('#state')")
    open_windows(page, 1)
    expect(page.locator("#looked")).to_have_text("1")
    call(page, "close")
    expect(page.locator("#looked")).to_have_text("2")
    assert page.evaluate("kept => kept.isConnected", kept)


def test_f17_a_download_leaves_the_window_open_and_f18_so_does_a_notification(page: Page):
    open_windows(page, 1)
    with page.expect_download():
        call(page, "download")
    call(page, "notify")
    expect(toast(page, "message")).to_be_visible()
    expect(page.locator("#window_0")).to_be_visible()


def test_a_question_in_a_window_is_above_it_and_a_toast_too(page: Page):
    open_windows(page, 1)
    call(page, "confirm")
    dialog(page).get_by_role("button", name="Yes").click()
    toast(page, "Saved").get_by_role("button", name="Close").click()
    expect(toast(page, "Saved")).to_have_count(0)
    expect(page.locator("#window_0")).to_be_visible()


@pytest.mark.parametrize("end", ["close", "remove"])
def test_a_toast_outlives_the_window_it_was_shown_in(page: Page, end: str):
    open_windows(page, 1)
    call(page, "button")
    expect(toast(page, "Performed by the server")).to_be_visible()
    page.evaluate("end => document.querySelector('#window_0')[end]()", end)
    toast(page, "Performed by the server").get_by_role("button", name="Count").click()
    expect(page.locator("#counted")).to_have_text("1")


# Leaving and taking along ------------------------------------------------------------------------------------


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


@pytest.mark.parametrize(("which", "expected"), [("download", b"small"), ("large", LARGE)])
def test_a_file_arrives_whole(page: Page, which: str, expected: bytes):
    with page.expect_download() as downloading:
        say(page, which)
    assert content(downloading.value) == expected
    assert downloading.value.suggested_filename.endswith((".txt", ".bin"))


def test_a_large_file_tells_how_far_it_is(page: Page):
    with page.expect_download():
        say(page, "large")
    steps = [entry["detail"]["loaded"] for entry in heard(page, "live:download:progress", 12)]
    assert steps[0] == 0
    assert steps == sorted(steps)
    assert steps[-1] == len(LARGE)


def test_a_long_action_has_a_bar_that_says_how_far_it_is_and_goes_with_the_call(page: Page, gate: Gate):
    page.evaluate("gate => void liveactions.call(document.querySelector('#words'), 'read', { gate })", str(gate))
    bar = page.get_by_role("progressbar", name="Reading products")
    expect(bar).to_be_visible()
    assert bar.evaluate("it => [it.value, it.max]") == [0.25, 1]
    assert heard(page, "live:progress")[0]["detail"]["percent"] == 25
    gate.open()
    expect(toast(page, "all are read")).to_be_visible()
    expect(bar).to_have_count(0)


def test_a_file_with_an_address_is_fetched_from_there(page: Page):
    with page.expect_download() as downloading:
        say(page, "linked")
    assert b"Elsewhere" in content(downloading.value)


def test_f7_a_tab_opens_that_does_not_know_its_opener(page: Page, visitor: Person):
    with visitor.context.expect_page() as opened:
        say(page, "tab")
    opened.value.wait_for_url("**/elsewhere/")
    assert opened.value.evaluate("opener") is None


def test_f7_the_window_is_closed_afterwards_if_it_is_asked_for(page: Page, visitor: Person):
    open_windows(page, 1)
    with visitor.context.expect_page():
        call(page, "tab and close")
    expect(page.locator("#window_0")).to_be_hidden()


def test_f7_a_tab_that_is_blocked_is_offered_as_a_link(page: Page, visitor: Person):
    page.evaluate("window.open = () => null")
    say(page, "tab")
    link = toast(page, "blocked").get_by_role("link", name="Open")
    with visitor.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_url("**/elsewhere/")


def test_f7_self_leaves_the_page(page: Page):
    say(page, "self")
    page.wait_for_url("**/elsewhere/")


def test_f8_a_script_is_no_address(page: Page, complaints: Complaints):
    complaints.expect(r"url\.refused")
    page.evaluate("addEventListener('live:result', ({ detail }) => { detail.result.url = 'javascript:ran = true'; })")
    say(page, "tab")
    assert heard(page, "live:diagnostic")[0]["detail"]["code"] == "url.refused"
    assert page.evaluate("globalThis.ran") is None


def test_reload_loads_the_page_again_without_what_the_client_had_kept(page: Page):
    page.evaluate("localStorage['liveactions.x'] = localStorage['mine'] = 1")
    say(page, "count")
    expect(page.locator("#counted")).to_have_text("1")
    with page.expect_navigation():
        say(page, "reload")
    goes_live(page)
    expect(page.locator("#counted")).to_have_text("0")
    assert page.evaluate("[localStorage['liveactions.x'], localStorage['mine']]") == [None, "1"]


# Forms -------------------------------------------------------------------------------------------------------


def test_values_for_the_parent_are_written_as_a_user_would(page: Page):
    say(page, "parent")
    expect(page.locator("#state")).to_have_value("paid")
    expect(page.locator("#notes")).to_have_text("by card")
    names = page.locator("[live-relation] input").evaluate_all("all => all.map(({name, value}) => `${name}=${value}`)")
    assert names == ["lines-4-qty=2", "lines-new1-qty=5"]


def test_what_was_written_for_the_parent_stays_when_the_server_patches(page: Page):
    say(page, "parent")
    expect(page.locator("#notes")).to_have_text("by card")
    say(page, "count")
    expect(page.locator("#counted")).to_have_text("1")
    expect(page.locator("#state")).to_have_value("paid")
    expect(page.locator("[name=lines-new1-qty]")).to_have_value("5")


def test_focus_goes_where_it_is_sent_and_moves_no_caret(page: Page):
    page.locator("#state").fill("abcdef")
    page.evaluate("document.querySelector('#state').setSelectionRange(2, 4)")
    call(page, "focus")
    heard(page, "live:call:success", 2)
    place = "document.activeElement.selectionStart + '-' + document.activeElement.selectionEnd"
    assert page.evaluate(place) == "2-4"
    say(page, "focus email")
    expect(page.locator("#email")).to_be_focused()
    page.evaluate("document.querySelector('#email').setAttribute('aria-invalid', 'true')")
    say(page, "invalid")
    expect(page.locator("#email")).to_be_focused()


def test_nobody_is_disturbed_while_they_edit(page: Page):
    say(page, "edit")
    expect(page.locator("#words")).to_have_attribute("live-editing", "")
    say(page, "count")
    expect(page.locator("#counted")).to_have_text("1")
    expect(page.locator("#words")).to_have_attribute("live-editing", "")
    for which in ("delayed", "delayed"):
        say(page, which)
    heard(page, "live:call:success", 5)
    expect(page.locator("#stock")).to_have_text("1")
    say(page, "done")
    expect(page.locator("#stock")).to_have_text("2")
    expect(page.locator("#words")).not_to_have_attribute("live-editing", "")
    expect(page.locator("#looked")).to_have_text("2")  # two refreshes have become one


def test_what_is_loaded_later_is_loaded_again_when_it_is_named(page: Page):
    say(page, "delayed")
    expect(page.locator("#stock")).to_have_text("2")


# Tabs, records, others ---------------------------------------------------------------------------------------


def test_tabs_are_shown_by_the_server_and_by_the_keyboard(page: Page):
    say(page, "second tab")
    expect(page.get_by_role("tabpanel")).to_have_text("The notes")
    say(page, "count")
    expect(page.locator("#counted")).to_have_text("1")
    expect(page.get_by_role("tabpanel")).to_have_text("The notes")
    page.locator("#tab_notes").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab_lines")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_have_text("The lines")
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel")).to_have_text("The notes")
    say(page, "first tab")
    expect(page.get_by_role("tabpanel")).to_have_text("The lines")


def test_records_are_signals_and_a_deleted_one_is_marked(page: Page):
    say(page, "record")
    expect(page.locator("#record")).to_have_text("Ana")
    say(page, "rows")
    expect(page.locator("#count")).to_have_text("2")
    say(page, "deleted")
    assert heard(page, "live:record:deleted")[0]["detail"] == {"pks": [7], "model": "site.order"}


def test_a_line_of_the_server_is_in_the_console(page: Page):
    with page.expect_console_message(lambda message: message.text == "a line of the server") as line:
        say(page, "log")
    assert line.value.type == "warning"


def test_a_result_of_the_application_is_performed_by_it(page: Page):
    page.evaluate("liveactions.result('site.confetti', ({ pieces }) => { globalThis.pieces = pieces; })")
    say(page, "custom")
    page.wait_for_function("globalThis.pieces === 7")


def test_f11_a_result_that_nobody_performs_is_told_by_its_name(page: Page, complaints: Complaints):
    complaints.expect(r"result\.unknown.*site\.confetti")
    say(page, "custom")
    assert heard(page, "live:diagnostic")[0]["detail"]["code"] == "result.unknown"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_fit_a_phone_and_follow_the_theme(site, arrive, scheme: str):
    person = arrive(site.url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = person.open("/words/")
    say(page, "confirm warning")
    box = dialog(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    colour = dialog(page).evaluate("it => getComputedStyle(it).backgroundColor")
    assert re.fullmatch(r"rgb\((29, 32, 39)\)" if scheme == "dark" else r"rgb\((255, 255, 255)\)", colour)


def lightness(colour: str) -> float:
    """The relative luminance (WCAG 2) of a computed colour."""
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    shares = [part / 255 if colour.startswith("rgb") else part for part in parts]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([lightness(one), lightness(other)])
    return (lighter + 0.05) / (darker + 0.05)


STYLES = """it => {
  const { backgroundColor, color } = getComputedStyle(it);
  return [backgroundColor, color, getComputedStyle(it.closest("dialog")).backgroundColor];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("variant", ["danger", "warning"])
def test_the_first_button_of_a_question_has_the_colour_of_its_variant(site, arrive, scheme: str, variant: str):
    page = arrive(site.url, color_scheme=scheme).open("/words/")
    say(page, "confirm")
    ordinary, *_ = dialog(page).locator(".live-button-first").evaluate(STYLES)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    say(page, f"confirm {variant}")
    button, text, surface = dialog(page).locator(".live-button-first").evaluate(STYLES)
    assert button not in (ordinary, surface, "rgba(0, 0, 0, 0)")
    assert contrast(button, surface) >= 3, "it stands out"
    assert contrast(button, text) >= 4.5, "it can be read"
