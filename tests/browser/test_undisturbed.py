"""What a user, or other code of the page, is in the middle of outlives patches, however fast they come."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, heard

ALPHABET = "the quick brown fox jumps over the lazy dog"
A_SECOND = 1000


@pytest.fixture
def clock(visitor: Person) -> Page:
    """A page with ``site.clock``, a component that can be patched with every tick."""
    return visitor.open("/clock/")


def tick(page: Page, count: int = 1, every: float = 0.0) -> None:
    """Have the page patched so many times, from now on; every so many seconds."""
    page.evaluate(f"void fetch('/ticks/?count={count}&every={every}')")


def ticked(page: Page, count: int = 1) -> None:
    """Have the page patched so many times, and wait for it."""
    tick(page, count)
    expect(page.locator("#ticks")).to_have_text(str(count))


@pytest.mark.parametrize("field", ["text", "long", "bound_text"])
def test_no_character_is_lost_when_20_keystrokes_a_second_meet_20_patches_a_second(field, clock: Page):
    it = clock.locator(f"#{field}")
    it.fill("")
    tick(clock, count=55, every=0.05)
    heard(clock, "live:patched", 3)
    it.press_sequentially(ALPHABET, delay=A_SECOND / 20)
    patches = len(clock.evaluate("journal.entries.filter(({name}) => name === 'live:patched')"))
    expect(it).to_have_value(ALPHABET)
    assert patches > 20, "the patches came while it was typed"
    expect(clock.locator("#ticks")).to_have_text("55")
    expect(it).to_have_value(ALPHABET)
    expect(it).to_be_focused()
    if field == "bound_text":
        expect(clock.locator("#typed")).to_have_text(ALPHABET)


def test_the_caret_stays_in_the_middle_where_one_types(clock: Page):
    it = clock.locator("#text")
    it.focus()
    it.evaluate("field => field.setSelectionRange(2, 2)")
    for letter, number in zip(" really", range(1, 8), strict=True):
        clock.keyboard.type(letter)
        tick(clock, count=number)
        expect(clock.locator("#ticks")).to_have_text(str(number))
    expect(it).to_have_value("as really it was")
    assert it.evaluate("field => [field.selectionStart, field.selectionEnd]") == [9, 9]


def test_a_selection_in_a_field_stays_with_its_direction(clock: Page):
    it = clock.locator("#long")
    it.focus()
    it.evaluate("field => field.setSelectionRange(4, 13, 'backward')")
    ticked(clock, 2)
    selection = it.evaluate("field => [field.selectionStart, field.selectionEnd, field.selectionDirection]")
    assert selection == [4, 13, "backward"]
    clock.keyboard.type("x")
    expect(it).to_have_value("one x four")


def test_selected_words_stay_selected(clock: Page):
    clock.evaluate(
        """() => {
          const text = document.querySelector("#read").firstChild;
          getSelection().setBaseAndExtent(text, 5, text, 10);
        }"""
    )
    ticked(clock, 2)
    assert clock.evaluate("String(getSelection())") == "words"


def test_the_focus_stays_on_the_same_element(clock: Page):
    summary = clock.locator("#details summary")
    summary.focus()
    before = summary.element_handle()
    ticked(clock)
    expect(summary).to_have_text("More at 1")
    assert clock.evaluate("before => before === document.activeElement", before)


def test_what_was_scrolled_stays_where_it_is(clock: Page):
    clock.evaluate("document.body.style.paddingBottom = '3000px'")
    clock.evaluate("window.scrollTo({top: 120, behavior: 'instant'})")
    clock.locator("#scrolled").evaluate("list => list.scrollTo({top: 200, behavior: 'instant'})")
    ticked(clock, 2)
    expect(clock.locator("#line_39")).to_have_text("39 at 2")
    assert clock.locator("#scrolled").evaluate("list => list.scrollTop") == 200
    assert clock.evaluate("scrollY") == 120


def test_half_typed_input_in_a_field_that_was_left_stays(clock: Page):
    clock.locator("#text").fill("half-ty")
    clock.locator("#long").fill("also half")
    clock.locator("#outside").focus()
    ticked(clock, 2)
    expect(clock.locator("#text")).to_have_value("half-ty")
    expect(clock.locator("#long")).to_have_value("also half")


def test_details_that_were_opened_stay_open_and_closed_ones_closed(clock: Page):
    details = clock.locator("#details")
    details.locator("summary").click()
    ticked(clock, 2)
    expect(details).to_have_attribute("open", "")
    details.locator("summary").click()
    tick(clock, 3)
    expect(clock.locator("#ticks")).to_have_text("3")
    expect(details).not_to_have_attribute("open", "")


def test_what_other_code_has_added_stays_while_the_servers_own_changes(clock: Page):
    clock.evaluate(
        """() => {
          const marked = document.querySelector("#marked");
          marked.classList.add("theirs");
          marked.title = "theirs";
          document.querySelector("#clock").append(Object.assign(document.createElement("i"), { id: "widget" }));
        }"""
    )
    ticked(clock, 1)
    expect(clock.locator("#marked")).to_have_class("plain theirs")
    tick(clock, 2)
    expect(clock.locator("#ticks")).to_have_text("2")
    expect(clock.locator("#marked")).to_have_class("plain even theirs")
    expect(clock.locator("#marked")).to_have_attribute("title", "theirs")
    expect(clock.locator("#widget")).to_have_count(1)


def test_a_patched_page_equals_a_fresh_one(clock: Page):
    ticked(clock, 5)
    page = clock.locator("#clock").evaluate("element => element.outerHTML")
    clock.evaluate("liveactions.resync()")
    heard(clock, "live:patched", 6)
    clock.wait_for_selector("#clock:not([live-program])")  # bound, like the one before
    assert clock.locator("#clock").evaluate("element => element.outerHTML") == page
