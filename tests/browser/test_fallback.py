"""WebSockets are blocked: pages go on over an event stream and posts, and come back when they can."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from liveactions.errors import BusUnavailable, LiveActionsError
from liveactions.fallback.events import respond
from tests.browser.board import first_card, move_on
from tests.browser.desks import Desk
from tests.browser.gatekeeper import Gatekeeper
from tests.browser.logs import all_is_done, logged
from tests.browser.people import Arrive, Complaints, Person, heard, toast
from tests.browser.sites import site_of_ones_own, with_uvicorn
from tests.servers import Server


@pytest.fixture(autouse=True)
def _a_blocked_socket_is_meant(complaints: Complaints) -> None:
    complaints.expect("WebSocket connection", "net::ERR_", "Failed to load resource")


@pytest.fixture(params=[site_of_ones_own, with_uvicorn], ids=["daphne", "uvicorn"])
def site(request: pytest.FixtureRequest) -> Iterator[Server]:
    make: Callable[..., Server] = request.param
    with make(SITE_HEARTBEAT="1", SITE_METRICS="local") as server:
        yield server


@pytest.fixture
def keeper(site: Server) -> Iterator[Gatekeeper]:
    with Gatekeeper(site.port) as gatekeeper:
        yield gatekeeper


CLICKS = "/bound+barrier+clock/?markup=<button id=it live-click=note>Go</button>"


def connected_after(page: Page) -> float:
    """Milliseconds from the page's first moment to its first connection."""
    found: float = page.evaluate("journal.entries.find(({name}) => name === 'live:connected').at")
    return found


def is_on_a_stream(page: Page) -> bool:
    """Whether the page's way is the event stream, as it is remembered for the next one."""
    found: bool = page.evaluate("sessionStorage.getItem('liveactions.blocked') === '1'")
    return found


@pytest.mark.parametrize("sockets", ["refuses", "swallows"])
def test_a_page_whose_socket_is_blocked_is_alive_all_the_same(
    site: Server, keeper: Gatekeeper, arrive: Arrive, sockets: Any
):
    keeper.sockets = sockets
    page = arrive(keeper.url).open(CLICKS)
    assert is_on_a_stream(page)
    page.locator("#it").click()
    logged(page, "note")
    page.context.request.get(f"{site.url}/ticks/?count=20&every=0.01")
    expect(page.locator("#ticks")).to_have_text("20")
    page.context.request.get(f"{site.url}/tell/?text=Hello")
    expect(toast(page, "Hello")).to_be_visible()
    assert connected_after(page) < 4_500, "3 s to notice, and the way itself"

    away = keeper.turned_away
    page.goto("/bound+barrier/?markup=<button id=it live-click=note>Go</button>")
    page.locator("#it").click()
    logged(page, "note")
    assert keeper.turned_away == away, "the next page in this tab knows"


def test_a_stream_that_was_cut_is_resumed_with_all_that_was_missed_and_done(
    site: Server, keeper: Gatekeeper, arrive: Arrive
):
    page = arrive(keeper.url).open(CLICKS)
    keeper.unplug()
    heard(page, "live:disconnected")
    page.evaluate("document.querySelector('#it').click()")
    page.context.request.get(f"{site.url}/ticks/?count=5&every=0")
    keeper.plug()
    logged(page, "note")
    expect(page.locator("#ticks")).to_have_text("5")
    assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is True
    all_is_done(page)
    logged(page, "note")


def test_a_stream_that_has_gone_silent_is_noticed_and_replaced(keeper: Gatekeeper, arrive: Arrive):
    page = arrive(keeper.url).open(CLICKS)
    keeper.silence()
    page.locator("#it").click()
    heard(page, "live:disconnected")
    keeper.cut()
    keeper.speak()
    logged(page, "note")
    all_is_done(page)
    logged(page, "note")


