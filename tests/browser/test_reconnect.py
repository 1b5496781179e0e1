"""A cable is pulled, a server is killed, a tab sleeps: the page comes back by itself; nothing is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.board import first_card, move_on
from tests.browser.desks import Desk
from tests.browser.logs import Gate, all_is_done, logged
from tests.browser.people import Arrive, Complaints, Person, events, goes_live, heard, toast, told
from tests.browser.proxy import Proxy
from tests.browser.sites import site_of_ones_own
from tests.servers import Server

NETWORK = ("WebSocket connection", "net::ERR_", "Failed to load resource")
"""What a browser itself writes into the console when a connection breaks."""


@pytest.fixture(autouse=True)
def _broken_connections_are_meant(complaints: Complaints) -> None:
    complaints.expect(*NETWORK)


@pytest.fixture
def cable(cluster: Desk) -> Iterator[Proxy]:
    """Between Ana's browser and her server process."""
    with Proxy(cluster.servers[0].port) as proxy:
        yield proxy


@pytest.fixture
def ana(cluster: Desk, cable: Proxy, arrive: Arrive) -> Person:
    return arrive(cable.url, cluster.origin.state_of("ana"))


@pytest.fixture
def line(site: Server) -> Iterator[Proxy]:
    """Between a visitor's browser and the test site."""
    with Proxy(site.port) as proxy:
        yield proxy


@pytest.fixture
def visitor(line: Proxy, arrive: Arrive) -> Person:
    return arrive(line.url)


def status(page: Page) -> Locator:
    """What the page shows of its connection; nothing as long as all is well."""
    return page.locator(".live-status[data-state] .live-status-text")


