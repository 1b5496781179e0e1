"""Arguments: what was sent, bound to parameters; refused with the path and little else."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr, field_validator
from typing_extensions import TypedDict

from liveactions.components import Component, action, declaration, references
from liveactions.components.arguments import Arguments, kind_of
from liveactions.errors import ArgumentError, RemoteError
from tests.data import PLAIN_DATA


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass
class Line:
    qty: int
    price: Decimal = Decimal(0)
    tags: list[str] = field(default_factory=list)


class Order(BaseModel):
    customer: str
    lines: list[Line] = []


class Point(NamedTuple):
    x: int
    y: int


class Options(TypedDict, total=False):
    dark: bool


class Parity(BaseModel):
    n: int

    @field_validator("n")
    @classmethod
    def even(cls, n: int) -> int:
        if n % 2:
            raise ValueError(f"{n} is odd, and so is {'x' * 500}")
        return n


@dataclass
class Team:
    """Stands for a model: kept by its key."""

    pk: int


TEAMS = {1: Team(1), 2: Team(2)}


@pytest.fixture(autouse=True)
def teams():
    reference = references.register(
        lambda cls: cls is Team, dump=lambda team: team.pk, load=lambda _, key: TEAMS[int(key)]
    )
    yield
    references.unregister(reference)


def arguments(function: Any, **options: Any) -> Arguments:
    return Arguments(function, Component, "Board.act", events=True, **options)


def refusal(function: Any, args: Mapping[str, Any], event: Mapping[str, Any] | None = None) -> ArgumentError:
    with pytest.raises(ArgumentError) as refused:
        arguments(function).bind(args, event)
    return refused.value


# ── Converted ──


def typed(annotation: Any) -> Any:
    def act(self, it): ...

    act.__annotations__ = {"it": annotation}
    return act


@pytest.mark.parametrize(
    ("annotation", "sent", "bound"),
    [
        (int, "2", 2),
        (int, 2, 2),
        (bool, "true", True),
        (bool, "0", False),
        (float, "2.5", 2.5),
        (Decimal, "1.50", Decimal("1.50")),
        (date, "2026-02-03", date(2026, 2, 3)),
        (datetime, "2026-02-03T10:00", datetime(2026, 2, 3, 10)),  # noqa: DTZ001 - as a browser's input has it
        (time, "10:30", time(10, 30)),
        (timedelta, 90, timedelta(seconds=90)),
        (UUID, "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        (Colour, "red", Colour.RED),
        (Size, "2", Size.LARGE),
        (Literal["a", "b"], "b", "b"),
        (list[int], ["1", 2], [1, 2]),
        (set[int], ["1", 1], {1}),
        (dict[str, int], {"a": "1"}, {"a": 1}),
        (Line, {"qty": "2", "price": "1.5"}, Line(2, Decimal("1.5"))),
        (Order, {"customer": "ana", "lines": [{"qty": 1}]}, Order(customer="ana", lines=[Line(1)])),
        (Point, [1, 2], Point(1, 2)),
        (Options, {"dark": "on"}, {"dark": True}),
        (Team, "2", TEAMS[2]),
        (list[Team], [1, "2"], [TEAMS[1], TEAMS[2]]),
        (Team | None, "", None),
        (Any, {"as": ["it", "is"]}, {"as": ["it", "is"]}),
    ],
)
def test_an_argument_becomes_what_its_annotation_says(annotation, sent, bound):
    assert arguments(typed(annotation)).bind({"it": sent}) == {"it": bound}


def test_an_argument_without_annotation_is_handed_on_as_it_came():
    sent = {"a": ["1", b"2", None]}
    assert arguments(lambda self, it: None).bind({"it": sent})["it"] is sent


def test_what_is_not_given_has_its_default():
    assert arguments(lambda self, a, b=7: None).bind({"a": 1}) == {"a": 1}


def test_the_rest_goes_to_extra_checked_by_its_annotation():
    def act(self, first: int, **extra: int): ...

    assert arguments(act).bind({"first": "1", "second": "2"}) == {"first": 1, "second": 2}
    assert refusal(act, {"first": "1", "second": "x"}).detail["path"] == "second"


@pytest.mark.parametrize("name", ["self", "request"])
def test_what_the_package_gives_cannot_be_sent(name):
    def act(self, request, **extra): ...

    assert refusal(act, {name: 1}).code == "argument.unknown"


# ── From the event ──

EVENT = {"type": "change", "value": "5", "checked": True, "key": "Enter", "name": "qty"}


def test_the_event_fills_what_was_not_sent():
    def act(self, value: int, checked: bool, key: str = ""): ...

    assert arguments(act).bind({}, EVENT) == {"value": 5, "checked": True, "key": "Enter"}
    assert arguments(act).bind({"value": "6"}, EVENT)["value"] == 6


def test_the_event_is_handed_on_whole_when_asked_for_and_empty_without_one():
    def act(self, event): ...

    assert arguments(act).bind({}, EVENT) == {"event": EVENT}
    assert arguments(act).bind({}) == {"event": {}}


def test_other_things_of_the_event_are_no_arguments():
    assert refusal(lambda self, name: None, {}, EVENT).code == "argument.missing"


def test_an_event_that_has_no_such_thing_leaves_the_argument_missing():
    refused = refusal(lambda self, value: None, {}, {"type": "click"})
    assert (refused.code, refused.detail["path"]) == ("argument.missing", "value")


# ── Refused ──


def test_an_unknown_argument_is_refused_with_the_list_of_those_allowed():
    refused = refusal(lambda self, by=1, to=2: None, {"bye": 1})
    assert refused.code == "argument.unknown"
    assert refused.detail == {"path": "bye", "allowed": ["by", "to"]}
    assert "Allowed are: by, to." in str(refused)


def test_a_missing_argument_is_named():
    refused = refusal(lambda self, a, b: None, {"a": 1})
    assert (refused.code, refused.detail["path"]) == ("argument.missing", "b")
    assert "Board.act" in str(refused)


@pytest.mark.parametrize(
    ("annotation", "sent", "path"),
    [
        (int, "x", "it"),
        (list[int], [1, "x"], "it.1"),
        (Line, {"qty": "x"}, "it.qty"),
        (Line, {}, "it.qty"),
        (Order, {"customer": "ana", "lines": [{"qty": 1}, {"qty": 1, "tags": ["a", 3.5]}]}, "it.lines.1.tags.1"),
        (int | list[int], ["x"], "it"),
        (Line | None, {"qty": "x"}, "it.qty"),
        (dict[str, int], {"a.b": "x"}, "it.a.b"),
        (Team, 9, "it"),
        (list[Team], [1, 9], "it.1"),
        (Annotated[int, Field(lt=5)], 7, "it"),
    ],
)
def test_a_wrong_value_is_refused_with_the_path_to_it(annotation, sent, path):
    refused = refusal(typed(annotation), {"it": sent})
    assert refused.code == "argument.invalid"
    assert refused.detail["path"] == path
    assert str(refused).startswith(f"{path}: ")


@pytest.mark.parametrize("annotation", [int, list[int], Order, date, Parity])
def test_a_long_value_is_not_repeated(annotation):
    refused = refusal(typed(annotation), {"it": {"n": 1} if annotation is Parity else "x" * 10_000})
    assert len(str(refused)) < 300
    assert "x" * 81 not in str(refused)


def test_a_long_name_is_not_repeated():
    refused = refusal(lambda self: None, {"n" * 5_000: 1})
    assert len(str(refused)) < 300
    assert len(refused.detail["path"]) <= 80


def test_a_secret_is_never_repeated():
    refused = refusal(typed(Annotated[SecretStr, Field(min_length=9)]), {"it": "hunter2"})
    assert "hunter2" not in str(refused)
    assert refused.__cause__ is None, "a chained error would be logged with the value"


def test_a_lenient_function_passes_over_what_it_does_not_ask_for():
    assert arguments(lambda self, a: None, lenient=True).bind({"a": 1, "b": 2}) == {"a": 1}


# ── Whatever a browser sends ──


def refused_by(call: Callable[[], Any]) -> RemoteError | None:
    try:
        call()
    except RemoteError as refused:
        return refused
    return None


EVERYTHING = (
    int, float, bool, str, bytes, Decimal, date, datetime, time, timedelta, UUID, Colour, Size, Path, complex,
    Literal["a", 1, True], list[int], set[Any], frozenset[Line], dict[str, Decimal], dict[int, Any], tuple[int, str],
    Line, Order, Point, Options, Team, list[Team], Team | None, int | list[Line] | None, Parity, SecretStr,
    Annotated[int, Field(gt=3)], set[Team], dict[date, list[Colour]], object,
)  # fmt: skip
TRICKY = st.sampled_from(
    ["nan", "inf", "-0", "1e999999", "9" * 400, "P9999999999D", "\x00", "\ud800", "0001-01-01T00:00-23:59", 2**53 - 1]
)


@given(st.sampled_from(EVERYTHING), st.one_of(TRICKY, PLAIN_DATA, st.lists(PLAIN_DATA, max_size=2)))
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_any_value_is_bound_or_refused_and_nothing_else_happens(annotation, sent):
    refused = refused_by(lambda: arguments(typed(annotation)).bind({"it": sent}))
    assert refused is None or (refused.code == "argument.invalid" and refused.detail["path"].startswith("it"))


class Anything(Component):
    @action
    def act(self, a: int, b: list[Line] | None = None, value: str = "", *, event: dict[str, Any], **extra: Colour): ...


@given(
    st.dictionaries(st.sampled_from(["a", "b", "value", "event", "self", "request", "é", ""]), PLAIN_DATA, max_size=4),
    st.none() | st.dictionaries(st.sampled_from(["value", "checked", "key", "event", "a"]), PLAIN_DATA, max_size=3),
)
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_any_call_is_bound_or_refused_and_nothing_else_happens(args, event):
    spec = declaration(Anything).actions["act"]
    refused = refused_by(lambda: spec.bind(Anything(), args, event))
    assert refused is None or refused.code in {"argument.unknown", "argument.missing", "argument.invalid"}


def test_every_kind_of_function_has_a_name():
    async def coroutine(): ...

    def generator():
        yield

    async def async_generator():
        yield

    kinds = [kind_of(each) for each in (len, coroutine, generator, async_generator)]
    assert kinds == ["sync", "async", "generator", "async generator"]
