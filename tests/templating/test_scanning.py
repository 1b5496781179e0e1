"""One pass over the rows of a loop: it sees whatever may look different, and reads nothing that rows do not hold."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django.utils.safestring import mark_safe

from liveactions.templating import tracked
from liveactions.templating.columns import FEW, Path
from liveactions.templating.scanning import KEY, scan_of
from sample_site.desk.models import Activity, Customer, Order
from tests.templating.rows import desk, li, people, turned, ul

NAMES = li("{{ item.name }}<b>{{ item.pk }}</b>")
"""The key of the rows is among what they show."""
ALONE = li("{{ item.name }}")
"""It is not."""
LIVE_KEY = ul('<li live-key="{{ item.pk }}">{{ item.name }}</li>')
SOURCES = [NAMES, ALONE, LIVE_KEY]

Pair = namedtuple("Pair", "name n")  # noqa: PYI024  # as applications have them


def groups(count: int = 3) -> list[Group]:
    return [Group(pk=number + 1000, name=f"name {number}") for number in range(count)]


@contextmanager
def one_pass(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within it no column is looked at by itself."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a column was looked at by itself")

    with monkeypatch.context() as patch:
        for name in ("compared", "column_of", "keys_of", "is_as_it_was"):
            patch.setattr(tracked, name, refuse)
        yield


# What one pass tells -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_one_pass_tells_the_cell_that_has_changed(source, monkeypatch):
    rows = groups(1000)
    tried = desk(source, items=rows)
    with one_pass(monkeypatch):
        rows[500].name = "new"
        changes = turned(tried, "items")
        assert changes[1][:2] == [None, 500]
        assert "new" in repr(changes)
        assert turned(tried, "items") == []


@pytest.mark.parametrize(
    "rows",
    [
        people("a", "b", "c"),
        [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "c", "n": 3}],
        [Group(pk=1, name="a"), Group(pk=2, name="b"), Group(pk=3, name="c")],
    ],
    ids=["objects", "dicts", "models with something of their own"],
)
def test_one_pass_tells_it_whatever_the_rows_are(rows, monkeypatch):
    for number, row in enumerate(rows):
        if isinstance(row, Group):
            row.n = number
    tried = desk(li("{{ item.name }}<b>{{ item.n }}</b>"), items=rows)
    if isinstance(rows[1], dict):
        rows[1]["n"] = 7
    else:
        rows[1].n = 7
    with one_pass(monkeypatch):
        assert turned(tried, "items") == [0, [None, 1, [1, "7"]]]


@pytest.mark.parametrize("changed", range(14))
def test_one_pass_tells_each_of_many_columns(changed, monkeypatch):
    rows = [{f"n{number}": f"{row}.{number}" for number in range(14)} for row in range(3)]
    tried = desk(li("".join(f"<b>{{{{ item.n{number} }}}}</b>" for number in range(14))), items=rows)
    rows[1][f"n{changed}"] = "new"
    with one_pass(monkeypatch):
        assert turned(tried, "items") == [0, [None, 1, [changed, "new"]]]
        assert turned(tried, "items") == []


def test_one_pass_tells_what_related_rows_hold(monkeypatch):
    ada, bob = Customer(pk=1, name="Ada"), Customer(pk=2, name="Bob")
    rows = [Order(pk=number, number=number, customer=ada if number % 2 else bob) for number in range(6)]
    tried = desk(li("{{ item.customer.name }}<b>{{ item.number }}</b>"), items=rows)
    with one_pass(monkeypatch):
        ada.name = "Eve"
        assert turned(tried, "items") == [0, [None, 1, [0, "Eve"], 3, [0, "Eve"], 5, [0, "Eve"]]]
        rows[2].customer = ada
        assert turned(tried, "items") == [0, [None, 2, [0, "Eve"]]]


def test_every_kind_of_row_has_its_pass():
    path = Path("row", ("name",), certain=True)
    for kind in (Group, dict, Pair):
        assert scan_of(kind, [(0, path)], frozenset()) is not None
    for kind in (list, tuple):
        assert scan_of(kind, [(0, Path("row", ("0",)))], frozenset()) is not None
    scalars = scan_of(str, [(0, Path("row", ())), (KEY, Path("row", ()))], frozenset({KEY}))
    assert scalars is not None
    others = scalars.others(["a", "x", "c"], [["a", "b", "c"], ["a", "b", "c"]])
    assert others == {0: [(1, "x")], KEY: [(1, "x")]}
    assert others is not None and not scalars.is_keyed(others)


def test_a_name_is_never_taken_for_code():
    name = "n']) or exit() or (row['"
    scan = scan_of(dict, [(0, Path("row", (name,)))], frozenset())
    assert scan is not None
    others = scan.others([{name: "a"}, {name: "b"}], [["a", "c"]])
    assert others == {0: [(1, "b")]}


# What it must not miss -----------------------------------------------------------------------------------------------


def by_the_dictionary(row: Group) -> None:
    vars(row)["name"] = "new"


def by_another_dictionary(row: Group) -> None:
    row.__dict__ = {**vars(row), "name": "new"}


def by_a_row_in_its_place(row: Group) -> None:
    row.__class__ = Loud


def by_what_looks_different(row: Group) -> None:
    row.name = mark_safe(row.name)


def by_what_a_template_calls(row: Group) -> None:
    row.name = lambda: "called"  # type: ignore[assignment]


def by_taking_it_away(row: Group) -> None:
    del row.name


def by_its_key(row: Group) -> None:
    row.pk = 7


def by_no_key(row: Group) -> None:
    row.pk = None


class Loud(Group):
    """The same row, of which the class makes something else."""

    class Meta:
        proxy = True
        app_label = "auth"

    @property
    def shown(self) -> str:
        return "LOUD"

    __str__ = shown.fget  # type: ignore[assignment]


HAPPENS = [
    by_the_dictionary,
    by_another_dictionary,
    by_a_row_in_its_place,
    by_what_looks_different,
    by_what_a_template_calls,
    by_its_key,
    by_no_key,
]


@pytest.mark.parametrize("happens", HAPPENS)
@pytest.mark.parametrize("source", [NAMES, ALONE])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_however_a_row_is_changed_the_page_shows_it(happens, source, at):
    rows = [Group(pk=number, name=f"<i>{number}</i>") for number in range(5)]
    tried = desk(source, items=rows)
    rows[1].name = "before"
    turned(tried, "items")
    happens(rows[at])
    rows[3].name = "besides"
    turned(tried, "items")
    turned(tried, "items")
    rows[at].name = "after"
    turned(tried, "items")


def test_a_row_whose_class_has_changed_in_its_place_is_read_as_its_class_says():
    class Quiet:
        def __init__(self, name: str) -> None:
            self.name = name

    class Echo(Quiet):
        name = property(lambda self: "echo", lambda self, value: None)  # type: ignore[assignment]

    rows = [Quiet("a"), Quiet("b")]
    tried = desk(ALONE, items=rows)
    rows[1].__class__ = Echo
    assert turned(tried, "items") == [0, [None, 1, [0, "echo"]]]


@pytest.mark.parametrize(
    ("was", "now"),
    [(1, True), (True, 1), (Decimal("1.0"), Decimal("1.00")), (0.0, -0.0), ("a&b", mark_safe("a&b")), (None, 0)],
    ids=repr,
)
def test_a_value_that_is_equal_and_looks_different_is_sent(was, now):
    rows = groups()
    for row in rows:
        row.n = was
    tried = desk(li("{{ item.n }}"), items=rows)
    rows[1].n = now
    assert turned(tried, "items") != []


def test_rows_that_were_fetched_again_are_not_sent():
    tried = desk(NAMES, items=groups())
    fetched = [Group(pk=row.pk + 0, name="".join(row.name)) for row in tried.component.items]
    tried.component.items = fetched
    assert turned(tried, "items") == []
    fetched[1].name = "new"
    assert turned(tried, "items") == [0, [None, 1, [0, "new"]]]


@pytest.mark.parametrize("many", [FEW - 1, FEW, FEW + 1, 2 * FEW])
@pytest.mark.parametrize("source", SOURCES)
def test_many_changed_rows_are_sent_as_few_are(many, source):
    rows = groups(2 * FEW)
    tried = desk(source, items=rows)
    for row in rows[:many]:
        row.name += "!"
    (_, (layout, *changed)) = turned(tried, "items")
    assert layout is None
    assert changed[::2] == list(range(many))


def test_rows_that_move_and_change_at_once_are_told_apart():
    rows = groups(6)
    tried = desk(NAMES, items=rows)
    rows[1], rows[4] = rows[4], rows[1]
    rows[1].name = "moved and new"
    rows[2].name = "new"
    turned(tried, "items")
    rows[0] = Group(pk=7, name="another")
    turned(tried, "items")
    rows[0].pk = rows[3].pk
    turned(tried, "items")


def test_a_row_of_another_class_among_the_rows_is_read_as_its_class_says():
    rows: list[Any] = groups()
    tried = desk(ALONE, items=rows)
    rows[1] = User(pk=rows[1].pk, username="ada")
    turned(tried, "items")
    rows[1].name = "with a name"
    turned(tried, "items")
    rows[1] = {"name": "a dict"}
    turned(tried, "items")


def test_a_row_that_two_loops_share_is_seen_by_both():
    tried = desk("<div>" + ALONE + NAMES + "</div>", items=groups())
    tried.component.items[1].name = "new"
    assert turned(tried, "items") == [0, [None, 1, [0, "new"]], 1, [None, 1, [0, "new"]]]


@dataclass
class Held:
    name: str = "a"
    tags: list[str] = field(default_factory=list)


def test_only_a_column_that_cannot_be_kept_is_looked_at_by_itself(monkeypatch):
    alone = []
    real = tracked.compared
    monkeypatch.setattr(
        tracked, "compared", lambda rows, path, *rest: alone.append(path.bits) or real(rows, path, *rest)
    )
    rows = [Held(name, [name]) for name in "abc"]
    tried = desk(li("{{ item.name }}<b>{{ item.tags|join:' ' }}</b>"), items=rows)
    for number in range(3):
        rows[number].name += "!"
        rows[1].tags.append("more")
        turned(tried, "items")
    assert alone == [("tags",)] * 3
    for row in rows:
        row.tags = "a text"  # type: ignore[assignment]
    turned(tried, "items")
    alone.clear()
    rows[1].tags = "another"  # type: ignore[assignment]
    turned(tried, "items")
    assert alone == []
    rows[1].tags = ["a list again"]
    turned(tried, "items")
    alone.clear()
    rows[1].tags.append("that grows")
    rows[0].name = "new"
    turned(tried, "items")
    assert alone == [("tags",)]


def test_rows_that_lack_something_are_told_all_the_same():
    rows = [{"name": "a"}, {"name": "b", "n": 1}, {"n": 2}]
    tried = desk(li("{{ item.name }}<b>{{ item.n }}</b>"), items=rows)
    rows[0]["n"] = 7
    turned(tried, "items")
    rows[2]["name"] = "c"
    turned(tried, "items")
    del rows[1]["n"]
    turned(tried, "items")


def test_a_property_beside_columns_is_asked_in_every_turn():
    rows = people("a", "b")
    tried = desk(li("{{ item.name }}<b>{{ item.shout }}</b>"), items=rows)
    rows[1].name = "c"
    assert turned(tried, "items") == [0, [None, 1, [0, "c", 1, "c!"]]]


class Echo:
    """Holds a name, and says another one."""

    def __init__(self, name: str) -> None:
        vars(self)["name"] = name

    @property
    def name(self) -> str:
        return f"{vars(self)['name']}!"


class Maker:
    """What a template calls before it looks further."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> Echo:
        return Echo(self.name)


