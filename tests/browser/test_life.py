"""A page is left, loaded again, duplicated, put away and taken out; what its user did is done once, and told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.logs import Gate, all_is_done, logged
from tests.browser.people import Arrive, Complaints, Person, goes_live, heard
from tests.browser.proxy import Proxy
from tests.browser.sites import site_of_ones_own
from tests.servers import Server

MUTE = "globalThis.heardOnly = WebSocket.prototype.send; WebSocket.prototype.send = () => undefined"
"""Nothing that the page says goes out any more, and nothing tells it so."""


@pytest.fixture(autouse=True)
def _broken_connections_are_meant(complaints: Complaints) -> None:
    complaints.expect("WebSocket connection", "net::ERR_", "Failed to load resource")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    path.touch()
    return path


@pytest.fixture
def desk(ledger: Path) -> Iterator[Server]:
    with site_of_ones_own(SITE_LEDGER=str(ledger)) as site:
        yield site


def done(page: Page, ledger: Path, *lines: str) -> None:
    """Wait until these are written down, and look again when the server has seen to all that this page has sent."""
    for _ in range(400):
        if len(ledger.read_text().split()) >= len(lines):
            break
        page.wait_for_timeout(50)
    all_is_done(page)
    assert ledger.read_text().split() == list(lines)


def is_ready(page: Page) -> None:
    """Wait until what keeps promises has been fetched."""
    page.evaluate("import(JSON.parse(document.querySelector('script[data-live]').dataset.live).extras)")


def banner(page: Page) -> Locator:
    return page.locator(".live-status[data-state] .live-status-text")


# Loaded again ------------------------------------------------------------------------------------------------


def test_what_was_not_sent_when_the_page_was_loaded_again_is_sent_by_the_next_one(
    desk: Server, arrive: Arrive, ledger: Path
):
    page = arrive(desk.url).open("/errand+barrier/")
    page.evaluate(MUTE)
    page.locator("#go").click()
    page.reload()
    goes_live(page)
    done(page, ledger, "pressed")
    assert page.evaluate("sessionStorage.length") == 0


def test_what_was_sent_when_the_page_was_loaded_again_is_done_once(desk: Server, arrive: Arrive, ledger: Path):
    page = arrive(desk.url).open("/errand+barrier/")
    for _ in range(5):
        with page.expect_navigation():
            page.evaluate("document.querySelector('#go').click(); location.reload()")
        goes_live(page)
    done(page, ledger, *["pressed"] * 5)


def test_a_duplicated_tab_does_nothing_a_second_time(desk: Server, arrive: Arrive, ledger: Path):
    person = arrive(desk.url)
    page = person.open("/errand+barrier/")
    page.evaluate(MUTE)
    page.locator("#go").click()
    with page.expect_popup() as popup:
        page.evaluate("void open(location.href)")
    goes_live(popup.value)
    all_is_done(popup.value)
    assert ledger.read_text() == ""
    page.reload()
    goes_live(page)
    done(page, ledger, "pressed")


def test_text_is_kept_when_the_client_loads_the_page_again(arrive: Arrive, complaints: Complaints):
    """The tokens of a page that is older than the secret key. A password is not kept."""
    complaints.expect("token", "connection")
    with site_of_ones_own() as site:
        markup = "<form id=form><input id=plain name=plain><input id=secret name=secret type=password></form>"
        page = arrive(site.url).open(f"/bound/?markup={markup}")
        page.locator("#plain").fill("half a sentence")
        page.locator("#secret").fill("hidden")
        page.evaluate("document.querySelectorAll('form').forEach((form) => form.setAttribute('autocomplete', 'off'))")
        site.kill()
        site.env["SITE_SECRET"] = "another one"
        site.start()
        page.wait_for_event("load")
        goes_live(page)
        expect(page.locator("#plain")).to_have_value("half a sentence")
        expect(page.locator("#secret")).to_have_value("")


# Put away ----------------------------------------------------------------------------------------------------


def test_what_is_pressed_the_moment_a_page_comes_out_of_the_cache_is_done_once(
    browser_with_a_cache: Browser, desk: Server, complaints: Complaints, ledger: Path
):
    page = Person(browser_with_a_cache, desk.url, complaints).open("/errand+barrier/?cached=")
    page.evaluate("addEventListener('pageshow', (event) => event.persisted && document.querySelector('#go').click())")
    page.goto("/elsewhere/")
    page.go_back(wait_until="commit")
    heard(page, "live:connected", 2)
    done(page, ledger, "pressed")


# What is promised --------------------------------------------------------------------------------------------


def test_what_is_promised_is_shown_at_once_and_the_server_has_the_last_word(site: Server, arrive: Arrive, gate: Gate):
    promise = 'live-optimistic-text="Waited already" live-optimistic-class="done"'
    markup = f"<button id=it live-click=wait live-value-gate={gate} {promise}>Go</button>"
    page = arrive(site.url).open(f"/bound+barrier/?markup={markup}")
    button = page.locator("#it")
    is_ready(page)
    button.click()
    expect(button).to_have_text("Waited already")
    expect(button).to_have_class("done")
    page.evaluate("document.querySelector('#it').dataset.seen = ''")
    gate.open()
    logged(page, "waited")
    expect(button).to_have_text("Go")
    assert page.evaluate("document.querySelector('#it').className") == ""


def test_what_is_promised_outlives_a_cut_and_ends_with_the_answer(site: Server, arrive: Arrive, gate: Gate):
    with Proxy(site.port) as line:
        markup = f"<button id=it live-click=wait live-value-gate={gate} live-optimistic-text=Waited>Go</button>"
        page = arrive(line.url).open(f"/bound+barrier/?markup={markup}")
        is_ready(page)
        page.locator("#it").click()
        line.unplug()
        heard(page, "live:disconnected")
        expect(banner(page)).to_have_text("Reconnecting … Waiting to be sent: 1")
        expect(page.locator("#it")).to_have_text("Waited")
        line.plug()
        heard(page, "live:connected", 2)
        expect(page.locator("#it")).to_have_text("Waited")
        gate.open()
        logged(page, "waited")
        expect(page.locator("#it")).to_have_text("Go")


def test_what_is_promised_is_taken_back_when_the_action_fails(site: Server, arrive: Arrive, complaints: Complaints):
    complaints.expect("action.failed")
    page = arrive(site.url).open("/bound/?markup=<button id=it live-click=fail live-optimistic-hide>Go</button>")
    is_ready(page)
    page.locator("#it").click()
    heard(page, "live:call:error")
    expect(page.locator("#it")).to_be_visible()
