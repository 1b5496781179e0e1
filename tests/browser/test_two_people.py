"""Two people on one desk: what one of them does is seen by the other, on another process, in every tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.board import column, first_card, head, move_on
from tests.browser.desks import Desk
from tests.browser.people import Arrive, Complaints, Person, events, goes_live, heard, toast, told

pytestmark = pytest.mark.redis


# Questions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [False, True], ids=["", "away"])
def test_a_question_is_answered_on_another_tab_and_process_also_while_the_tab_that_asked_is_away(
    cluster: Desk, arrive: Arrive, complaints: Complaints, away: bool
):
    first, second = cluster.servers
    places = [(first, "ana"), (second, "ana"), (second, "ben")]
    ana, ana_elsewhere, ben = (arrive(server.url, cluster.origin.state_of(name)) for server, name in places)
    asking, other, stranger = ana.open("/gallery/"), ana_elsewhere.open(), ben.open()
    asking.locator("#Confirm").get_by_role("button", name="On every tab").click()
    question = other.get_by_role("alertdialog")
    expect(question).to_contain_text("Send the reminders now?")
    expect(asking.get_by_role("alertdialog")).to_be_visible()
    if away:
        complaints.expect("WebSocket connection", "net::ERR_", "Failed to load resource")
        ana.context.set_offline(True)
        expect(asking.locator("html")).to_have_attribute("data-live-status", "offline")
    question.get_by_role("button", name="Yes").click()
    expect(question).to_have_count(0)
    heard(other, "live:call:end")
    if away:
        ana.context.set_offline(False)
        goes_live(asking)

    expect(toast(asking, "The reminders are on their way.")).to_have_count(1)
    expect(asking.get_by_role("alertdialog")).to_have_count(0)
    assert told(other) == []
    assert "live:confirm" not in events(stranger), "it is nobody else's"


# Orders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["cluster", "embedded", "uvicorn"])
def test_a_moved_order_is_seen_by_the_other_in_its_new_column_with_a_toast_and_both_ways(where, request, arrive):
    desk: Desk = request.getfixturevalue(where)
    ana = arrive(desk.servers[0].url, desk.origin.state_of("ana")).open()
    ben = arrive(desk.servers[-1].url, desk.origin.state_of("ben")).open()
    card = first_card(ana, "new")

    move_on(ana, card)
    expect(card.on(ben, "picking")).to_be_visible()
    expect(card.on(ben, "new")).to_have_count(0)
    expect(toast(ben, f"ana moved {card.number} to Picking")).to_be_visible()
    expect(toast(ana, f"{card.number} is now in Picking")).to_be_visible()

    move_on(ben, card)
    expect(card.on(ana, "packing")).to_be_visible()
    expect(toast(ana, f"ben moved {card.number} to Packing")).to_be_visible()


def test_every_tab_sees_a_move_and_only_the_page_that_made_it_is_spared_the_news(ana: Person, ben: Person):
    acting, other = ana.open(), ana.open()
    watching = [ben.open(), ben.open()]
    card = first_card(acting, "new")
    move_on(acting, card)

    for page in (other, *watching):
        expect(card.on(page, "picking")).to_be_visible()
        expect(toast(page, f"ana moved {card.number} to Picking")).to_have_count(1)
    expect(toast(acting, f"{card.number} is now in Picking")).to_have_count(1)
    assert told(acting) == [f"{card.number} is now in Picking."]


def test_a_card_that_is_dragged_to_a_column_lands_there_for_everybody(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    card = first_card(acting, "new")
    card.on(acting).drag_to(head(acting, "packing"))
    expect(card.on(watching, "packing")).to_be_visible()
    expect(card.on(acting, "packing")).to_be_visible()


def test_a_move_of_an_order_that_somebody_else_has_just_moved_gets_a_warning_and_changes_nothing(
    cluster: Desk, ana: Person, ben: Person
):
    late, fast = ana.open(), ben.open()
    card = first_card(late, "new")
    card.on(late).hover()
    late.mouse.down()
    head(late, "packing").hover()  # dragged, and held over the column while …
    move_on(fast, card)
    expect(card.on(late, "picking")).to_be_visible()
    late.mouse.up()

    expect(toast(late, f"Not moved: ben moved {card.number} to Picking.")).to_have_attribute("data-level", "warning")
    expect(card.on(late, "picking")).to_be_visible()
    expect(card.on(fast, "picking")).to_be_visible()
    stage = cluster.ask("SELECT stage, version FROM desk_order WHERE number = ?", card.number.removeprefix("#"))
    assert stage == [("picking", 2)]


def test_an_order_that_is_taken_appears_on_every_board_and_the_form_is_empty_again(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    acting.get_by_label("Customer", exact=True).select_option(label="Ember Books, Dublin")
    acting.get_by_label("Product").select_option(label="Linen folder")
    acting.get_by_label("Quantity").fill("2")
    acting.get_by_label("Promised").select_option("tomorrow")
    acting.get_by_label("Note").fill("Blue, please")
    acting.get_by_role("button", name="Take the order").click()

    expect(toast(watching, "ana took #1041 for Ember Books")).to_be_visible()
    expect(column(watching, "new").get_by_label("Order #1041", exact=True)).to_be_visible()
    expect(acting.get_by_label("Note")).to_have_value("")
    expect(acting.get_by_label("Customer", exact=True)).to_be_focused()


def test_an_order_with_mistakes_is_refused_beside_its_fields_and_what_was_typed_stays(ana: Person):
    page = ana.open()
    page.get_by_label("Product").select_option(label="Desk lamp, brass")
    page.get_by_label("Quantity").fill("500")
    page.get_by_label("Note").fill("All of them")
    page.get_by_role("button", name="Take the order").click()

    expect(page.get_by_text("Only 12 of Desk lamp, brass left.")).to_be_visible()
    expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    expect(page.get_by_label("Quantity")).to_have_value("500")
    expect(page.get_by_label("Note")).to_have_value("All of them")


def test_an_open_order_follows_what_others_do_to_it(ana: Person, ben: Person):
    reading, acting = ana.open(), ben.open()
    card = first_card(reading, "new")
    card.on(reading).locator(".card__open").click()
    drawer = reading.locator(".drawer")
    expect(drawer.locator(".badge--new")).to_be_visible()
    move_on(acting, card)
    expect(drawer.locator(".badge--picking")).to_be_visible()
    expect(drawer.get_by_text(f"ben moved {card.number} to Picking")).to_be_visible()


def test_the_figures_count_again_when_somebody_ships_an_order(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    figures = watching.locator(".figure", has_text="Open orders").locator("dd")
    before = sum(column(acting, stage).locator(".card").count() for stage in ("new", "picking", "packing"))
    move_on(acting, first_card(acting, "new"))  # they are kept, and the database was made anew under them
    expect(figures).to_have_text(str(before))
    move_on(acting, first_card(acting, "packing"))
    expect(figures).to_have_text(str(before - 1))


def test_people_who_come_and_go_are_seen(ana: Person, ben: Person):
    page = ana.open()
    here = page.get_by_label("Who is here").get_by_role("listitem")
    expect(here).to_have_count(1, timeout=30_000)  # who was at a process that another test killed is not missed at once
    coming = ben.open()
    expect(here).to_have_count(2)
    coming.close()
    expect(here).to_have_count(1)


# Notices -----------------------------------------------------------------------------------------------------


def from_component(page: Page, desk: Desk, to: str, text: str) -> None:
    form = page.locator("form[id^=composer_]")
    form.get_by_label("To", exact=True).select_option(to)
    form.get_by_label("Message").fill(text)
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_label("Message")).to_have_value("")


def from_view(page: Page, desk: Desk, to: str, text: str) -> None:
    form = page.locator("form[action='/notifications/send/']")
    form.get_by_label("To", exact=True).select_option(to)
    form.get_by_label("Message").fill(text)
    form.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status").filter(has_text="Sent to")).to_be_visible()
    goes_live(page)


def from_command(page: Page, desk: Desk, to: str, text: str) -> None:
    kind, _, name = to.partition(":")
    whom = [f"--{kind}", name] if name else [f"--{kind}"]
    assert "Sent to" in desk.manage("desk_announce", text, *whom)


@pytest.mark.parametrize("send", [from_component, from_view, from_command])
def test_news_reach_one_user_a_topic_or_everyone_and_nobody_else(send, cluster: Desk, ana: Person, ben: Person):
    sending = ana.open("/notifications/")
    anas, bens = [ana.open(), ana.open("/gallery/")], [ben.open(), ben.open("/subclassing/")]
    send(sending, cluster, "user:ben", "For ben alone")
    send(sending, cluster, "topic:billing", "For billing, which is ana")
    send(sending, cluster, "everyone", "For everyone")

    for pages, theirs in ((anas, "For billing, which is ana"), (bens, "For ben alone")):
        for page in pages:
            heard(page, "live:toast", 2)
            assert told(page) == [theirs, "For everyone"]
            expect(toast(page, "For everyone")).to_be_visible()


def test_unread_set_for_one_user_shows_in_all_their_tabs_and_in_nobody_elses(ana: Person, ben: Person):
    sending = ana.open("/notifications/")
    bens = [ben.open(path) for path in ("/", "/notifications/", "/gallery/")]
    form = sending.locator("form[id^=composer_]")
    form.get_by_label("To", exact=True).select_option("user:ben")
    form.get_by_label("What", exact=True).select_option("badge")
    form.get_by_label("Number").fill("7")
    form.get_by_role("button", name="Send").click()
    for page in bens:
        expect(page.locator(".count")).to_have_text("7")
    expect(toast(sending, "Sent to 1 person.")).to_be_visible()
    expect(sending.locator(".count")).to_have_text("0")


def test_a_kept_notice_is_counted_in_every_tab_and_read_in_every_tab(cluster: Desk, ben: Person):
    inbox, elsewhere = ben.open("/notifications/"), ben.open()
    cluster.manage("desk_announce", "Call Ember Books back", "--user", "ben", "--keep")
    for page in (inbox, elsewhere):
        expect(page.locator(".count")).to_have_text("1")
    expect(inbox.locator(".notice.is-unread")).to_contain_text("Call Ember Books back")
    inbox.get_by_role("button", name="Mark all as read").click()
    for page in (inbox, elsewhere):
        expect(page.locator(".count")).to_have_text("0")
    expect(inbox.locator(".notice.is-unread")).to_have_count(0)


# Subclasses --------------------------------------------------------------------------------------------------


def test_three_generations_count_as_each_says(ana: Person):
    page = ana.open("/subclassing/")
    counters = page.locator(".counter")
    for _ in range(3):
        for number in range(3):
            counters.nth(number).get_by_role("button", name="Add four").click()
    values = page.get_by_label("Count", exact=True)
    expect(values.nth(0)).to_have_text("12")
    expect(values.nth(1)).to_have_text("8")
    expect(values.nth(2)).to_have_text("8")
    expect(toast(page, "The cap is 10.")).to_have_count(2)
    expect(page.get_by_label("Trail").get_by_role("listitem")).to_have_count(2)
    counters.nth(0).get_by_role("button", name="Reset").click()
    expect(values.nth(0)).to_have_text("0")
    expect(counters.nth(2).get_by_role("button", name="Reset")).to_have_count(0)


# What is shared ----------------------------------------------------------------------------------------------


def round_of(page: Page, name: str):
    return page.get_by_role("button", name=name)


def begin_the_day(page: Page) -> None:
    """Nothing is ticked off: what another test has ticked off is still so, for the list is everybody's."""
    done = page.locator(".round[aria-pressed=true]")
    while count := done.count():
        done.first.click()
        expect(done).to_have_count(count - 1)