@pytest.mark.parametrize("kind", [Echo, Maker])
def test_what_a_class_has_a_say_in_is_not_read_from_the_object(kind):
    rows = [kind(name) for name in "abc"]
    tried = desk(ALONE, items=rows)
    turned(tried, "items")
    vars(rows[1])["name"] = "d"
    assert turned(tried, "items") == [0, [None, 1, [0, "d!"]]]


def test_a_live_key_that_is_made_of_more_than_the_row_is_asked_for_again():
    tried = desk(ul('<li live-key="{{ item.name }}{{ picked }}">{{ item.n }}</li>'), items=people("a", "b"), picked=1)
    tried.component.picked = 2
    assert turned(tried, "items", "picked") == [0, [[-1, [["a2", "0"], ["b2", "1"]]]]]


def test_a_new_text_is_escaped_as_what_is_around_the_loop_says():
    source = (
        "<ul>{% autoescape off %}{% for item in items %}<li>{{ item.name }}</li>{% endfor %}{% endautoescape %}</ul>"
    )
    tried = desk(source, items=people("a", "b"))
    tried.component.items[1].name = "<i>b</i>"
    assert turned(tried, "items") == [0, [None, 1, [0, "<i>b</i>"]]]


# What it must not read -----------------------------------------------------------------------------------------------


