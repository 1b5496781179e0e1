"""Lanes: what becomes of a call while another one of its lane is under way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.logs import Gate, all_is_done, logged
from tests.browser.people import Person, events, heard, toast

Bound = Callable[..., Page]


def buttons(mode: str, gate: Gate, action: str = "wait") -> str:
    """Two buttons in one lane, each of which waits at a gate of its own."""
    lane = f"live-lane={mode} live-lane-key=shared" if mode else "live-lane-key=shared"
    return "".join(
        f"<button id=b{n} live-click={action} {lane} live-value-gate={gate[n]} live-value-line={n}>{n}</button>"
        for n in (1, 2)
    )


def press_both(page: Page) -> None:
    page.locator("#b1").click()
    heard(page, "live:call:start")
    page.locator("#b2").click()


def test_replace_cancels_the_call_before(bound: Bound, gate: Gate):
    page = bound(buttons("replace", gate))
    press_both(page)
    assert heard(page, "live:lane:replaced")[0]["detail"]["count"] == 1
    gate.open(gate[2])
    logged(page, "2")
    gate.open(gate[1])
    all_is_done(page)
    logged(page, "2")
    assert "live:call:error" not in events(page)


def test_block_ignores_the_newer_call(bound: Bound, gate: Gate):
    page = bound(buttons("block", gate))
    press_both(page)
    heard(page, "live:lane:blocked")
    gate.open(gate[2])
    gate.open(gate[1])
    logged(page, "1")
    all_is_done(page)
    logged(page, "1")
    page.locator("#b2").click()
    logged(page, "1", "2")


@pytest.mark.parametrize("mode", ["queue", ""])
def test_queue_keeps_the_order_and_is_what_happens_without_a_word(mode, bound: Bound, gate: Gate):
    page = bound(buttons(mode, gate))
    press_both(page)
    gate.open(gate[2])
    assert events(page, ["live:call:start"]) == ["live:call:start"], "the second one waits its turn"
    gate.open(gate[1])
    logged(page, "1", "2")


def test_parallel_calls_do_not_wait_for_one_another(bound: Bound, gate: Gate):
    page = bound(buttons("parallel", gate, "beside"))
    press_both(page)
    gate.open(gate[2])
    logged(page, "2")
    gate.open(gate[1])
    logged(page, "2", "1")


def test_a_form_is_not_sent_twice_by_an_impatient_user(bound: Bound, gate: Gate):
    page = bound(f"<form live-submit=wait><input type=hidden name=gate value={gate}><button id=go>Go</button></form>")
    page.locator("#go").click()
    page.locator("#go").click()
    heard(page, "live:lane:blocked")
    gate.open()
    logged(page, "waited")
    all_is_done(page)
    logged(page, "waited")


def test_elements_have_lanes_of_their_own(bound: Bound, gate: Gate):
    page = bound(
        f"<button id=b1 live-click=beside live-lane=block live-value-gate={gate}>1</button>"
        f"<button id=b2 live-click=note live-lane=block>2</button>"
    )
    press_both(page)
    logged(page, "note")
    gate.open()
    logged(page, "note", "beside")


def test_an_action_that_takes_long_does_not_keep_news_from_its_page(visitor: Person, gate: Gate):
    page = visitor.open(f"/bound+clock/?markup=<button id=b1 live-click=wait live-value-gate={gate}>1</button>")
    page.locator("#b1").click()
    heard(page, "live:call:start")
    page.context.request.get("/tell/?text=While you wait")
    expect(toast(page, "While you wait")).to_be_visible()
    logged(page)
    gate.open()
    logged(page, "waited")
