"""The gallery: every result and every shape an action may return, each by the button that the page has for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Complaints, Person, events, goes_live, heard, toast, told

pytestmark = pytest.mark.redis

Look = Callable[[Page, Locator], None]


class Exhibit(NamedTuple):
    """What pressing a button leads to (``look`` presses it), and what the browser will complain about."""

    look: Look
    complains: tuple[str, ...] = ()


EXHIBITS: dict[tuple[str, str], Exhibit] = {}
"""By the room of the gallery and the text of the button."""

STEPS = ("live:swap:start", "live:transition:start", "live:transition:end", "live:swap:end", "live:settle:end")


def exhibit(room: str, *labels: str, complains: tuple[str, ...] = ()) -> Callable[[Look], Look]:
    def enter(look: Look) -> Look:
        EXHIBITS.update({(room, label): Exhibit(look, complains) for label in labels})
        return look

    return enter


def words(page: Page) -> list[str]:
    """The results that this document was told to perform so far, but for patches."""
    found = page.evaluate("journal.entries.filter(({name}) => name === 'live:result').map(({detail}) => detail.word)")
    return [word for word in found if word not in ("Patch", "Whole")]


def done(page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Wait until that many calls have ended well."""
    return heard(page, "live:call:success", count)


def came_again(page: Page, query: str) -> None:
    """The page was left for the gallery with another query."""
    page.wait_for_url(f"**/gallery/?{query}*")
    goes_live(page)


# HTML and Delete ---------------------------------------------------------------------------------------------

TARGET = "#swap_target"
SWAPPED = {
    "inner": f"{TARGET}:text('inner,'):not(.stage__piece--fresh)",
    "outer": f"{TARGET}.stage__piece--fresh:text('outer,')",
    "before": f"p:text('before,') + {TARGET}",
    "after": f"{TARGET} + p:text('after,')",
    "prepend": f"{TARGET} > p:first-child:text('prepend,')",
    "append": f"{TARGET} > p:last-child:text('append,')",
}


@exhibit("html", *SWAPPED)
def puts_it_where_the_swap_says(page: Page, press: Locator) -> None:
    kept = page.evaluate_handle("document.querySelector('#swap_target')")
    press.click()
    expect(page.locator(SWAPPED[press.inner_text()])).to_have_count(1)
    assert page.evaluate("kept => kept.isConnected", kept), "the target is still the same element"
    assert [entry["detail"] for entry in heard(page, "live:settle:end")] == [{"swap": press.inner_text()}]
    assert events(page, STEPS) == ["live:swap:start", "live:swap:end", "live:settle:end"]


@exhibit("html", "delete")
def removes_the_target(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(TARGET)).to_have_count(0)
    assert [(entry["target"], entry["detail"]) for entry in heard(page, "live:swap:end")] == [
        ("window", {"swap": "delete"})
    ]


@exhibit("html", "none")
def leaves_the_target_alone(page: Page, press: Locator) -> None:
    press.click()
    heard(page, "live:settle:end")
    expect(page.locator(TARGET)).to_have_text("The target")


@exhibit("html", "Delete")
def removes_it_within_a_view_transition(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(TARGET)).to_have_count(0)
    heard(page, "live:settle:end")
    assert events(page, STEPS) == list(STEPS)


@exhibit("html", "Reset the stage")
def brings_the_target_back(page: Page, press: Locator) -> None:
    button(page, "html", "delete").click()
    expect(page.locator(TARGET)).to_have_count(0)
    press.click()
    expect(page.locator(TARGET)).to_have_text("The target")


@exhibit("html", "Swap slowly")
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


