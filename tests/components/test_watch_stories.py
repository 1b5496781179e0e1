"""Whatever actions do to a component, by chance: nothing of it is missed, and all of it goes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from liveactions.components import Component
from liveactions.components.watch import begin, put, settle, touched
from tests.components.boards import ALL, MUTABLE, Board, Hooked, Row, asked, settled


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
