"""What is forged, foreign, unknown or broken: one clear answer, and nothing else on the page is disturbed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.desks import Desk
from tests.browser.logs import all_is_done, logged
from tests.browser.people import Complaints, Person, heard, toast, told
from tests.browser.sites import site_of_ones_own
from tests.servers import Server

Bound = Callable[..., Page]

SECRET = "the-secret-of-the-programmer"


def diagnosed(page: Page) -> list[str]:
    """What this document has told its developer so far, by code."""
    codes: list[str] = page.evaluate(
        "journal.entries.filter(({name}) => name === 'live:diagnostic').map(({detail}) => detail.code)"
    )
    return codes


def expect_diagnosis(page: Page, code: str) -> None:
    """It is told its developer, sooner or later."""
    deadline = time.monotonic() + 10
    while code not in diagnosed(page):
        assert time.monotonic() < deadline, diagnosed(page)
        page.wait_for_timeout(20)


def served(context: BrowserContext, pattern: str, html: Callable[[Route], str]) -> list[str]:
    """Answer requests for ``pattern`` with other HTML; the list grows with each."""
    loads: list[str] = []
    context.grant_permissions(["local-network-access"])  # a page from nowhere may not talk to this machine otherwise

    def answer(route: Route) -> None:
        loads.append(route.request.url)
        route.fulfill(body=html(route), content_type="text/html; charset=utf-8")

    context.route(pattern, answer)
    return loads


# Tokens ------------------------------------------------------------------------------------------------------


def test_a_forged_token_is_refused_its_page_loads_once_more_and_the_rest_of_it_works(
    visitor: Person, complaints: Complaints
):
    complaints.expect(r"token\.forged")

    def forged(route: Route) -> str:
        return re.sub(r'(live-token="[^"]+)..(?="[^>]* id="clock")', r"\1xx", route.fetch().text())

    loads = served(visitor.context, "**/clock+barrier/", forged)
    page = visitor.context.new_page()
    with page.expect_event("load", lambda _: len(loads) == 2):
        page.goto("/clock+barrier/")
    refused = heard(page, "live:mount:error")[0]
    assert (refused["target"], refused["detail"]["refusal"]["code"]) == ("#clock", "token.forged")
    expect_diagnosis(page, "connection.token.forged")

    page.locator("#barrier").click()
    expect(page.locator("#counted")).to_have_text("1")
    page.context.request.get("/ticks/?count=1&every=0")
    all_is_done(page)
    expect(page.locator("#ticks")).to_have_text("0")
    assert len(loads) == 2, "it is not loaded again and again"


@pytest.mark.redis
def test_a_page_of_somebody_else_can_do_nothing(cluster: Desk, ana: Person, arrive, complaints: Complaints):
    """Ana's page, opened by a browser that is signed in as Ben."""
    complaints.expect(r"token\.foreign", r"component\.unmounted", r"component\.unknown")
    html = ana.context.request.get("/").text()
    ben = arrive(cluster.url, cluster.origin.state_of("ben"))
    loads = served(ben.context, f"{cluster.url}/", lambda _: html)
    page = ben.context.new_page()
    with page.expect_event("load", lambda _: len(loads) == 2):
        page.goto("/")
    heard(page, "live:mount:error")
    assert "connection.token.foreign" in diagnosed(page)

    before = cluster.ask("SELECT number, stage, version FROM desk_order")
    page.locator("#column_new .card .next").first.click()
    code = heard(page, "live:call:error")[-1]["detail"]["refusal"]["code"]
    assert code in {"component.unmounted", "component.unknown"}
    assert cluster.ask("SELECT number, stage, version FROM desk_order") == before
    assert len(loads) == 2


@pytest.mark.redis
def test_signing_out_in_one_tab_ends_the_others(ana: Person, complaints: Complaints):
    complaints.expect("token", "connection", "WebSocket")
    left, leaving = ana.open(), ana.open("/gallery/")
    leaving.get_by_role("button", name="Sign out ana").click()
    leaving.wait_for_url("**/sign-in/")
    left.wait_for_url("**/sign-in/**")


# Calls -------------------------------------------------------------------------------------------------------

BAD = {
    "an unknown action": ("<button id=it live-click=nothing>Go</button>", "action.unknown", "'nothing'"),
    "a method that is no action": ("<button id=it live-click=updated>Go</button>", "action.unknown", "'updated'"),
    "a dunder": ("<button id=it live-click=__init__>Go</button>", "action.unknown", "'__init__'"),
    "an unknown argument": (
        "<button id=it live-click=tell live-value-strange=1>Go</button>",
        "argument.unknown",
        "strange",
    ),
    "a missing argument": ("<button id=it live-click=wait>Go</button>", "argument.missing", "gate"),
    "an argument of another type": (
        "<button id=it live-click=tell live-value-checked=perhaps>Go</button>",
        "argument.invalid",
        "checked",
    ),
}


