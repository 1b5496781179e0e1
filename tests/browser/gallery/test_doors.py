"""Every shape that an action may return, and how it is called from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gallery.exhibits import Exhibit, Exhibits, button, came_again, done, words
from tests.browser.people import Complaints, Person, heard, toast, told

pytestmark = pytest.mark.redis

EXHIBITS = Exhibits()

WAYS = {"Ordered": "ordered", "Builder": "builder", "Dicts": "dicts"}


@EXHIBITS.exhibit("three_ways", *WAYS, story=True)
def says_the_same_in_every_way(page: Page, press: Locator) -> None:
    frames = {}
    for label, way in WAYS.items():
        button(page, "three_ways", label).click()
        expect(page.locator(f"#frames_{way} > li")).to_have_count(2)
        frames[way] = page.locator(f"#frames_{way} > li").all_inner_texts()
    assert frames["ordered"] == frames["builder"] == frames["dicts"]
    assert '"number": 1042' in frames["ordered"][0]


@EXHIBITS.exhibit("text_and_context", "A text from here")
def leaves_the_components_inside_alone(page: Page, press: Locator) -> None:
    page.locator("#block_shape").get_by_role("button", name="Greet").click()
    expect(page.locator("#block_shape")).to_contain_text("Hello ana")
    press.click()
    expect(page.locator("#markup_note")).to_contain_text("Markup from outside")
    expect(page.locator("#block_shape")).to_contain_text("Hello ana")


@EXHIBITS.exhibit("results", "None", "Empty list")
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


@EXHIBITS.exhibit("results", *TOASTS)
def shows_its_results_in_order(page: Page, press: Locator) -> None:
    messages = TOASTS[press.inner_text()]
    press.click()
    done(page)
    assert told(page) == messages
    for message in messages:
        expect(toast(page, message).last).to_be_visible()


@EXHIBITS.exhibit("other_values", "Dict with a type")
def reads_a_dictionary_with_a_type_as_that_word(page: Page, press: Locator) -> None:
    press.click()
    expect(toast(page, "A dictionary with a type.")).to_have_attribute("data-level", "success")


@EXHIBITS.exhibit("other_values", "HTTP redirect")
def goes_where_a_redirecting_response_says(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "response=1")


@EXHIBITS.exhibit("other_values", "A number", complains=("result.invalid",))
def refuses_what_is_no_result(page: Page, press: Locator) -> None:
    press.click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("result.invalid", "application")
    button(page, "results", "One").click()
    expect(toast(page, "One result.")).to_be_visible()


@EXHIBITS.exhibit("text_and_context", "Say it")
def puts_a_string_in_the_place_of_the_component(page: Page, press: Locator) -> None:
    says_twice(page, press, "#text_shape", "A string,", again="Again")


@EXHIBITS.exhibit("text_and_context", "Greet")
def renders_the_block_of_the_actions_name(page: Page, press: Locator) -> None:
    says_twice(page, press, "#block_shape", "Hello ana, it is ", again="Greet")


def says_twice(page: Page, press: Locator, place: str, text: str, *, again: str) -> None:
    """By the button, and by the one of this name in what that has brought."""
    shown = page.locator(place)
    press.click()
    expect(shown).to_contain_text(text)
    shown.get_by_role("button", name=again).click()
    done(page, 2)
    expect(shown).to_contain_text(text)


def arrivals(page: Page, word: str) -> list[float]:
    """When each result of this kind was performed, in milliseconds."""
    found = page.evaluate("journal.entries.filter(({name}) => name === 'live:result')")
    return [entry["at"] for entry in found if entry["detail"]["word"] == word]


@EXHIBITS.exhibit("generators", "Five steps")
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


@EXHIBITS.exhibit("generators", "Async")
def shows_every_item_of_an_async_generator_in_order(page: Page, press: Locator) -> None:
    press.click()
    expect(page.locator("#stream_stage > p")).to_have_text(
        ["Packing the lines …", "Printing the label …", "Calling the courier …"]
    )
    expect(toast(page, "Handed over.")).to_be_visible()
    first, *_, last = arrivals(page, "HTML")
    assert last - first > 600


@EXHIBITS.exhibit("generators", "Empty the stage")
def empties_the_stage(page: Page, press: Locator) -> None:
    button(page, "generators", "Async").click()
    done(page)
    press.click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@EXHIBITS.exhibit("generators", "Fail half-way")
def keeps_what_came_before_an_exception_and_tells_that_it_failed(page: Page, press: Locator) -> None:
    press.click()
    shown = page.locator(".live-toast[data-level=error]")
    expect(shown).to_be_visible()
    expect(page.locator("#stream_stage > p")).to_have_text(["This arrives."])
    assert heard(page, "live:call:error")[0]["detail"]["refusal"]["code"] == "action.failed"
    expect(shown).not_to_contain_text("programmer")
    button(page, "generators", "Empty the stage").click()
    expect(page.locator("#stream_stage > *")).to_have_count(0)


@EXHIBITS.exhibit("generators", "Redirect half-way")
def leaves_and_the_generator_is_closed(page: Page, press: Locator) -> None:
    press.click()
    came_again(page, "stream=1")


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=str)
def test_the_buttons_for_what_an_action_may_return_do_what_stands_beside_them(
    exhibit: Exhibit, ana: Person, complaints: Complaints
):
    exhibit.is_as_it_says(ana, complaints)
