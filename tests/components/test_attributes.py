"""Fields as attributes: they behave as plain ones do, on instances and on classes."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

import pytest

from liveactions.components import Component, declaration, field, restore, signal
from liveactions.components.attributes import Attribute
from liveactions.components.fields import Written


class Board(Component):
    title: str = "Orders"
    lines: list[int] = []
    search: str = field("", bind=True)
    unread: int = signal(0)
    total: int = field()
    team: int


class Child(Board):
    title = "Mine"
    extra: str = "new"


class Bare(Board):
    title: str | None


# ── Asked through the class ──


def test_a_class_shows_what_was_written_in_it():
    assert (Board.title, Board.lines) == ("Orders", [])
    assert isinstance(Board.search, Written)
    assert (Board.search.default, Board.unread.signal) == ("", True)


def test_a_bare_annotation_is_no_attribute_of_the_class():
    assert not hasattr(Board, "team")
    with pytest.raises(AttributeError, match="type object 'Board' has no attribute 'team'"):
        _ = Board.team


def test_a_subclass_shows_its_own_default_and_else_the_inherited_one():
    assert (Child.title, Child.extra, Child.lines) == ("Mine", "new", [])
    assert Bare.title == "Orders", "a new type only"
    assert Board.title == "Orders"


def test_a_value_in_a_subclass_is_no_second_descriptor_where_nothing_is_new():
    assert isinstance(vars(Board)["title"], Attribute)
    assert isinstance(vars(Child)["title"], Attribute)
    assert "lines" not in vars(Child)


class Paged:
    """Not a component: what it brings is made a field by the class that takes it in."""

    size: int = 10
    title: str = "Paged"


class Narrow(Paged):
    size: int = 5


class Report(Paged, Board):
    pass


class NarrowReport(Report, Narrow):
    pass


def test_a_mixin_is_left_as_it_is():
    assert not any(isinstance(value, Attribute) for value in vars(Paged).values())
    assert (Report.size, Report().size, Report.title, Report().title) == (10, 10, "Paged", "Paged")


def test_the_nearest_class_counts_as_it_does_for_plain_attributes():
    assert [base.__name__ for base in NarrowReport.__mro__[:4]] == ["NarrowReport", "Report", "Narrow", "Paged"]
    assert (NarrowReport.size, NarrowReport().size) == (5, 5)
    assert declaration(NarrowReport).fields["size"].initial() == 5


# ── Asked through an instance ──


def test_a_value_lives_among_the_instances_own_attributes():
    board = Board()
    board.title = "New"
    assert vars(board)["title"] == "New"
    vars(board)["title"] = "Newer"
    assert board.title == "Newer"
    assert not [name for name in vars(board) if name not in {*declaration(Board).fields, "_params"}]


def test_a_field_without_a_value_raises_what_it_always_did():
    board = Board()
    for _ in range(2):
        assert not hasattr(board, "total")
        with pytest.raises(AttributeError, match=r"Board.total has no default and was not given a value yet"):
            _ = board.total
        with pytest.raises(AttributeError, match="'Board' object has no attribute 'team'"):
            _ = board.team


def test_a_deleted_value_uncovers_what_the_class_says():
    board = Board()
    board.title = "New"
    del board.title
    assert "title" not in vars(board)
    assert board.title == "Orders"
    with pytest.raises(AttributeError, match="title"):
        del board.title
    with pytest.raises(AttributeError, match="team"):
        del board.team


def test_what_getattr_answers_for_a_missing_value_counts():
    class Lenient(Component):
        team: int

        def __getattr__(self, name: str) -> Any:
            if name == "team":
                return 7
            raise AttributeError(name)

    assert Lenient().team == 7


def test_methods_and_properties_of_a_base_are_reached_through_super():
    class Loud(Board):
        def mount(self, **params: Any) -> None:
            super().mount(**params)
            self.title += "!"

    loud = Loud()
    loud.mount(title="Orders", team=1, total=1)
    assert loud.title == "Orders!"


def test_two_instances_do_not_share_their_values():
    one, other = Board(), Board()
    one.title, one.unread = "one", 1
    assert (other.title, other.unread) == ("Orders", 0)


def test_a_restored_component_has_its_attributes():
    again = restore(Board, {"title": "New", "total": 1, "team": 2})
    assert (again.title, again.total, again.team, again.lines) == ("New", 1, 2, [])


@pytest.mark.parametrize("copied", [copy, deepcopy])
def test_a_copy_is_independent(copied):
    board = Board()
    board.title = "New"
    other = copied(board)
    other.title = "Other"
    assert (board.title, other.title, type(other)) == ("New", "Other", Board)


def test_the_component_class_itself_can_be_asked_through_a_generic_function():
    assert getattr(Board, "title", None) == "Orders"
    assert getattr(Board, "team", "none") == "none"
    assert getattr(Board(), "team", "none") == "none"
