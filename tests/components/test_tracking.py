"""Tracking: which fields look different now."""

from __future__ import annotations

import enum
from collections import OrderedDict, deque
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, SecretStr

from liveactions.components import Component, tracking
from liveactions.components.alike import FEW
from liveactions.components.tracking import LONG, freeze, is_fixed
from liveactions.components.watch import begin


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Planet(enum.Enum):
    """Its members have an attribute, and it is the same one."""

    HERE = "here"
    THERE = "there"

    @property
    def mass(self):
        return 1

    def __init__(self, _):
        self.size = 1


@dataclass
class Line:
    qty: int = 1
    tags: list[str] = field(default_factory=list)


@dataclass
class Slotted:
    __slots__ = ("qty",)
    qty: int


class Model(BaseModel):
    qty: Any = 1
    lines: list[Line] = []


class Row:
    """Equal by its key, as a model instance is."""

    def __init__(self, pk: int, name: Any = "name") -> None:
        self.pk, self.name, self._state = pk, name, object()

    def __eq__(self, other):
        return isinstance(other, Row) and other.pk == self.pk

    def __hash__(self):
        return self.pk


class Text(str):  # noqa: SLOT000 - that is the point
    """A string with room for attributes."""


class Blank:
    """Shows nothing, and equals only itself."""


class Board(Component):
    value: Any = None
    other: int = 0
    late: int

    def updated(self, changed: frozenset[str]) -> None:
        """Wants to know exactly."""


def changed(value: Any, change: Any) -> frozenset[str]:
    board = Board()
    board.value = value
    with begin(board) as watch:
        change(board)
        return watch.changed()


def test_nothing_has_changed_when_nothing_happened():
    assert changed([1, {"a": Line()}], lambda board: None) == frozenset()


def test_only_the_fields_that_changed_are_named():
    assert changed(1, lambda board: setattr(board, "other", 5)) == {"other"}


def test_a_value_that_went_there_and_back_has_not_changed():
    def there_and_back(board):
        board.value.append(2)
        board.value.pop()

    assert changed([1], there_and_back) == frozenset()


def test_a_field_that_got_or_lost_its_value_has_changed():
    assert changed(1, lambda board: setattr(board, "late", 1)) == {"late"}
    assert changed(1, lambda board: delattr(board, "other")) == {"other"}


def test_none_is_a_value():
    assert changed(None, lambda board: delattr(board, "value")) == {"value"}


def test_what_is_not_state_is_not_watched():
    assert changed(1, lambda board: setattr(board, "_cache", 1)) == frozenset()


