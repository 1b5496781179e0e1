"""A server process is killed, stopped or replaced under a page: it goes on in another one, as if nothing had been."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Arrive, Complaints, Person, heard
from tests.browser.proxy import Proxy
from tests.browser.sites import site_of_ones_own
from tests.servers import Server

pytestmark = pytest.mark.redis

NETWORK = ("WebSocket connection", "net::ERR_", "Failed to load resource")
"""What a browser itself writes into the console when a connection breaks."""


@pytest.fixture(autouse=True)
def _broken_connections_are_meant(complaints: Complaints) -> None:
    complaints.expect(*NETWORK)


@dataclass
class Sites:
    """Two processes of the test site on one Redis, behind one address."""

    one: Server
    other: Server
    line: Proxy
    ledger: Path

    def switch(self) -> None:
        """Who connects from now on comes to the other process."""
        self.one, self.other = self.other, self.one
        self.line.target = self.one.port

    def done(self) -> list[str]:
        """What actions have done outside, in order."""
        return self.ledger.read_text().split()


@pytest.fixture
def sites(redis_url: str, tmp_path: Path) -> Iterator[Sites]:
    ledger = tmp_path / "ledger"
    ledger.touch()
    env = {"REDIS_URL": redis_url, "SITE_LEDGER": str(ledger), "SITE_HEARTBEAT": "1", "SITE_WINDOW": "20"}
    with site_of_ones_own(**env) as one, site_of_ones_own(**env) as other, Proxy(one.port) as line:
        yield Sites(one, other, line, ledger)


@pytest.fixture
def page(sites: Sites, arrive: Arrive) -> Page:
    person: Person = arrive(sites.line.url)
    page = person.open("/errand/")
    page.evaluate("globalThis.stayed = true")
    return page


def recovered(page: Page, count: int = 2) -> bool:
    """Whether the page found its session when it connected for the ``count``-th time."""
    found: bool = heard(page, "live:connected", count)[count - 1]["detail"]["recovered"]
    return found


def call(page: Page, action: str, name: str) -> Any:
    """Run an action from the page: how it ended."""
    asked = "([action, name]) => liveactions.call(document.querySelector('#errand'), action, { name })"
    return page.evaluate(asked, [action, name])


def tick(server: Server, page: Page, number: int) -> None:
    """Somebody says a number, in another process."""
    page.context.request.get(f"{server.url}/tick/{number}/")


def test_a_page_whose_process_was_killed_goes_on_in_another_with_all_it_had(sites: Sites, page: Page):
    page.locator("#go").click()
    page.locator("#go").click()
    page.locator("#bound_text").fill("half")
    expect(page.locator("#typed")).to_have_text("half")
    page.locator("#more summary").click()
    page.locator("#free").fill("typed ")
    tick(sites.other, page, 1)
    expect(page.locator("#heard")).to_have_text("1")

    sites.one.kill()
    heard(page, "live:disconnected")
    page.locator("#free").press("End")
    page.keyboard.type("all along")
    page.evaluate("document.querySelector('#go').click()")
    tick(sites.other, page, 2)
    tick(sites.other, page, 3)
    sites.switch()

    assert recovered(page)
    expect(page.locator("#heard")).to_have_text("1 2 3")
    expect(page.locator("#count")).to_have_text("3")
    expect(page.locator("#typed")).to_have_text("half")
    expect(page.locator("#free")).to_have_value("typed all along")
    expect(page.locator("#free")).to_be_focused()
    expect(page.locator("#more")).to_have_attribute("open", "")
    tick(sites.one, page, 4)
    expect(page.locator("#heard")).to_have_text("1 2 3 4")
    assert sites.done() == ["pressed"] * 3
    assert page.evaluate("stayed"), "the page was not loaded again"


CALLS = """
async ([action, prefix, count]) => {
  globalThis.outcomes = [];
  const root = document.querySelector("#errand");
  for (let number = 0; number < count; number++) {
    const name = `${prefix}-${number}`;
    outcomes.push([name, await liveactions.call(root, action, { name })]);
  }
}
"""


@pytest.mark.parametrize("action", ["run", "run_in_a_thread"])
def test_calls_around_a_kill_are_done_once_or_their_page_is_told_that_this_is_not_known(
    sites: Sites, page: Page, action: str
):
    rounds, count, total = 4, 60, 0
    for each in range(rounds):
        page.evaluate(f"void ({CALLS.strip()})({[action, f'{each}', count]})")
        page.wait_for_function("outcomes.length > 15")
        dead = sites.one
        sites.one.kill()
        sites.switch()
        page.wait_for_function(f"outcomes.length === {count}", timeout=20_000)
        assert recovered(page, each + 2)
        outcomes: list[Any] = page.evaluate("outcomes")
        done = [name for name in sites.done() if name.startswith(f"{each}-")]
        assert len(done) == len(set(done)), "nothing was done twice"
        succeeded = {name for name, outcome in outcomes if outcome.get("ok")}
        lost = [name for name, outcome in outcomes if not outcome.get("ok")]
        assert succeeded <= set(done), "nothing that was answered is missing"
        assert set(done) <= succeeded | set(lost)
        assert len(lost) <= 1, "only what had begun may be in doubt"
        assert {outcome["refusal"]["code"] for name, outcome in outcomes if name in lost} <= {"call.lost"}
        expect(page.locator("#count")).to_have_text(str(total := total + len(succeeded)))
        dead.start()
    assert page.evaluate("stayed"), "the page was not loaded again"


def test_both_processes_are_replaced_one_after_the_other_and_the_page_sees_nothing_of_it(sites: Sites, page: Page):
    for turn in range(1, 5):
        assert call(page, "run", f"turn-{turn}") == {"ok": True}
        sites.one.stop()
        sites.switch()
        assert recovered(page, turn + 1)
        sites.other.start()
        expect(page.locator("#count")).to_have_text(str(turn))
    assert sites.done() == [f"turn-{turn}" for turn in range(1, 5)]
    assert page.evaluate("stayed"), "the page was not loaded again"


def test_a_process_that_was_frozen_and_wakes_up_changes_nothing_any_more(sites: Sites, page: Page):
    assert call(page, "run", "before") == {"ok": True}
    frozen = sites.one
    frozen.send(signal.SIGSTOP)
    try:
        page.evaluate("void liveactions.call(document.querySelector('#errand'), 'run', { name: 'meanwhile' })")
        sites.switch()
        assert recovered(page)
        expect(page.locator("#count")).to_have_text("2")
        assert call(page, "run", "after") == {"ok": True}
    finally:
        frozen.send(signal.SIGCONT)
    frozen.wait_until_it_prints("is held by another process now")
    assert call(page, "run", "later") == {"ok": True}
    expect(page.locator("#count")).to_have_text("4")
    assert sites.done() == ["before", "meanwhile", "after", "later"]
    sites.switch()
    sites.line.cut()
    assert recovered(page, 3), "and where it was frozen it can go on, with what happened since"
    assert call(page, "run", "home") == {"ok": True}
    expect(page.locator("#count")).to_have_text("5")
