"""Values as plain data: what msgpack and JSON know, with nothing lost on the way."""

from __future__ import annotations

import enum
import math
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, ConfigDict, PrivateAttr, SecretBytes, SecretStr

from liveactions.components.annotations import classes_in
from liveactions.components.plain import DECODERS, ENCODERS, Codec, enrol
from tests.data import PLAIN_DATA


class Colour(enum.Enum):
    RED = [1]
    BLUE = "b"


class Size(enum.IntEnum):
    SMALL = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Line:
    qty: int
    price: Decimal = Decimal(0)


@dataclass
class Counted:
    n: int

    def __post_init__(self):
        self.n += 1


class Point(NamedTuple):
    x: int
    y: Any = None


class Order(BaseModel):
    model_config = ConfigDict(extra="allow")
    lines: list[Line] = []
    note: str = ""
    _seen: int = PrivateAttr(0)


class Word(str):
    __slots__ = ()


class Special(Line):
    pass


def twice(value: Any, annotation: Any = Any) -> Any:
    """There and back, through real bytes and a codec of another process."""
    plain = Codec(classes_in(annotation)).encode(value)
    sent = msgpack.unpackb(msgpack.packb(plain, use_bin_type=True), strict_map_key=True)
    return Codec(classes_in(annotation)).decode(sent)


UUID_ONE = UUID(int=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 2**53),
        (int, -(2**200)),
        (float, math.inf),
        (float, -0.0),
        (str, "half a pair \ud800"),
        (dict, {"half \ud800": 1}),
        (dict, {"$tuple": 1}),
        (dict, {1: "a", None: "b", (1, 2): {"c"}}),
        (tuple, (1, [2], ())),
        (set, {1, (2,)}),  # no text beside others: in which order they are told is another one in every process
        (set, {"a"}),
        (frozenset, frozenset({b"x"})),
        (deque, deque([1, 2], 3)),
        (OrderedDict, OrderedDict(b=1, a=2)),
        (Counter, Counter("aab")),
        (bytearray, bytearray(b"\xff")),
        (complex, 1 - 2j),
        (Decimal, Decimal("1.500")),
        (Decimal, Decimal("-Infinity")),
        (UUID, UUID_ONE),
        (date, date(2026, 2, 3)),
        (datetime, datetime(2026, 2, 3, 4, 5, 6, 7)),  # noqa: DTZ001
        (datetime, datetime(2026, 2, 3, tzinfo=timezone.utc)),
        (datetime, datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)),
        (datetime, datetime(2026, 2, 3, fold=1)),  # noqa: DTZ001
        (time, time(1, 2, 3, tzinfo=BERLIN)),
        (timedelta, timedelta(-1, 2, 3)),
        (SecretStr, SecretStr("hunter2")),
        (SecretBytes, SecretBytes(b"hunter2")),
        (Colour, Colour.RED),
        (Size, Size.SMALL),
        (Rights, Rights.READ | Rights.WRITE),
        (Line, Line(1, Decimal("2.50"))),
        (list[Line | Point], [Line(1), Point(2, [3])]),
        (dict[Colour, Line], {Colour.BLUE: Line(1)}),
        (Order, Order(lines=[Line(1)])),
        (PurePosixPath, PurePosixPath("/a/b")),
        (IPv4Address, IPv4Address("127.0.0.1")),
        (AnyUrl, AnyUrl("http://a/b")),
    ],
)
def test_every_value_comes_back_as_it_was(annotation, value):
    again = twice(value, annotation)
    assert (again, type(again), repr(again)) == (value, type(value), repr(value))


@given(PLAIN_DATA)
def test_plain_data_is_kept_as_it_is(value):
    assert Codec().encode(value) == value or "$" in repr(value)
    assert twice(value) == value


EXTRA_KEYS = st.text(max_size=3) | st.integers() | st.sampled_from(["$tuple", "$", "\udfff"])
RICH = st.recursive(
    PLAIN_DATA | st.decimals(allow_nan=False) | st.datetimes(timezones=st.none() | st.timezones()) | st.timedeltas(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(EXTRA_KEYS, inner, max_size=3)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=9,
)


@given(RICH)
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_any_mixture_of_values_comes_back_as_it_was(value):
    assert twice(value, Point) == value


def test_the_zone_of_a_moment_is_kept_by_its_name():
    assert twice(datetime(2026, 7, 1, tzinfo=BERLIN)).tzinfo is BERLIN


def test_what_a_model_was_given_is_remembered_with_its_extra_and_private_parts():
    order = Order(note="x", colour="red")
    order._seen = 3
    again = twice(order, Order)
    assert again.model_fields_set == order.model_fields_set
    assert (again.colour, again._seen) == ("red", 3)


def test_what_a_dataclass_does_when_it_is_made_is_not_done_again():
    assert twice(Counted(1), Counted).n == 2


@pytest.mark.parametrize(
    ("value", "base"),
    [(Word("a"), "a"), (Size.SMALL, 1), (enum.IntFlag("Bits", "A B").B, 2)],
)
def test_a_value_of_a_subclass_nobody_declared_is_kept_as_its_base(value, base):
    again = twice(value, str | int)
    assert (again, type(again)) == (base, type(base))


def test_a_map_with_a_fallback_is_kept_where_it_is_declared_and_loses_its_fallback():
    value = defaultdict(list, a=[1])
    assert twice(value, defaultdict[str, list[int]]) == {"a": [1]}
    with pytest.raises(TypeError, match="defaultdict cannot be kept"):
        Codec().encode(value)


def test_two_classes_of_one_name_are_told_apart():
    def make(module):
        return dataclass(
            type("Twin", (), {"__annotations__": {"n": int}, "__module__": module, "__qualname__": "Twin"})
        )

    one, other = make("tests.one"), make("tests.other")
    codec = Codec([one, other])
    assert [type(each) for each in codec.decode(codec.encode([one(1), other(2)]))] == [one, other]


@pytest.mark.parametrize("value", [object(), Special(1), lambda: None, (each for each in ()), Order])
def test_what_cannot_be_kept_is_refused(value):
    with pytest.raises(TypeError, match="cannot be kept"):
        Codec(classes_in(Line)).encode([value])


@pytest.mark.parametrize(
    "plain",
    [
        {"$unknown": 1},
        {"$object": ["Line", {"qty": 1}]},
        {"$object": ["Line", {"qty": 1, "price": 1, "more": 1}]},
        {"$object": ["os.system", "true"]},
        {"$object": ["Colour", "GREEN"]},
        {"$date": "yesterday"},
        {"$tuple": 7},
        {"$datetime": ["2026-01-01", "Nowhere/Atlantis", 0]},
    ],
)
def test_what_does_not_fit_any_more_is_refused(plain):
    with pytest.raises((LookupError, TypeError, ValueError)):
        Codec(classes_in(Line | Colour)).decode(plain)


def test_a_new_class_of_values_can_be_enrolled():
    class Money:
        def __init__(self, cents):
            self.cents = cents

    enrol(Money, "money", lambda money: money.cents, Money)
    try:
        assert Codec().encode([Money(7)]) == [{"$money": 7}]
        assert twice(Money(7)).cents == 7
    finally:
        del ENCODERS[Money], DECODERS["$money"]