@pytest.mark.parametrize(("markup", "code", "named"), [pytest.param(*case, id=name) for name, case in BAD.items()])
def test_a_call_that_cannot_be_is_told_to_the_developer_and_only_to_them(
    markup, code, named, bound: Bound, complaints: Complaints
):
    complaints.expect(re.escape(code))
    page = bound(f"{markup}<button id=good live-click=note>Good</button>")
    page.locator("#it").click()
    refusal = heard(page, "live:call:error")[0]["detail"]["refusal"]
    assert (refusal["code"], refusal["fault"]) == (code, "page")
    assert named in refusal["message"]
    assert diagnosed(page) == [f"call.{code}"]
    page.locator("#good").click()
    logged(page, "note")
    assert told(page) == [], "users are not bothered"


def test_a_call_that_is_too_big_is_refused_before_it_is_sent_and_the_next_one_goes(
    bound: Bound, complaints: Complaints
):
    complaints.expect(r"frame\.too_large")
    page = bound("<button id=it live-click=note>Go</button>")
    outcome = page.evaluate("liveactions.call(document.querySelector('#bound'), 'note', {text: 'x'.repeat(70_000)})")
    assert outcome["refusal"]["code"] == "frame.too_large"
    page.locator("#it").click()
    logged(page, "note")


NONSENSE = {
    "no msgpack": "[0xc1]",
    "an unknown kind": "[0x91, 0x63]",
    "a call before it says hello": "[0x97, 0x04, 0x01, 0x00, 0x01, 0xa1, 0x61, 0x80, 0xc0]",
}


@pytest.mark.parametrize("message", [pytest.param(value, id=name) for name, value in NONSENSE.items()])
def test_a_strangers_socket_that_talks_nonsense_is_closed_and_the_page_beside_it_lives_on(message, bound: Bound):
    page = bound("<button id=it live-click=note>Go</button>")
    code = page.evaluate(
        """bytes => new Promise((resolve) => {
          const socket = new WebSocket("/live/", "liveactions.1");
          socket.onopen = () => socket.send(new Uint8Array(bytes));
          socket.onclose = ({ code }) => resolve(code);
        })""",
        [int(byte, 16) for byte in message.strip("[]").split(", ")],
    )
    assert code == 4400
    page.locator("#it").click()
    logged(page, "note")


# Tracebacks --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def debug_site() -> Iterator[Server]:
    """The test site with DEBUG."""
    with site_of_ones_own(SITE_DEBUG="1") as server:
        yield server


FAILING = "<button id=it live-click=fail>Go</button><button id=good live-click=note>Good</button>"


def listening(person: Person) -> tuple[Page, list[Any]]:
    """A new tab, and everything that comes to it over its sockets."""
    page, frames = person.context.new_page(), []

    def received(frame: Any) -> None:  # Playwright looks at its listeners' signatures; that of list.append has none
        frames.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    return page, frames


def everything_shown(page: Page) -> str:
    return page.content() + str(page.evaluate("journal.entries.map(({detail}) => JSON.stringify(detail))"))


def test_with_debug_a_traceback_is_laid_over_the_page_and_taken_away_with_escape(debug_site: Server, arrive):
    page = arrive(debug_site.url).open(f"/bound+barrier/?markup={FAILING}")
    page.locator("#it").click()
    overlay = page.get_by_role("dialog", name="The action failed")
    expect(overlay).to_contain_text("action.failed")
    expect(overlay.locator("pre")).to_contain_text(f"RuntimeError: {SECRET}")
    expect(overlay.locator("pre")).to_contain_text("components.py")
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    page.locator("#good").click()
    logged(page, "note")


def test_without_debug_no_word_of_it_leaves_the_server(visitor: Person):
    page, frames = listening(visitor)
    page.goto(f"/bound+barrier/?markup={FAILING}")
    page.locator("#it").click()
    expect(toast(page, "The server could not answer this.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#good").click()
    logged(page, "note")
    assert frames, "the frames were seen"
    for text in (everything_shown(page), *(repr(frame) for frame in frames)):
        assert SECRET not in text
        assert "Traceback" not in text
        assert "RuntimeError" not in text
