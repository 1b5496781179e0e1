"""Long lists in a real browser: of a windowed one only what is in sight is there; the items of a stream are nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import Desk
from tests.browser.people import Arrive, Complaints, Person, events, goes_live, heard
from tests.browser.proxy import Proxy
from tests.browser.sites import site_of_ones_own
from tests.servers import Server

NETWORK = ("WebSocket connection", "net::ERR_", "Failed to load resource")


@pytest.fixture
def ledger(visitor: Person) -> Page:
    """A page with ``site.ledger``: 10,000 lines, of which every tenth is 90 pixels high and the others 30."""
    return visitor.open("/ledger/")


@pytest.fixture
def feed(visitor: Person) -> Page:
    """A page with ``site.feed``."""
    return visitor.open("/feed/")


COVERED = """() => {
  const list = document.querySelector("#list");
  const { top, bottom } = list.getBoundingClientRect();
  const boxes = [...list.querySelectorAll(".line")].map((line) => line.getBoundingClientRect());
  const rest = list.querySelector("[live-window-after]").offsetHeight;
  return boxes[0]?.top <= top + 30 && (boxes.at(-1).bottom >= bottom || !rest);
}"""
IN_SIGHT = """() => {
  const { top, bottom } = document.querySelector("#list").getBoundingClientRect();
  const isSeen = (box) => box.bottom > top + 1 && box.top < bottom - 1;
  const lines = [...document.querySelectorAll("#list .line")];
  return lines.filter((line) => isSeen(line.getBoundingClientRect())).map((line) => Number(line.innerText));
}"""


def shown(page: Page) -> list[int]:
    """The lines in sight, once there are any, with nothing missing between them and the edges of the list."""
    seen = page.wait_for_function(
        f"() => {{ const lines = ({IN_SIGHT})(); return ({COVERED})() && lines.length > 0 && lines }}"
    )
    found: list[int] = seen.json_value()
    return found


def rows(page: Page) -> int:
    return page.locator("#list .line").count()


def scroll(page: Page, to: str) -> None:
    page.evaluate(f"() => {{ const list = document.querySelector('#list'); list.scrollTop = {to} }}")


def rests(page: Page, scroller: str = "#list") -> None:
    """Wait until nothing scrolls any more."""
    page.evaluate(
        """async (scroller) => {
          const list = document.querySelector(scroller);
          for (let last = null, still = 0; still < 15; last = list.scrollTop) {
            await new Promise(requestAnimationFrame);
            still = last === list.scrollTop ? still + 1 : 0;
          }
        }""",
        scroller,
    )


def entries(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#entries li").all_inner_texts()]


# Windows -----------------------------------------------------------------------------------------------------------


def test_without_javascript_the_first_lines_are_there(browser: Browser, site: Server):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/ledger/")
    assert page.locator("#list .line").all_inner_texts() == [str(number) for number in range(20)]
    context.close()


def test_the_scroller_is_as_high_as_the_whole_list(ledger: Page):
    shown(ledger)
    height = ledger.evaluate("document.querySelector('#list').scrollHeight")
    assert 300_000 < height < 420_000
    assert rows(ledger) < 60


def test_scrolling_down_and_up_always_shows_the_lines_of_the_place(ledger: Page):
    for _ in range(12):
        before = shown(ledger)
        scroll(ledger, "list.scrollTop + 250")
        after = shown(ledger)
        assert after == list(range(after[0], after[-1] + 1))
        assert before[0] < after[0] <= before[-1] + 1
    assert rows(ledger) < 80
    for _ in range(6):
        before = shown(ledger)
        scroll(ledger, "list.scrollTop - 250")
        after = shown(ledger)
        assert after[0] < before[0] <= after[-1] + 1


def test_a_jump_far_away_shows_what_is_there(ledger: Page):
    shown(ledger)
    scroll(ledger, "180_000")
    first = shown(ledger)[0]
    assert 4_000 < first < 6_000
    scroll(ledger, "0")
    assert shown(ledger)[0] == 0


def test_what_one_reads_stays_where_it_is_when_higher_lines_come_in_above(ledger: Page):
    scroll(ledger, "200_000")
    shown(ledger)
    ledger.evaluate(
        """async () => {
          const list = document.querySelector("#list");
          const frame = () => new Promise(requestAnimationFrame);
          const topOf = (line) => line.getBoundingClientRect().top;
          const first = [...list.querySelectorAll(".line")].find((line) => topOf(line) > topOf(list));
          globalThis.moves = [];
          for (let step = 0; step < 100; step += 1) {
            const reading = [...list.querySelectorAll(".line")].find((line) => topOf(line) > topOf(list) + 100);
            const before = topOf(reading);
            list.scrollTop -= 20;
            for (let wait = 0; wait < 3; wait += 1) {
              await frame();
              const moved = topOf(reading) - before - 20;
              if (Math.abs(moved) > 2) moves.push([step, wait, moved]);
            }
          }
          globalThis.gone = !first.isConnected;
        }"""
    )
    assert ledger.evaluate("gone"), "other lines have come in"
    assert ledger.evaluate("moves") == []


def test_the_keyboard_moves_through_the_list_to_its_end(ledger: Page):
    shown(ledger)
    ledger.locator("#search").focus()
    ledger.keyboard.press("Tab")
    expect(ledger.locator("#list")).to_be_focused()
    ledger.keyboard.press("PageDown")
    ledger.wait_for_function("document.querySelector('#list').scrollTop > 200")
    for _ in range(3):  # the heights were guessed: the end may have moved while one was on the way to it
        ledger.keyboard.press("End")
        rests(ledger)
    assert shown(ledger)[-1] == 9999
    for _ in range(3):
        ledger.keyboard.press("Home")
        rests(ledger)
    assert shown(ledger)[0] == 0
    assert ledger.evaluate("document.querySelector('#list').scrollTop") == 0
    expect(ledger.locator("#list")).to_be_focused()


def test_the_keyboard_stays_in_the_list_when_the_line_with_the_focus_is_scrolled_away(ledger: Page):
    shown(ledger)
    ledger.locator(".line button").nth(2).focus()
    scroll(ledger, "100_000")
    shown(ledger)
    expect(ledger.locator("#list")).to_be_focused()


def test_lines_know_their_number_among_all(ledger: Page):
    scroll(ledger, "100_000")
    first = shown(ledger)[0]
    expect(ledger.locator("#list table")).to_have_attribute("aria-rowcount", "10001")
    row = ledger.locator("#list tr", has=ledger.get_by_role("button", name=str(first), exact=True))
    expect(row).to_have_attribute("aria-rowindex", str(first + 2))


def test_a_line_that_is_taken_out_makes_the_list_shorter(ledger: Page):
    shown(ledger)
    expect(ledger.locator("#total")).to_have_text("10000")
    ledger.get_by_role("button", name="3", exact=True).click()
    expect(ledger.locator("#total")).to_have_text("9999")
    assert shown(ledger)[:5] == [0, 1, 2, 4, 5]


def test_a_search_begins_at_the_beginning(ledger: Page):
    scroll(ledger, "200_000")
    shown(ledger)
    ledger.locator("#search").fill("99")
    expect(ledger.locator("#total")).to_have_text("111")
    ledger.wait_for_function("document.querySelector('#list').scrollTop === 0")
    assert shown(ledger)[:3] == [99, 990, 991]


def test_the_server_can_send_the_page_to_a_line(ledger: Page):
    shown(ledger)
    ledger.locator("#to_500").click()
    ledger.wait_for_function("document.querySelector('#list').scrollTop > 10_000")
    assert 500 in shown(ledger)[:3]


@pytest.fixture
def line(site: Server, complaints: Complaints) -> Iterator[Proxy]:
    """Between a browser and the test site. What the browser says when it breaks is meant."""
    complaints.expect(*NETWORK)
    with Proxy(site.port) as proxy:
        yield proxy


def test_a_hundred_scrolls_while_the_server_is_silent_become_a_few_questions(line: Proxy, arrive: Arrive):
    page = arrive(line.url).open("/ledger/")
    shown(page)
    line.silence()
    page.evaluate(
        """async () => {
          for (let step = 1; step <= 100; step += 1) {
            document.querySelector("#list").scrollTop = step * 2000;
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    before = events(page).count("live:signals")
    line.speak()
    assert shown(page)[0] > 4_000
    assert 2 <= events(page).count("live:signals") - before <= 4, "the first, the last, and one when heights are known"


def test_rows_that_are_scrolled_to_without_a_connection_come_with_it(line: Proxy, arrive: Arrive):
    page = arrive(line.url).open("/ledger/")
    shown(page)
    line.unplug()
    heard(page, "live:disconnected")
    scroll(page, "150_000")
    line.plug()
    goes_live(page)
    assert 3_500 < shown(page)[0] < 4_500


def test_a_list_stays_where_it_is_when_another_process_mounts_it_afresh(line: Proxy, arrive: Arrive):
    page = arrive(line.url).open("/ledger/")
    shown(page)
    scroll(page, "150_000")
    before = shown(page)
    with site_of_ones_own() as other:
        line.target = other.port
        line.cut()
        heard(page, "live:connected", 2)
        heard(page, "live:patched", 3)
        after = shown(page)
    assert abs(after[0] - before[0]) < 10


def test_a_list_that_is_sent_whole_stays_where_it_is(ledger: Page):
    shown(ledger)
    scroll(ledger, "150_000")
    before = shown(ledger)
    ledger.evaluate("liveactions.resync()")
    assert shown(ledger) == before


# Streams -----------------------------------------------------------------------------------------------------------


def change(page: Page, what: str, **arguments: Any) -> None:
    outcome = page.evaluate("values => liveactions.call(feed, 'change', values)", {"what": what, **arguments})
    assert outcome == {"ok": True}


def test_a_stream_grows_and_stays_within_its_limit(feed: Page):
    assert entries(feed) == ["first a", "first b", "first c"]
    for name in "defg":
        change(feed, "append", name=name)
    expect(feed.locator("#count")).to_have_text("5")
    assert entries(feed) == ["first c", "append d", "append e", "append f", "append g"]
    change(feed, "prepend", name="z")
    assert entries(feed) == ["prepend z", "first c", "append d", "append e", "append f"]


def test_rows_that_nothing_was_said_about_are_not_touched(feed: Page):
    feed.locator("#entry_b input").fill("typed")
    feed.evaluate("() => { globalThis.kept = document.querySelector('#entry_b'); kept.classList.add('theirs') }")
    change(feed, "append", name="d")
    change(feed, "update", name="a")
    change(feed, "move", name="b", to=0)
    change(feed, "delete", name="c")
    assert entries(feed) == ["first b", "update a", "append d"]
    expect(feed.locator("#entry_b.theirs input")).to_have_value("typed")
    assert feed.evaluate("kept === document.querySelector('#entry_b')")


def test_an_emptied_stream_says_so_and_can_be_filled_again(feed: Page):
    change(feed, "clear")
    expect(feed.locator("#none")).to_be_visible()
    change(feed, "append", name="x")
    expect(feed.locator("#entry_x")).to_be_visible()
    expect(feed.locator("#none")).to_have_count(0)


def test_an_action_that_fails_leaves_the_stream_as_it_was(feed: Page, complaints: Complaints):
    complaints.expect("call.component.failed", "action.failed", "went wrong")
    outcome = feed.evaluate("liveactions.call(feed, 'fail', {name: 'y'})")
    assert outcome["ok"] is False
    change(feed, "append", name="d")
    assert entries(feed) == ["first a", "first b", "first c", "append d"]


def test_a_resync_loads_what_nobody_has(feed: Page):
    change(feed, "append", name="d")
    feed.evaluate("liveactions.resync()")
    expect(feed.locator("#entry_d")).to_have_text("loaded d")
    assert entries(feed) == ["loaded a", "loaded b", "loaded c", "loaded d"]


# The desk ----------------------------------------------------------------------------------------------------------


@pytest.mark.redis
def test_ten_thousand_orders_can_be_scrolled_and_searched(ana: Person):
    page = ana.open("/large-lists/")
    orders = page.get_by_role("region", name="Orders")
    expect(page.locator("[live-window-after]")).to_have_css("height", re.compile(r"\d{6}"))
    orders.evaluate("list => { list.scrollTop = 200_000 }")
    expect(page.locator(".record").first).not_to_contain_text("10000")
    assert page.locator(".record").count() < 80
    page.get_by_label("Customer, city or number").fill("porto")
    expect(page.locator(".record").first).to_contain_text("Dovetail Workshop")
    expect(orders).to_have_js_property("scrollTop", 0)
    page.get_by_label("Customer, city or number").fill("nobody")
    expect(page.get_by_text("No such order.")).to_be_visible()
    expect(page.locator(".record")).to_have_count(0)


@pytest.mark.redis
def test_styles_that_animate_everything_do_not_move_the_list(cluster: Desk, arrive: Arrive):
    """Where less motion is wanted, the desk has a very short transition for all there is, heights included."""
    person = arrive(cluster.url, cluster.origin.state_of("ana"), reduced_motion="reduce")
    page = person.open("/large-lists/")
    orders = page.get_by_role("region", name="Orders")
    height = orders.evaluate("list => list.scrollHeight")
    orders.evaluate("list => { list.scrollTop = 200_000 }")
    expect(page.locator(".record").first).not_to_contain_text("10000")
    rests(page, "[live-window]")
    assert orders.evaluate("list => list.scrollTop") == 200_000
    assert abs(orders.evaluate("list => list.scrollHeight") - height) < height / 20
    number = int(page.locator(".record td").first.inner_text())
    assert abs((10_000 - number) / 10_000 - 200_000 / height) < 0.02


@pytest.mark.redis
def test_the_till_has_the_last_fifty_sales(ana: Person):
    page = ana.open("/large-lists/")
    page.get_by_role("button", name="Sell a hundred").click()
    expect(page.locator("#till_rows")).to_have_text("50")
    assert page.locator(".sale").first.inner_text().split()[0] == "103"
    page.get_by_role("button", name="Take back 101").click()
    expect(page.locator(".sale")).to_have_count(49)
    page.get_by_role("button", name="Empty").click()
    expect(page.get_by_text("Nothing sold.")).to_be_visible()
