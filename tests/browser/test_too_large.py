"""What is too large, up or down: its action ends with an error, and the connection and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gatekeeper import Gatekeeper
from tests.browser.logs import all_is_done, logged
from tests.browser.people import Arrive, Complaints, goes_live, heard, toast
from tests.browser.sites import site_of_ones_own, with_uvicorn
from tests.servers import Server

MARKUP = """
<form id=form live-submit=note><textarea id=text name=text></textarea><button id=save>Save</button></form>
<button id=go live-click=note>Go</button>
<button id=shout live-click=shout live-value-size=5000000>Shout</button>
<button id=speak live-click=shout live-value-size=900000>Speak</button>
""".replace("\n", "")

WRITE = "document.querySelector('#text').value = 'x'.repeat(2_000_000)"


@pytest.fixture(autouse=True)
def _a_blocked_socket_is_meant(complaints: Complaints) -> None:
    complaints.expect("WebSocket connection", "net::ERR_", "Failed to load resource")


@pytest.fixture(params=[site_of_ones_own, with_uvicorn], ids=["daphne", "uvicorn"])
def site(request: pytest.FixtureRequest) -> Iterator[Server]:
    make: Callable[..., Server] = request.param
    with make(SITE_HEARTBEAT="1") as server:
        yield server


@pytest.fixture(params=["allows", "refuses"], ids=["socket", "stream"])
def way(request: pytest.FixtureRequest, site: Server) -> Iterator[Gatekeeper]:
    """What is between the page and the site: it goes by WebSocket, or by a stream and posts."""
    with Gatekeeper(site.port, sockets=request.param) as gatekeeper:
        yield gatekeeper


def opened(arrive: Arrive, way: Gatekeeper) -> Page:
    return arrive(way.url).open(f"/bound+barrier/?markup={MARKUP}")


def events(page: Page, name: str) -> list[Any]:
    found: list[Any] = page.evaluate("name => journal.entries.filter((entry) => entry.name === name)", name)
    return found


def test_two_megabytes_are_refused_in_the_browser_told_to_its_user_and_never_sent(way: Gatekeeper, arrive: Arrive):
    page = opened(arrive, way)
    page.evaluate(WRITE)
    page.locator("#save").click()
    assert heard(page, "live:call:error")[0]["detail"]["refusal"]["code"] == "frame.too_large"
    expect(toast(page, "bytes cannot be sent")).to_be_visible()
    page.locator("#go").click()
    logged(page, "note")

    way.cut()
    heard(page, "live:disconnected")
    assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is True
    all_is_done(page)
    logged(page, "note")

    page.evaluate(WRITE)
    page.evaluate("document.querySelector('#save').click(); location.reload()")
    goes_live(page)
    page.locator("#go").click()
    all_is_done(page)
    logged(page, "note")
    assert events(page, "live:disconnected") == events(page, "live:bye") == []


def test_an_answer_of_five_megabytes_is_one_error_and_the_page_goes_on(
    way: Gatekeeper, arrive: Arrive, complaints: Complaints
):
    complaints.expect(r"result\.too_large")
    page = opened(arrive, way)
    page.locator("#shout").click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == ("result.too_large", "application")
    expect(toast(page, "The server could not answer this.")).to_be_visible()
    page.locator("#go").click()
    logged(page, "note")
    page.locator("#speak").click()
    logged(page, "note", "shout")
    assert events(page, "live:disconnected") == events(page, "live:bye") == []
