"""Code of the page on elements with ``live-hook``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.logs import logged
from tests.browser.people import Complaints, Person, goes_live

Bound = Callable[..., Page]

WITNESS = """
  globalThis.witnessed = [];
  addEventListener("live:ready", ({ detail: live }) => {
    const say = (moment) => function () { witnessed.push(`${moment} ${this.el.id} ${++this.count}`); };
    live.hook("Witness", {
      count: 0,
      mounted: say("mounted"),
      updated: say("updated"),
      destroyed: say("destroyed"),
      disconnected: say("disconnected"),
      reconnected: say("reconnected"),
    });
    live.hook("Fails", { mounted() { throw new Error("on purpose"); } });
    live.hook("Caller", {
      async mounted() { globalThis.called = [this.component.id, await this.call("note", { from: "hook" })]; },
    });
  });
"""


@pytest.fixture(autouse=True)
def _hooks(visitor: Person) -> None:
    """Every page defines its hooks as soon as the client is there."""
    visitor.context.add_init_script(WITNESS)


def become(page: Page, markup: str) -> None:
    page.evaluate("markup => liveactions.call(document.querySelector('#bound'), 'become', {markup})", markup)


def witnessed(page: Page) -> list[str]:
    moments: list[str] = page.evaluate("witnessed")
    return moments


def test_a_hook_is_told_of_the_life_of_its_element_and_keeps_what_it_puts_into_this(bound: Bound):
    page = bound("<b id=one live-hook=Witness>1</b><b id=two live-hook=Witness>2</b>")
    assert witnessed(page) == ["mounted one 1", "mounted two 1"]
    become(page, "<b id=one live-hook=Witness>1, changed</b><b id=two live-hook=Witness>2</b>")
    assert witnessed(page)[2:] == ["updated one 2"], "only the element that has changed"
    become(page, "<b id=two live-hook=Witness>2</b><b id=three live-hook=Witness>3</b>")
    assert sorted(witnessed(page)[3:]) == ["destroyed one 3", "mounted three 1"]


def test_a_hook_can_call_actions_of_its_component(bound: Bound):
    page = bound("<b id=one live-hook=Caller>1</b>")
    logged(page, 'note from="hook"')
    assert page.evaluate("called") == [1, {"ok": True}]


def test_a_hook_is_told_when_the_connection_is_lost_and_when_it_is_back(bound: Bound):
    page = bound("<b id=one live-hook=Witness>1</b>")
    page.context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-live-status", "offline")
    page.context.set_offline(False)
    goes_live(page)
    expect(page.locator("html")).to_have_attribute("data-live-status", "live")
    assert witnessed(page) == ["mounted one 1", "disconnected one 2", "reconnected one 3"]


def test_a_hook_that_fails_harms_nobody_else(bound: Bound, complaints: Complaints):
    complaints.expect("hook.failed", "on purpose")
    page = bound(
        "<b id=one live-hook=Fails>1</b><b id=two live-hook=Witness>2</b><button id=it live-click=note>Go</button>"
    )
    assert witnessed(page) == ["mounted two 1"]
    page.locator("#it").click()
    logged(page, "note")


def test_a_hook_that_nobody_has_defined_is_told_to_who_wrote_the_page(bound: Bound, complaints: Complaints):
    complaints.expect("hook.unknown")
    bound("<b live-hook=Nobody>1</b>")
    assert 'no hook "Nobody"' in str(complaints.heard)


def test_what_is_ignored_belongs_to_somebody_else(bound: Bound):
    page = bound("<div id=theirs live-ignore>at first</div><b id=ours>at first</b>")
    page.evaluate("document.querySelector('#theirs').textContent = 'a widget'")
    become(page, "<div id=theirs live-ignore>then</div><b id=ours>then</b>")
    expect(page.locator("#ours")).to_have_text("then")
    expect(page.locator("#theirs")).to_have_text("a widget")


def test_a_component_that_is_put_into_the_page_later_is_mounted(visitor: Person):
    page = visitor.open("/barrier/")
    page.evaluate(
        """async () => {
          const html = await (await fetch("/bound/?markup=<button id=it live-click=note>Go</button>")).text();
          const root = new DOMParser().parseFromString(html, "text/html").querySelector("#bound");
          document.body.append(document.adoptNode(root));
        }"""
    )
    goes_live(page)
    page.locator("#it").click()
    logged(page, "note")
    page.locator("#barrier").click()
    expect(page.locator("#counted")).to_have_text("1")
