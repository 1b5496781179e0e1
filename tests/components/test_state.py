"""State: made, kept, made again, written by a browser and told to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr

from liveactions.components import Component, assign, check, declaration, dump, field, restore, signal, signals, write
from liveactions.errors import ArgumentError, LocalError, RemoteError
from tests.data import PLAIN_DATA


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Line:
    qty: int
    price: Decimal


class Point(NamedTuple):
    x: int
    y: int


class Order(BaseModel):
    customer: str
    lines: list[Line] = []


class Everything(Component):
    number: int = 0
    share: float = 0.5
    flag: bool = False
    text: str = ""
    raw: bytes = b""
    maybe: int | None = None
    anything: Any = None
    price: Decimal = Decimal("1.50")
    day: date = date(2026, 1, 2)
    moment: datetime | None = None
    duration: timedelta = timedelta(1)
    key: UUID = UUID(int=1)
    colour: Colour = Colour.RED
    stage: Literal["new", "done"] = "new"
    numbers: list[int] = []
    words: set[str] = set()
    pair: tuple[int, str] = (1, "a")
    point: Point = Point(1, 2)
    table: dict[str, list[Decimal]] = {}
    by_number: dict[int, str] = {}
    line: Line | None = None
    order: Order | None = None
    orders: list[Order] = []
    secret: SecretStr = SecretStr("")


def states() -> st.SearchStrategy[dict[str, Any]]:
    by_type = {name: st.from_type(each.annotation) for name, each in declaration(Everything).fields.items()}
    prices = st.decimals(allow_nan=False, allow_infinity=False)
    lines = st.builds(Line, st.integers(), prices)
    orders = st.builds(Order, customer=st.text(), lines=st.lists(lines, max_size=2))
    own = {
        "share": st.floats(allow_nan=False),
        "anything": PLAIN_DATA,
        "price": prices,
        "moment": st.none() | st.datetimes(timezones=st.none() | st.timezones()),
        "table": st.dictionaries(st.text(), st.lists(prices, max_size=2), max_size=2),
        "line": st.none() | lines,
        "order": st.none() | orders,
        "orders": st.lists(orders, max_size=2),
        "secret": st.builds(SecretStr, st.text()),
    }
    return st.fixed_dictionaries({}, optional={**by_type, **own})


@given(states())
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_a_component_comes_back_equal_in_every_field(values):
    component = Everything()
    vars(component).update(values)
    sent = msgpack.packb(dump(component), use_bin_type=True)
    again = restore(Everything, msgpack.unpackb(sent, strict_map_key=True))
    for name in declaration(Everything).fields:
        one, other = getattr(component, name), getattr(again, name)
        assert (one, type(one)) == (other, type(other)), name


# ── Made ──


class Board(Component):
    title: str
    search: str = field("", bind=True)
    limit: Annotated[int, Field(ge=1)] = field(10, bind=True)
    lines: list[Line] = field(default_factory=list, bind=True)
    secret: SecretStr = field(SecretStr(""), bind=True)
    total: Decimal = Decimal(0)


def board(**values: Any) -> Board:
    made = Board()
    vars(made).update({"title": "Orders", **values})
    return made


def test_what_is_missing_is_named_all_at_once():
    class Two(Component):
        a: int
        b: int
        c: int = 1

    with pytest.raises(LocalError, match="Two has no value for: a, b") as refused:
        check(Two())
    assert refused.value.code == "component.failed"
    with pytest.raises(LocalError, match="Two has no value for: a, b"):
        dump(Two())


def test_assigning_is_all_or_nothing():
    made = board()
    with pytest.raises(ArgumentError):
        assign(made, {"title": "New", "limit": 0})
    assert made.title == "Orders"


def test_a_field_that_is_not_bound_can_still_be_a_parameter():
    made = board()
    assign(made, {"total": "1.5"})
    assert made.total == Decimal("1.5")


# ── Kept ──


def test_the_snapshot_is_plain_data():
    plain = dump(board(lines=[Line(1, Decimal("2.50"))]))
    assert plain == {
        "title": "Orders",
        "search": "",
        "limit": 10,
        "lines": [{"$object": ["Line", {"qty": 1, "price": {"$decimal": "2.50"}}]}],
        "secret": {"$secret": ""},
        "total": {"$decimal": "0"},
    }


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("title", 7, "Board.title"),
        ("limit", 0, "Board.limit"),
        ("lines", [Line(1, Decimal(1)), "x"], "Board.lines.1"),
        ("total", "1.5", "Board.total"),
    ],
)
def test_a_value_that_does_not_fit_its_annotation_is_named_when_it_is_kept(name, value, path):
    with pytest.raises(LocalError) as refused:
        dump(board(**{name: value}))
    assert str(refused.value).startswith(f"{path} does not fit its annotation")
    assert (refused.value.code, refused.value.detail["field"]) == ("component.failed", name)


def test_a_value_that_contains_itself_is_named():
    class Holder(Component):
        value: Any = None

    holder = Holder()
    holder.value = [holder]
    with pytest.raises(LocalError, match=r"Holder.value holds something that cannot be kept"):
        dump(holder)
    holder.value = []
    holder.value.append(holder.value)
    with pytest.raises(LocalError, match=r"Holder.value holds a value that contains itself"):
        dump(holder)


def test_a_secret_that_does_not_fit_is_not_repeated():
    class Holder(Component):
        secret: Annotated[SecretStr, Field(max_length=3)] = SecretStr("")

    holder = Holder()
    holder.secret = SecretStr("hunter2")
    with pytest.raises(LocalError) as refused:
        dump(holder)
    assert "hunter2" not in str(refused.value)


# ── Made again, after a deploy ──


def test_a_field_that_is_new_has_its_default_and_one_that_is_gone_is_passed_over():
    plain = dump(board())
    del plain["limit"]
    plain["gone"] = {"$object": ["Gone", {}]}
    again = restore(Board, plain)
    assert again.limit == 10
    assert not hasattr(again, "gone")


def test_a_new_field_without_a_default_cannot_be_restored():
    plain = dump(board())
    del plain["title"]
    with pytest.raises(LocalError, match="Board has no value for: title"):
        restore(Board, plain)


@pytest.mark.parametrize("kept", ["text", {"$object": ["Line", {}]}, {"$nothing": 1}, [{"$decimal": "x"}]])
def test_a_field_whose_type_has_changed_is_named(kept):
    with pytest.raises(LocalError, match=r"Board.lines cannot be restored") as refused:
        restore(Board, {**dump(board()), "lines": kept})
    assert (refused.value.code, refused.value.detail["field"]) == ("component.failed", "lines")


def test_what_was_made_again_shares_nothing_with_the_snapshot():
    plain = dump(board())
    restore(Board, plain).lines.append(Line(1, Decimal(1)))
    assert restore(Board, plain).lines == []


# ── Written by a browser ──


def test_bound_fields_are_written_and_converted():
    made = board()
    assert write(made, {"limit": "5", "search": "x", "lines": [{"qty": "1", "price": "2"}]}) == {
        "limit",
        "search",
        "lines",
    }
    assert (made.limit, made.search, made.lines) == (5, "x", [Line(1, Decimal(2))])


@pytest.mark.parametrize("name", ["title", "total", "_user", "id", "write", "__class__", "", "é" * 500])
def test_nothing_but_bound_fields_can_be_written(name):
    made = board()
    with pytest.raises(RemoteError, match="Bound fields are: search, limit, lines, secret") as refused:
        write(made, {name: 1})
    assert refused.value.code == "state.readonly"
    assert len(str(refused.value.detail["path"])) <= 80
    assert len(str(refused.value)) < 300


def test_a_component_without_bound_fields_says_so():
    class Closed(Component):
        title: str = ""

    with pytest.raises(RemoteError, match="Bound fields are: none"):
        write(Closed(), {"title": "x"})


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"lines": [{"qty": 1, "price": 1}, {"qty": "x", "price": 1}]}, "lines.1.qty"),
        ({"search": None}, "search"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_path(values, path):
    with pytest.raises(RemoteError) as refused:
        write(board(), values)
    assert (refused.value.code, refused.value.detail["path"]) == ("state.invalid", path)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"title": "x"}])
def test_writing_is_all_or_nothing(wrong):
    made = board()
    with pytest.raises(RemoteError):
        write(made, {"search": "new", **wrong})
    assert made.search == ""


@given(st.dictionaries(st.sampled_from(["search", "limit", "lines", "secret", "title", "x"]), PLAIN_DATA, max_size=3))
@settings(deadline=None)  # the first example makes the validators, and other tests keep the machine busy
def test_whatever_a_browser_writes_the_state_still_fits(values):
    made = board()
    before = dump(made)
    try:
        write(made, values)
    except RemoteError:
        assert dump(made) == before
    assert restore(Board, dump(made)).title == "Orders"


# ── Told to a browser ──


class Told(Component):
    count: int = signal(0)
    price: Decimal = signal(Decimal("1.50"))
    day: date = signal(date(2026, 1, 2))
    line: Line | None = signal(None)
    title: str = "no signal"


def test_signals_are_told_as_json_has_them():
    told = Told()
    told.line = Line(1, Decimal(2))
    assert signals(told) == {"count": 0, "price": "1.50", "day": "2026-01-02", "line": {"qty": 1, "price": "2"}}


def test_only_the_wanted_signals_are_told():
    assert signals(Told(), ["count", "title", "nothing"]) == {"count": 0}
    assert signals(Told(), []) == {}


def test_a_signal_that_does_not_fit_is_named():
    told = Told()
    told.count = "x" * 500
    with pytest.raises(LocalError, match=r"Told.count holds 'x+") as refused:
        signals(told)
    assert len(str(refused.value)) < 300
    assert refused.value.detail["field"] == "count"