def test_what_one_ticks_off_is_ticked_off_for_everybody_and_says_by_whom(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    begin_the_day(acting)
    round_of(acting, "Call the carrier").click()
    for page in (acting, watching):
        expect(round_of(page, "Call the carrier by ana")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_text("3 to do")).to_be_visible()
    round_of(watching, "Call the carrier").click()
    expect(round_of(acting, "Call the carrier")).to_have_attribute("aria-pressed", "false")


def test_of_two_who_tick_off_at_the_same_time_on_two_processes_both_have_their_way(ana: Person, ben: Person):
    one, other = ana.open(), ben.open()
    begin_the_day(one)
    names = ("Count the returns shelf", "Water the plants", "Close the gate")
    for page, mine in ((one, names[:2]), (other, names[2:])):
        page.evaluate(
            "(names) => { for (const each of document.querySelectorAll('.round'))"
            " if (names.includes(each.getAttribute('live-value-name'))) each.click(); }",
            list(mine),
        )
    for page in (one, other):
        expect(page.get_by_text("1 to do")).to_be_visible()
        for name in names[:2]:
            expect(round_of(page, f"{name} by ana")).to_be_visible()
        expect(round_of(page, f"{names[2]} by ben")).to_be_visible()


def test_the_list_is_ticked_off_by_the_keyboard_and_the_focus_stays(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    begin_the_day(acting)
    round_of(acting, "Water the plants").focus()
    acting.keyboard.press("Space")
    expect(round_of(watching, "Water the plants by ana")).to_be_visible()
    round_of(watching, "Call the carrier").click()
    expect(round_of(acting, "Call the carrier by ben")).to_be_visible()
    expect(round_of(acting, "Water the plants by ana")).to_be_focused()


def test_who_comes_back_after_a_reload_sees_what_is_ticked_off(ana: Person, ben: Person):
    acting, watching = ana.open(), ben.open()
    begin_the_day(acting)
    round_of(acting, "Close the gate").click()
    expect(round_of(watching, "Close the gate by ana")).to_be_visible()
    watching.reload()
    goes_live(watching)
    expect(round_of(watching, "Close the gate by ana")).to_be_visible()
    round_of(watching, "Close the gate").click()
    expect(round_of(acting, "Close the gate")).to_have_attribute("aria-pressed", "false")
