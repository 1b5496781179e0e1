"""Reference types: values that are kept by a key and fetched again."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pydantic import TypeAdapter, ValidationError

from liveactions.components import Component, declaration, dump, references, restore
from liveactions.components.annotations import held, incoming


class Row:
    def __init__(self, pk):
        self.pk = pk


class Team(Row):
    pass


class Proxy(Team):
    """A class whose instances are also teams."""


@dataclass
class Shelf:
    rows: dict[object, Row]
    fetched: list[object]

    def load(self, cls, key):
        self.fetched.append(key)
        row = self.rows[key]
        if not isinstance(row, cls):
            raise LookupError(key)
        return row


@pytest.fixture
def shelf():
    shelf = Shelf({1: Team(1), 2: Proxy(2), "a": Row("a")}, [])
    reference = references.register(lambda cls: issubclass(cls, Row), dump=lambda row: row.pk, load=shelf.load)
    yield shelf
    references.unregister(reference)


def test_an_ordinary_class_is_no_reference(shelf):
    assert references.find(int) is None
    assert references.find("Team") is None
    assert references.find(Team) is not None


def test_what_was_registered_last_is_asked_first(shelf):
    special = references.register(lambda cls: cls is Team, dump=id, load=shelf.load)
    try:
        assert references.find(Team) is special
        assert references.find(Row) is not special
    finally:
        references.unregister(special)
    assert references.find(Team) is not special


def test_a_field_is_kept_by_its_key_and_fetched_again(shelf):
    class Board(Component):
        team: Team
        others: list[Row] = []
        spare: Team | None = None

    board = Board()
    board.team, board.others = shelf.rows[1], [shelf.rows["a"], shelf.rows[2]]
    plain = dump(board)
    assert shelf.fetched == []
    again = restore(Board, plain)
    assert again.team is shelf.rows[1]
    assert again.others == board.others
    assert again.spare is None
    assert shelf.fetched == [1, "a", 2]


def test_a_key_is_taken_from_a_browser_and_an_instance_from_the_server(shelf):
    adapter = TypeAdapter(incoming(Team))
    assert adapter.validate_python(1) is shelf.rows[1]
    assert adapter.validate_python(shelf.rows[2]) is shelf.rows[2]


@pytest.mark.parametrize("key", [9, "a", None])
def test_a_key_that_names_nothing_is_refused(shelf, key):
    with pytest.raises(ValidationError, match="Input should be the key of an existing Team"):
        TypeAdapter(incoming(Team)).validate_python(key)


def test_a_failure_of_the_application_is_no_refusal(shelf):
    def broken(cls, key):
        raise ConnectionError("the database is away")

    reference = references.register(lambda cls: cls is Team, dump=id, load=broken)
    try:
        with pytest.raises(ConnectionError):
            TypeAdapter(incoming(Team)).validate_python(1)
    finally:
        references.unregister(reference)


def test_a_held_field_takes_instances_only(shelf):
    with pytest.raises(ValidationError):
        TypeAdapter(held(Team)).validate_python(1, strict=True)
    assert shelf.fetched == []


def test_what_was_deleted_since_is_named_when_state_is_restored(shelf):
    class Board(Component):
        team: Team

    board = Board()
    board.team = shelf.rows[1]
    plain = dump(board)
    del shelf.rows[1]
    with pytest.raises(Exception, match=r"Board.team cannot be restored") as refused:
        restore(Board, plain)
    assert refused.value.code == "component.failed"


def test_the_classes_behind_a_reference_are_not_looked_at(shelf):
    class Holder(Component):
        team: Team | None = None

    assert set(declaration(Holder).fields["team"].codec.classes) == {"Team"}


def test_several_are_fetched_without_those_that_are_gone(shelf):
    reference = references.find(Row)
    assert [row.pk for row in reference.load_all(Row, [2, 7, "a", 1])] == [2, "a", 1]


def test_several_are_fetched_together_where_that_is_known_how(shelf):
    asked = []
    special = references.register(
        lambda cls: cls is Team, dump=id, load=shelf.load, many=lambda cls, keys: asked.append((cls, keys)) or ["both"]
    )
    try:
        assert special.load_all(Team, [1, 2]) == ["both"]
        assert asked == [(Team, [1, 2])]
        assert shelf.fetched == []
    finally:
        references.unregister(special)
