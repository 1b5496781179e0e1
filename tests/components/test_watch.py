"""Watching: what was touched is never less than what has changed, and costs no more than what was touched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from liveactions.components import ActionRequest, assign, bind_mount, restore, watch, write
from liveactions.components.watch import begin, looking, put, settle, share, touched
from tests.components.boards import ALL, MUTABLE, Board, Hooked, Row, asked, settled

# ── What counts as touched ──


def test_everything_of_a_new_component_is_touched():
    assert touched(Board()) == ALL
    assert touched(restore(Board, {})) == ALL, "what it refers to may have changed since it was kept"


def test_nothing_is_touched_when_nothing_happened():
    board = settled()
    with begin(board):
        assert touched(board) == frozenset()


@pytest.mark.parametrize("name", ["count", "title"])
def test_reading_and_assigning_a_field_that_cannot_change_in_place_touches_only_it(name):
    board = settled()
    with begin(board):
        getattr(board, name)
        assert asked(board) == {name}
        setattr(board, name, 5)
        assert asked(board) == {name}


def test_reading_something_mutable_touches_everything_mutable():
    board = settled()
    with begin(board):
        _ = board.rows
        assert asked(board) == MUTABLE


def test_assigning_over_something_mutable_touches_only_the_field():
    board = settled()
    with begin(board):
        board.rows = [Row()]
        assert touched(board) == {"rows"}
        _ = board.rows
        assert touched(board) == MUTABLE, "it may share something with the others"
        settle(board)
    with begin(board):
        board.rows = [Row()]
        _ = board.rows
        assert touched(board) == MUTABLE


def test_deleting_is_touching():
    board = settled()
    with begin(board):
        del board.title
        assert touched(board) == {"title"}


def test_methods_and_properties_touch_what_they_use():
    class Summed(Board):
        @property
        def total(self) -> int:
            return self.count + 1

    board = settled(Summed)
    with begin(board):
        assert board.total == 1
        assert touched(board) == {"count"}


def test_a_browsers_writing_and_new_parameters_are_touches():
    board = settled()
    with begin(board) as look:
        write(board, {"search": "x"})
        assert (asked(board), look.changed()) == ({"search"}, {"search"})
        assign(board, {"count": 7, "rows": [1]})
        assert {"count", "rows"} <= asked(board)
        look.recover()
    assert (board.search, board.count, board.rows) == ("", 0, [])


def test_what_was_asked_and_not_settled_is_told_again():
    board = settled()
    board.count = 1
    assert touched(board) == {"count"}
    board.title = "new"
    assert touched(board) == {"count", "title"}, "the rendering has failed, say"
    settle(board)
    assert touched(board) == frozenset()


def test_an_assignment_is_told_though_somebody_asked_while_it_was_made(monkeypatch):
    board = settled()
    real = watch.saved
    monkeypatch.setattr(watch, "saved", lambda value: (asked(board), real(value))[1])
    with begin(board):
        board.count = 1
        assert asked(board) == {"count"}


def test_what_is_touched_while_it_is_rendered_counts_for_the_next_time():
    board = settled()
    board.count = 1
    assert touched(board) == {"count"}
    board.count = 2  # by a property, say
    settle(board)
    assert touched(board) == {"count"}


def test_looking_is_no_touch():
    board = settled()
    with begin(board), looking():
        assert (board.count, board.rows, board.user) == (0, [], None)
        board.title = "new"
        assert touched(board) == {"title"}
    _ = board.rows
    assert touched(board) >= MUTABLE


def test_looking_in_one_thread_does_not_hide_touches_in_another():
    board = settled()
    with looking():
        other = threading.Thread(target=lambda: board.count)
        other.start()
        other.join()
        assert touched(board) == {"count"}


# ── Where references may have been kept ──


def test_a_private_place_that_can_hold_references_makes_everything_mutable_count_at_every_turn():
    board = settled()
    with begin(board):
        board._cache = board.rows
        asked(board)
    with begin(board) as look:
        board._cache.append(1)
        assert asked(board) == MUTABLE
        look.recover()
    assert board.rows == []
    asked(board)
    board._cache.append(1)
    assert asked(board) == MUTABLE, "outside of any run too"


def test_a_private_place_that_is_emptied_meanwhile_counts_as_well():
    board = settled()
    with begin(board):
        board._cache = board.rows
        asked(board)
    with begin(board):
        board._cache.append(1)
        del board._cache
        assert asked(board) == MUTABLE
    with begin(board):
        assert asked(board) == frozenset()


@pytest.mark.parametrize("value", [1, "text", None, (1, "a")])
def test_a_private_place_for_what_cannot_change_costs_nothing(value):
    board = settled()
    with begin(board):
        board._note = value
        assert asked(board) == frozenset()


def test_what_the_host_gives_is_no_private_place():
    board = settled()
    board.id, board.page, board._user, board.request = 7, "p1", object(), ActionRequest()
    with begin(board):
        assert asked(board) == frozenset()


def test_what_is_shared_counts_at_every_turn():
    given: list[Any] = []
    board = settled()
    put(board, {"rows": given})
    share(board)
    asked(board)
    with begin(board) as look:
        given.append(1)
        assert asked(board) == MUTABLE
        look.recover()
    assert board.rows == []


# ── The user, whose objects may be in the state ──


@dataclass
class User:
    points: list[int] = field(default_factory=list)


class Owned(Board):
    def mount(self) -> None:
        self.rows = self.user.points


def owned(request: bool) -> Any:
    board = Owned.create()
    board._user = User()
    bind_mount(board)()
    if request:
        board.request = ActionRequest(user=board._user)
    asked(board)
    return board


@pytest.mark.parametrize("request_", [True, False])
def test_a_change_through_the_user_is_seen_in_state_that_shares_it(request_):
    board = owned(request_)
    with begin(board) as look:
        board.user.points.append(1)
        assert asked(board) == MUTABLE
        look.recover()
    assert board.rows == []


def test_a_change_through_the_users_request_is_seen():
    board = owned(request=True)
    request = board.request
    with begin(board):
        request.user.points.append(1)
        assert asked(board) == MUTABLE


@pytest.mark.parametrize("user_first", [True, False])
def test_user_and_state_may_become_acquainted_in_any_action(user_first):
    board = settled()
    board._user = User()
    with begin(board):
        user, rows = (board.user, board.rows) if user_first else reversed((board.rows, board.user))
        rows.append(user)
        asked(board)
    with begin(board):
        board.user.points.append(1)
        assert asked(board) == MUTABLE


def test_a_user_who_has_never_met_the_state_touches_nothing():
    board = settled()
    board._user, board.request = User(), ActionRequest(user=User())
    with begin(board):
        board.count += len(board.user.points)
        assert asked(board) == {"count"}
    board.request = None
    with begin(board):
        _ = board.rows
        asked(board)
    with begin(board):
        board.user.points.append(1)
        assert asked(board) == frozenset()


def test_who_is_asked_for_before_the_action_begins_has_not_met_it():
    board = owned(request=True)
    assert board.user.points == []  # by a permission, say
    with begin(board):
        assert asked(board) == frozenset()


def test_a_request_does_not_keep_a_component_alive():
    board = owned(request=True)
    request = board.request
    begin(board).end()
    del board
    assert request.user.points == []


# ── What has changed ──


def test_only_what_differs_has_changed():
    board = settled()
    with begin(board) as look:
        board.count += 1
        board.title, board.search = board.title, "x"
        board.search = ""
        assert look.changed() == {"count"}


def test_signals_are_compared_exactly_and_other_mutable_values_only_for_a_hook():
    board, hooked = settled(), settled(Hooked)
    for each, exact in ((board, {"shown"}), (hooked, {"shown", "rows"})):
        with begin(each) as look:
            assert look.changed(maybe=True) == frozenset()
            each.rows.append(1)
            each.shown.append(1)
            assert look.changed() == exact
            assert look.changed(maybe=True) == (MUTABLE if each is board else exact)


def test_a_field_that_had_no_value_has_changed_when_it_gets_one():
    class Late(Board):
        team: Any

    for value in (1, [1], None):
        board = Late()
        with begin(board) as look:
            assert not hasattr(board, "team")
            board.team = value
            assert look.changed() == {"team"}
            look.recover()
        assert "team" not in vars(board)


def test_a_signal_that_is_reached_through_another_field_is_noticed():
    board = settled()
    put(board, {"shown": [1]})
    put(board, {"tags": {"shown": board.shown}})
    with begin(board) as look:
        board.tags["shown"].append(2)
        assert look.changed() == {"shown"}


# ── What it costs, in values that are looked at ──


class Costs:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.saved: list[Any] = []
        self.frozen: list[Any] = []
        for name, seen in (("saved", self.saved), ("freeze", self.frozen)):
            monkeypatch.setattr(watch, name, self.counting(getattr(watch, name), seen))

    @staticmethod
    def counting(real: Callable[[Any], Any], seen: list[Any]) -> Callable[[Any], Any]:
        return lambda value: seen.append(value) or real(value)


@pytest.fixture
def costs(monkeypatch):
    return Costs(monkeypatch)


def test_a_click_on_a_counter_looks_at_the_counter(costs):
    board = settled(Hooked)
    put(board, {"rows": [Row() for _ in range(1000)], "title": "t", "tags": {"a": 1}})
    asked(board)
    with begin(board) as look:
        for _ in range(10):
            board.count += 1
        assert (costs.saved, costs.frozen) == ([], []), "what cannot change need be neither kept nor frozen"
        assert look.changed() == {"count"}
        assert costs.frozen == [10]


def test_an_action_that_touches_nothing_costs_nothing(costs):
    board = settled(Hooked)
    with begin(board) as look:
        asked(board)
        look.changed(maybe=True)
        look.renew()
    assert (costs.saved, costs.frozen) == ([], [])


def test_without_a_hook_nothing_mutable_is_frozen_but_signals(costs):
    board = settled()
    with begin(board) as look:
        board.rows.append(1)
        look.changed(maybe=True)
    assert len(costs.saved) == len(MUTABLE)
    assert costs.frozen == [board.shown, board.shown]


def test_what_was_touched_is_looked_at_once(costs):
    board = settled(Hooked)
    with begin(board):
        for _ in range(10):
            board.rows.append(board.count)
            asked(board)
    assert (len(costs.saved), len(costs.frozen)) == (len(MUTABLE), len(MUTABLE))


def test_a_renewal_costs_what_is_in_hand(costs):
    board = settled()
    with begin(board) as look:
        board.count = 1
        look.renew()
        assert costs.saved == []
        _ = board.rows
        costs.saved.clear()
        look.renew()
        assert len(costs.saved) == len(MUTABLE)