@exhibit("html", "A selector")
def focuses_what_the_selector_finds(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#focus_target input[name=focused]")).to_be_focused()


@exhibit("html", "The first invalid field")
def focuses_the_first_invalid_field(page: Page, press: Locator) -> None:
    press.click()
    expect(page.get_by_label("Wrong")).to_be_focused()


@exhibit("html", "Lenient", complains=("target.missing",))
def passes_over_a_missing_target(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A missing target was passed over.")).to_be_visible()
    assert heard(page, "live:diagnostic")[0]["detail"]["code"] == "target.missing"
    done(page)


@exhibit("html", "Strict", complains=("target.missing",))
def ends_at_a_missing_target_when_targets_are_strict(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("target.missing", "application")
    assert "#not_in_this_page" in refusal["message"]
    assert told(page) == []


# Toast, Notify, Error ----------------------------------------------------------------------------------------


@exhibit("messages", "info", "success", "warning", "error")
def shows_a_toast_of_that_level(page: Page, press: Locator) -> None:
    level = press.inner_text()
    press.click()
    shown = toast(page, f"This is {level}.")
    expect(shown).to_have_attribute("data-level", level)
    expect(page.get_by_role("alert").filter(has=page.get_by_text(f"This is {level}."))).to_have_count(
        int(level == "error")
    )


@exhibit("messages", "Title, sticky")
def stays_while_others_go_until_it_is_closed(page: Page, press: Locator) -> None:
    press.click()
    sticky = toast(page, "It stays until it is closed.")
    expect(sticky.locator(".live-toast-title")).to_have_text("With a title")
    button(page, "messages", "info").click()
    expect(toast(page, "This is info.")).to_be_visible()
    expect(toast(page, "This is info.")).to_have_count(0)
    expect(sticky).to_be_visible()
    sticky.get_by_role("button", name="Close").click()
    expect(page.locator(".live-toast")).to_have_count(0)


@exhibit("messages", "With “Undo”")
def performs_the_result_behind_its_button(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "The line was removed.").get_by_role("button", name="Undo").click()
    expect(toast(page, "It is back.")).to_have_attribute("data-level", "success")
    expect(toast(page, "The line was removed.")).to_have_count(0)


@exhibit("messages", "A payload")
def hands_a_dictionary_on_as_it_is(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A dictionary is handed on as it is")).to_have_attribute("data-level", "success")
    assert heard(page, "live:toast")[0]["detail"]["order"] == 1042


LEVELS = {"blue": "info", "green": "success", "yellow": "warning", "orange": "warning", "red": "error"}


@exhibit("messages", *LEVELS)
def notifies_in_that_colour(page: Page, press: Locator) -> None:
    color = press.inner_text()
    press.click()
    expect(toast(page, f"This is {color}.")).to_have_attribute("data-level", LEVELS[color])
    assert heard(page, "live:toast")[0]["detail"]["color"] == color


@exhibit("messages", "With a button")
def offers_to_open_what_has_no_label_of_its_own(page: Page, press: Locator) -> None:
    press.click()
    toast(page, "The report is ready.").get_by_role("button", name="Open").click()
    came_again(page, "report=1")


@exhibit("messages", "Error")
def tells_of_the_error_with_a_way_on(page: Page, press: Locator) -> None:
    press.click()
    shown = toast(page, "The carrier does not answer.")
    expect(shown).to_have_attribute("data-level", "error")
    assert heard(page, "live:error")[0]["detail"]["status"] == 422
    shown.get_by_role("button", name="Try again").click()
    expect(toast(page, "Tried again.")).to_be_visible()


@exhibit("messages", "Ask first")
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


# Event, History, LoadJS, Redirect ----------------------------------------------------------------------------


@exhibit("browser", "On the window")
def dispatches_an_event_on_the_window(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on window, ")


@exhibit("browser", "On the element")
def dispatches_an_event_on_an_element_from_where_it_bubbles(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#event_log li")).to_contain_text("gallery:hello on #event_target, ")


@exhibit("browser", "Push")
def adds_an_address_without_leaving_and_back_and_forward_bring_what_belongs_there(page: Page, press: Locator) -> None:
    page.evaluate("globalThis.stayed = true")
    press.click()
    page.wait_for_url("**/gallery/?pushed=1#browser")
    assert page.evaluate("stayed")
    button(page, "browser", "On the window").click()
    expect(page.locator("#event_log li")).to_have_count(1)

    page.go_back()
    page.wait_for_url("**/gallery/")
    goes_live(page)
    page.go_forward()
    page.wait_for_url("**/gallery/?pushed=1#browser")
    goes_live(page)


@exhibit("browser", "Replace")
def replaces_the_address_without_a_step_in_the_history(page: Page, press: Locator) -> None:
    before = page.evaluate("globalThis.stayed = history.length")
    press.click()
    page.wait_for_url("**/gallery/?replaced=1#browser")
    assert page.evaluate("[stayed, history.length]") == [before, before]


@exhibit("browser", "Load and greet")
def loads_a_module_once_and_what_follows_waits_for_it(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 1 time by one module.")
    press.click()
    expect(page.locator("#load_stage")).to_have_text("Hello ana, greeted 2 times by one module.")
    expect(page.locator("script[src$='greeter.js']")).to_have_count(1)


@exhibit("browser", "Leave and come back")
def goes_elsewhere_and_performs_nothing_behind_it(page: Page, press: Locator) -> None:
    page.evaluate("addEventListener('live:toast', () => sessionStorage.setItem('toasted', 'yes'))")
    press.click()
    came_again(page, "redirected=1")
    assert page.evaluate("sessionStorage.getItem('toasted')") is None
    assert told(page) == []


# Signal and Signals ------------------------------------------------------------------------------------------


@exhibit("signals", "Count")
def keeps_a_field_and_its_signal_alike(page: Page, press: Locator) -> None:
    press.click()
    press.click()
    expect(page.locator("#signal_count")).to_have_text("2")


@exhibit("signals", "Signal")
def patches_a_value_of_the_component(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_mood")).to_have_text(re.compile(r"^fine at \d\d:\d\d:\d\d$"))


@exhibit("signals", "$unread = 7")
def patches_a_value_of_the_whole_page(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator(".count")).to_have_text("7")


@exhibit("signals", "Signals")
def patches_several_values(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#signal_mood")).to_have_text("busy")
    expect(page.locator("#signal_since")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator("#signal_open")).to_be_visible()


@exhibit("signals", "Merge")
def merges_maps_deeply(page: Page, press: Locator) -> None:
    button(page, "signals", "Signals").click()
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


@exhibit("streams", "Five steps")
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


@exhibit("streams", "Async")
def shows_every_item_of_an_async_generator_in_order(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#stream_stage > p")).to_have_text(
        ["Packing the lines …", "Printing the label …", "Calling the courier …"]
    )
    expect(toast(page, "Handed over.")).to_be_visible()
    first, *_, last = arrivals(page, "HTML")
    assert last - first > 600


@exhibit("streams", "Empty the stage")
def empties_the_stage(page: Page, press: Locator) -> None:
    button(page, "streams", "Async").click()
    done(page)
    press.click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@exhibit("streams", "Fail half-way")
def keeps_what_came_before_an_exception_and_tells_that_it_failed(page: Page, press: Locator) -> None:
    press.click()
    shown = page.locator(".live-toast[data-level=error]")
    expect(shown).to_be_visible()
    expect(page.locator("#stream_stage > p")).to_have_text(["This arrives."])
    assert heard(page, "live:call:error")[0]["detail"]["refusal"]["code"] == "action.failed"
    expect(shown).not_to_contain_text("programmer")
    button(page, "streams", "Empty the stage").click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@exhibit("streams", "Redirect half-way")
def leaves_and_the_generator_is_closed(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "stream=1")


# What an action may return -----------------------------------------------------------------------------------


@exhibit("shapes", "None", "Empty list")
def does_nothing(page: Page, press: Locator) -> None:
    press.click()
    done(page)
    assert words(page) == []


TOASTS = {
    "One": ["One result."],
    "List": ["First.", "Second."],
    "Tuple": ["First.", "Second."],
    "Actions": ["First.", "Second."],
    "Generator": ["Yielded first.", "Yielded second."],
    "Iterable": ["Made", "by map()"],
    "Coroutine": ["From a coroutine."],
    "Dict with a type": ["A dictionary with a type."],
}


@exhibit("shapes", *TOASTS)
def shows_its_results_in_order(page: Page, press: Locator) -> None:
    messages = TOASTS[press.inner_text()]
    press.click()
    done(page)
    assert told(page) == messages
    for message in messages:
        expect(toast(page, message)).to_be_visible()


@exhibit("shapes", "HTTP redirect")
def goes_where_a_redirecting_response_says(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "response=1")


@exhibit("shapes", "A number", complains=("result.invalid",))
def refuses_what_is_no_result(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("result.invalid", "application")
    button(page, "shapes", "One").click()
    expect(toast(page, "One result.")).to_be_visible()


@exhibit("shapes", "Say it")
def puts_a_string_in_the_place_of_the_component(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#text_shape")).to_contain_text("A string,")
    page.locator("#text_shape").get_by_role("button", name="Again").click()
    done(page, 2)
    expect(page.locator("#text_shape")).to_contain_text("A string,")


@exhibit("shapes", "Greet")
def renders_the_block_of_the_actions_name(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#block_shape")).to_contain_text("Hello ana, it is ")
    page.locator("#block_shape").get_by_role("button", name="Greet").click()
    done(page, 2)
    expect(page.locator("#block_shape")).to_contain_text("Hello ana, it is ")


# -------------------------------------------------------------------------------------------------------------


def button(page: Page, room: str, label: str) -> Locator:
    return page.locator(f"#{room}").get_by_role("button", name=label, exact=True)


@pytest.mark.parametrize(("room", "label"), [pytest.param(*key, id=": ".join(key)) for key in EXHIBITS])
def test_a_button_of_the_gallery_does_what_its_exhibit_says(room, label, ana: Person, complaints: Complaints):
    look, complains = EXHIBITS[room, label]
    complaints.expect(*complains)
    page = ana.open("/gallery/")
    look(page, button(page, room, label))


def test_every_button_of_the_gallery_is_pressed_by_a_test(ana: Person):
    page = ana.open("/gallery/")
    found = page.locator("main .room button").evaluate_all(
        "buttons => buttons.map((button) => [button.closest('.room').id, button.innerText])"
    )
    assert {tuple(pair) for pair in found} == set(EXHIBITS)
