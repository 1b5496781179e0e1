"""What HyperDjango's actions lead to in a browser, case by case; and that what a lane has dropped stays dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.logs import Gate, all_is_done, logged
from tests.browser.people import Complaints, Person, events, goes_live, heard, told

Bound = Callable[..., Page]

TRANSITION = ("live:swap:start", "live:transition:start", "live:transition:end", "live:swap:end", "live:settle:end")


@pytest.fixture
def page(visitor: Person, gate: Gate) -> Page:
    """The component ``site.seeds``, whose actions wait at gates named by what was pressed or typed."""
    opened = visitor.open("/seeds+barrier/")
    opened.evaluate(
        """gate => document.querySelectorAll("#one, #two, #search").forEach(
          (element) => element.setAttribute("live-value-gate", gate))""",
        str(gate),
    )
    return opened


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def details(page: Page, name: str) -> list[Any]:
    return [entry["detail"] for entry in heard(page, name)]


def test_h1_one_answer_puts_in_takes_out_tells_and_moves_in_its_order(page: Page):
    page.evaluate(
        "addEventListener('site:delivered', ({ target, detail }) => { globalThis.delivered = [target.id, detail]; })"
    )
    press(page, "everything")
    heard(page, "live:call:success")
    assert page.locator("#list").text_content() == "prependedexistingappended"
    assert page.locator("#row").text_content() == "beforemarkerafter"
    assert page.locator("h4#whole").text_content() == "new"
    assert page.locator("#inside").inner_html() == "<em>new</em>"
    assert page.locator("#untouched").text_content() == "untouched"
    assert page.get_by_text("never seen").count() == page.locator("#doomed").count() == 0
    assert page.evaluate("delivered") == ["receiver", {"message": "delivered"}]
    payload = {"message": "All of it", "level": "success", "order": 7}
    assert payload.items() <= details(page, "live:toast")[0].items()
    assert page.url.endswith("/?everything=1")
    expected = ["HTML"] * 7 + ["Delete", "Event", "Toast", "History"]
    assert [detail["word"] for detail in details(page, "live:result")] == expected


def test_h2_signals_of_the_component_and_of_the_page_are_patched_together(page: Page):
    press(page, "signals")
    expect(page.locator("#first")).to_have_text("1")
    expect(page.locator("#second")).to_have_text("patched")
    expect(page.locator("#all")).to_have_text("everywhere")


def test_h3_a_swap_with_delays_a_transition_and_a_focus_does_all_of_it_in_order(page: Page):
    press(page, "slowly")
    heard(page, "live:settle:end")
    assert events(page, TRANSITION) == list(TRANSITION)
    expect(page.locator("#fresh")).to_be_focused()
    at = {name: heard(page, name)[0]["at"] for name in TRANSITION}
    assert at["live:transition:start"] - at["live:swap:start"] >= 45
    assert at["live:settle:end"] - at["live:swap:end"] >= 45


def test_h4_while_an_action_runs_everything_that_says_so_says_so_and_gives_it_back(bound: Bound, gate: Gate):
    page = bound(
        f"<form id=it live-submit=wait live-disable live-lane-key=save><input type=hidden name=gate value={gate}>"
        "<button id=go>Save</button></form>"
        "<i id=all live-loading=page>busy</i><i id=action live-loading live-loading-action=wait>busy</i>"
        "<i id=lane live-loading live-loading-lane=save>busy</i>"
        "<i id=late live-loading live-loading-delay=300>busy</i>"
        "<i id=other live-loading live-loading-action=note>busy</i>"
        "<b id=dim live-loading-class=dim>text</b><b id=bright class=bright live-loading-remove-class=bright>text</b>"
        "<button id=beside live-loading-disable live-loading-action=wait>Beside</button>"
    )
    page.evaluate(
        """() => new MutationObserver(() => { globalThis.lateAt ??= performance.now(); })
          .observe(document.querySelector("#late"), { attributes: true })"""
    )
    page.locator("#go").click()
    for busy in ("html", "#bound", "#it"):
        expect(page.locator(busy)).to_have_attribute("aria-busy", "true")
    for shown in ("#all", "#action", "#lane", "#late"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("#other")).to_be_hidden()
    assert page.evaluate("lateAt") - heard(page, "live:call:start")[0]["at"] >= 290
    expect(page.locator("#dim")).to_have_class("dim")
    expect(page.locator("#bright")).not_to_have_class("bright")
    for disabled in ("#go", "#beside"):
        expect(page.locator(disabled)).to_be_disabled()

    gate.open()
    logged(page, "waited")
    for busy in ("html", "#bound", "#it"):
        expect(page.locator(busy)).not_to_have_attribute("aria-busy", "true")
    for hidden in ("#all", "#action", "#lane", "#late"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("#dim")).not_to_have_class("dim")
    expect(page.locator("#bright")).to_have_class("bright")
    for enabled in ("#go", "#beside"):
        expect(page.locator(enabled)).to_be_enabled()


def test_h5_a_form_leaves_a_trail_of_events_that_name_its_lane(bound: Bound):
    page = bound(
        "<form live-submit=note live-lane-key=order><input name=line value=1><button id=go>Send</button></form>"
    )
    page.locator("#go").click()
    heard(page, "live:call:end")
    trail = ("live:call:start", "live:patched", "live:call:success", "live:call:end", "live:call:error")
    assert events(page, trail)[0] == "live:call:start"
    assert events(page, trail)[-2:] == ["live:call:success", "live:call:end"]
    assert "live:call:error" not in events(page)
    for name in ("live:call:start", "live:call:success", "live:call:end"):
        (detail,) = details(page, name)
        assert (detail["action"], detail["key"]) == ("note", "order")


def test_h6_a_lane_that_blocks_runs_once_however_often_it_is_pressed(bound: Bound, gate: Gate):
    page = bound(f"<button id=it live-click=wait live-lane=block live-value-gate={gate}>Go</button>")
    page.locator("#it").click()
    page.locator("#it").click()
    assert len(heard(page, "live:lane:blocked")) == 1
    gate.open()
    logged(page, "waited")
    all_is_done(page)
    assert len(heard(page, "live:lane:blocked")) == 1
    logged(page, "waited")


def test_h7_calls_that_run_beside_one_another_all_come_to_their_results(bound: Bound, gate: Gate):
    page = bound(
        "".join(
            f"<button id={line} live-click=beside live-lane=parallel live-value-gate={gate} live-value-line={line}>"
            f"{line}</button>"
            for line in ("one", "two")
        )
    )
    page.locator("#one").click()
    page.locator("#two").click()
    heard(page, "live:call:start", 2)
    gate.open()
    logged(page, "one", "two")


def test_h8_a_strict_target_that_is_missing_ends_the_answer_and_is_named(page: Page, complaints: Complaints):
    complaints.expect("target.missing")
    press(page, "missing")
    refusal = details(page, "live:call:error")[0]["refusal"]
    assert refusal["code"] == "target.missing"
    assert "#nowhere" in refusal["message"]
    assert "never shown" not in told(page)


def test_h9_typing_ahead_shows_the_last_answer_only_and_the_address_follows(page: Page, gate: Gate):
    page.evaluate(
        """() => {
          globalThis.shown = [];
          const found = document.querySelector("#found");
          new MutationObserver(() => shown.push(found.textContent)).observe(found, { childList: true, subtree: true,
            characterData: true });
        }"""
    )
    page.locator("#search").press_sequentially("ab")
    assert details(page, "live:lane:replaced")[0]["count"] == 1
    expect(page.locator("#searching")).to_be_visible()
    expect(page.locator("#saving")).to_be_hidden()
    gate.open(f"{gate}-a")
    gate.open(f"{gate}-ab")
    expect(page.locator("#found")).to_have_text("found ab")
    expect(page.locator("#searching")).to_be_hidden()
    all_is_done(page)
    assert set(page.evaluate("shown")) == {"found ab"}
    assert page.url.endswith("/?q=ab")
    expect(page.locator("#search")).to_have_value("ab")


def test_h19_a_form_that_is_not_valid_has_the_focus_in_its_first_mistake_and_a_valid_one_is_replaced(page: Page):
    press(page, "Save")
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.locator("#name_problem")).to_have_text("Give it a name.")
    page.keyboard.type("Rosa")
    press(page, "Save")
    expect(page.locator("p#form")).to_have_text("Saved Rosa")
    expect(page.get_by_label("Name")).to_have_count(0)


def test_h20_an_element_that_is_swapped_again_and_again_keeps_the_name_of_its_transition(page: Page):
    page.evaluate("document.querySelector('#card').style.viewTransitionName = 'card'")
    for time in (1, 2):
        press(page, "deal")
        heard(page, "live:settle:end", time)
        expect(page.locator("#card")).to_have_class("dealt")
        assert page.evaluate("getComputedStyle(document.querySelector('#card')).viewTransitionName") == "card"
    assert events(page, TRANSITION) == [*TRANSITION, *TRANSITION]


COMPOSER = """
globalThis.liveactions.hook("Composer", { mounted() { this.el.showModal(); } });
"""


def test_h21_a_script_that_opens_a_window_has_run_before_the_focus_goes_into_it(page: Page):
    page.route("**/scripts/composer.js", lambda route: route.fulfill(body=COMPOSER, content_type="text/javascript"))
    press(page, "compose")
    expect(page.locator("#composer")).to_be_visible()
    expect(page.locator("#subject")).to_be_focused()
    assert [detail["word"] for detail in details(page, "live:result")] == ["LoadJS", "HTML"]


def test_h22_going_back_after_an_address_was_pushed_brings_what_the_server_renders_there(visitor: Person):
    page = visitor.open("/seeds/?markup=one")
    expect(page.locator("#chapter")).to_have_text("one")
    press(page, "Turn")
    expect(page.locator("#chapter")).to_have_text("two")
    page.wait_for_url("**/seeds/?markup=two")
    page.go_back()
    page.wait_for_url("**/seeds/?markup=one")
    expect(page.locator("#chapter")).to_have_text("one")
    goes_live(page)
    page.go_forward()
    page.wait_for_url("**/seeds/?markup=two")
    expect(page.locator("#chapter")).to_have_text("two")
    goes_live(page)
    page.go_back()
    page.wait_for_url("**/seeds/?markup=one")
    expect(page.locator("#chapter")).to_have_text("one")


def test_f10_what_an_action_still_says_when_its_lane_has_gone_on_is_dropped(page: Page, gate: Gate):
    page.locator("#one").click()
    expect(page.locator("#steps > li")).to_have_text(["one begins"])
    page.locator("#two").click()
    expect(page.locator("#steps > li")).to_have_text(["one begins", "two begins"])
    gate.open(f"{gate}-one")
    gate.open(f"{gate}-two")
    expect(page.locator("#steps > li")).to_have_text(["one begins", "two begins", "two ends"])
    all_is_done(page)
    expect(page.locator("#steps > li")).to_have_text(["one begins", "two begins", "two ends"])
