"""Going back after a failure: the state as it was, changes inside its values included."""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, defaultdict, deque
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from liveactions.components import Component, references, rollback
from liveactions.components.alike import FEW
from liveactions.components.rollback import saved
from liveactions.components.watch import begin


@dataclass
class Line:
    qty: int = 1
    tags: list[str] = field(default_factory=list)


@dataclass
class Slotted:
    __slots__ = ("lines", "qty")
    qty: int
    lines: list[Line]


@dataclass(frozen=True)
class Frozen:
    lines: list[int]


class Model(BaseModel):
    lines: list[Line] = []


class Pair(NamedTuple):
    left: list[int]
    right: int


class Colour(enum.Enum):
    RED = 1


class Row:
    """Stands for a model instance; fetching one again would be a query."""

    def __init__(self, pk: int) -> None:
        self.pk, self.name, self.data, self._state = pk, "name", {"a": [1]}, object()


class Board(Component):
    value: Any = None
    other: Any = 1
    late: int


def gone_back(value: Any, change: Any) -> Any:
    board = Board()
    board.value = value
    watch = begin(board)
    change(board)
    watch.recover()
    return board.value


CHANGES: dict[str, tuple[Any, Any]] = {
    "a scalar": (1, lambda board: setattr(board, "value", 2)),
    "a decimal": (Decimal(1), lambda board: setattr(board, "value", None)),
    "an enum": (Colour.RED, lambda board: setattr(board, "value", None)),
    "a list": ([1], lambda board: board.value.append(2)),
    "a list in a list": ([[1]], lambda board: board.value[0].append(2)),
    "a list in a tuple": (([1],), lambda board: board.value[0].append(2)),
    "a list in a named tuple": (Pair([1], 2), lambda board: board.value.left.append(2)),
    "a map": ({"a": 1}, lambda board: board.value.update(a=2, b=3)),
    "a list in a map": ({"a": [1]}, lambda board: board.value["a"].clear()),
    "an ordered map": (OrderedDict(a=1, b=2), lambda board: board.value.move_to_end("a")),
    "a map with fallback": (defaultdict(list, a=[1]), lambda board: board.value["b"].append(1)),
    "a counter": (Counter("aab"), lambda board: board.value.update("bc")),
    "a set": ({1}, lambda board: board.value.add(2)),
    "a deque": (deque([1, 2], 2), lambda board: board.value.append(3)),
    "a bytearray": (bytearray(b"a"), lambda board: board.value.append(3)),
    "a dataclass": (Line(), lambda board: setattr(board.value, "qty", 2)),
    "a list in a dataclass": (Line(), lambda board: board.value.tags.append("new")),
    "a dataclass with slots": (Slotted(1, [Line()]), lambda board: setattr(board.value.lines[0], "qty", 2)),
    "a slot": (Slotted(1, []), lambda board: setattr(board.value, "qty", 2)),
    "a list in a frozen dataclass": (Frozen([1]), lambda board: board.value.lines.append(2)),
    "a model": (Model(lines=[Line()]), lambda board: board.value.lines[0].tags.append("new")),
    "objects in a list": ([Line(), Line()], lambda board: setattr(board.value.pop(), "qty", 5)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_taken_back_and_the_value_stays_the_same_object(name):
    value, change = deepcopy(CHANGES[name])
    before = deepcopy(value)
    after = gone_back(value, change)
    assert after is value
    assert (after, type(after)) == (before, type(before))
    assert list(after) == list(before) if isinstance(after, OrderedDict) else True


def test_an_object_keeps_its_identity_and_gets_its_attributes_back():
    row = Row(7)
    state = row._state

    def change(board):
        board.value.name, board.value.extra = "other", 1
        board.value._state = None
        board.value.data["a"].append(2)
        del board.value.pk

    assert gone_back(row, change) is row
    assert (row.pk, row.name, row.data) == (7, "name", {"a": [1]})
    assert row._state is state
    assert not hasattr(row, "extra")


def test_referenced_objects_are_not_fetched_again():
    def fetch(cls, key):
        raise AssertionError("fetched")

    reference = references.register(lambda cls: cls is Row, dump=lambda row: row.pk, load=fetch)
    try:

        class Rows(Component):
            rows: list[Row] = []

        component, row = Rows(), Row(1)
        component.rows.append(row)
        watch = begin(component)
        component.rows.clear()
        row.name = "other"
        watch.recover()
        assert component.rows == [row]
        assert row.name == "name"
    finally:
        references.unregister(reference)


def test_objects_that_a_value_only_knows_are_left_alone():
    owner, known = Row(1), Row(2)
    owner.friend = known

    def change(board):
        board.value.friend.name = "other"
        board.value.friend = None

    gone_back(owner, change)
    assert owner.friend is known
    assert known.name == "other", "it belongs to somebody else"


def test_a_related_object_that_a_row_has_at_hand_goes_back_with_its_key():
    class State:
        """As Django keeps beside every instance."""

        def __init__(self):
            self.adding, self.fields_cache = True, {"team": "red"}

    row = Row(1)
    row.team_id, row._state, row._prefetched = 1, State(), {"lines": [1]}
    state = row._state

    def change(board):
        same = board.value
        same.team_id, same._state.adding, same._state.fields_cache["team"] = 2, False, "blue"
        same._prefetched.clear()

    gone_back(row, change)
    assert row._state is state
    assert (row.team_id, state.adding, state.fields_cache) == (1, True, {"team": "red"})
    assert row._prefetched == {"lines": [1]}


def test_descriptors_of_the_class_are_not_run():
    class File:
        """Opens a file when it is assigned."""

        def __set__(self, instance, value):
            raise AssertionError("assigned")

        def __get__(self, instance, owner=None):
            return instance.__dict__["file"]

    class Document(Row):
        file = File()

    document = Document(1)
    vars(document)["file"] = "a.txt"
    gone_back(document, lambda board: vars(board.value).update(file="b.txt"))
    assert document.file == "a.txt"


def test_fields_without_a_value_have_none_again():
    board = Board()
    watch = begin(board)
    board.late = 1
    watch.recover()
    assert "late" not in vars(board)


def test_a_field_that_was_deleted_comes_back():
    board = Board()
    watch = begin(board)
    del board.other
    watch.recover()
    assert board.other == 1


def test_what_is_not_state_is_left_alone():
    board = Board()
    watch = begin(board)
    board._cache = [1]
    watch.recover()
    assert board._cache == [1]


def test_one_can_go_back_more_than_once():
    board = Board()
    board.value = [[1]]
    watch = begin(board)
    for _ in range(3):
        board.value[0].append(2)
        board.value.append(3)
        watch.recover()
        assert board.value == [[1]]


def test_one_value_in_two_fields_stays_one():
    board = Board()
    board.value = board.other = [1]
    watch = begin(board)
    board.value.append(2)
    board.other = [3]
    watch.recover()
    assert board.value is board.other
    assert board.value == [1]


def test_a_value_that_contains_itself_is_no_trap():
    around: list[Any] = [1]
    around.append(around)
    assert gone_back(around, lambda board: board.value.append(2)) is around
    assert len(around) == 2


def test_a_value_that_could_not_be_kept_goes_back_too():
    def strange():
        yield

    steps = strange()
    assert gone_back([steps], lambda board: board.value.clear()) == [steps]


# ── Many objects of one class ──


def many(**more: Any) -> list[Row]:
    rows = [Row(pk) for pk in range(FEW)]
    for row in rows:
        del row.data  # a list or a map in each of them is looked into, one by one
        vars(row).update(deepcopy(more))
    return rows


def test_rows_go_back_together():
    rows = many()
    states = [row._state for row in rows]

    def change(board):
        board.value[0].name, board.value[1].extra = "other", 1
        del board.value[2].pk
        board.value[3]._state = None
        board.value.reverse()
        board.value.pop()

    assert gone_back(rows, change) is rows
    assert [vars(row) for row in rows] == [{"pk": pk, "name": "name", "_state": states[pk]} for pk in range(FEW)]


def test_what_many_rows_note_about_themselves_goes_back():
    rows = many(_state=None)
    for row in rows:
        row._state = Note(adding=True)
    rows[3]._state.cache = {"team": "red"}

    def change(board):
        for row in board.value:
            row._state.adding = False
            row._state.cache = {"team": "blue"}
        rows[3]._state.cache.clear()

    gone_back(rows, change)
    assert [vars(row._state) for row in rows] == [
        {"adding": True, "cache": {"team": "red"}} if row.pk == 3 else {"adding": True} for row in rows
    ]


def test_what_all_rows_have_at_hand_goes_back():
    rows = many(_state=None)
    for row in rows:
        row._state = Note(adding=True, cache={"team": f"team {row.pk}"}, hints=() if row.pk % 2 else {"a": 1})
    before = deepcopy([vars(row._state) for row in rows])
    caches = [row._state.cache for row in rows]

    def change(board):
        for row in board.value:
            row._state.adding, row._state.more = False, 1
            row._state.cache.update(team="another", owner="ada")
        rows[3]._state.cache = {}
        rows[2]._state.hints.clear()

    gone_back(rows, change)
    assert [vars(row._state) for row in rows] == before
    assert all(row._state.cache is cache for row, cache in zip(rows, caches, strict=True))


class Slim:
    """Has no ``__dict__``: what it holds can only be known by somebody who was told."""

    __slots__ = ("adding", "db")


@pytest.fixture
def told_of_slim():
    rollback.note(Row, lambda _: {"_state": rollback.Note(Slim, ("adding", "db"))})
    yield
    del rollback.noted[Row]
    rollback.notes_of.cache_clear()


@pytest.mark.usefixtures("told_of_slim")
def test_what_is_known_of_the_notes_of_many_rows_goes_back():
    rows = many(_state=None)
    for row in rows:
        row._state = Slim()
        row._state.adding, row._state.db = row.pk % 2 == 0, "default"
    states = [row._state for row in rows]

    def change(board):
        board.value[0]._state.adding, board.value[1]._state.db = None, "other"
        board.value[2]._state = Slim()

    gone_back(rows, change)
    assert [row._state for row in rows] == states
    assert [(state.adding, state.db) for state in states] == [(row.pk % 2 == 0, "default") for row in rows]


@pytest.mark.usefixtures("told_of_slim")
def test_notes_of_another_kind_go_back_too():
    rows = many(_state=None)
    for row in rows:
        row._state = Note(adding=True)
    gone_back(rows, lambda board: [vars(row._state).update(adding=False, more=1) for row in board.value])
    assert [vars(row._state) for row in rows] == [{"adding": True}] * len(rows)


@pytest.mark.parametrize("part", [[1], {"a": 1}, {1}, Line(), ([1],), Model()], ids=lambda part: type(part).__name__)
def test_parts_of_many_rows_go_back(part):
    rows = many(part=part)
    before = deepcopy([row.part for row in rows])
    gone_back(rows, lambda board: [spoil_part(row.part) for row in board.value])
    assert [row.part for row in rows] == before


def test_many_slotted_objects_go_back():
    rows = [Slotted(1, []) for _ in range(FEW)]
    gone_back(rows, lambda board: setattr(board.value[3], "qty", 2))
    assert [row.qty for row in rows] == [1] * FEW


def test_many_rows_in_a_map_go_back():
    rows = dict(enumerate(many()))
    gone_back(rows, lambda board: setattr(board.value[3], "name", "other"))
    assert rows[3].name == "name"


class Labelled(list[Any]):
    """A list that is more than a list."""

    def __init__(self, items: Any) -> None:
        super().__init__(items)
        self.name, self.colour = "name", "red"


def test_many_lists_of_a_class_of_their_own_go_back():
    lists = [Labelled([number]) for number in range(FEW)]
    gone_back(lists, lambda board: [each.clear() for each in board.value])
    assert lists == [[number] for number in range(FEW)]


def test_classes_are_no_rows():
    assert gone_back([Row] * FEW, lambda board: board.value.clear()) == [Row] * FEW


@pytest.fixture
def copied(monkeypatch) -> list[Any]:
    """Of which types containers were copied, and how many, each time that this was done for some together."""
    real, found = rollback.kept_containers, []

    def kept_containers(values, *how):
        found.append((type(values[0]), len(values)))
        return real(values, *how)

    monkeypatch.setattr(rollback, "kept_containers", kept_containers)
    return found


@pytest.fixture
def alone(monkeypatch) -> list[Any]:
    """The objects that were looked at one by one."""
    real, found = rollback.kept_object, []
    monkeypatch.setattr(rollback, "kept_object", lambda value: found.append(value) or real(value))
    return found


def test_rows_are_not_looked_at_one_by_one(alone):
    saved(many())
    saved(tuple(many()))
    saved(many(part=[1], _note={}))
    assert alone == []
    saved([*many(), line := Line()])
    assert alone == [line]


def test_rows_with_an_attribute_more_are_no_burden_to_the_others(alone):
    """As a cached property is, or what was fetched for some."""
    rows = [*many(_state=None), *many(_state=None, cached=1), *many(_state=None, cached=1, fetched=[2])]
    rows[0].only = True
    before = deepcopy([vars(row) for row in rows])
    again = saved(rows)
    assert alone == rows[:FEW], "one of them has an attribute more, and the rest are few"
    for row in rows:
        spoil_row(row)
    again()
    assert [vars(row) for row in rows] == before


def test_what_many_maps_hold_is_looked_at_together(copied):
    saved([{"id": number, "tags": [number]} for number in range(FEW)])
    assert copied == [(list, 1), (dict, FEW), (list, FEW)]


def test_what_stands_in_many_places_is_looked_into_once(copied):
    same = [Line()] * FEW
    saved([same] * FEW)
    assert copied == [(list, 1)] * 3, "the list, the one in it, and the tags of a line"


def test_many_scalars_are_not_looked_at_one_by_one(monkeypatch):
    def no_look(values: Any, seen: Any) -> Any:
        raise AssertionError(f"looked at {list(values)}")

    monkeypatch.setattr(rollback, "kept_objects", no_look)
    saved([1, None, "text", Decimal(2), datetime(2026, 1, 1, tzinfo=timezone.utc)] * FEW)


def test_rows_whose_dictionaries_were_replaced_go_back():
    rows = many()
    before = [dict(vars(row)) for row in rows]

    def change(board):
        for row in board.value:
            row.__dict__ = {"pk": -row.pk}

    gone_back(rows, change)
    assert [vars(row) for row in rows] == before


def test_many_lists_that_contain_one_another_are_no_trap():
    lists: list[Any] = [[] for _ in range(FEW)]
    for each in lists:
        each.extend(lists)
    gone_back(lists, lambda board: [each.clear() for each in list(board.value)])
    assert all([*map(id, each)] == [*map(id, lists)] for each in lists)


def test_rows_that_lead_to_one_another_are_no_trap():
    lines = [Line() for _ in range(FEW)]
    for line, following in zip(lines, [*lines[1:], lines[0]], strict=True):
        line.following, line.all = following, lines

    def change(board):
        for line in list(board.value):
            line.following.qty, line.following = 7, None
            line.all.clear()

    assert gone_back(lines, change) is lines
    assert [line.following for line in lines] == [*lines[1:], lines[0]]
    assert {line.qty for line in lines} == {1}
    assert all(line.all is lines for line in lines)


class Note:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


def spoil_part(part: Any) -> None:
    if isinstance(part, tuple):
        spoil_part(part[0])
    elif isinstance(part, (list, set, dict)):
        part.clear()
    else:
        vars(part).update(qty=7, lines=[Line(7)])


VALUES = st.recursive(
    st.integers() | st.text(max_size=3) | st.builds(Line),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.tuples(inner, inner)
        | st.builds(lambda item: Frozen([item]), inner)
    ),
    max_leaves=8,
)


def spoil(value: Any) -> None:
    """Change everything in it that can be changed."""
    if isinstance(value, Line):
        value.qty += 1
        value.tags.append("spoilt")
        return
    if isinstance(value, Frozen):
        spoil(value.lines)
        return
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        spoil(item)
    if isinstance(value, list):
        value.reverse()
        value.append("spoilt")
    if isinstance(value, dict):
        value["spoilt"] = 1


@given(VALUES)
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_whatever_was_changed_goes_back(value):
    before = deepcopy(value)
    assert gone_back(value, lambda board: spoil(board.value)) == before


NOTES = (
    st.none() | st.builds(lambda value: Note(adding=True, cache={"team": value}), st.integers(0, 3)) | st.just({"a": 1})
)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows of one class, or nearly, with the same attributes, or nearly; a column holds values of one type, or not."""
    columns = {
        "part": draw(st.sampled_from([VALUES, st.integers(), st.lists(st.integers(), max_size=2)])),
        "same": st.just(draw(VALUES)),
        "_state": draw(st.sampled_from([NOTES, st.builds(Note, adding=st.booleans(), db=st.just("default"))])),
    }
    rows = [*many(), *(many(cached=1) if draw(st.booleans()) else ())]
    for row in rows:
        vars(row).update({name: draw(values) for name, values in columns.items()})
    for row in draw(st.lists(st.sampled_from(rows), max_size=1)):
        draw(st.sampled_from([spoil_row, replace_dictionary, lambda row: delattr(row, "part")]))(row)
    return [*rows, *draw(st.lists(st.builds(Line), max_size=1))]


def spoil_row(row: Any) -> None:
    """Change everything in it, and everything that it holds."""
    own = vars(row)
    for name, value in list(own.items()):
        if name.startswith("_"):
            spoil_notes(value)
        else:
            spoil(value)
    own.update(name="spoilt", spoilt=True)
    own.pop("pk", None)


def spoil_notes(notes: Any) -> None:
    if isinstance(notes, Note):
        vars(notes).get("cache", {}).clear()
        vars(notes).update(adding=None, spoilt=True)
    elif isinstance(notes, dict):
        notes.clear()


def replace_dictionary(row: Any) -> None:
    row.__dict__ = {"pk": 7, "name": "another"}


def shown(row: Any) -> Any:
    """All that a row holds, with what it notes about itself."""
    return [(name, vars(value) if isinstance(value, Note) else value) for name, value in vars(row).items()]


@given(tables(), st.lists(st.sampled_from([spoil_row, replace_dictionary]), min_size=1, max_size=3), st.booleans())
@settings(deadline=None)
def test_whatever_was_changed_in_many_rows_goes_back(rows, changes, within):
    """In a list, or further inside."""
    before = list(rows)
    attributes = deepcopy(list(map(shown, rows)))

    def change(board):
        there = board.value["rows"] if within else board.value
        for number, row in enumerate(there):
            changes[number % len(changes)](row)
        there.reverse()
        there.pop()

    gone_back({"rows": rows} if within else rows, change)
    assert list(map(id, rows)) == list(map(id, before))
    assert list(map(shown, rows)) == attributes
