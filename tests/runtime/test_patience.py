"""Who asks in vain may come again for so long, and is not remembered for ever."""

from __future__ import annotations

import pytest

from liveactions.runtime import patience
from liveactions.runtime.patience import Patience
from tests.wires import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_lasts_for_each_from_when_they_came_first(clock):
    asked = Patience(5.0, clock)
    assert asked.lasts("one")
    clock.move(4)
    assert asked.lasts("one") and asked.lasts("two")
    clock.move(2)
    assert not asked.lasts("one") and asked.lasts("two")


def test_who_has_come_for_the_last_time_begins_again(clock):
    asked = Patience(5.0, clock)
    asked.lasts("one")
    clock.move(6)
    asked.end("one")
    asked.end("nobody")
    assert asked.lasts("one")


def test_all_begin_again_where_it_was_not_in_vain(clock):
    asked = Patience(5.0, clock)
    asked.lasts("one")
    clock.move(6)
    asked.begin_anew()
    assert asked.lasts("one")


def test_who_never_comes_again_is_forgotten(clock):
    asked = Patience(5.0, clock)
    asked.lasts("one")
    clock.move(patience.REMEMBERED + 1)
    asked.lasts("two")
    assert list(asked.since) == ["two"]
    clock.move(patience.REMEMBERED + 1)
    assert not asked.lasts("two") and not asked.since


def test_of_many_those_who_came_first_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr(patience, "MOST", 3)
    asked = Patience(5.0, clock)
    assert all(asked.lasts(who) for who in range(5))
    assert list(asked.since) == [2, 3, 4]
