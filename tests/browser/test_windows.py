"""Windows in Chromium: the keyboard, the focus, what is not saved yet, the address, and lost connections."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.logs import Gate
from tests.browser.people import goes_live, heard, toast
from tests.browser.sites import site_of_ones_own


@pytest.fixture
def till(visitor) -> Page:
    return visitor.open("/windows/")


def windows(page: Page) -> Locator:
    return page.locator(".live-window[open]")


def titles(page: Page, *wanted: str) -> None:
    expect(windows(page).locator(".live-window-title")).to_have_text(list(wanted))


def focused(page: Page, selector: str) -> None:
    expect(page.locator(selector).last).to_be_focused()


def guard(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name="Discard your changes?")


def closed(page: Page, count: int = 0) -> None:
    expect(page.locator(".live-window")).to_have_count(count)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def opened(page: Page, opener: str = "#pay") -> Page:
    """With the keyboard alone."""
    page.locator(opener).focus()
    page.keyboard.press("Enter")
    expect(windows(page)).to_have_count(1)
    return page


def slow(page: Page, gate: Gate) -> None:
    """A window with actions that wait at a gate."""
    word = {"type": "wizard", "model": "site.slow", "ctx": {"default_gate": str(gate)}}
    page.evaluate("word => void liveactions.call(document.querySelector('#till'), 'open', { word })", word)
    expect(windows(page)).to_have_count(1)


class TestTheKeyboard:
    def test_f15_a_wizard_is_opened_filled_and_confirmed_by_keys_alone(self, till):
        opened(till)
        focused(till, "[name=amount]")
        press(till, "Control+a")
        till.keyboard.type("12")
        press(till, "Tab", "c", "a", "r", "d", "Tab")
        press(till, "Shift+Tab", "Shift+Tab", "Enter")
        closed(till)
        expect(toast(till, "Took 12 by card")).to_be_visible()
        focused(till, "#pay")

    def test_the_window_has_the_name_of_its_title(self, till):
        opened(till)
        expect(till.get_by_role("dialog", name="Take a payment")).to_be_visible()

    def test_tab_stays_in_the_window(self, till):
        opened(till)
        for _ in range(14):
            press(till, "Tab")
            assert till.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )

    def test_what_is_behind_cannot_be_reached(self, till):
        opened(till)
        assert till.evaluate("(document.querySelector('#note').focus(), document.activeElement.id)") != "note"

    def test_escape_cancels_and_the_focus_goes_back(self, till):
        opened(till)
        press(till, "Escape")
        closed(till)
        focused(till, "#pay")

    @pytest.mark.parametrize("name", ["Steps", "Away"])
    def test_escape_closes_a_window_under_an_action_that_takes_long(self, till, gate, name):
        slow(till, gate)
        windows(till).get_by_role("button", name=name).click()
        expect(toast(till, "begun")).to_be_visible()
        press(till, "Escape")
        gate.open()
        closed(till)

    def test_escape_waits_for_the_form_that_is_being_sent(self, till, gate):
        slow(till, gate)
        windows(till).get_by_role("button", name="Away").evaluate("it => it.remove()")
        windows(till).get_by_role("button", name="Confirm").click()
        press(till, "Escape")
        expect(windows(till)).to_have_attribute("data-busy", "")
        gate.open()
        expect(windows(till)).not_to_have_attribute("data-busy", "")
        press(till, "Escape")
        closed(till)

    def test_the_focus_goes_back_to_an_opener_that_was_disabled_meanwhile(self, till):
        opened(till, "#pay-busy")
        press(till, "Escape")
        closed(till)
        focused(till, "#pay-busy")

    def test_enter_in_a_textarea_is_a_new_line(self, till):
        opened(till, "#note")
        focused(till, "textarea")
        till.keyboard.type("one")
        press(till, "Enter")
        till.keyboard.type("two")
        expect(till.locator("textarea")).to_have_value("one\ntwo")
        press(till, "Control+Enter")
        closed(till)
        expect(till.locator("#heard li")).to_have_text(re.compile(r"one\\ntwo"))

    def test_enter_in_an_open_choice_list_does_not_confirm(self, till):
        opened(till)
        till.evaluate("document.querySelector('[name=remark]').setAttribute('aria-expanded', 'true')")
        till.locator("[name=remark]").focus()
        press(till, "Enter", "Escape")
        expect(windows(till)).to_have_count(1)
        till.evaluate("document.querySelector('[name=remark]').setAttribute('aria-expanded', 'false')")
        press(till, "Enter")
        closed(till)

    def test_enter_that_takes_a_suggestion_does_not_confirm(self, till):
        opened(till)
        till.evaluate(
            """() => {
              const list = Object.assign(document.createElement("datalist"), {id: "remarks"});
              list.append(new Option("late"), new Option("early"));
              document.querySelector(".live-window-body").append(list);
              document.querySelector("[name=remark]").setAttribute("list", "remarks");
            }"""
        )
        till.locator("[name=remark]").focus()
        press(till, "ArrowDown", "Enter")
        expect(windows(till)).to_have_count(1)
        press(till, "Enter")
        closed(till)

    def test_mistakes_are_shown_at_their_fields_and_the_first_has_the_focus(self, till):
        opened(till)
        till.locator("[name=amount]").fill("")
        till.locator("[name=remark]").focus()
        press(till, "Enter")
        focused(till, "[name=amount][aria-invalid=true]")
        expect(till.locator(".live-field-error")).to_have_text("This field is required.")
        expect(till.locator("[name=amount]")).to_have_accessible_description("This field is required. In whole euros.")
        till.keyboard.type("5000")
        press(till, "Enter")
        expect(till.locator(".live-field-error")).to_have_text("That is more than the till holds.")
        focused(till, "[name=amount]")
        expect(till.locator("[name=amount]")).to_have_value("5000")

    def test_a_window_without_controls_has_the_focus_on_its_button(self, till):
        opened(till, "#plain")
        focused(till, "#card button")
        press(till, "Enter")
        expect(till.locator("#card")).to_contain_text("HELLO")

    def test_buttons_are_out_of_use_while_an_action_runs(self, till, visitor):
        opened(till)
        visitor.context.set_offline(True)
        press(till, "Enter")
        expect(till.get_by_role("button", name="Take")).to_be_disabled()
        expect(till.get_by_role("button", name="Cancel")).to_be_disabled()
        press(till, "Escape")
        expect(windows(till)).to_have_count(1)
        visitor.context.set_offline(False)
        closed(till)


class TestStacking:
    def test_f1_each_window_closes_by_itself_and_the_focus_walks_back(self, till):
        opened(till, "#note")
        till.get_by_role("button", name="Another").focus()
        press(till, "Enter")
        titles(till, "Note", "Another note")
        focused(till, "textarea")
        upper, lower = windows(till).nth(1).bounding_box(), windows(till).nth(0).bounding_box()
        assert upper["y"] > lower["y"] + 20
        press(till, "Escape")
        titles(till, "Note")
        expect(till.get_by_role("button", name="Another")).to_be_focused()
        press(till, "Escape")
        closed(till)
        focused(till, "#note")

    def test_f2_f3_closing_is_heard_once_with_its_infos(self, till):
        till.evaluate("(window.told = [], addEventListener('live:window:closed', (event) => told.push(event.detail)))")
        opened(till)
        press(till, "Enter")
        closed(till)
        expect(toast(till, "Took 80 by cash")).to_be_visible()
        assert till.evaluate("told") == [{"component": "till.payment", "infos": {"amount": 80}}]
        expect(till.locator("#heard li")).to_have_text(["closed {'amount': 80}"])

    def test_f4_the_message_stands_when_the_window_is_gone(self, till):
        opened(till)
        press(till, "Enter")
        expect(toast(till, "Took 80 by cash")).to_be_visible()
        closed(till)

    def test_replace_takes_the_place_of_the_window_on_top(self, till):
        opened(till)
        call(till, "instead")
        titles(till, "A note instead")
        press(till, "Escape")
        closed(till)
        focused(till, "#pay")

    def test_f9_close_and_the_next_wizard(self, till):
        opened(till)
        call(till, "chain")
        titles(till, "The next step")
        focused(till, "textarea")
        press(till, "Escape")
        closed(till)
        focused(till, "#pay")

    def test_f17_f18_a_message_leaves_the_window_open_and_stands_above_it(self, till):
        opened(till)
        call(till, "tell")
        expect(toast(till, "Still here")).to_be_visible()
        titles(till, "Take a payment")

    def test_the_backdrop_closes_the_window_on_top_only(self, till):
        opened(till, "#note")
        till.get_by_role("button", name="Another").click()
        titles(till, "Note", "Another note")
        till.mouse.click(5, 5)
        titles(till, "Note")

    def test_dragging_out_of_a_window_does_not_close_it(self, till):
        opened(till)
        till.locator("[name=amount]").hover()
        till.mouse.down()
        till.mouse.move(5, 5)
        till.mouse.up()
        titles(till, "Take a payment")


class TestWhatIsNotSaved:
    @pytest.mark.parametrize("way", ["Escape", "Cancel", "Close", "backdrop"])
    def test_it_is_asked_for_before_a_window_closes(self, till, way):
        opened(till)
        till.locator("[name=remark]").fill("half")
        leave(till, way)
        expect(guard(till)).to_be_visible()
        expect(till.get_by_role("button", name="Keep editing")).to_be_focused()
        press(till, "Escape")
        expect(till.locator("[name=remark]")).to_have_value("half")
        leave(till, way)
        till.get_by_role("button", name="Discard").click()
        closed(till)
        focused(till, "#pay")

    def test_what_was_taken_back_is_no_change(self, till):
        opened(till)
        till.locator("[name=remark]").fill("half")
        till.locator("[name=remark]").fill("")
        press(till, "Escape")
        closed(till)

    def test_what_was_refused_is_still_a_change(self, till):
        opened(till)
        till.locator("[name=amount]").fill("5000")
        press(till, "Enter")
        expect(till.locator(".live-field-error")).to_be_visible()
        press(till, "Escape")
        expect(guard(till)).to_be_visible()

    def test_what_was_sent_is_none(self, till):
        opened(till)
        till.locator("[name=amount]").fill("10")
        press(till, "Enter")
        closed(till)
        expect(guard(till)).to_have_count(0)

    def test_a_link_asks_and_then_goes(self, till):
        opened(till, "#note")
        till.locator("textarea").fill("half")
        till.locator(".live-window a").click()
        press(till, "Escape")
        expect(guard(till)).to_have_count(0)
        till.locator(".live-window a").click()
        till.get_by_role("button", name="Discard").click()
        expect(till).to_have_title("Elsewhere")

    def test_f9_a_redirect_asks_and_then_goes(self, till):
        opened(till, "#note")
        till.locator("textarea").fill("half")
        till.get_by_role("button", name="Leave").click()
        till.get_by_role("button", name="Keep editing").click()
        titles(till, "Note")
        till.get_by_role("button", name="Leave").click()
        till.get_by_role("button", name="Discard").click()
        expect(till).to_have_title("Elsewhere")

    def test_without_changes_a_redirect_goes_at_once(self, till):
        opened(till, "#note")
        till.get_by_role("button", name="Leave").click()
        expect(till).to_have_title("Elsewhere")

    def test_the_browser_asks_before_the_page_is_left(self, till):
        opened(till, "#note")
        till.locator("textarea").press_sequentially("half")
        with till.expect_event("dialog") as asked:
            till.evaluate("setTimeout(() => location.assign('/elsewhere/'))")
        assert asked.value.type == "beforeunload"
        asked.value.dismiss()
        expect(till.locator("textarea")).to_have_value("half")


class TestTheAddress:
    def test_a_linkable_window_stands_in_it_while_it_is_open(self, till):
        opened(till, "#search")
        expect(till).to_have_url(re.compile(r"/windows/\?window=till\.search%3A"))
        press(till, "Escape")
        closed(till)
        expect(till).to_have_url(re.compile(r"/windows/$"))

    def test_a_full_reload_keeps_it_open(self, till):
        opened(till, "#search")
        expect(till).to_have_url(re.compile("window="))
        till.reload()
        goes_live(till)
        titles(till, "Search")
        expect(till.locator("[name=text]")).to_have_value("tea")
        press(till, "Escape")
        closed(till)
        expect(till).to_have_url(re.compile(r"/windows/$"))

    def test_an_address_opens_it_and_other_parameters_stay(self, visitor):
        page = visitor.open("/windows/?page=2&window=till.search")
        titles(page, "Search")
        press(page, "Enter")
        closed(page)
        expect(page).to_have_url(re.compile(r"/windows/\?page=2$"))

    def test_back_closes_it_and_forward_opens_it(self, till):
        opened(till, "#search")
        expect(till).to_have_url(re.compile("window="))
        till.go_back()
        closed(till)
        expect(till).to_have_url(re.compile(r"/windows/$"))
        till.go_forward()
        titles(till, "Search")
        expect(till.locator("[name=text]")).to_have_value("tea")

    def test_back_asks_if_something_was_entered(self, till):
        opened(till, "#search")
        expect(till).to_have_url(re.compile("window="))
        till.locator("[name=text]").press_sequentially("!")
        till.go_back()
        expect(guard(till)).to_be_visible()
        press(till, "Escape")
        titles(till, "Search")
        expect(till).to_have_url(re.compile("window="))
        till.go_back()
        till.get_by_role("button", name="Discard").click()
        closed(till)
        expect(till).to_have_url(re.compile(r"/windows/$"))

    @pytest.mark.parametrize("link", ["till.note", "till.locked", "till.search:forged", "nothing.at_all"])
    def test_an_address_opens_only_what_may_be_linked(self, visitor, complaints, link):
        complaints.expect(r"liveactions \[")
        page = visitor.open(f"/windows/?window={link}")
        expect(page.locator(".live-toast")).to_be_visible()
        closed(page)
        expect(page).to_have_url(re.compile(r"/windows/$"))


class TestLostConnections:
    def test_f12_a_window_stays_with_what_is_in_it(self, till, visitor):
        opened(till)
        till.locator("[name=remark]").fill("half")
        visitor.context.set_offline(True)
        expect(till.locator("html")).not_to_have_attribute("data-live-status", "live")
        visitor.context.set_offline(False)
        goes_live(till)
        titles(till, "Take a payment")
        expect(till.locator("[name=remark]")).to_have_value("half")
        press(till, "Enter")
        closed(till)

    def test_a_linkable_window_is_there_again_when_the_server_was_started_anew(self, arrive, complaints):
        complaints.expect("(?i)connection")
        with site_of_ones_own() as site:
            page = opened(arrive(site.url).open("/windows/"), "#search")
            expect(page).to_have_url(re.compile("window="))
            site.kill()
            heard(page, "live:disconnected")
            page.evaluate("document.querySelector('.live-window').setAttribute('data-before', '')")
            site.start()
            expect(page.locator(".live-window:not([data-before])")).to_have_count(1)
            expect(page.locator("[name=text]")).to_have_value("tea")
            press(page, "Enter")
            closed(page)
            expect(page).to_have_url(re.compile(r"/windows/$"))

    def test_a_resync_leaves_it_open(self, till):
        opened(till)
        till.locator("[name=remark]").fill("half")
        till.evaluate("liveactions.resync()")
        titles(till, "Take a payment")
        expect(till.locator("[name=remark]")).to_have_value("half")


def test_on_a_phone_a_window_fills_the_screen(arrive, site):
    page = arrive(site.url, viewport={"width": 390, "height": 844}).open("/windows/")
    opened(page)
    page.evaluate("Promise.all(document.querySelector('.live-window').getAnimations().map((each) => each.finished))")
    assert windows(page).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}


def leave(page: Page, way: str) -> None:
    if way == "Escape":
        press(page, "Escape")
    elif way == "backdrop":
        page.mouse.click(5, 5)
    else:
        windows(page).last.get_by_role("button", name=way).click()


def call(page: Page, action: str) -> None:
    """An action of the component in the window on top, as a button there would call it."""
    page.evaluate(
        "action => void liveactions.call([...document.querySelectorAll('.live-wizard')].pop(), action)", action
    )
