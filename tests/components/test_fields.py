"""Fields: state is what is annotated and public, inherited things included."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

import pytest
from pydantic import ValidationError

from liveactions.components import Component, declaration, field, signal
from liveactions.components.fields import MISSING
from liveactions.errors import DeclarationError

T = TypeVar("T")


def fields_of(cls):
    return declaration(cls).fields


class Board(Component):
    limit: ClassVar[int] = 3
    title: str = "Orders"
    search: str = field("", bind=True)
    lines: list[int] = []
    unread: int = signal(0)
    total: Decimal = field()
    seen: set[int] = field(default_factory=set)
    _cache: dict[str, Any] = {}
    plain = "an attribute without a type"


def test_state_is_what_is_annotated_and_public():
    assert list(fields_of(Board)) == ["title", "search", "lines", "unread", "total", "seen"]


def test_options_are_known():
    fields = fields_of(Board)
    assert [name for name in fields if fields[name].bind] == ["search"]
    assert [name for name in fields if fields[name].signal] == ["unread"]
    assert [name for name in fields if fields[name].required] == ["total"]


def test_every_instance_has_its_own_copy_of_a_default():
    one, other = Board(), Board()
    one.lines.append(1)
    one.seen.add(1)
    assert (other.lines, other.seen, Board().lines) == ([], set(), [])


def test_a_field_without_a_value_says_so_when_it_is_read():
    with pytest.raises(AttributeError, match=r"Board.total has no default and was not given a value yet"):
        _ = Board().total


def test_a_bare_annotation_is_required():
    class Bare(Component):
        team: int

    assert fields_of(Bare)["team"].required
    assert fields_of(Bare)["team"].initial() is MISSING
    assert repr(MISSING) == "MISSING"


def test_none_is_a_default():
    class Open(Component):
        team: int | None = None

    assert not fields_of(Open)["team"].required
    assert Open().team is None


def test_state_is_inherited_in_the_order_of_its_declaration():
    class Child(Board):
        extra: int = 1

    assert list(fields_of(Child)) == [*fields_of(Board), "extra"]


def test_a_new_default_keeps_type_and_options():
    class Child(Board):
        search = "open"
        unread = 5

    fields = fields_of(Child)
    assert (Child().search, Child().unread) == ("open", 5)
    assert (fields["search"].bind, fields["unread"].signal) == (True, True)
    assert fields["search"].annotation is str


def test_a_new_type_keeps_the_default():
    class Child(Board):
        title: str | None
        search: str

    assert Child().title == "Orders"
    assert fields_of(Child)["title"].annotation == (str | None)
    assert fields_of(Child)["search"].bind


def test_a_field_that_is_declared_anew_has_only_its_new_options():
    class Child(Board):
        search: str = ""
        unread = field(1)

    assert not fields_of(Child)["search"].bind
    assert not fields_of(Child)["unread"].signal


def test_mixins_and_generic_bases_bring_their_state():
    class Paged(Generic[T]):
        page_number: int = 1

    class Both(Paged[int], Board):
        pass

    assert "page_number" in fields_of(Both)
    assert Both().page_number == 1


def test_the_nearest_class_of_a_diamond_counts():
    class Left(Board):
        title: str = "left"

    class Right(Board):
        title: str = "right"
        side: int = 1

    class Both(Left, Right):
        pass

    assert (Both().title, Both().side) == ("left", 1)


def test_a_default_and_a_factory_together_are_refused():
    with pytest.raises(DeclarationError, match="both"):
        field([], default_factory=list)


def test_a_factory_must_be_callable():
    with pytest.raises(DeclarationError, match="must be callable"):
        signal(default_factory=[])


def test_a_method_under_the_name_of_a_field_is_refused():
    with pytest.raises(DeclarationError, match="declared as state, and as a function"):

        class Wrong(Component):
            total: int

            def total(self): ...


def test_a_property_over_an_inherited_field_is_refused():
    with pytest.raises(DeclarationError, match="and as a property"):

        class Wrong(Board):
            @property
            def title(self): ...


def test_an_annotation_that_cannot_be_found_is_told_when_it_is_needed():
    class Unknown(Component):
        team: Team | None = None  # noqa: F821 - the point of it

    with pytest.raises(DeclarationError, match=r"Unknown.team is annotated with 'Team | None'.*Import it there"):
        _ = fields_of(Unknown)["team"].held


def test_what_fits_a_field_is_not_converted():
    total = fields_of(Board)["total"]
    assert total.fit(Decimal("1.50")) == Decimal("1.50")
    with pytest.raises(ValidationError):
        total.fit("1.50")


def test_an_equal_value_of_a_near_type_becomes_the_type():
    kept = fields_of(Board)["total"].fit(2)
    assert (kept, type(kept)) == (2, Decimal)


def test_a_field_says_where_it_stands():
    assert repr(fields_of(Board)["title"]) == "<Field Board.title>"