def test_a_page_goes_back_to_its_socket_when_it_is_not_blocked_any_more(keeper: Gatekeeper, arrive: Arrive):
    person = arrive(keeper.url)
    person.context.add_init_script(
        """const later = setTimeout;
        const tries = [15000, 30000, 60000];
        globalThis.setTimeout = (run, wait = 0, ...more) => later(run, tries.includes(wait) ? 300 : wait, ...more);"""
    )
    keeper.sockets = "refuses"
    page = person.open(CLICKS)
    page.locator("#it").click()
    logged(page, "note")
    keeper.sockets = "allows"
    page.wait_for_function("sessionStorage.getItem('liveactions.blocked') === null", timeout=10_000)
    assert heard(page, "live:connected", 2)[1]["detail"]["recovered"] is True
    page.locator("#it").click()
    logged(page, "note", "note")
    assert not is_on_a_stream(page)


def test_a_stream_that_the_server_refuses_for_now_is_asked_for_again(keeper: Gatekeeper, arrive: Arrive):
    person = arrive(keeper.url)
    refusals = [refusal_of(BusUnavailable("Redis is away."))]
    person.context.route("**/live/stream?*", lambda route: answer(route, refusals))
    page = person.open(CLICKS)
    assert not refusals
    page.locator("#it").click()
    logged(page, "note")
    assert is_on_a_stream(page)


def answer(route: Route, refusals: list[dict[str, Any]]) -> None:
    if refusals:
        route.fulfill(**refusals.pop())
    else:
        route.continue_()


def refusal_of(error: LiveActionsError) -> dict[str, Any]:
    """What the server answers to a request that it refuses."""
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    with contextlib.suppress(StopIteration):
        respond(send, error).send(None)
    start, body = told
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return {"status": start["status"], "headers": headers, "body": body["body"]}


def pages_of(site: Server) -> list[int]:
    """How many pages the server has: connected ones, and those that it waits for."""
    with urlopen(f"{site.url}/live/metrics") as told:
        figures = told.read().decode()
    return [int(float(count)) for count in re.findall(r"^liveactions_pages\{[^}]*\} (\S+)$", figures, re.MULTILINE)]


def test_the_server_does_not_wait_for_who_has_left(site: Server, keeper: Gatekeeper, arrive: Arrive):
    page = arrive(keeper.url).open(CLICKS)
    all_is_done(page)
    assert sum(pages_of(site)) == 1
    page.goto("/elsewhere/")
    for _ in range(100):
        if not sum(pages_of(site)):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the page is still kept")


@pytest.mark.redis
def test_two_people_see_each_other_whether_by_socket_or_by_stream_under_a_strict_policy(
    cluster: Desk, arrive: Arrive, ben: Person
):
    with Gatekeeper(*(server.port for server in cluster.servers)) as balancer:
        person = arrive(balancer.url, cluster.origin.state_of("ana"))
        page, other = person.open(), ben.open()
        assert is_on_a_stream(page)
        mine, theirs = first_card(page, "new"), first_card(page, "picking")
        move_on(page, mine)
        expect(mine.on(other, "picking")).to_be_visible()
        move_on(other, theirs)
        expect(theirs.on(page, "packing")).to_be_visible()
        expect(toast(page, f"ben moved {theirs.number} to Packing")).to_be_visible()


@pytest.mark.redis
def test_behind_a_balancer_over_two_processes_every_post_finds_its_stream(
    redis_url: str, tmp_path: Path, arrive: Arrive
):
    ledger = tmp_path / "ledger"
    ledger.touch()
    env = {"REDIS_URL": redis_url, "SITE_LEDGER": str(ledger), "SITE_HEARTBEAT": "1"}
    with (
        site_of_ones_own(**env) as one,
        site_of_ones_own(**env) as other,
        Gatekeeper(one.port, other.port) as balancer,
    ):
        page = arrive(balancer.url).open("/errand/")
        page.evaluate("globalThis.stayed = true")
        for _ in range(20):
            page.locator("#go").click()
        expect(page.locator("#count")).to_have_text("20")
        page.context.request.get(f"{other.url}/tick/1/")
        expect(page.locator("#heard")).to_have_text("1")
        for number, server in enumerate((one, other)):
            server.kill()
            page.evaluate("document.querySelector('#go').click()")
            balancer.targets = iter([(other, one)[number].port] * 1000)
            balancer.cut()
            expect(page.locator("#count")).to_have_text(str(21 + number))
            server.start()
        assert ledger.read_text().split() == ["pressed"] * 22
        assert page.evaluate("stayed"), "the page was not loaded again"
