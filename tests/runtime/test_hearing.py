"""What shared components hear of their topics: once for everybody, and whatever happens."""

from __future__ import annotations

import pytest

from liveactions import broadcast
from liveactions.bus import states
from liveactions.components import key_of
from liveactions.runtime.ports import Step
from liveactions.wire import load, pack
from tests.sharing.site.components import Poll

pytestmark = pytest.mark.django_db


def test_an_event_of_its_topics_is_heard_once_for_all_pages(live):
    pages = [live.open(Poll) for _ in range(3)]
    broadcast("polls.lunch", event="closed", by="the chair")
    assert [page.find("i").text() for page in pages] == ["closed by the chair"] * 3
    assert [page.component(Poll).signals["closings"] for page in pages] == [1] * 3


def test_what_a_listener_answers_is_told_on_every_page(live):
    pages = [live.open(Poll) for _ in range(3)]
    broadcast("polls.lunch", event="announced")
    assert [page.toasts for page in pages] == [["It is closed."]] * 3


def test_a_listener_may_be_asynchronous(live):
    page = live.open(Poll)
    broadcast("polls.lunch", event="closing")
    assert page.find("i").text() == "closing"


def test_a_listener_that_fails_has_changed_nothing_and_the_next_event_is_heard(live):
    page = live.open(Poll)
    broadcast("polls.lunch", event="broken")
    assert page.find("i").text() == ""
    broadcast("polls.lunch", event="closed", by="ana")
    assert page.find("i").text() == "closed by ana"


def test_what_happened_while_nobody_looked_is_heard_when_somebody_does(live):
    page = live.open(Poll)
    page.component(Poll).call("vote", choice="yes")
    page.close()
    broadcast("polls.lunch", event="closed", by="ana")
    page = live.open(Poll)
    assert (page.find("i").text(), page.component(Poll).signals["closings"]) == ("closed by ana", 1)


def test_an_event_that_another_process_has_heard_meanwhile_is_not_heard_again(live):
    page = live.open(Poll)
    broadcast("polls.lunch", event="closed", by="ana")
    assert page.component(Poll).state.closings == 1
    key = key_of("sharing.poll", {})
    kept = states().load_now(key)
    data = load(kept.data)
    (epoch, offset) = data["heard"]["polls.lunch"]
    data["heard"]["polls.lunch"] = [epoch, offset + 1]
    told = {"key": key, "version": kept.version + 1, "heard": {}}
    states().take_now(Step(key, kept.version, kept.version + 1, pack(data), b"", told))
    broadcast("polls.lunch", event="closed", by="ben")
    assert page.component(Poll).state.closings == 1
    broadcast("polls.lunch", event="closed", by="cem")
    assert page.component(Poll).state.closings == 2


def test_a_signal_is_told_to_everybody(live):
    one, other = live.open(Poll), live.open(Poll)
    broadcast("polls.lunch", event="closed", by="ana")
    assert [page.component(Poll).signals["closings"] for page in (one, other)] == [1, 1]