def saved_orders() -> None:
    ada = Customer.objects.create(name="Ada", city="Turin")
    for number in range(3):
        Order.objects.create(number=number, customer=ada, promised_at=timezone.now())


def test_a_deferred_field_is_not_loaded_where_the_template_does_not_look(db, django_assert_num_queries):
    saved_orders()
    source = li("{{ item.number }}{% if item.number == 1 %}<b>{{ item.stage }}</b>{% endif %}")
    tried = desk(source, items=list(Order.objects.defer("stage").order_by("pk")))
    with django_assert_num_queries(0):
        turned(tried, "items")
        tried.component.items[0].number = 7
        turned(tried, "items")
        tried.component.items[2].stage = "packed"
        turned(tried, "items")


def test_a_relation_that_is_not_at_hand_costs_no_query_that_django_would_not_make(db, django_assert_num_queries):
    saved_orders()
    source = li("{{ item.number }}{% if item.number == 1 %}<b>{{ item.customer.name }}</b>{% endif %}")
    rows = list(Order.objects.order_by("pk"))
    tried = desk(source, items=rows)
    with django_assert_num_queries(0):
        rows[0].number = 7
        turned(tried, "items")
    rows[1].refresh_from_db()
    with django_assert_num_queries(1):
        assert turned(tried, "items") == []


def test_a_relation_that_leads_nowhere_is_seen_where_it_begins_to_lead_somewhere():
    ada = User(pk=1, username="ada")
    rows = [Activity(pk=number, actor=ada) for number in range(3)]
    tried = desk(li("{{ item.actor.username }}"), items=rows)
    rows[0].actor = None
    turned(tried, "items")
    rows[1].actor.username = "eve"
    turned(tried, "items")
    rows[0].actor = ada
    assert turned(tried, "items") == [0, [None, 0, [0, "eve"]]]


def test_a_deferred_field_of_a_related_row_is_not_loaded_where_the_template_does_not_look(
    db, django_assert_num_queries
):
    saved_orders()
    source = li("{{ item.number }}{% if item.number == 1 %}<b>{{ item.customer.city }}</b>{% endif %}")
    orders = Order.objects.select_related("customer").order_by("pk")
    rows = list(orders)
    tried = desk(source, items=rows)
    rows[2] = orders.defer("customer__city")[2]
    with django_assert_num_queries(0):
        turned(tried, "items")
    rows[1] = orders.defer("customer__city")[1]
    with django_assert_num_queries(1):
        tried.change("items")
    assert tried.html() == tried.django()
