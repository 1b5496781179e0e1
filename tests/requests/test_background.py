"""A long action tells its page how far it has come, and leaves to the background what takes long."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction

from liveactions import (
    ActionRequest,
    Component,
    Error,
    Event,
    Result,
    Signal,
    Toast,
    action,
    performs,
    register_result,
)
from liveactions.errors import BusUnavailable
from liveactions.requests import background as module
from liveactions.runtime import background


@pytest.fixture
def told(monkeypatch):
    """What was told, and a clock that only the test moves."""
    sent = []
    monkeypatch.setattr(module, "broadcast", lambda audience, *results, **_: sent.append((audience.stream, results)))
    return sent


@pytest.fixture
def wait(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def later(seconds):
        now[0] += seconds

    return later


def request():
    return ActionRequest(page="p1", component=2, call=9)


def test_the_page_gets_a_signal_and_an_event(told, wait):
    request().progress(3, 12, "Reading …")
    ((stream, (signal, event)),) = told
    news = {"call": 9, "component": 2, "done": 3, "total": 12, "percent": 25, "text": "Reading …"}
    assert stream == "@page.p1"
    assert signal == Signal("$progress", news)
    assert event == Event("live:progress", news)


def test_many_steps_are_told_a_few_times_and_the_end_always(told, wait):
    asked = request()
    for done in range(1000):
        asked.progress(done, 1000)
        wait(0.001)
    asked.progress(1000, 1000)
    assert 4 <= len(told) <= 6
    signal, event = told[-1][1]
    assert signal == Signal("$progress", None)
    assert event.payload["percent"] == 100


def test_how_many_steps_there_are_need_not_be_known(told, wait):
    request().progress(3)
    assert told[0][1][1].payload["percent"] is None


def test_an_end_without_a_beginning_is_not_told(told, wait):
    asked = request()
    asked.progress(1, 1)
    assert told == []
    asked.progress(0, 1)
    asked.progress(1, 1)
    asked.progress(1, 1)
    assert len(told) == 2


def test_without_a_page_nothing_happens(told, wait):
    ActionRequest().progress(1, 2)
    assert told == []


def test_a_bus_that_is_away_does_not_stop_the_action(monkeypatch, caplog):
    def away(*_, **__):
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(module, "broadcast", away)
    request().progress(1, 2)
    assert "Redis is away" in caplog.text


class Importing(Component):
    name = "tests.importing"
    template = "<p>{{ rows }}</p>"
    rows: int = 0

    @action
    def run(self, request: ActionRequest):
        request.progress(1, 2, "Half")
        self.rows = 2
        request.progress(2, 2)


def test_a_page_hears_of_it_while_the_action_runs(live):
    page = live.open(Importing)
    page.call("run")
    assert page.text("p") == "2"
    told = [said.result.payload["done"] for said in page.log if isinstance(said.result, Event)]
    assert told == [1, 2]
    assert page.signals["$progress"] is None


# Later ----------------------------------------------------------------------------------------------------


@register_result("tests.slow")
@dataclass(frozen=True)
class Slow(Result):
    text: str = ""


DONE: list[str] = []


@performs(Slow)
def slowly(word, request):
    if request.later(word):
        return None
    DONE.append(word.text)
    if word.text == "fail":
        raise ValueError("no")
    return Toast(f"{word.text} for {request.user or 'nobody'}")


class Asking(Component):
    name = "tests.asking_later"
    template = "<p>x</p>"

    @action
    def ask(self, text: str):
        return [Slow(text), Toast("asked")]

    @action(atomic=True)
    def ask_and_fail(self):
        with transaction.atomic():
            self.request.later(Slow("never"))
        raise ValueError("no")


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def test_the_answer_comes_first_and_what_takes_long_afterwards(live):
    page = live.open(Asking)
    assert page.call("ask", text="it") == [Toast("asked"), Toast("it for AnonymousUser")]


def test_what_fails_in_the_background_is_told(live):
    page = live.open(Asking)
    asked, error = page.call("ask", text="fail")
    assert asked == Toast("asked")
    assert isinstance(error, Error)


@pytest.mark.django_db(transaction=True)
def test_after_a_rollback_nothing_is_done(live):
    page = live.open(Asking)
    page.call("ask_and_fail", expect="action.failed")
    assert DONE == []


def test_when_too_much_is_going_on_the_page_is_told_so(live, monkeypatch):
    monkeypatch.setattr(background, "MAX_JOBS", 0)
    page = live.open(Asking)
    _, error = page.call("ask", text="it")
    assert error == Error("Too many jobs of this page are running.", status=503)


def test_without_a_bus_it_is_done_at_once(live, monkeypatch, caplog):
    def away(*_, **__):
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(module, "broadcast", away)
    page = live.open(Asking)
    assert page.call("ask", text="it") == [Toast("it for AnonymousUser"), Toast("asked")]
    assert "done at once" in caplog.text


def test_without_a_page_there_is_no_later():
    assert ActionRequest().later(Slow("x")) is False
