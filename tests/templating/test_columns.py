"""Columns: what rows hold at a path, as Django finds it; and whether it is certain to look as it did."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.template import Context, Template, VariableDoesNotExist
from django.template.base import Variable
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from liveactions.templating.cells import written
from liveactions.templating.columns import (
    ALWAYS,
    BROKEN,
    MISSING,
    Column,
    Kept,
    Path,
    Seen,
    alike,
    column_of,
    compared,
    is_as_it_was,
    kept,
    rows_of,
)
from liveactions.templating.quick import way_to
from sample_site.desk.models import Activity, Customer, Order


@dataclass
class Note:
    text: Any = "a"
    more: dict[str, Any] = field(default_factory=dict)

    kind = "of the class"

    @property
    def shout(self) -> str:
        return self.text.upper()

    def greet(self) -> str:
        return f"Hello {self.text}"

    def delete(self) -> str:
        raise AssertionError("called")

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def broken(self) -> str:
        raise RuntimeError("broken")

    @property
    def lacking(self) -> str:
        raise AttributeError("lacking")


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class Called:
    """An object that a template calls before it looks further."""

    def __call__(self) -> Note:
        return Note("from the call")


class Slotted:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Sly:
    """Has any attribute and any item."""

    def __getattr__(self, name: str) -> str:
        return f"attribute {name}"

    def __getitem__(self, name: object) -> str:
        return f"item {name}"


class Point(NamedTuple):
    x: str
    y: str


def context() -> Context:
    made = Context()
    made.template = Template("")
    return made


def column(rows: list[Any], *bits: str, certain: bool = True) -> Column:
    found = rows_of(rows, ["row"])
    assert found is not None
    return column_of(found, Path("row", bits, certain), context())


def in_django(row: Any, bits: tuple[str, ...]) -> Any:
    around = context()
    around["row"] = row
    try:
        return Variable(".".join(("row", *bits))).resolve(around)
    except VariableDoesNotExist:
        return MISSING
    except Exception:  # noqa: BLE001  # whatever a template may meet
        return BROKEN


# Reading -------------------------------------------------------------------------------------------------------------

ROWS: dict[str, Callable[[], Any]] = {
    "object": lambda: Note("b"),
    "object holding a dict": lambda: Note({"text": "inner", "items": "own"}),
    "object holding an object": lambda: Note(Note("inner")),
    "model": lambda: Group(pk=3, name="Ada"),
    "model with a relation": lambda: User(pk=3, username="ada"),
    "dict": lambda: {"text": "b", "0": "null", "items": "own"},
    "other dict": lambda: {"more": {"text": 3}},
    "list": lambda: ["first", Note("c")],
    "tuple": lambda: ("first", "second"),
    "named tuple": lambda: Point("across", "down"),
    "string": lambda: "text",
    "number": lambda: 5,
    "none": lambda: None,
    "enum": lambda: Size.SMALL,
    "callable": Called,
    "slots": lambda: Slotted("b"),
    "sly": Sly,
    "date": lambda: date(2024, 5, 6),
}
PATHS = [
    (),
    ("text",),
    ("more",),
    ("more", "text"),
    ("text", "text"),
    ("text", "items"),
    ("text", "upper"),
    ("text", "0"),
    ("0",),
    ("1",),
    ("1", "text"),
    ("7",),
    ("x",),
    ("name",),
    ("value",),
    ("id",),
    ("pk",),
    ("kind",),
    ("shout",),
    ("greet",),
    ("delete",),
    ("broken",),
    ("lacking",),
    ("items",),
    ("year",),
    ("get_full_name",),
    ("nothing",),
]


def looks(value: Any) -> Any:
    return (type(value), str(value)) if not isinstance(value, type({}.items())) else list(value)


@pytest.mark.parametrize("path", PATHS, ids=".".join)
@pytest.mark.parametrize(
    "kinds", [*([name] for name in ROWS), ["object", "model"], ["dict", "other dict"], list(ROWS)], ids=" ".join
)
def test_what_is_at_a_path_is_what_django_finds_there(kinds, path):
    rows = [ROWS[kind]() for kind in kinds]
    found = column(rows, *path)
    assert [looks(value) for value in found.values] == [looks(in_django(row, path)) for row in rows]


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("object", ("shout",)),
        ("object", ("greet",)),
        ("object", ("broken",)),
        ("sly", ("text",)),
        ("callable", ("text",)),
    ],
)
def test_what_is_not_data_is_strange(name, bits):
    assert column([ROWS[name]()], *bits).strange


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("object", ("text",)),
        ("model", ("name",)),
        ("dict", ("text",)),
        ("dict", ("nothing",)),
        ("other dict", ("more", "text")),
    ],
)
def test_data_is_not_strange(name, bits):
    assert not column([ROWS[name]()], *bits).strange


@pytest.mark.parametrize("bits", [("shout",), ("greet",), ("broken",)])
def test_nothing_is_run_where_the_template_might_not_look(bits):
    assert column([Note()], *bits, certain=False) == ([BROKEN], True)


def test_a_relation_is_not_fetched_where_the_template_might_not_look(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert column([Order(pk=1, customer_id=5)], "customer", "name", certain=False) == ([BROKEN], True)


def test_a_deferred_field_is_not_fetched_where_the_template_might_not_look(django_assert_num_queries, db):
    Group.objects.create(name="Ada")
    row = Group.objects.defer("name").get()
    with django_assert_num_queries(0):
        assert column([row], "name", certain=False).values == [BROKEN]


def saved_orders(count: int = 2) -> list[Any]:
    ada = Customer.objects.create(name="Ada", city="Turin")
    for number in range(count):
        Order.objects.create(number=number, customer=ada, promised_at=NOON, stage=["new", "packed"][number % 2])
    return list(Order.objects.order_by("pk"))


@pytest.mark.parametrize("certain", [True, False])
def test_related_rows_that_are_at_hand_are_data(db, django_assert_num_queries, certain):
    saved_orders()
    rows = list(Order.objects.select_related("customer"))
    with django_assert_num_queries(0):
        assert column(rows, "customer", "name", certain=certain) == (["Ada", "Ada"], False)
        assert column([*rows, Note()], "customer", "name", certain=False).values[:2] == ["Ada", "Ada"]


def test_related_rows_that_are_not_at_hand_are_fetched_where_django_fetches_them(db, django_assert_num_queries):
    rows = saved_orders()
    with django_assert_num_queries(2):
        assert column(rows, "customer", "name") == (["Ada", "Ada"], True)
    with django_assert_num_queries(0):
        assert column(rows, "customer", "name") == (["Ada", "Ada"], False)


def test_a_relation_that_leads_nowhere_is_what_django_makes_of_it(db):
    rows = [Activity(actor=None), Activity(actor=User(username="ada"))]
    found = column(rows, "actor", "username")
    assert [looks(value) for value in found.values] == [looks(in_django(row, ("actor", "username"))) for row in rows]
    for kind in ([Activity(order=None)], [Activity()], [Activity(actor=None)]):
        for path in (("order",), ("order", "number"), ("actor",)):
            assert looks(column(kind, *path).values[0]) == looks(in_django(kind[0], path))


@pytest.mark.parametrize("path", ["pk", "customer_id", "get_stage_display", "stage"])
@pytest.mark.parametrize("certain", [True, False])
def test_what_a_model_makes_of_its_columns_is_data(path, certain):
    stages = ["new", "packing", "?", 1, True]
    rows = [Order(pk=number, customer_id=5, stage=stage) for number, stage in enumerate(stages)]
    found = column(rows, path, certain=certain)
    assert [looks(value) for value in found.values] == [looks(in_django(row, (path,))) for row in rows]
    assert not found.strange


@pytest.fixture
def new_to_it():
    """What was found out about classes is forgotten, before the test and after it."""
    way_to.cache_clear()
    yield
    way_to.cache_clear()


@pytest.mark.usefixtures("new_to_it")
def test_a_method_in_the_place_of_the_display_of_a_choice_is_not_data(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Order, "get_stage_display", lambda self: f"my {self.stage}")
        way_to.cache_clear()
        found = column([Order(stage="new"), Order(stage="packing")], "get_stage_display")
    way_to.cache_clear()  # what was found out holds for a class that nobody patches
    assert found == (["my new", "my packing"], True)


def test_rows_that_hold_what_others_do_not_are_read_one_by_one():
    rows = [Row("a"), Row("b")]
    del rows[1].value
    assert column(rows, "value").values == ["a", MISSING]
    notes = [Note("b"), Note("c")]
    del notes[1].text
    assert column(notes, "text").values == ["b", "a"]
    cached = [Cached(), Cached()]
    assert cached[0].costly == "made 1"
    assert column(cached, "costly", certain=False) == (["made 1", BROKEN], True)


class Cached:
    made = 0

    @cached_property
    def costly(self) -> str:
        Cached.made += 1
        return f"made {Cached.made}"


def test_reading_columns_makes_no_dictionary_for_each_row():
    rows = [Group(pk=number, name=f"{number}") for number in range(1000)]
    tracemalloc.start()
    try:
        values = column(rows, "name").values
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(values) == 1000
    assert held < 20_000


# Rows with several variables ------------------------------------------------------------------------------------------


def test_variables_stand_for_parts_of_a_row():
    rows = rows_of([("a", Note("x")), ["b", Note("y")]], ["key", "note"])
    assert rows is not None
    assert column_of(rows, Path("key", ()), context()).values == ["a", "b"]
    assert column_of(rows, Path("note", ("text",)), context()).values == ["x", "y"]


@pytest.mark.parametrize("item", [("a",), ("a", "b", "c"), "abc", ()])
def test_a_row_of_another_length_is_an_error_in_the_words_of_django(item):
    with pytest.raises(ValueError, match=f"Need 2 values to unpack in for loop; got {len(item)}. "):
        rows_of([("a", "b"), item], ["x", "y"])


def test_rows_that_are_unpacked_in_a_way_of_their_own_are_left_to_django():
    assert rows_of([{"a": 1, "b": 2}], ["x", "y"]) is None
    assert rows_of([5], ["x", "y"]) is None


# Comparing ------------------------------------------------------------------------------------------------------------

BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
NOON = datetime(2024, 1, 6, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "make",
    [
        lambda: "ab" * 3 + str(1),
        lambda: mark_safe("<b>" + str(1)),
        lambda: 10**20 + 1,
        lambda: float("1.5"),
        lambda: Decimal("1.50"),
        lambda: bytes([200, 201]),
        lambda: date(2024, 1, 1),
        lambda: datetime(2024, 1, 1, tzinfo=BERLIN),
        lambda: time(1, 2),
        lambda: timedelta(3),
        lambda: UUID(int=3),
        lambda: Size.SMALL,
        lambda: None,
    ],
)
def test_values_that_are_sure_to_look_the_same_are_alike(make):
    assert alike(make(), make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (1, Decimal(1)),
        (0.0, -0.0),
        (Decimal("1.0"), Decimal("1.00")),
        ("a", mark_safe("a")),
        ("a", gettext_lazy("a")),
        (NOON, NOON.astimezone(LONDON)),
        (datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN), datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN)),
        (time(12, tzinfo=timezone.utc), time(12, tzinfo=timezone(timedelta(0), "other"))),
        (NOON.replace(tzinfo=None), NOON),
        (date(2024, 1, 6), NOON),
        ([], []),
        (Note(), Note()),
        (MISSING, None),
        (ALWAYS, ALWAYS),
        (BROKEN, BROKEN),
    ],
)
def test_values_that_may_look_different_are_not_alike(one, other):
    assert not alike(one, other)


def test_a_list_is_not_even_alike_itself():
    same: list[int] = []
    assert not alike(same, same)


def test_only_what_can_be_compared_is_kept():
    note = Note()
    assert kept(Column(["a", 1, note, MISSING, Size.SMALL, BROKEN])).values == [
        "a",
        1,
        ALWAYS,
        MISSING,
        Size.SMALL,
        ALWAYS,
    ]


@pytest.mark.parametrize(
    ("value", "strange"),
    [(Note(), True), (["a"], False), ({"a": [1]}, False), ([Note()], True), (BROKEN, True), ("a", False)],
)
def test_what_is_not_data_all_the_way_down_is_strange_to_keep(value, strange):
    assert kept(Column([value])).strange == strange


class Row:
    def __init__(self, value: Any) -> None:
        self.value = value


VALUES = st.one_of(
    st.sampled_from(
        [0, 1, True, False, 1.0, 0.0, -0.0, None, "a", mark_safe("a"), Decimal("1.0"), Decimal("1.00"), Size.SMALL]
    ),
    st.sampled_from([[], ["a"], {}, Note(), len]),
    st.integers(-2, 2),
    st.text("ab", max_size=1),
)
BOTH = st.lists(st.tuples(VALUES, VALUES) | VALUES.map(lambda value: (value, value)), max_size=8)


def check_changes(pairs: list[tuple[Any, Any]]) -> None:
    path = Path("row", ("value",), certain=True)
    old, new = (column([Row(pair[side]) for pair in pairs], "value") for side in (0, 1))
    rows = rows_of([Row(pair[1]) for pair in pairs], ["row"])
    assert rows is not None
    before = kept(old).values
    same = is_as_it_was(rows, path, before)
    found = compared(rows, path, before, context()) or Seen(before, [], *Kept(before))
    places = enumerate(zip(new.values, old.values, strict=True))
    changed = [place for place, (now, then) in places if not alike(now, then)]
    assert list(found.changed) == changed
    assert not (same and changed)
    again = kept(new)
    assert [looks(value) for value in found.values] == [looks(value) for value in again.values]
    assert (found.opaque, found.strange) == (again.opaque, again.strange)


@given(BOTH)
def test_rows_have_changed_where_their_values_may_look_different(pairs):
    check_changes(pairs)


@given(BOTH, st.sampled_from([("a", "a"), (1, 1), (1, True), ("a", mark_safe("a")), (2.5, 2.5)]))
def test_the_same_holds_for_many_rows(pairs, common):
    check_changes([(f"{old}" if old == "a" else old, new) for old, new in [common] * 60 + pairs])


def test_rows_made_anew_with_equal_values_have_not_changed():
    before = kept(column([Note(f"{number} text") for number in range(100)], "text")).values
    rows = rows_of([Note(f"{number} text") for number in range(100)], ["row"])
    assert rows is not None
    path = Path("row", ("text",), certain=True)
    assert not is_as_it_was(rows, path, before)
    found = compared(rows, path, before, context())
    assert found is not None
    assert list(found.changed) == []


def test_rows_in_which_nothing_was_touched_are_as_they_were():
    notes = [Note(f"{number} text") for number in range(100)]
    before = kept(column(notes, "text")).values
    rows = rows_of(notes, ["row"])
    assert rows is not None
    assert is_as_it_was(rows, Path("row", ("text",)), before)


# Text ----------------------------------------------------------------------------------------------------------------

TEXTS = [
    "plain",
    "a <b> & 'c' \"d\"",
    "with\0zero",
    "",
    mark_safe("<b>safe</b>"),
    gettext_lazy("Monday"),
    0,
    1234567,
    True,
    None,
    1234.5,
    Decimal("1234.50"),
    date(2024, 5, 6),
    NOON,
    time(1, 2),
    Size.SMALL,
    ["a", "<"],
    Note("<i>"),
    MISSING,
]


def by_django(value: Any, around: Context) -> str:
    name = "nothing" if value is MISSING else "value"
    with around.push(value=value):
        return Template(f"{{{{ {name} }}}}").nodelist.render(around)


@pytest.mark.parametrize("separators", [False, True])
@pytest.mark.parametrize("autoescape", [False, True])
@pytest.mark.parametrize("values", [TEXTS, *([value] for value in TEXTS), TEXTS[:4], TEXTS[:5], TEXTS[6:8]], ids=str)
def test_values_are_written_as_django_writes_them(settings, values, autoescape, separators):
    settings.USE_THOUSAND_SEPARATOR = separators
    around = context()
    around.autoescape = autoescape
    assert written(values, around) == [by_django(value, around) for value in values]


@given(st.lists(st.text("a<>&\"'\0é"), max_size=5))
def test_many_texts_are_escaped_as_one_is(values):
    around = context()
    assert written(values, around) == [by_django(value, around) for value in values]


def test_what_a_template_has_to_tell_itself_is_not_written():
    assert written([BROKEN, ALWAYS, "a"], context()) == [None, None, "a"]


def test_what_stands_for_a_missing_value_is_left_to_the_template():
    from tests.templating.reference import engine_of

    around = Context()
    around.template = engine_of(string_if_invalid="?").from_string("")
    assert written([MISSING, "a"], around) == [None, "a"]
