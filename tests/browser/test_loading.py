"""What a page looks like while a call is under way, and that everything is given back as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.logs import Gate, all_is_done, logged
from tests.browser.people import Complaints, heard

Bound = Callable[..., Page]


@pytest.fixture(params=["wait", "fail"])
def button(request, gate: Gate, complaints: Complaints) -> str:
    """A button whose call takes until the gate opens, and then succeeds, or fails."""
    complaints.expect("action.failed")
    return f"<button id=it live-click={request.param} live-value-gate={gate} {{}}>Go</button>"


def begin(page: Page) -> Locator:
    it = page.locator("#it")
    it.click()
    heard(page, "live:call:start")
    return it


def end(page: Page, gate: Gate) -> None:
    gate.open()
    heard(page, "live:call:end")


def test_the_element_its_component_and_the_page_are_busy(button, bound: Bound, gate: Gate):
    page = bound(button)
    it = begin(page)
    places = (it, page.locator("#bound"), page.locator("html"))
    for place in places:
        expect(place).to_have_attribute("aria-busy", "true")
    assert page.locator("#barrier").get_attribute("aria-busy") is None
    end(page, gate)
    for place in places:
        expect(place).not_to_have_attribute("aria-busy", "true")


def test_an_element_that_may_not_call_again_is_disabled_and_keeps_the_focus(button, bound: Bound, gate: Gate):
    page = bound(button.format("live-disable"))
    it = begin(page)
    expect(it).to_be_disabled()
    end(page, gate)
    expect(it).to_be_enabled()
    expect(it).to_be_focused()


EFFECTS = {
    "live-loading": lambda it, on: expect(it).to_be_visible() if on else expect(it).to_be_hidden(),
    "live-loading-class='dim sad' class='plain'": lambda it, on: expect(it).to_have_class(
        "plain dim sad" if on else "plain"
    ),
    "live-loading-remove-class=bright class='plain bright'": lambda it, on: expect(it).to_have_class(
        "plain" if on else "plain bright"
    ),
    "live-loading-attr='title=Wait'": lambda it, on: (
        expect(it).to_have_attribute("title", "Wait") if on else expect(it).not_to_have_attribute("title", "Wait")
    ),
    "live-loading-disable": lambda it, on: expect(it).to_be_disabled() if on else expect(it).to_be_enabled(),
}


@pytest.mark.parametrize("directive", EFFECTS)
def test_an_indicator_shows_it_while_it_lasts_and_not_a_moment_longer(directive, button, bound: Bound, gate: Gate):
    page = bound(f"{button}<button id=sign {directive}>Sign</button>")
    sign, look = page.locator("#sign"), EFFECTS[directive]
    look(sign, False)
    begin(page)
    look(sign, True)
    end(page, gate)
    look(sign, False)


def test_an_indicator_may_be_for_one_action_or_one_lane_only(bound: Bound, gate: Gate):
    page = bound(
        f"<button id=it live-click=wait live-lane-key=mine live-value-gate={gate}>Go</button>"
        "<i id=named live-loading live-loading-action='save wait'>.</i>"
        "<i id=other live-loading live-loading-action=save>.</i>"
        "<i id=lane live-loading live-loading-lane=mine>.</i><i id=strange live-loading live-loading-lane=yours>.</i>"
    )
    begin(page)
    for name in ("named", "lane"):
        expect(page.locator(f"#{name}")).to_be_visible()
    for name in ("other", "strange"):
        expect(page.locator(f"#{name}")).to_be_hidden()
    end(page, gate)


def test_an_indicator_may_be_for_the_whole_page_or_for_its_component(visitor, gate: Gate):
    page = visitor.open(
        f"/bound+barrier/?markup=<button id=it live-click=wait live-value-gate={gate}>Go</button>"
        "<i id=page live-loading=page>.</i>"
    )
    page.evaluate(
        """document.querySelector('#barrier').insertAdjacentHTML('afterend',
             '<i id="far" live-loading="page">.</i><i id="near" live-loading>.</i>')"""
    )
    begin(page)
    for name in ("page", "far"):
        expect(page.locator(f"#{name}")).to_be_visible()
    expect(page.locator("#near")).to_be_hidden()
    end(page, gate)
    expect(page.locator("#far")).to_be_hidden()


@pytest.mark.parametrize(("delay", "shown"), [("30", True), ("9000", False)])
def test_an_indicator_with_a_delay_spares_quick_answers(delay, shown, bound: Bound, gate: Gate):
    page = bound(
        f"<button id=it live-click=wait live-value-gate={gate}>Go</button>"
        f"<i id=sign live-loading live-loading-delay={delay}>.</i>"
    )
    page.evaluate(
        """() => {
          const sign = document.querySelector("#sign");
          globalThis.shown = false;
          new MutationObserver(() => (globalThis.shown ||= !sign.hidden)).observe(sign, { attributes: true });
        }"""
    )
    begin(page)
    if shown:
        expect(page.locator("#sign")).to_be_visible()
    end(page, gate)
    expect(page.locator("#sign")).to_be_hidden()
    assert page.evaluate("shown") is shown


def test_the_buttons_of_a_form_that_is_being_sent_are_disabled(bound: Bound, gate: Gate):
    page = bound(
        "<form live-submit=wait live-disable><input id=name name=line value=sent>"
        f"<input type=hidden name=gate value={gate}>"
        "<button id=it>Go</button><button id=plain type=button>Other</button></form>"
    )
    begin(page)
    expect(page.locator("#it")).to_be_disabled()
    expect(page.locator("#plain")).to_be_enabled()
    expect(page.locator("#name")).to_be_enabled()
    end(page, gate)
    expect(page.locator("#it")).to_be_enabled()


def test_two_calls_take_two_ends(bound: Bound, gate: Gate):
    page = bound(
        f"<button id=it live-click=beside live-value-gate={gate[1]}>1</button>"
        f"<button id=two live-click=beside live-value-gate={gate[2]}>2</button><i id=sign live-loading>.</i>"
    )
    page.locator("#it").click()
    page.locator("#two").click()
    heard(page, "live:call:start", 2)
    gate.open(gate[1])
    heard(page, "live:call:end")
    expect(page.locator("#sign")).to_be_visible()
    gate.open(gate[2])
    expect(page.locator("#sign")).to_be_hidden()


def test_a_patch_under_way_does_not_end_it(bound: Bound, gate: Gate):
    page = bound(
        f"<button id=it live-click=beside live-value-gate={gate} live-disable>Go</button>"
        "<i id=sign live-loading>.</i><button id=note live-click=note>Note</button>"
    )
    it = begin(page)
    page.locator("#note").click()
    logged(page, "note")
    expect(it).to_be_disabled()
    expect(page.locator("#sign")).to_be_visible()
    gate.open()
    logged(page, "note", "beside")
    expect(it).to_be_enabled()
    expect(page.locator("#sign")).to_be_hidden()


def test_writing_a_field_shows_only_to_who_names_the_field(bound: Bound):
    page = bound(
        "<input id=it live-model.lazy=text><i id=named live-loading live-loading-action=text>.</i>"
        "<i id=any live-loading>.</i>"
    )
    page.evaluate(
        """() => {
          globalThis.shown = [];
          for (const sign of document.querySelectorAll("i")) {
            new MutationObserver(() => sign.hidden || shown.push(sign.id)).observe(sign, { attributes: true });
          }
        }"""
    )
    page.locator("#it").fill("a")
    page.keyboard.press("Enter")
    logged(page, 'text="a"')
    all_is_done(page)
    assert set(page.evaluate("shown")) == {"named"}
