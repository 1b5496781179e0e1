"""The stack: it is a component like others, so what is open outlives connections and failures."""

from __future__ import annotations

import pytest

from liveactions.contrib.windows import WindowStack, links
from liveactions.testing import CallRefused

pytestmark = [pytest.mark.urls("tests.contrib.windows.urls"), pytest.mark.django_db]


def titles(page):
    return page.texts(".live-window-title")


def follow(page, link):
    page.component(WindowStack).call("open_link", link=link)


class TestKeeping:
    def test_f12_windows_survive_a_lost_connection(self, page):
        page.click("Pay")
        page.fill("Remark", "half typed")
        page.disconnect()
        page.reconnect()
        assert titles(page) == ["Take a payment"]
        page.submit(amount="7")
        assert page.notifications == ["Took 7 by cash"]

    def test_a_failing_mount_leaves_no_window_behind(self, page):
        with pytest.raises(CallRefused):
            page.component("till.desk").call("open", word={"type": "wizard", "model": "till.locked"})
        assert page.component(WindowStack).state.windows == []
        page.click("Pay")
        assert titles(page) == ["Take a payment"]

    def test_a_window_below_can_be_taken_away_by_its_key(self):
        stack = WindowStack()
        lower, upper = stack.push("till.note"), stack.push("till.note")
        assert stack.drop(lower.key) == lower
        assert stack.windows == [upper]
        assert stack.drop("gone") is None
        assert [stack.drop(), stack.drop(), stack.top] == [upper, None, None]


class TestAddresses:
    def test_a_link_opens_what_it_names(self, page):
        follow(page, "till.search")
        assert titles(page) == ["Search"]
        assert page.find(".live-window").attributes["data-link"] == "till.search"

    def test_a_link_brings_title_and_parameters(self, page):
        follow(page, links.link_to("till.search", "Find tea", {"ctx": {"default_text": "tea"}}))
        assert titles(page) == ["Find tea"]
        assert page.find("[name=text]").value == "tea"

    def test_what_is_open_is_not_opened_again(self, page):
        page.click("Search")
        follow(page, page.find(".live-window").attributes["data-link"])
        assert titles(page) == ["Search"]

    @pytest.mark.parametrize("link", ["till.note", "nothing.at_all", "till.search:forged", "", ":"])
    def test_any_other_link_opens_nothing_and_says_so(self, page, link):
        follow(page, link)
        assert titles(page) == []
        assert page.notifications == ["What this address led to cannot be opened any more."]

    def test_who_may_open_it_is_asked_for_links_too(self, page, live, admin_user):
        page.component(WindowStack).call("open_link", link="till.locked", expect="action.forbidden")
        assert titles(page) == []
        allowed = live.open("/till/", user=admin_user)
        follow(allowed, "till.locked")
        assert titles(allowed) == ["Locked"]
