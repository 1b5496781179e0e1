"""Words that change the page, its address and its signals."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import Exhibit, Exhibits, button, done, settled
from tests.browser.people import Complaints, Person, events, goes_live, heard, toast, told
from tests.browser.promises import promised

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()

STEPS = ("live:swap:start", "live:transition:start", "live:transition:end", "live:swap:end", "live:settle:end")

TARGET = "#swap_target"
SWAPPED = {
    "inner": f"{TARGET}:text('inner,'):not(.stage__piece--fresh)",
    "outer": f"{TARGET}.stage__piece--fresh:text('outer,')",
    "before": f"p:text('before,') + {TARGET}",
    "after": f"{TARGET} + p:text('after,')",
    "prepend": f"{TARGET} > p:first-child:text('prepend,')",
    "append": f"{TARGET} > p:last-child:text('append,')",
}


@EXHIBITS.exhibit("HTML", *SWAPPED)
def puts_it_where_the_swap_says(page: Page, press: Locator) -> None:
    kept = page.evaluate_handle("document.querySelector('#swap_target')")
    press.click()
    expect(page.locator(SWAPPED[press.inner_text()])).to_have_count(1)
    assert page.evaluate("kept => kept.isConnected", kept), "the target is still the same element"
    assert [entry["detail"] for entry in heard(page, "live:settle:end")] == [{"swap": press.inner_text()}]
    assert events(page, STEPS) == ["live:swap:start", "live:swap:end", "live:settle:end"]


@EXHIBITS.exhibit("HTML", "delete")
def removes_the_target(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(TARGET)).to_have_count(0)
    assert [(entry["target"], entry["detail"]) for entry in heard(page, "live:swap:end")] == [
        ("window", {"swap": "delete"})
    ]


@EXHIBITS.exhibit("HTML", "none")
def leaves_the_target_alone(page: Page, press: Locator) -> None:
    press.click()
    heard(page, "live:settle:end")
    expect(page.locator(TARGET)).to_have_text("The target")


@EXHIBITS.exhibit("Delete", "Delete", "Bring it back", story=True)
def removes_it_within_a_view_transition_and_brings_it_back(page: Page, press: Locator) -> None:
    button(page, "Delete", "Delete").click()
    expect(page.locator("#doomed")).to_have_count(0)
    heard(page, "live:settle:end")
    assert events(page, STEPS) == list(STEPS)
    button(page, "Delete", "Bring it back").click()
    expect(page.locator("#doomed")).to_have_text("It is back")


@EXHIBITS.exhibit("HTML", "Reset the stage")
def brings_the_target_back(page: Page, press: Locator) -> None:
    button(page, "HTML", "delete").click()
    expect(page.locator(TARGET)).to_have_count(0)
    press.click()
    expect(page.locator(TARGET)).to_have_text("The target")


@EXHIBITS.exhibit("HTML", "Swap slowly")
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


@EXHIBITS.exhibit("HTML", "With the focus")
def focuses_what_the_selector_finds(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#focus_target input[name=focused]")).to_be_focused()


@EXHIBITS.exhibit("HTML", "Lenient", complains=("target.missing",))
def passes_over_a_missing_target(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A missing target was passed over.")).to_be_visible()
    assert heard(page, "live:diagnostic")[0]["detail"]["code"] == "target.missing"
    done(page)


@EXHIBITS.exhibit("HTML", "Strict", complains=("target.missing",))
def ends_at_a_missing_target_when_targets_are_strict(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("target.missing", "application")
    assert "#not_in_this_page" in refusal["message"]
    assert told(page) == []


@EXHIBITS.exhibit("Focus", "A selector")
def focuses_the_field_that_is_named(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("City")).to_be_focused()


@EXHIBITS.exhibit("Focus", "The first invalid field")
def focuses_the_first_field_that_is_wrong(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("Post code")).to_be_focused()


@EXHIBITS.exhibit("EditingMode", "Edit", "Done", "Somebody else wants it anew", story=True)
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


@EXHIBITS.exhibit("ActiveTab", "The third", "The one named “lines”")
def shows_that_tab(page: Page, press: Locator) -> None:
    press.click()
    shown = "Ring twice" if press.inner_text() == "The third" else "Two pens, three pads"
    expect(page.get_by_role("tabpanel")).to_have_text(shown)


@EXHIBITS.exhibit("Event", "On the window")
def dispatches_an_event_on_the_window(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on window, ")


@EXHIBITS.exhibit("Event", "On the element")
def dispatches_an_event_on_an_element_from_where_it_bubbles(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on #event_target, ")


@EXHIBITS.exhibit("History", "Push")
def adds_an_address_without_leaving_and_back_and_forward_bring_what_belongs_there(page: Page, press: Locator) -> None:
    page.evaluate("globalThis.stayed = true")
    press.click()
    page.wait_for_url("**/gallery/?pushed=1#History")
    assert page.evaluate("stayed")
    button(page, "Event", "On the window").click()
    expect(page.locator("#event_log li")).to_have_count(1)

    with page.expect_event("load"):
        page.go_back()
    came_back(page, "**/gallery/")
    with page.expect_event("load"):
        page.go_forward()
    came_back(page, "**/gallery/?pushed=1#History")


def came_back(page: Page, url: str) -> None:
    """The page was left for one that the server has rendered for this address."""
    page.wait_for_url(url)
    goes_live(page)
    assert not page.evaluate("globalThis.stayed")
    page.evaluate("globalThis.stayed = true")


@EXHIBITS.exhibit("History", "Replace")
def replaces_the_address_without_a_step_in_the_history(page: Page, press: Locator) -> None:
    before = page.evaluate("globalThis.stayed = history.length")
    press.click()
    page.wait_for_url("**/gallery/?replaced=1#History")
    assert page.evaluate("[stayed, history.length]") == [before, before]


@EXHIBITS.exhibit("LoadJS", "Load and greet")
def loads_a_module_once_and_what_follows_waits_for_it(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 1 time by one module.")
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 2 times by one module.")
    expect(page.locator("script[src$='greeter.js']")).to_have_count(1)


@EXHIBITS.exhibit("Signal", "Count")
def keeps_a_field_and_its_signal_alike(page: Page, press: Locator) -> None:
    press.click()
    press.click()
    expect(page.locator("#signal_count")).to_have_text("2")


@EXHIBITS.exhibit("Signal", "Mood")
def patches_a_value_of_the_component(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_mood")).to_have_text(re.compile(r"^fine at \d\d:\d\d:\d\d$"))


@EXHIBITS.exhibit("Signal", "$unread = 7")
def patches_a_value_of_the_whole_page(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(".count")).to_have_text("7")


@EXHIBITS.exhibit("Signals", "Several")
def patches_several_values(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_status")).to_have_text("busy")
    expect(page.locator("#signal_since")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator("#signal_open")).to_be_visible()


@EXHIBITS.exhibit("Signals", "Merge")
def merges_maps_deeply(page: Page, press: Locator) -> None:
    button(page, "Signals", "Several").click()
    expect(page.locator("#signal_open")).to_be_visible()
    since = page.locator("#signal_since").inner_text()
    press.click()
    expect(page.locator("#signal_open")).to_be_hidden()
    expect(page.locator("#signal_since")).to_have_text(since)


@EXHIBITS.exhibit("before_the_answer", "Post the letter", "Post it without a stamp", "One more stamp", story=True)
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


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_that_change_the_page_do_what_stands_beside_them(
    exhibit: Exhibit, ana: Person, complaints: Complaints
):
    exhibit.is_as_it_says(ana, complaints)
