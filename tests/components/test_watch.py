"""Watching: what was touched is never less than what has changed, and costs no more than what was touched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from liveactions.components import ActionRequest, Component, assign, bind_mount, restore, signal, watch, write
from liveactions.components import field as state_field
from liveactions.components.watch import begin, looking, put, settle, share, touched

ALL = {"count", "title", "rows", "tags", "shown", "search"}
MUTABLE = {"rows", "tags", "shown"}


@dataclass
class Row:
    number: int = 0
    tags: list[Any] = field(default_factory=list)


class Board(Component):
    count: int = 0
    title: Any = ""
    rows: list[Any] = []
    tags: dict[str, Any] = {}
    shown: list[int] = signal([])
    search: str = state_field("", bind=True)


class Hooked(Board):
    def updated(self, changed: frozenset[str]) -> None:
        """Wants to know exactly."""


def settled(cls: type[Board] = Board) -> Any:
    """A component whose first rendering is done."""
    board = cls()
    vars(board).pop("_params")
    asked(board)
    return board


def asked(board: Component) -> frozenset[str]:
    """What a turn does: ask, render, settle."""
    names = touched(board)
    settle(board)
    return names


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


# ── Going back ──


def test_only_what_was_touched_goes_back():
    board = settled()
    rows = board.rows
    with begin(board) as look:
        board.count, board.title = 1, "new"
        board.rows.append(1)
        board.rows = None
        vars(board)["search"] = "not touched"
        look.recover()
        assert (board.count, board.title, board.search) == (0, "", "not touched")
        assert board.rows is rows
        assert rows == []


def test_what_went_back_is_touched_even_if_the_page_was_told_of_it():
    board = settled()
    with begin(board) as look:
        board.count = 1
        assert asked(board) == {"count"}  # rendered; and then an answer could not be made
        look.recover()
    assert asked(board) == {"count"}


def test_values_that_went_back_are_noted_when_they_are_touched_again():
    board = settled()
    put(board, {"title": [1]})
    asked(board)
    with begin(board), begin(board) as look:
        board.title = 5
        look.recover()
        board.title.append(2)
        assert asked(board) >= {"title", "rows"}


# ── Steps of one run, and runs beside each other ──


def test_after_a_renewal_one_goes_back_to_it():
    board = settled()
    with begin(board) as look:
        board.count = 1
        look.renew()
        assert look.changed() == frozenset()
        board.count = 2
        assert look.changed() == {"count"}
        look.recover()
        assert board.count == 1


def test_what_a_step_has_in_hand_counts_at_every_later_step():
    board = settled()
    with begin(board) as look:
        rows = board.rows
        asked(board)
        look.renew()
        rows.append(1)
        assert asked(board) == MUTABLE
        look.renew()
        rows.append(2)
        look.recover()
        assert board.rows == [1]
        asked(board)
    with begin(board):
        assert asked(board) == frozenset(), "the run is over"


def test_a_value_taken_in_by_one_step_counts_at_every_later_step():
    board, own = settled(), [1]
    with begin(board) as look:
        board.rows = own
        asked(board)
        look.renew()
        own.append(2)
        assert "rows" in asked(board)
        look.recover()
        assert board.rows == [1]


def test_a_run_beside_another_sees_what_that_one_does():
    board = settled()
    with begin(board) as first:
        rows = board.rows
        asked(board)
        with begin(board) as second:
            rows.append(1)
            assert asked(board) == MUTABLE
            second.recover()
            assert rows == []
            rows.append(2)
            asked(board)
        rows.append(3)
        assert asked(board) == MUTABLE
        first.recover()
    assert rows == []


def test_each_of_two_runs_goes_back_to_its_own_beginning():
    board = settled()
    first = begin(board)
    board.count = 1
    second = begin(board)
    board.count = 2
    second.recover()
    assert board.count == 1
    first.recover()
    assert board.count == 0


def test_a_watch_may_end_twice_and_knows_nothing_afterwards():
    board = settled()
    look = begin(board)
    board.count = 1
    look.end()
    look.end()
    assert look.changed(maybe=True) == frozenset()
    look.recover()
    assert board.count == 1


def test_a_watch_that_nobody_holds_is_over():
    board = settled()
    look = begin(board)
    board.rows.append(1)
    asked(board)
    assert asked(board) == MUTABLE, "the run may have them in hand"
    del look
    assert asked(board) == frozenset()


def test_two_threads_that_touch_the_same_at_once_lose_nothing():
    board = settled()
    with begin(board) as look:
        go = threading.Barrier(8)

        def work() -> None:
            go.wait()
            for number in range(50):
                board.rows.append(number)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(board.rows), asked(board)) == (400, MUTABLE)
        look.recover()
    assert board.rows == []


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
        assert (costs.saved, costs.frozen) == ([0], []), "what cannot change need not be frozen"
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
    assert (len(costs.saved), len(costs.frozen)) == (len(MUTABLE) + 1, len(MUTABLE))


def test_a_renewal_costs_what_is_in_hand(costs):
    board = settled()
    with begin(board) as look:
        board.count = 1
        look.renew()
        assert costs.saved == [0]
        _ = board.rows
        costs.saved.clear()
        look.renew()
        assert len(costs.saved) == len(MUTABLE)


# ── Whatever an action does ──


def picture(board: Component) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(board).items() if name in ALL}


def anatomy(board: Component) -> dict[str, Any]:
    """Which objects the values are made of, down to two levels."""
    return {
        name: (id(value), [id(item) for item in value] if isinstance(value, list) else None)
        for name, value in vars(board).items()
        if name in ALL
    }


@dataclass
class Run:
    look: Any
    before: dict[str, str]
    anatomy: dict[str, Any]
    hands: list[Any] = field(default_factory=list)
    alone: bool = True


NAMES = st.sampled_from(sorted(ALL - {"search"}))
INDEX = st.integers(0, 5)


class Actions(RuleBasedStateMachine):
    """Runs of one component, one or two at a time, that use what they have in hand as they like."""

    @initialize(hooked=st.booleans())
    def make(self, hooked: bool) -> None:
        self.board = settled(Hooked if hooked else Board)
        shared = Row(1)
        put(self.board, {"rows": [shared, Row(2)], "tags": {"a": shared, "c": []}})
        asked(self.board)
        self.hooked = hooked
        self.known = picture(self.board)
        self.runs: list[Run] = []

    def truth(self, before: dict[str, str]) -> set[str]:
        now = picture(self.board)
        return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}

    @precondition(lambda self: len(self.runs) < 2)
    @rule()
    def begin(self) -> None:
        for run in self.runs:
            run.alone = False
        run = Run(begin(self.board), picture(self.board), anatomy(self.board), alone=not self.runs)
        if hasattr(self.board, "_kept"):
            run.hands.append(self.board._kept)
        self.runs.append(run)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, name=NAMES)
    def read(self, which: int, name: str) -> None:
        value = getattr(self.board, name)
        inner = list(value) if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        hands = self.run(which).hands
        hands += [each for each in (value, *inner) if isinstance(each, (list, dict, Row))]

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, at=INDEX, number=st.integers(0, 3))
    def change_in_place(self, which: int, at: int, number: int) -> None:
        if thing := self.hand(which, at):
            change(thing[0], number)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, name=st.sampled_from(sorted(MUTABLE)), number=st.integers(0, 3))
    def read_and_change(self, which: int, name: str, number: int) -> None:
        self.read(which, name)
        if thing := self.hand(which, -1):
            change(thing[0], number)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, at=INDEX, other=INDEX)
    def put_one_in_the_other(self, which: int, at: int, other: int) -> None:
        one, two = self.hand(which, at), self.hand(which, other)
        if one and two and not reaches(two[0], one[0]):
            change(one[0], two[0])

    @precondition(lambda self: self.runs)
    @rule(name=NAMES, value=st.sampled_from([0, 1, "x", None]))
    def assign_plain(self, name: str, value: Any) -> None:
        setattr(self.board, name, value)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, name=NAMES)
    def assign_new(self, which: int, name: str) -> None:
        made = [Row(5)]
        setattr(self.board, name, made)
        self.run(which).hands += [made, made[0]]

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, at=INDEX, name=NAMES)
    def assign_alias(self, which: int, at: int, name: str) -> None:
        if thing := self.hand(which, at):
            setattr(self.board, name, thing[0])

    @precondition(lambda self: self.runs)
    @rule(which=INDEX, at=INDEX)
    def keep(self, which: int, at: int) -> None:
        if thing := self.hand(which, at):
            self.board._kept = thing[0]

    @rule()
    def forget(self) -> None:
        vars(self.board).pop("_kept", None)

    @precondition(lambda self: self.runs)
    @rule(done=st.booleans())
    def ask(self, done: bool) -> None:
        assert touched(self.board) >= self.truth(self.known)
        if done:
            settle(self.board)
            self.known = picture(self.board)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX)
    def step(self, which: int) -> None:
        self.ask(done=True)
        run = self.run(which)
        run.look.renew()
        run.before, run.anatomy = picture(self.board), anatomy(self.board)
        run.alone = len(self.runs) == 1

    @precondition(lambda self: self.runs)
    @rule(which=INDEX)
    def end(self, which: int) -> None:
        self.ask(done=True)
        self.close(which)

    @precondition(lambda self: self.runs)
    @rule(which=INDEX)
    def fail(self, which: int) -> None:
        run = self.run(which)
        run.look.recover()
        if run.alone:
            assert picture(self.board) == run.before
            assert anatomy(self.board) == run.anatomy
        self.close(which)

    @invariant()
    def changes_are_known(self) -> None:
        for run in getattr(self, "runs", ()):
            if run.alone:
                truth, exact, maybe = self.truth(run.before), run.look.changed(), run.look.changed(maybe=True)
                assert exact <= truth <= maybe
                assert truth & {"shown"} <= exact
                assert exact == truth or not self.hooked

    def run(self, which: int) -> Run:
        return self.runs[which % len(self.runs)]

    def hand(self, which: int, at: int) -> list[Any]:
        hands = self.run(which).hands
        return [hands[at % len(hands)]] if hands else []

    def close(self, which: int) -> None:
        run = self.run(which)
        run.look.end()
        self.runs.remove(run)


def reaches(thing: Any, other: Any) -> bool:
    """Whether one would contain itself if the thing were put into the other."""
    inside = thing if isinstance(thing, list) else thing.values() if isinstance(thing, dict) else []
    inside = thing.tags if isinstance(thing, Row) else inside
    return thing is other or any(reaches(each, other) for each in inside)


def change(thing: Any, value: Any) -> None:
    if isinstance(thing, list):
        thing.append(value)
    elif isinstance(thing, dict):
        thing["b"] = value
    else:
        thing.number += 1
        thing.tags = [value]


TestWhateverAnActionDoes = Actions.TestCase
TestWhateverAnActionDoes.settings = settings(deadline=None, max_examples=150, stateful_step_count=30)
