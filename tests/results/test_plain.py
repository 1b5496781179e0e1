"""Values on their way to a browser."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import uuid
from collections import OrderedDict

import pytest
from hypothesis import given
from pydantic import BaseModel

from liveactions.errors import ResultError
from liveactions.results import plain, teach
from liveactions.results.plain import CONVERTERS
from tests.data import PLAIN_DATA


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date


class Order(BaseModel):
    number: int
    total: decimal.Decimal


class Name(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


ID = uuid.UUID("12345678123456781234567812345678")
DAY = datetime.date(2026, 1, 2)

CONVERTED = {
    "decimal": (decimal.Decimal("1.50"), "1.50"),
    "datetime": (datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc), "2026-01-02T03:04:00+00:00"),
    "date": (DAY, "2026-01-02"),
    "time": (datetime.time(3, 4), "03:04:00"),
    "duration": (datetime.timedelta(minutes=1, milliseconds=500), 60.5),
    "uuid": (ID, str(ID)),
    "enum": (Colour.RED, "red"),
    "enum of numbers": (Level.HIGH, 3),
    "dataclass": (Point(1, DAY), {"x": 1, "when": "2026-01-02"}),
    "pydantic": (Order(number=1, total=decimal.Decimal("2.0")), {"number": 1, "total": "2.0"}),
    "tuple": ((1, (2,)), [1, [2]]),
    "set": ({3, 1, 2}, [1, 2, 3]),
    "iterator": (iter([1, 2]), [1, 2]),
    "bytearray": (bytearray(b"x"), b"x"),
    "mapping": (OrderedDict(a=1), {"a": 1}),
    "keys": ({1: 1, ID: 2, Colour.RED: 3, DAY: 4}, {"1": 1, str(ID): 2, "red": 3, "2026-01-02": 4}),
    "text of a kind of its own": (Name("x"), "x"),
    "largest integer": (2**53 - 1, 2**53 - 1),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_values_become_plain(name):
    value, expected = CONVERTED[name]
    told = plain(value)
    assert told == expected
    assert type(told) is type(expected)


@given(PLAIN_DATA)
def test_plain_data_stays_as_it_is(value):
    assert plain(value) == value


REFUSED = {
    "object": (object(), "value is a builtins.object"),
    "function": (len, "which cannot travel"),
    "a class": (Point, "value is a builtins.type"),
    "nan": (float("nan"), "value is nan"),
    "infinity in a list": ([1, float("inf")], "value.1 is inf"),
    "integer": ({"n": 2**53}, "value.n is an integer beyond"),
    "key": ({1.5: 1}, "value has the key 1.5"),
    "key that is true": ({"a": {True: 1}}, "value.a has the key True"),
    "key that browsers refuse": ({"a": {"__proto__": 1}}, "value.a has the key '__proto__'"),
    "deep inside": ({"a": [{"b": object()}]}, "value.a.0.b is a builtins.object"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_travel_is_refused_naming_its_path(name):
    value, sentence = REFUSED[name]
    with pytest.raises(ResultError) as refused:
        plain(value)
    assert sentence in str(refused.value)


def test_a_value_that_contains_itself_is_refused():
    value: list = []
    value.append(value)
    with pytest.raises(ResultError, match="nested deeper than 32"):
        plain(value)


@pytest.fixture
def unlearning():
    before = list(CONVERTERS)
    yield
    CONVERTERS[:] = before


@pytest.mark.usefixtures("unlearning")
def test_a_lesson_is_learned_and_the_latest_one_counts():
    class Money:
        cents = 250

    class Coin(Money): ...

    teach(Money, lambda money: money.cents)
    assert plain([Money(), Coin()]) == [250, 250]
    teach(Coin, lambda coin: "coin")
    assert plain([Money(), Coin()]) == [250, "coin"]
    teach(Money, lambda money: str(money.cents))
    assert plain(Money()) == "250"
