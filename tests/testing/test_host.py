"""The server's side: real page sessions, watched."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from liveactions import Component, Toast, action, broadcast
from liveactions.bus.process import log as process_log
from liveactions.consumers import process
from liveactions.testing.host import Watch, WatchedRenderer
from tests.testing.components import Counter, Room, Rows


class TestWatching:
    def test_renders_are_counted_by_page(self, live):
        one, other = live.open(Rows), live.open(Counter)
        one.call("order", labels=["c"])
        assert live.watch.renders == {one.connection.page: 2}
        assert other.renders == 0

    def test_a_watched_renderer_is_otherwise_the_renderer(self, live):
        renderer = live.server.pages.host.renderer
        assert isinstance(renderer, WatchedRenderer)
        assert renderer.settle(5) == 5

    @pytest.mark.django_db
    def test_queries_are_noted_while_it_lasts(self):
        watch = Watch()
        watch.begin()
        User.objects.count()
        watch.end()
        User.objects.count()
        assert len(watch.queries) == 1
        assert watch not in connection.execute_wrappers

    def test_exceptions_are_remembered_until_the_next_gesture(self, live):
        page = live.open(Counter)
        page.call("broken", expect="action.failed")
        assert [type(error) for error in live.watch.errors] == [ZeroDivisionError]
        page.click("Add two")
        assert live.watch.errors == []


class TestServing:
    def test_the_loop_of_the_kit_has_page_sessions_of_its_own(self, live):
        async def pages():
            return process.pages()

        assert live.run(pages()) is live.server.pages

    def test_a_test_may_be_faster_than_the_rate_limit(self, live, settings):
        settings.LIVEACTIONS = {"RATE_BURST": 1, "RATE_PER_SECOND": 0.01}
        page = live.open(Counter)
        for _ in range(10):
            page.click("Add two")
        assert page.text("output") == "20"

    def test_a_session_is_found_by_its_token(self, live):
        page = live.open(Counter)
        assert live.session(page.connection.token or "").page_id == page.connection.page
        assert live.session("forged") is None

    @pytest.mark.django_db
    def test_what_waits_for_a_commit_is_done_at_the_end_of_each_piece_of_work(self, live):
        class Shop(Component):
            template = "<p>{{ sold }}</p>"
            sold: int = 0

            @action
            def sell(self):
                with transaction.atomic():
                    transaction.on_commit(self.count)
                yield Toast("Selling")
                yield Toast(f"{self.sold} sold")

            def count(self):
                self.sold += 1

        assert live.open(Shop).call("sell") == [Toast("Selling"), Toast("1 sold")]


class TestSettling:
    def test_news_that_no_doorbell_told_of_are_fetched(self, live):
        hub = live.server.pages.host.hub
        hub.check_every = 3600
        page = live.open(Room)
        hub.receive = lambda entry: None
        broadcast("room.lobby", Toast("quiet"))
        assert page.toasts == ["quiet"]

    def test_news_that_are_still_being_written_down_are_waited_for(self, live, monkeypatch):
        class Shouting(Component):
            template = "<p>x</p>"

            @action
            async def shout(self):
                broadcast("room.lobby", Toast("loud"))

        log = process_log()
        append = log.append

        async def slowly(news):
            await asyncio.sleep(0.05)
            return await append(news)

        monkeypatch.setattr(log, "append", slowly)
        one, other = live.open(Shouting), live.open(Room)
        one.call("shout")
        assert other.toasts == ["loud"]

    def test_a_listener_that_broadcasts_is_waited_for(self, live):
        one, other = live.open(Room), live.open(Room, room="cellar")
        broadcast("room.lobby", event="told", word="a")
        broadcast("room.cellar", event="told", word="b")
        assert one.texts("li") == ["a"]
        assert other.texts("li") == ["b"]
