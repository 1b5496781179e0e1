"""The next version of a shared component: whoever was faster, all of it counts, and nothing counts twice."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

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


# Atomic actions: the transaction decides


class Counted(SharedComponent):
    """What it shows is counted in the database."""

    name = "sharing.counted"
    template = "<p>{{ number }}</p>"
    number: int = 0

    def restored(self):
        self.number = Group.objects.count()

    @action(atomic=True)
    def add(self, then: str = ""):
        Group.objects.create(name=f"group {self.number}")
        self.number += 1
        if then in AFTER_COMMIT:
            transaction.on_commit(AFTER_COMMIT[then])
        if then == "interfere":
            interfere_with_counted()
        return Toast("Added.")

    @action(atomic=True)
    async def add_later(self):
        await Group.objects.acreate(name=f"group {self.number}")
        self.number += 1
        return Toast("Added.")

    @action(atomic=True)
    def refuse(self):
        self.add()
        raise IntegrityError


def forget_versions() -> None:
    """As a Redis that comes back with nothing, and is told of another version first."""
    key = key_of("sharing.counted", {})
    kept = states().load_now(key)
    data = load(kept.data)
    states().forget_now([key])
    told = {"key": key, "version": 9, "heard": {}}
    states().take_now(Step(key, 0, 9, pack(data), b"", told))


def interfere_with_counted() -> None:
    key = key_of("sharing.counted", {})
    kept = states().load_now(key)
    if kept.version == 1:
        told = {"key": key, "version": 2, "heard": {}}
        states().take_now(Step(key, 1, 2, kept.data, b"", told))


AFTER_COMMIT = {"forget": forget_versions}


@pytest.mark.parametrize("name", ["add", "add_later"])
def test_what_an_atomic_action_did_is_seen_by_all_when_it_is_committed(live, name):
    one, other = live.open(Counted), live.open(Counted)
    assert [result.message for result in one.component(Counted).call(name)] == ["Added."]
    assert [page.find("p").text() for page in (one, other)] == ["1", "1"]
    assert Group.objects.count() == 1


def test_an_atomic_action_that_fails_has_changed_nothing_and_the_next_one_is_not_held_up(live):
    page = live.open(Counted)
    page.component(Counted).call("refuse", expect="action.failed")
    page.component(Counted).call("add")
    assert (page.find("p").text(), [group.name for group in Group.objects.all()]) == ("1", ["group 0"])


def test_where_another_process_was_faster_an_atomic_action_is_run_again_and_committed_once(live):
    page = live.open(Counted)
    page.component(Counted).call("add", then="interfere")
    assert (live.open(Counted).find("p").text(), Group.objects.count()) == ("1", 1)


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_leaves_the_version_that_there_was(live):
    class Deferred(SharedComponent):
        name = "sharing.deferred"
        template = "<p>{{ number }}</p>"
        number: int = 0

        @action(atomic=True)
        def enter(self, user: int, group: int):
            self.number += 1
            get_user_model().groups.through.objects.create(user_id=user, group_id=group)

    page, group = live.open(Deferred), Group.objects.create(name="ten")
    ana = get_user_model().objects.create_user("ana")
    page.component(Deferred).call("enter", user=ana.pk, group=group.pk + 1, expect="action.failed")
    assert live.open(Deferred).find("p").text() == "0"
    page.component(Deferred).call("enter", user=ana.pk, group=group.pk)
    assert [each.find("p").text() for each in (page, live.open(Deferred))] == ["1", "1"]


def test_a_version_that_was_committed_and_cannot_be_taken_is_told_and_the_data_looked_at_again(live, caplog):
    page = live.open(Counted)
    Group.objects.create(name="elsewhere")
    page.component(Counted).call("add", then="forget")
    assert "what it was made of is not kept any more" in caplog.text
    assert live.open(Counted).find("p").text() == "2"
