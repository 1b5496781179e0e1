"""``Live``: opening pages, by component and by URL, for different users."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest
from django.contrib.auth.models import User

from liveactions import Component, Toast, action, audience, broadcast
from liveactions.errors import ArgumentError, CallError
from liveactions.testing import CallRefused, Live, PageFailed, TimedOut
from tests.testing.components import Counter, Room

pytestmark = pytest.mark.urls("tests.testing.urls")


@pytest.fixture
def ana(db) -> User:
    return User.objects.create(username="ana")


@pytest.fixture
def ben(db) -> User:
    return User.objects.create(username="ben")


class TestOpening:
    def test_a_component_is_opened_by_its_class_or_its_name(self, live):
        assert live.open(Counter, count=2).text("output") == "2"
        assert live.open("tests.counter", count=3).text("output") == "3"

    def test_what_mount_raises_is_raised(self, live):
        with pytest.raises(ArgumentError, match="count"):
            live.open(Counter, count="many")
        with pytest.raises(CallError, match=r"no component named 'tests.nothing'"):
            live.open("tests.nothing")

    def test_a_url_is_opened_with_all_its_components(self, live):
        page = live.open("/rooms/")
        assert [component.name for component in page.components] == ["tests.room", "tests.counter"]
        page.click("Add two")
        assert page.text("output") == "7"
        assert page.text("h1") == "AnonymousUser"

    def test_redirects_are_followed(self, live):
        assert live.open("/moved/").url == "/rooms/?from=moved"

    def test_a_page_without_components_is_a_page(self, live):
        page = live.open("/plain/")
        assert page.text() == "Nothing live"
        assert page.components == []
        broadcast(audience.everyone, Toast("news for all"))
        assert page.toasts == ["news for all"]

    def test_a_url_that_answers_with_an_error_is_refused(self, live):
        with pytest.raises(PageFailed, match="/nowhere/ answered 404"):
            live.open("/nowhere/")

    def test_a_socket_that_is_not_let_in_is_told(self, live, settings):
        settings.ALLOWED_HOSTS = ["elsewhere.example"]
        with pytest.raises(PageFailed, match=r"not let in \(closed with 4403\)"):
            live.open(Counter)

    def test_a_mount_that_is_refused_is_told_with_its_reason(self, live):
        page = live.open(Counter)
        token = page.find("[live-token]")["live-token"]
        page.roots.known.clear()
        page.document.select("[live-token]")[0].attrs["live-token"] = f"{token[:-1]}!"
        page.tend()
        with pytest.raises(CallRefused, match=r"mount\.refused: .* token\.forged: "):
            page.look()


class TestUsers:
    def test_a_user_is_signed_in_on_http_and_on_the_socket(self, live, ana):
        page = live.open("/mine/", user=ana)
        assert page.text("h1") == "ana"
        assert page.session.tree.surroundings.user == ana
        assert page.user == ana

    def test_somebody_who_is_not_signed_in_is_sent_away(self, live, db):
        assert live.open("/mine/").url.startswith("/plain/?next=")

    def test_a_component_alone_has_its_user_too(self, live, ana):
        class Who(Component):
            template = "<p>{{ user }}</p>"

        assert live.open(Who, user=ana).text("p") == "ana"
        assert live.open(Who).text("p") == "AnonymousUser"

    def test_what_one_does_the_other_sees(self, live, ana, ben):
        one, other = live.open("/mine/", user=ana), live.open("/mine/", user=ben)
        one.click("Tell")
        assert other.texts("li") == ["hello"]

    def test_news_for_one_user_reach_all_tabs_of_that_user_alone(self, live, ana, ben):
        first, second, other = live.open(Room, user=ana), live.open(Counter, user=ana), live.open(Room, user=ben)
        broadcast(audience.user(ana), Toast("for ana"))
        assert first.toasts == second.toasts == ["for ana"]
        assert other.toasts == []

    def test_the_pages_of_a_user_share_a_session(self, live, ana):
        live.open("/mine/", user=ana)
        live.browser(ana).client.logout()
        assert live.open("/mine/", user=ana).url.startswith("/plain/?next=")


class TestWithoutPytest:
    def test_it_is_a_context_manager(self):
        with Live() as live:
            page = live.open(Counter)
            page.click("Add two")
            assert page.text("output") == "2"

    def test_a_component_has_unmounted_when_its_page_is_closed(self, live):
        gone: list[str] = []

        class Guest(Component):
            template = "<p>x</p>"

            def unmount(self):
                gone.append("unmounted")

        page = live.open(Guest)
        page.close()
        page.close()
        assert gone == ["unmounted"]

    def test_everything_ends_with_it(self):
        gone: list[str] = []

        class Guest(Component):
            template = "<p>x</p>"

            def unmount(self):
                gone.append("unmounted")

        before = set(threading.enumerate())
        with Live() as live:
            live.open(Guest)
            loop = live.loop.loop
        assert gone == ["unmounted"]
        assert loop.is_closed()
        assert set(threading.enumerate()) <= before
        live.close()
        gc.collect()

    def test_two_of_them_do_not_hear_of_each_others_pages_but_of_their_news(self):
        with Live() as one, Live() as other:
            ana, ben = one.open(Room), other.open(Room)
            ana.click("Tell")
            ben.wait_for_text("hello")
            assert len(one.server.pages.by_id) == len(other.server.pages.by_id) == 1


class TestTime:
    def test_a_gesture_that_takes_too_long_says_what_it_waits_for(self):
        class Slow(Component):
            template = "<p>x</p>"

            @action
            async def sleep(self):
                await asyncio.sleep(60)

        with Live(timeout=0.2) as live:
            page = live.open(Slow)
            with pytest.raises(TimedOut, match=r"(?s)within 0.2 seconds. Still waiting:.*action='sleep'"):
                page.call("sleep")

    def test_pages_are_quick_enough_for_hundreds_of_clicks(self, live):
        page = live.open(Counter)
        for _ in range(200):
            page.click("Add two")
        assert page.text("output") == "400"


async def test_an_asynchronous_test_is_told_to_be_synchronous(live):
    with pytest.raises(RuntimeError, match="write `def test_…`"):
        live.open(Counter)
    with pytest.raises(RuntimeError, match="write `def test_…`"):
        Live()
