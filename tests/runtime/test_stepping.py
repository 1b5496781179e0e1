"""The next version of a shared component: whoever was faster, all of it counts, and nothing counts twice."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from liveactions import SharedComponent, Toast, action, broadcast, on
from liveactions.bus import states
from liveactions.components import key_of
from liveactions.runtime.ports import Step
from liveactions.wire import load, pack

pytestmark = pytest.mark.django_db


class Slow(SharedComponent):
    """Somebody else makes a version while its action runs."""

    name = "sharing.slow"
    template = "<p>{{ number }} {{ other }}</p>"
    number: int = 0
    other: int = 0

    @action
    def count(self, keep: bool = False):
        self.number += 1
        Group.objects.create(name=f"group {self.number} {self.other}")
        interfere(keep=keep)
        return Toast(f"{self.number}")

    def topics(self):
        return ["sharing.slow"]

    @on("counted")
    def counted(self, keep: bool = False):
        self.number += 1
        interfere(keep=keep)


interfering: list[int] = []


def interfere(*, keep: bool) -> None:
    """The same component, changed by another process."""
    if not interfering and not keep:
        return
    if interfering:
        interfering.pop()
    key = key_of("sharing.slow", {})
    kept = states().load_now(key)
    data = load(kept.data)
    data["state"]["other"] += 1
    told = {"key": key, "version": kept.version + 1, "heard": {}}
    assert states().take_now(Step(key, kept.version, kept.version + 1, pack(data), b"", told)).entry is not None


def test_where_another_process_was_faster_an_action_is_run_again_on_what_it_made(live):
    page = live.open(Slow)
    interfering.append(1)
    assert [result.message for result in page.component(Slow).call("count")] == ["1"]
    live.open(Slow)
    assert live.open(Slow).find("p").text() == "1 1"


def test_what_the_first_try_did_in_the_database_is_undone(live):
    page = live.open(Slow)
    interfering.append(1)
    page.component(Slow).call("count")
    assert [group.name for group in Group.objects.all()] == ["group 1 1"]


def test_who_is_never_fast_enough_is_told_to_come_again(live):
    page = live.open(Slow)
    page.component(Slow).call("count", keep=True, expect="page.busy")
    assert Group.objects.count() == 0


def test_a_listener_is_run_again_too_and_the_event_counts_once(live):
    page = live.open(Slow)
    interfering.append(1)
    broadcast("sharing.slow", event="counted")
    assert live.open(Slow).find("p").text() == "1 1"
    assert page.component(Slow).state.number == 1


def test_an_event_that_is_never_heard_in_time_is_given_up_and_the_next_one_is_heard(live, caplog):
    page = live.open(Slow)
    broadcast("sharing.slow", event="counted", keep=True)
    assert page.component(Slow).state.number == 0
    assert "could not hear counted" in caplog.text
    broadcast("sharing.slow", event="counted")
    assert page.component(Slow).state.number == 1
