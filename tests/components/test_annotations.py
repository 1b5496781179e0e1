"""What annotations mean: names looked up, and the two readings of one type."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, Optional, TypeVar, Union

import pytest
from pydantic import BaseModel, Field, SecretStr, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from liveactions.components import Component, declaration, field
from liveactions.components.annotations import (
    adapter_of,
    classes_in,
    held,
    incoming,
    is_class_variable,
    is_secret,
    resolve,
)
from liveactions.errors import DeclarationError

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Whole(BaseModel):
    parts: list[Colour]


class Pair(NamedTuple):
    left: Size
    right: str


class Keys(TypedDict):
    whole: Whole


@dataclass
class Tree:
    name: SecretStr
    children: list[Tree]


class Box(BaseModel, Generic[T]):
    inside: T


def read(annotation: Any, value: Any) -> Any:
    return TypeAdapter(incoming(annotation)).validate_python(value)


# ── Names ──


def test_a_name_that_is_not_known_is_refused_with_the_way_out():
    with pytest.raises(DeclarationError, match=r"X.field is annotated with 'Nowhere'.*TYPE_CHECKING"):
        resolve("Nowhere", {}, "X.field")


@pytest.mark.parametrize("written", ["int |", "7 + 'a'"])
def test_what_is_no_type_is_refused(written):
    with pytest.raises(DeclarationError, match="not a type"):
        resolve(written, {}, "X.field")


def test_a_default_under_the_name_of_its_type_does_not_hide_the_type():
    class Calendar(Component):
        date: date | None = None

    assert declaration(Calendar).fields["date"].annotation == date | None


def test_classes_made_beside_the_component_or_inside_it_are_found():
    @dataclass
    class Beside:
        n: int

    class Holder(Component):
        class Inside(enum.Enum):
            A = 1

        beside: Beside | None = None
        inside: Inside | None = None
        itself: type[Holder] | None = None

    fields = declaration(Holder).fields
    assert fields["beside"].annotation == Beside | None
    assert fields["inside"].annotation == Holder.Inside | None
    assert fields["itself"].annotation == type[Holder] | None


@pytest.mark.parametrize("written", ["ClassVar", "ClassVar[int]", "typing.ClassVar[int]", ClassVar, ClassVar[int]])
def test_class_variables_are_known_however_they_are_written(written):
    assert is_class_variable(written)


@pytest.mark.parametrize("written", ["int", "list[ClassVariable]", "ClassVariable", int, Annotated[int, 1]])
def test_other_annotations_are_not_class_variables(written):
    assert not is_class_variable(written)


# ── Incoming ──


@pytest.mark.parametrize(
    ("annotation", "sent", "read_as"),
    [
        (int, "7", 7),
        (float, "1.5", 1.5),
        (bool, "on", True),
        (date, "2026-02-03", date(2026, 2, 3)),
        (date | None, "", None),
        (Optional[int], "", None),  # noqa: UP045 - both spellings are read
        (str | None, "", ""),
        (Union[int, str], "", ""),  # noqa: UP007
        (list[date | None], ["", "2026-02-03"], [None, date(2026, 2, 3)]),
        (Annotated[int | None, "any note"], "", None),
        (Literal[1, 2], "2", 2),
        (Literal["a", 1], "a", "a"),
        (Literal[True], "True", True),
        (Size, "2", Size.LARGE),
        (Size, 1, Size.SMALL),
        (Colour, "blue", Colour.BLUE),
        (Colour | None, "", None),
        (dict[str, Size], {"a": "1"}, {"a": Size.SMALL}),
        (tuple[int, ...], ["1", 2], (1, 2)),
        (Mapping[str, int], {"a": "1"}, {"a": 1}),
        (Box[int], {"inside": "3"}, Box[int](inside=3)),
        (Tree | None, {"name": "x", "children": []}, Tree(SecretStr("x"), [])),
        (bytes, b"raw", b"raw"),
    ],
)
def test_what_a_browser_sends_is_read_as_the_annotation_says(annotation, sent, read_as):
    value = read(annotation, sent)
    assert (value, type(value)) == (read_as, type(read_as))


@pytest.mark.parametrize(
    ("annotation", "sent"),
    [
        (str, b"bytes"),
        (str, 7),
        (bytes, "text"),
        (float, "nan"),
        (float, "-inf"),
        (int, ""),
        (date, ""),
        (Literal[1, 2], "3"),
        (Size, "9"),
        (Size, ""),
        (Colour, "RED"),
        (Annotated[int, Field(gt=0)], "0"),
    ],
)
def test_what_does_not_fit_is_refused(annotation, sent):
    with pytest.raises(ValidationError):
        read(annotation, sent)


def test_an_enum_of_values_that_cannot_be_hashed_is_still_readable():
    class Odd(enum.Enum):
        LIST = [1]

    assert read(Odd, [1]) is Odd.LIST


def test_held_values_are_not_converted():
    with pytest.raises(ValidationError):
        TypeAdapter(held(list[int])).validate_python(["1"], strict=True)


def test_a_type_that_nobody_can_check_is_refused_with_the_way_out():
    class Opaque:
        pass

    class Holder(Component):
        opaque: Opaque = field()

    with pytest.raises(DeclarationError, match=r"Holder.opaque has a type that cannot be checked.*underscore"):
        _ = declaration(Holder).fields["opaque"].held


def test_the_parameters_of_a_callable_are_left_alone():
    annotation = Callable[[int], str]
    assert incoming(annotation) is annotation
    assert adapter_of(annotation, "X.f").validate_python(len) is len


# ── Classes ──


def test_classes_are_found_through_containers_dataclasses_models_and_tuples():
    assert {Keys, Whole, Colour, Pair, Size, Tree, SecretStr} <= classes_in(dict[str, Keys | Pair | list[Tree]])


def test_a_literal_leads_to_no_class():
    assert classes_in(Literal["a", 1]) == set()


@pytest.mark.parametrize(("annotation", "secret"), [(list[Tree], True), (SecretStr | None, True), (Whole, False)])
def test_a_secret_is_found_however_deep(annotation, secret):
    assert is_secret(annotation) is secret