def becomes(page: Page, state: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-live-status", state)


# The network -------------------------------------------------------------------------------------------------


@pytest.mark.redis
def test_a_short_cut_passes_unseen_and_the_session_goes_on(ana: Person, cable: Proxy):
    page = ana.open("/subclassing/")
    counter = page.locator(".counter").first
    counter.get_by_role("button", name="Add four").click()
    expect(counter.locator("output")).to_have_text("4")
    page.evaluate(
        """() => {
          globalThis.shown = [];
          const note = () => document.querySelector(".live-status[data-state]") && shown.push("status");
          new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true });
        }"""
    )
    cable.cut()
    heard(page, "live:disconnected")
    assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is True
    counter.get_by_role("button", name="Add one").click()
    expect(counter.locator("output")).to_have_text("5")
    assert page.evaluate("shown") == []


@pytest.mark.redis
def test_what_was_told_meanwhile_arrives_once_and_the_page_says_that_it_was_away(
    ana: Person, ben: Person, cable: Proxy
):
    page, acting = ana.open(), ben.open()
    card = first_card(page, "new")
    cable.unplug()
    expect(status(page)).to_have_text("Reconnecting …")
    move_on(acting, card)
    expect(card.on(acting, "picking")).to_be_visible()
    expect(card.on(page, "new")).to_be_visible()
    cable.plug()

    expect(card.on(page, "picking")).to_be_visible()
    expect(toast(page, f"ben moved {card.number} to Picking")).to_be_visible()
    expect(status(page)).to_have_text(re.compile(r"^Back online\. Changes while you were away: \d"))
    move_on(acting, card)
    expect(card.on(page, "packing")).to_be_visible()
    assert told(page) == [f"ben moved {card.number} to {stage}" for stage in ("Picking", "Packing")]


def test_a_call_whose_answer_was_cut_off_is_done_once_and_answered_once(visitor: Person, line: Proxy, gate: Gate):
    page = visitor.open(f"/bound+barrier/?markup=<button id=it live-click=wait live-value-gate={gate}>Go</button>")
    page.locator("#it").click()
    all_is_sent = "liveactions.call(document.querySelector('#bound'), 'note', {})"
    page.evaluate(f"void {all_is_sent}")
    line.unplug()
    heard(page, "live:disconnected")
    gate.open()
    line.plug()
    logged(page, "waited", "note")
    all_is_done(page)
    logged(page, "waited", "note")
    assert events(page, ["live:call:success", "live:call:error"]) == ["live:call:success"] * 3


def test_what_is_pressed_while_the_cable_is_out_is_done_when_it_is_back(visitor: Person, line: Proxy):
    page = visitor.open("/bound+barrier/?markup=<button id=it live-click=note live-lane=parallel>Go</button>")
    line.unplug()
    heard(page, "live:disconnected")
    page.locator("#it").click()
    page.locator("#it").click()
    logged(page)
    expect(page.locator("#it")).to_have_attribute("aria-busy", "true")
    line.plug()
    logged(page, "note", "note")
    expect(page.locator("#it")).not_to_have_attribute("aria-busy", "true")


def test_text_typed_while_the_cable_is_out_is_there_afterwards(visitor: Person, line: Proxy):
    page = visitor.open("/clock/")
    page.locator("#text").fill("typed ")
    line.unplug()
    heard(page, "live:disconnected")
    page.locator("#text").press("End")
    page.keyboard.type("all along")
    page.locator("#bound_text").fill("bound")
    line.plug()
    expect(page.locator("#typed")).to_have_text("bound")
    expect(page.locator("#text")).to_have_value("typed all along")
    expect(page.locator("#bound_text")).to_have_value("bound")


def test_a_connection_that_has_gone_silent_is_noticed_and_replaced(arrive: Arrive):
    with site_of_ones_own(SITE_HEARTBEAT="1") as site, Proxy(site.port) as line:
        page = arrive(line.url).open("/bound+barrier/?markup=<button id=it live-click=note>Go</button>")
        line.silence()
        page.locator("#it").click()
        heard(page, "live:disconnected")
        line.cut()
        line.speak()
        logged(page, "note")
        all_is_done(page)
        logged(page, "note")


def test_a_browser_that_is_offline_says_so_and_catches_up(visitor: Person):
    page = visitor.open("/clock/")
    visitor.context.set_offline(True)
    becomes(page, "offline")
    expect(status(page)).to_have_text("Offline. What you do is kept and sent later.")
    visitor.context.request.get("/ticks/?count=3&every=0")
    visitor.context.set_offline(False)
    expect(page.locator("#ticks")).to_have_text("3")
    becomes(page, "live")


# The server --------------------------------------------------------------------------------------------------


def test_a_server_that_was_killed_and_started_again_finds_its_page_and_the_typed_text(arrive: Arrive):
    with site_of_ones_own() as site:
        page = arrive(site.url).open("/clock/")
        page.evaluate("globalThis.stayed = true")
        page.locator("#text").fill("before ")
        site.kill()
        heard(page, "live:disconnected")
        page.locator("#text").press("End")
        page.keyboard.type("and after")
        expect(status(page)).to_have_text("Reconnecting …")
        site.start()

        assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is False
        heard(page, "live:patched")
        expect(page.locator("#text")).to_have_value("before and after")
        expect(page.locator("#text")).to_be_focused()
        page.context.request.get("/ticks/?count=2&every=0")
        expect(page.locator("#ticks")).to_have_text("2")
        assert page.evaluate("stayed"), "the page was not loaded again"
        assert told(page) == []


FORM = """
<form>
  <input id=plain name=plain value=one><textarea id=long name=long>two</textarea>
  <input id=box name=box type=checkbox><input id=ticked name=ticked type=checkbox checked>
  <input id=left name=side type=radio value=left checked><input id=right name=side type=radio value=right>
  <select id=one name=one><option selected>a<option>b</select>
  <select id=some name=some multiple><option selected>a<option>b<option>c</select>
  <input id=file name=file type=file><div id=free contenteditable>three</div>
</form>
"""

ENTERED = """
() => {
  const found = [...document.querySelectorAll("form input, form textarea")];
  const told = found.map((it) => (/checkbox|radio/.test(it.type) ? it.checked : (it.files?.[0]?.name ?? it.value)));
  const chosen = [...document.querySelectorAll("form select")].map((it) => [...it.selectedOptions].map((o) => o.text));
  return [...told, ...chosen, document.querySelector("#free").textContent];
}
"""


def test_whatever_was_entered_while_the_server_was_away_is_there_when_its_page_is_rendered_afresh(arrive: Arrive):
    with site_of_ones_own() as site:
        page = arrive(site.url).open(f"/bound/?markup={quote(FORM)}")
        before = page.evaluate(ENTERED)
        site.kill()
        heard(page, "live:disconnected")
        page.locator("#plain").fill("1")
        page.locator("#long").fill("2")
        page.locator("#box").check()
        page.locator("#ticked").uncheck()
        page.locator("#right").check()
        page.locator("#one").select_option("b")
        page.locator("#some").select_option(["b", "c"])
        page.locator("#file").set_input_files({"name": "it.txt", "mimeType": "text/plain", "buffer": b"it"})
        page.locator("#free").fill("3")
        entered = page.evaluate(ENTERED)
        assert all(now != then for now, then in zip(entered, before, strict=True)), "all of it was changed"
        site.start()
        assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is False
        heard(page, "live:patched")
        assert page.evaluate(ENTERED) == entered
        expect(page.locator("#free")).to_be_focused()


@pytest.mark.redis
def test_a_page_of_a_killed_process_sees_what_the_others_did_meanwhile(cluster: Desk, arrive: Arrive, ben: Person):
    page, acting = arrive(cluster.servers[0].url, cluster.origin.state_of("ana")).open(), ben.open()
    card = first_card(page, "new")
    page.get_by_label("Note").fill("half-ty")
    page.evaluate("globalThis.stayed = true")
    cluster.servers[0].kill()
    try:
        heard(page, "live:disconnected")
        move_on(acting, card)
        expect(card.on(acting, "picking")).to_be_visible()
    finally:
        cluster.servers[0].start()
    expect(card.on(page, "picking")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("half-ty")
    move_on(page, card)
    expect(card.on(acting, "packing")).to_be_visible()
    assert page.evaluate("stayed"), "the page was not loaded again"


def test_a_page_that_the_server_cannot_take_back_is_loaded_again_once_and_not_in_a_loop(
    arrive: Arrive, complaints: Complaints
):
    """The tokens of a page that is older than the secret key."""
    complaints.expect("token", "connection")
    with site_of_ones_own() as site:
        person = arrive(site.url)
        loads: list[str] = []
        page = person.open("/clock/")
        page.on("load", lambda it: loads.append(it.url))
        site.kill()
        site.env["SITE_SECRET"] = "another one"
        site.start()
        page.wait_for_event("load")
        goes_live(page)
        page.context.request.get("/ticks/?count=1&every=0")
        expect(page.locator("#ticks")).to_have_text("1")
        assert len(loads) == 1


# The browser -------------------------------------------------------------------------------------------------


def test_a_page_from_the_back_buttons_cache_is_alive_and_up_to_date(
    browser_with_a_cache: Browser, site: Server, complaints: Complaints
):
    person = Person(browser_with_a_cache, site.url, complaints)
    page = person.open("/clock/?cached=")
    page.evaluate("addEventListener('pageshow', ({persisted}) => (globalThis.persisted = persisted))")
    page.locator("#text").fill("half-ty")
    page.goto("/elsewhere/")
    person.context.request.get("/ticks/?count=3&every=0")
    page.go_back(wait_until="commit")
    expect(page.locator("#ticks")).to_have_text("3")
    expect(page.locator("#text")).to_have_value("half-ty")
    assert page.evaluate("persisted") is True
    page.go_forward(wait_until="commit")
    expect(page.get_by_text("Elsewhere", exact=True)).to_be_visible()
    page.go_back(wait_until="commit")
    heard(page, "live:connected", 3)
    person.context.request.get("/ticks/?count=4&every=0")
    expect(page.locator("#ticks")).to_have_text("4")


def test_back_and_forward_without_a_cache_bring_live_pages(visitor: Person):
    page = visitor.open("/clock/")
    page.goto("/elsewhere/")
    page.go_back()
    goes_live(page)
    page.context.request.get("/ticks/?count=2&every=0")
    expect(page.locator("#ticks")).to_have_text("2")


ASLEEP = """
() => {
  globalThis.setTimeout = globalThis.setInterval = () => 0;
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
"""Nobody looks at the page, and its timers do not run any more: those of a hidden one come once a minute."""

PINGS = 6


def test_a_page_that_nobody_looks_at_stays_connected_though_its_timers_do_not_run(arrive: Arrive):
    with site_of_ones_own(SITE_HEARTBEAT="0.5") as site:
        person, frames = arrive(site.url), list[object]()

        def take(frame: object) -> None:
            frames.append(frame)

        person.context.on("page", lambda it: it.on("websocket", lambda socket: socket.on("framereceived", take)))
        page = person.open("/bound+barrier/?markup=<button id=it live-click=note>Go</button>")
        page.evaluate(ASLEEP)
        enough = len(frames) + PINGS
        while len(frames) < enough:  # the server pings; the test's own limit ends this if it does not
            page.wait_for_timeout(50)
        page.evaluate("document.querySelector('#it').click()")
        logged(page, "note")
        assert events(page, ["live:disconnected"]) == []
