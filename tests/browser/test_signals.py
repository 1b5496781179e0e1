"""Signals: values that live in the browser, shown with and without Alpine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Complaints
from tests.documents import ROOT

Bound = Callable[..., Page]


def patch(page: Page, values: dict[str, Any]) -> None:
    """The component answers a call with these signals."""
    script = "values => liveactions.call(document.querySelector('#bound'), 'signals', {values})"
    assert page.evaluate(script, json.dumps(values)) == {"ok": True}


# Without Alpine ----------------------------------------------------------------------------------------------

SHOWN = {
    "a text": ("<b id=it live-text=mood>unknown</b>", {"mood": "fine"}, lambda it: expect(it).to_have_text("fine")),
    "a text is never markup": (
        "<b id=it live-text=mood>unknown</b>",
        {"mood": "<i>fine</i>"},
        lambda it: expect(it).to_have_text("<i>fine</i>"),
    ),
    "a text that nobody has set stays": (
        "<b id=it live-text=mood>unknown</b>",
        {},
        lambda it: expect(it).to_have_text("unknown"),
    ),
    "a path": (
        "<b id=it live-text=user.name></b>",
        {"user": {"name": "Ana"}},
        lambda it: expect(it).to_have_text("Ana"),
    ),
    "what is true is shown": (
        "<b id=it live-show=open hidden>x</b>",
        {"open": True},
        lambda it: expect(it).to_be_visible(),
    ),
    "what is false is hidden": ("<b id=it live-show=open>x</b>", {"open": False}, lambda it: expect(it).to_be_hidden()),
    "the opposite": ("<b id=it live-show='!open'>x</b>", {"open": True}, lambda it: expect(it).to_be_hidden()),
    "classes": (
        "<b id=it class=plain live-class='on: open, off: !open'>x</b>",
        {"open": True},
        lambda it: expect(it).to_have_class("plain on"),
    ),
    "an attribute": (
        "<b id=it live-attr='title: mood'>x</b>",
        {"mood": "fine"},
        lambda it: expect(it).to_have_attribute("title", "fine"),
    ),
    "an aria state": (
        "<b id=it live-attr='aria-expanded: open'>x</b>",
        {"open": False},
        lambda it: expect(it).to_have_attribute("aria-expanded", "false"),
    ),
    "an attribute that is taken away": (
        "<input id=it disabled live-attr='disabled: busy'>",
        {"busy": False},
        lambda it: expect(it).to_be_enabled(),
    ),
    "a value": ("<input id=it live-attr='value: mood'>", {"mood": "fine"}, lambda it: expect(it).to_have_value("fine")),
    "a page-wide value": (
        "<b id=it live-text='$unread'>0</b>",
        {"$unread": 7},
        lambda it: expect(it).to_have_text("7"),
    ),
    "first values of the markup": (
        '<div live-signals=\'{"mood": "new"}\'><b id=it live-text=mood></b></div>',
        {},
        lambda it: expect(it).to_have_text("new"),
    ),
}


@pytest.mark.parametrize(("markup", "values", "look"), [pytest.param(*case, id=name) for name, case in SHOWN.items()])
def test_a_signal_shows(markup, values, look, bound: Bound):
    page = bound(markup)
    patch(page, values)
    look(page.locator("#it"))


def test_a_signal_of_a_component_is_not_another_components_and_a_page_wide_one_is_everybodys(visitor):
    page = visitor.open("/bound+barrier/?markup=<b id=mine live-text=mood>-</b><b id=ours live-text=$mood>-</b>")
    page.evaluate(
        """document.querySelector('#barrier').insertAdjacentHTML('afterend',
             '<b id="theirs" live-text="mood">-</b><b id="shared" live-text="$mood">-</b>')"""
    )
    patch(page, {"mood": "mine", "$mood": "everybody's"})
    expect(page.locator("#mine")).to_have_text("mine")
    expect(page.locator("#theirs")).to_have_text("-")
    for name in ("ours", "shared"):
        expect(page.locator(f"#{name}")).to_have_text("everybody's")


def test_maps_merge_and_lists_and_null_replace(bound: Bound):
    page = bound("<b id=it live-text=it></b>")
    patch(page, {"it": {"a": {"x": 1}, "list": [1, 2], "gone": 1}})
    patch(page, {"it": {"a": {"y": 2}, "list": [3], "gone": None}})
    expect(page.locator("#it")).to_have_text('{"a":{"x":1,"y":2},"list":[3],"gone":null}')


def test_signals_outlive_a_patch_and_show_in_what_it_brings(bound: Bound):
    page = bound("<b id=it live-text=mood>unknown</b>")
    patch(page, {"mood": "fine"})
    page.evaluate(
        "liveactions.call(document.querySelector('#bound'), 'become', {markup: '<i id=new live-text=mood>unknown</i>'})"
    )
    expect(page.locator("#new")).to_have_text("fine")


FORBIDDEN = ["__proto__", "constructor", "prototype"]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_signal_cannot_reach_a_prototype(name, bound: Bound, complaints: Complaints):
    complaints.expect("signal.forbidden", "result.invalid")
    page = bound("<b id=it live-text=mood>unknown</b>")
    page.evaluate("values => liveactions.call(document.querySelector('#bound'), 'signals', {values})",
                  f'{{"a": {{"{name}": {{"polluted": true}}}}}}')  # fmt: skip
    assert page.evaluate("({}).polluted") is None
    patch(page, {"mood": "fine"})
    expect(page.locator("#it")).to_have_text("fine")


@pytest.mark.parametrize(
    ("attribute", "value"), [("href", "javascript:alert(1)"), ("onclick", "alert(1)"), ("style", "color: red")]
)
def test_an_attribute_that_could_run_something_is_not_set(attribute, value, bound: Bound, complaints: Complaints):
    complaints.expect("signal.attribute")
    page = bound(f"<a id=it live-attr='{attribute}: bad'>x</a>")
    patch(page, {"bad": value})
    assert page.locator("#it").get_attribute(attribute) is None


# With Alpine -------------------------------------------------------------------------------------------------


@pytest.fixture
def alpine() -> dict[str, str]:
    """What makes a page bring the real Alpine along."""
    script = ROOT / "liveactions" / "js" / "node_modules" / "alpinejs" / "dist" / "cdn.min.js"
    assert script.exists(), "Alpine is missing: run `npm ci` in liveactions/js"
    return {"alpine": ""}


@pytest.mark.node
def test_a_signal_patches_the_data_of_alpine_around_it(alpine, bound: Bound):
    page = bound(
        "<div x-data=\"{mood: 'unknown', open: false}\"><b id=it x-text=mood></b><i id=more x-show=open>more</i></div>",
        **alpine,
    )
    expect(page.locator("#it")).to_have_text("unknown")
    patch(page, {"mood": "fine", "open": True})
    expect(page.locator("#it")).to_have_text("fine")
    expect(page.locator("#more")).to_be_visible()


@pytest.mark.node
def test_a_page_wide_signal_is_in_the_store_of_alpine_and_in_the_directives(alpine, bound: Bound):
    page = bound("<b id=it x-data x-text='$store.live?.unread ?? 0'></b><b id=own live-text='$unread'>0</b>", **alpine)
    expect(page.locator("#it")).to_have_text("0")
    patch(page, {"$unread": 7})
    expect(page.locator("#it")).to_have_text("7")
    expect(page.locator("#own")).to_have_text("7")


@pytest.mark.node
def test_what_a_user_has_opened_with_alpine_stays_open_under_a_patch(alpine, bound: Bound):
    markup = (
        '<div x-data="{open: false}"><button id=toggle type=button @click="open = !open">Toggle</button>'
        "<p id=more x-show=open>More</p></div><button id=note live-click=note>Note</button>"
    )
    page = bound(markup, **alpine)
    expect(page.locator("#more")).to_be_hidden()
    page.locator("#toggle").click()
    expect(page.locator("#more")).to_be_visible()
    page.locator("#note").click()
    expect(page.locator("#log li")).to_have_count(1)
    expect(page.locator("#more")).to_be_visible()
    page.locator("#toggle").click()
    expect(page.locator("#more")).to_be_hidden()


@pytest.mark.node
def test_alpine_takes_up_what_a_patch_brings_and_signals_reach_it(alpine, bound: Bound):
    page = bound("<b>nothing yet</b>", **alpine)
    markup = "<div x-data=\"{mood: 'new'}\"><b id=it x-text=mood></b></div>"
    page.evaluate("markup => liveactions.call(document.querySelector('#bound'), 'become', {markup})", markup)
    expect(page.locator("#it")).to_have_text("new")
    patch(page, {"mood": "fine"})
    expect(page.locator("#it")).to_have_text("fine")