IN_PLACE: dict[str, tuple[Any, Any]] = {
    "list": ([1], lambda value: value.append(2)),
    "list in a list": ([[1]], lambda value: value[0].append(2)),
    "map": ({"a": 1}, lambda value: value.update(a=2)),
    "order of a map": (OrderedDict(a=1, b=2), lambda value: value.move_to_end("a")),
    "list in a map": ({"a": [1]}, lambda value: value["a"].append(2)),
    "set": ({1}, lambda value: value.add(2)),
    "deque": (deque([1]), lambda value: value.append(2)),
    "bytearray": (bytearray(b"a"), lambda value: value.append(1)),
    "dataclass": (Line(), lambda value: setattr(value, "qty", 2)),
    "list in a dataclass": ([Line()], lambda value: value[0].tags.append("new")),
    "dataclass with slots": (Slotted(1), lambda value: setattr(value, "qty", 2)),
    "model": (Model(), lambda value: setattr(value, "qty", 2)),
    "list in a model": (Model(lines=[Line()]), lambda value: setattr(value.lines[0], "qty", 2)),
    "attribute of a row": (Row(1), lambda value: setattr(value, "name", "other")),
    "row in a list": ([Row(1)], lambda value: setattr(value[0], "name", "other")),
    "new attribute": (Row(1), lambda value: setattr(value, "note", "new")),
    "True for 1 in a list": ([1], lambda value: value.__setitem__(0, True)),
    "one of many rows": (
        [Row(pk) for pk in range(FEW)],
        lambda value: setattr(value[3], "name", "other"),
    ),
    "the type of one value of many rows": (
        [Row(pk) for pk in range(FEW)],
        lambda value: setattr(value[1], "pk", True),
    ),
    "a list in one of many rows": (
        [Row(pk, ["name"]) for pk in range(FEW)],
        lambda value: value[3].name.append("other"),
    ),
    "an attribute of one of many rows": (
        [Row(pk) for pk in range(FEW)],
        lambda value: setattr(value[3], "note", "new"),
    ),
    "one of many dataclasses": ([Line(n) for n in range(FEW)], lambda value: setattr(value[3], "qty", 99)),
    "a list in one of many dataclasses": (
        [Line(n) for n in range(FEW)],
        lambda value: value[3].tags.append("new"),
    ),
    "one of many dataclasses with slots": (
        [Slotted(n) for n in range(FEW)],
        lambda value: setattr(value[3], "qty", 99),
    ),
    "one of many models": ([Model(qty=n) for n in range(FEW)], lambda value: setattr(value[3], "qty", 99)),
    "key 1 for True": ({1: "a"}, lambda value: (value.clear(), value.update({True: "a"}))),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_change_in_place_is_noticed(name):
    value, change = deepcopy(IN_PLACE[name])
    assert changed(value, lambda board: change(board.value)) == {"value"}


DIFFERENT: dict[str, tuple[Any, Any]] = {
    "1 and True": (1, True),
    "1 and 1.0": (1, 1.0),
    "0 and False": (0, False),
    "inside tuples": ((1,), (1.0,)),
    "inside maps": ({"a": 1}, {"a": True}),
    "inside sets": ({1}, {True}),
    "inside dataclasses": (Line(1), Line(True)),
    "decimals": (Decimal("1.0"), Decimal("1.00")),
    "a decimal and an integer": (Decimal(1), 1),
    "text and bytes": ("a", b"a"),
    "a list and a tuple": ([1], (1,)),
    "a list and a deque": ([1], deque([1])),
    "the order of a map": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "the zone of one moment": (
        datetime(2026, 1, 1, 12, tzinfo=timezone.utc),
        datetime(2026, 1, 1, 13, tzinfo=ZoneInfo("Europe/Berlin")),
    ),
    "a zone that happens to be the same": (
        datetime(2026, 1, 1, 12, tzinfo=timezone.utc),
        datetime(2026, 1, 1, 12, tzinfo=ZoneInfo("Europe/London")),
    ),
    "a day and its midnight": (date(2026, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001
    "times": (time(1), time(1, tzinfo=timezone.utc)),
    "enums": (Colour.RED, Colour.BLUE),
    "enums with the same attributes": (Planet.HERE, Planet.THERE),
    "secrets": (SecretStr("a"), SecretStr("b")),
    "addresses": (AnyUrl("http://a/"), AnyUrl("http://b/")),
    "text of a class of its own": (Text("a"), Text("b")),
    "equal rows that look different": (Row(1, "a"), Row(1, "b")),
    "equal values of different classes": (Text("a"), "a"),
    "things that show nothing": (Blank(), Blank()),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_looks_different_has_changed(name):
    one, other = DIFFERENT[name]
    assert changed(one, lambda board: setattr(board, "value", other)) == {"value"}


SAME: dict[str, tuple[Any, Any]] = {
    "many equal rows": ([Row(pk) for pk in range(FEW)], [Row(pk) for pk in range(FEW)]),
    "many equal dataclasses": ([Line(n) for n in range(FEW)], [Line(n) for n in range(FEW)]),
    "equal lists": ([1, [2]], [1, [2]]),
    "rows that look the same": (Row(1), Row(1)),
    "equal dataclasses": (Line(1, ["a"]), Line(1, ["a"])),
    "equal models": (Model(), Model()),
    "equal decimals": (Decimal("1.0"), Decimal("1.0")),
    "equal sets": ({1, 2}, {2, 1}),
    "equal secrets": (SecretStr("a"), SecretStr("a")),
}


@pytest.mark.parametrize("name", SAME)
def test_what_looks_the_same_has_not_changed(name):
    one, other = SAME[name]
    assert changed(one, lambda board: setattr(board, "value", other)) == frozenset()


def test_private_attributes_of_objects_are_not_looked_at():
    assert changed(Row(1), lambda board: setattr(board.value, "_state", object())) == frozenset()
    rows = [Row(pk) for pk in range(FEW)]
    assert changed(rows, lambda board: setattr(board.value[3], "_state", object())) == frozenset()


def test_many_rows_are_looked_at_together(monkeypatch):
    asked = []
    real = tracking.freeze_object
    monkeypatch.setattr(tracking, "freeze_object", lambda value: asked.append(value) or real(value))
    freeze([Row(pk) for pk in range(100)])
    freeze([Line(n, []) for n in range(100)])
    assert asked == []
    freeze([Row(1), Row(2)])
    assert len(asked) == 2


# ── What cannot change ──


def test_a_lazy_value_is_not_evaluated_by_the_question():
    assert not is_fixed(SimpleLazyObject(lambda: 1 / 0))


class Point(NamedTuple):
    x: Any
    y: Any


class Exact(Decimal):
    """May carry attributes."""


FIXED = [
    None, True, 1, 1.5, "a", b"a", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone.utc), time(1), Decimal(1),
    Colour.RED, SecretStr("a"), (), (1, ("a", None)), Point(1, 2), frozenset({1}), mark_safe("<b>"),
]  # fmt: skip
CHANGING = [
    [], {}, set(), bytearray(), deque(), Line(), Row(1), Model(), ([],), Point(1, []), Text("a"), Exact(1), Blank(),
    frozenset({Blank()}), (1,) * (LONG + 1), object(), int,
]  # fmt: skip


@pytest.mark.parametrize("value", FIXED, ids=repr)
def test_it_cannot_change(value):
    assert is_fixed(value)


@pytest.mark.parametrize("value", CHANGING, ids=lambda value: type(value).__name__)
def test_it_might_change(value):
    assert not is_fixed(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.floats(0, 2) | st.text("ab", max_size=2) | st.builds(Line),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2)
        | st.tuples(inner)
        | st.builds(Model, qty=inner)
    ),
    max_leaves=6,
)


@given(VALUES, VALUES)
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_a_copy_has_not_changed_and_a_value_written_differently_has(one, other):
    assert changed(one, lambda board: setattr(board, "value", deepcopy(one))) == frozenset()
    assert changed(one, lambda board: setattr(board, "value", other)) == (
        frozenset() if repr(one) == repr(other) else {"value"}
    )
