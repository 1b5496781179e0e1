"""States of the component that the cases are about: as plain data, and as the objects that the component holds.

A description is JSON. ``World.become`` changes a component to look like one, as actions would: what is described by the
same ``uid`` or ``pk`` as before stays the same object, and lists are changed in place or replaced.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from liveactions import Component
from sample_site.desk.models import Product

__all__ = ["PLAIN", "Description", "Leaf", "Subject", "World", "following", "reduced", "some_state"]

Description = dict[str, Any]


class Row:
    """Something that an application keeps in a list."""

    def __init__(self, uid: int) -> None:
        self.uid = uid
        self.name = ""
        self.n = 0
        self.flag = False
        self.kids: list[Row] = []

    def __repr__(self) -> str:
        return f"<Row {self.uid}>"

    @property
    def label(self) -> str:
        return self.name.upper()

    def sum(self) -> int:
        return self.n + sum(kid.n for kid in self.kids)


class Stream:
    """Something that can be gone through once, as a generator, and looks the same every time."""

    def __init__(self, words: list[str]) -> None:
        self.words = (f"{word}!" for word in words)

    def __iter__(self) -> Iterator[str]:
        return self.words

    def __repr__(self) -> str:
        return "a stream"


class Inquiry(forms.Form):
    name = forms.CharField(required=False)
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")])
    agreed = forms.BooleanField(required=False)


class Subject(Component):
    """The component whose templates are tried."""

    name = "programs.subject"
    template = "<p></p>"

    title: str = ""
    html: str = ""
    note: Any = None
    n: int = 0
    m: int = 0
    price: Any = Decimal("1.50")
    day: Any = date(2024, 2, 29)
    flag: bool = False
    other: bool = False
    words: list[Any] = []
    numbers: list[Any] = []
    rows: list[Any] = []
    dicts: list[Any] = []
    things: list[Any] = []
    grid: list[Any] = []
    lookup: dict[str, Any] = {}
    pairs: list[Any] = []
    chosen: Any = None

    kind = "class attribute"
    which = "badge.html"

    @property
    def shout(self) -> str:
        return self.title.upper()

    @property
    def stream(self) -> Stream:
        return Stream(self.words)

    @property
    def file(self) -> str:
        return "wide.html" if self.flag else "badge.html"

    @property
    def catalog(self) -> Any:
        return Product.objects.filter(stock__gte=self.n).order_by("pk")

    @property
    def form(self) -> Inquiry:
        return Inquiry(initial={"name": self.title, "size": "l" if self.flag else "s", "agreed": self.other})

    def double(self) -> int:
        return self.n * 2


class Leaf(Component):
    """A nested component: one element, which shows what it is given."""

    name = "programs.leaf"
    template = '<b class="leaf">{{ label }}:{{ number }}</b>'
    label: Any = ""
    number: Any = 0


class Item(Leaf):
    name = "programs.item"
    template = "<li>{{ label }}{% if number %} <i>{{ number }}</i>{% endif %}</li>"


class Line(Leaf):
    name = "programs.line"
    template = '<tr class="n{{ number }}"><td>{{ label }}</td></tr>'


class Box(Leaf):
    """One that holds another one."""

    name = "programs.box"
    template = (
        "{% load live %}<div>{% if number %}<u>{{ number }}</u>{% endif %}"
        '{% live "programs.leaf" label=label number=number %}</div>'
    )


class Bare(Leaf):
    """One without one root element."""

    name = "programs.bare"
    template = "{{ label }}<i>{{ number }}</i>"


# Descriptions ------------------------------------------------------------------------------------------------------

PLAIN: Description = {
    "title": "",
    "html": "",
    "note": None,
    "n": 0,
    "m": 0,
    "price": "1.50",
    "day": "2024-02-29",
    "flag": False,
    "other": False,
    "words": [],
    "numbers": [],
    "rows": [],
    "dicts": [],
    "things": [],
    "grid": [],
    "lookup": {},
    "pairs": [],
    "chosen": None,
}
"""What a description that leaves a field out says of it."""

TEXTS = (
    *("", "a", "b", "one two", "ä€😀", " lead", "trail ", "x\ny", "\nfirst", "a & b", "&amp;", "<b>x</b>", "<", "a<b>"),
    *("\"q\" 'r'", "<!--", "-->", "</p>", "\u00a0", "{{ x }}", "true", "0", "it's & that", "tab\there", "x" * 24),
    *("a longer text with more than twenty-four characters", "<i>a longer text & more</i> of it", "\r\nx\ry"),
)
MARKUPS = (
    *("", "plain", "<b>bold</b>", "<i>a</i> tail", "head <b>x</b> tail", "<b>x</b><i>y</i>", "a &lt; b", "<br>"),
    *('<span class="s">deep <b>er</b></span>', "<!-- c -->", "x<!-- c -->y", "&nbsp;", "<em></em>", "1 < 2", "&amp;"),
)
ODD = (
    *(None, True, 1, 1.0, 0, 0.0, "1", {"float": "nan"}, {"decimal": "1.0"}, {"decimal": "1.00"}, {"decimal": "1"}),
    *({"safe": "a &lt; b"}, "a &lt; b", {"safe": "a & b"}, "a & b", {"lazy": "Monday"}, "Monday", "<script>x</script>"),
    *({"lazy": "Yes"}, {"enum": "ONE"}),
    *({"moment": "2024-05-05T12:00:00+00:00"}, {"moment": "2024-05-05T14:00:00+02:00"}),
)
"""Values some of which are equal to others and look different."""


class Values:
    """Makes random parts of descriptions."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def number(self) -> int:
        return self.random.choice((0, 1, 2, 3, 5, 7, 1234))

    def boolean(self) -> bool:
        return self.random.random() < 0.5

    def many(self, one: Callable[[], Any], most: int = 5) -> list[Any]:
        return [one() for _ in range(self.random.choice((0, 1, 2, 3, most)))]

    def row(self, depth: int = 1) -> Description:
        uid = self.random.randrange(1, 12)
        kids = self.distinct(lambda: self.row(depth - 1), 3) if depth else []
        name = self.random.choice(ODD) if self.random.random() < 0.1 else self.text()
        return {"uid": uid, "name": name, "n": self.number(), "flag": self.boolean(), "kids": kids}

    def thing(self) -> Description:
        return {"pk": self.random.randrange(1, 12), "name": self.text(), "stock": self.number()}

    def distinct(self, one: Callable[[], Description], most: int = 5) -> list[Description]:
        found = {each.get("uid") or each["pk"]: each for each in self.many(one, most)}
        return list(found.values())

    def rows(self) -> list[Description]:
        rows = self.distinct(self.row)
        if rows and self.random.random() < 0.04:
            rows.append(copy.deepcopy(rows[0]))
        return rows

    def lookup(self) -> dict[str, str]:
        return {key: self.text() for key in self.random.sample("abcdef", self.random.randrange(4))}

    def field(self, name: str) -> Any:
        return MAKERS[name](self)


MAKERS: dict[str, Callable[[Values], Any]] = {
    "title": Values.text,
    "html": lambda self: self.random.choice(MARKUPS),
    "note": lambda self: self.random.choice((None, self.text(), self.number(), *ODD)),
    "n": Values.number,
    "m": Values.number,
    "price": lambda self: self.random.choice(("0.00", "1.50", "1.5", "1234.56", "-2.25")),
    "day": lambda self: self.random.choice(("2024-02-29", "1999-12-31", "2025-07-04")),
    "flag": Values.boolean,
    "other": Values.boolean,
    "words": lambda self: self.many(self.text),
    "numbers": lambda self: self.many(self.number),
    "rows": Values.rows,
    "dicts": lambda self: self.distinct(self.row),
    "things": lambda self: self.distinct(self.thing),
    "grid": lambda self: self.many(lambda: self.many(self.number, 3), 3),
    "lookup": Values.lookup,
    "pairs": lambda self: self.many(lambda: [self.text(), self.number()], 4),
    "chosen": lambda self: self.random.choice((None, self.row())),
}


def some_state(random: Random, names: frozenset[str]) -> Description:
    """A first state; only these fields are other than plain."""
    values = Values(random)
    return acquainted(random, {name: values.field(name) for name in PLAIN if name in names})


def following(random: Random, state: Description, names: frozenset[str]) -> Description:
    """A state that may come after ``state``: some of the fields ``names`` are another value, or were changed inside."""
    values = Values(random)
    after = copy.deepcopy(state)
    used = [name for name in PLAIN if name in names]
    for name in random.sample(used, min(len(used), random.choice((1, 1, 1, 2, 3, 0)))):
        value = after.get(name, PLAIN[name])
        if isinstance(value, list) and value and random.random() < 0.85:
            after[name] = shuffled(values, name, copy.deepcopy(value))
        elif value and name in ("lookup", "chosen") and random.random() < 0.7:
            after[name] = touched(values, name, copy.deepcopy(value))
        else:
            after[name] = values.field(name)
    return acquainted(random, after)


def acquainted(random: Random, state: Description) -> Description:
    """Where the chosen row is one of the rows, the two are the same object, and look the same."""
    chosen, rows = state.get("chosen"), state.get("rows")
    if not chosen or not rows:
        return state
    same = [row for row in rows if row["uid"] == chosen["uid"]]
    if same or random.random() < 0.2:
        state["chosen"] = copy.deepcopy(same[-1] if same else rows[0])
    return state


def shuffled(values: Values, name: str, items: list[Any]) -> list[Any]:
    """A list after one thing was done to it."""
    random = values.random
    do = random.choice(LIST_MOVES)
    before = copy.deepcopy(items)
    do(values, name, items)
    return items if is_distinct(name, items) or random.random() < 0.1 else before


def is_distinct(name: str, items: list[Any]) -> bool:
    ids = [item.get("uid") or item.get("pk") for item in items if isinstance(item, dict)]
    return len(set(ids)) == len(ids)


def another(values: Values, name: str) -> Any:
    made = values.field(name)
    return made[0] if made else None


def insert(values: Values, name: str, items: list[Any]) -> None:
    if (one := another(values, name)) is not None:
        items.insert(values.random.randrange(len(items) + 1), one)


def append(values: Values, name: str, items: list[Any]) -> None:
    items += values.field(name)


def remove(values: Values, name: str, items: list[Any]) -> None:
    del items[values.random.randrange(len(items))]


def clear(values: Values, name: str, items: list[Any]) -> None:
    items.clear()


def reverse(values: Values, name: str, items: list[Any]) -> None:
    items.reverse()


def rotate(values: Values, name: str, items: list[Any]) -> None:
    items.append(items.pop(0))


def swap(values: Values, name: str, items: list[Any]) -> None:
    one, other = values.random.randrange(len(items)), values.random.randrange(len(items))
    items[one], items[other] = items[other], items[one]


def shuffle(values: Values, name: str, items: list[Any]) -> None:
    values.random.shuffle(items)


def replace(values: Values, name: str, items: list[Any]) -> None:
    if (one := another(values, name)) is not None:
        items[values.random.randrange(len(items))] = one


def change(values: Values, name: str, items: list[Any]) -> None:
    place = values.random.randrange(len(items))
    if isinstance(items[place], dict):
        items[place] = touched(values, name, items[place])
    else:
        replace(values, name, items)


def change_and_move(values: Values, name: str, items: list[Any]) -> None:
    change(values, name, items)
    swap(values, name, items)


LIST_MOVES = (insert, append, remove, clear, reverse, rotate, swap, shuffle, replace)
LIST_MOVES += (change, change, change, change_and_move)


def touched(values: Values, name: str, item: Description) -> Description:
    """A row or a dictionary with something else in it."""
    if name == "lookup":
        return {**item, **values.lookup()} if values.boolean() else dict(list(item.items())[1:])
    makers = {"name": values.text, "n": values.number, "flag": values.boolean, "stock": values.number}
    key = values.random.choice([key for key in item if key in makers or key == "kids"])
    if key != "kids":
        item[key] = makers[key]()
    elif item["kids"]:
        item["kids"] = shuffled(values, "rows", item["kids"])
    else:
        item["kids"] = [{**kid, "kids": []} for kid in values.rows()]
    return item


def reduced(states: list[Description]) -> Iterator[list[Description]]:
    """Smaller sequences of states, the smallest first."""
    for place in range(len(states)):
        yield states[:place] + states[place + 1 :]
    for name in PLAIN:
        if any(name in state for state in states):
            yield [{key: value for key, value in state.items() if key != name} for state in states]
    for place, state in enumerate(states):
        for name, value in state.items():
            before = states[place - 1].get(name, PLAIN[name]) if place else PLAIN[name]
            for other in ([before] if before != value else []) + list(simpler(value)):
                yield [*states[:place], {**state, name: other}, *states[place + 1 :]]


def simpler(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield value[:place] + value[place + 1 :]
            for other in simpler(item):
                yield [*value[:place], other, *value[place + 1 :]]
    elif isinstance(value, dict):
        for key, item in value.items():
            for other in simpler(item) if key not in ("uid", "pk") else ():
                yield {**value, key: other}
    elif isinstance(value, str) and value not in ("", "x"):
        yield from ("", "x")
    elif type(value) is int and value > 1:
        yield from (0, 1)
    elif value is True:
        yield False


def looks(name: str, state: Description) -> str:
    """By which two values of a field can be told apart: 1, 1.0 and True cannot by being equal."""
    return repr(state.get(name, PLAIN[name]))


# Objects -----------------------------------------------------------------------------------------------------------


class World:
    """The objects of an application while a component goes from state to state."""

    def __init__(self) -> None:
        self.rows: dict[Any, Row] = {}
        self.dicts: dict[Any, dict[str, Any]] = {}
        self.things: dict[Any, Product] = {}
        self.described: Description | None = None
        self.turn = 0

    def become(self, component: Any, state: Description) -> frozenset[str]:
        """Make the component what ``state`` says. The names of the fields that look different afterwards."""
        before, self.described = self.described, copy.deepcopy(state)
        self.turn += 1
        other = [name for name in PLAIN if before is None or looks(name, state) != looks(name, before)]
        for name in other:
            self.give(component, name, state.get(name, PLAIN[name]))
        return frozenset(other)

    def give(self, component: Any, name: str, value: Any) -> None:
        made = self.objects(name, value)
        present = getattr(component, name)  # as an action would: from then on the component minds what is changed in it
        if isinstance(made, list) and isinstance(present, list) and self.turn % 3 != 1:
            present[:] = made
        elif isinstance(made, dict) and isinstance(present, dict) and self.turn % 3 != 1:
            present.clear()
            present.update(made)
        else:
            setattr(component, name, made)

    def objects(self, name: str, value: Any) -> Any:
        return OBJECTS[name](self, value) if name in OBJECTS else thawed(value)

    def row(self, said: Description, path: tuple[int, ...] = ()) -> Row:
        path = (*path, said["uid"])
        row = self.rows.setdefault(path, Row(said["uid"]))
        row.name, row.n, row.flag = thawed(said.get("name", "")), said.get("n", 0), said.get("flag", False)
        row.kids = [self.row(kid, path) for kid in said.get("kids", ())]
        return row

    def dict(self, said: Description, path: tuple[int, ...] = ()) -> Description:
        path = (*path, said["uid"])
        found = self.dicts.setdefault(path, {})
        found.clear()
        found.update({"name": "", "n": 0, "flag": False} | said)
        found["name"] = thawed(found["name"])
        found["kids"] = [self.dict(kid, path) for kid in said.get("kids", ())]
        return found

    def thing(self, said: Description) -> Product:
        thing = self.things.setdefault(said["pk"], Product(pk=said["pk"], sku=f"s{said['pk']}", price=Decimal("2.50")))
        if self.turn % 4 == 3:  # fetched again
            thing = self.things[said["pk"]] = Product(pk=said["pk"], sku=thing.sku, price=thing.price)
        thing.name, thing.stock = said.get("name", ""), said.get("stock", 0)
        return thing


class Size(Enum):
    ONE = 1


THAWED: dict[str, Callable[[Any], Any]] = {
    "safe": mark_safe,
    "float": float,
    "decimal": Decimal,
    "lazy": gettext_lazy,
    "moment": datetime.fromisoformat,
    "enum": Size.__getitem__,
}


def thawed(value: Any) -> Any:
    """What plain data stands for; ``{"safe": "<b>"}`` is marked as safe."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        return THAWED[kind](inner) if kind in THAWED else dict(value)
    return copy.deepcopy(value)


OBJECTS: dict[str, Callable[[World, Any], Any]] = {
    "price": lambda self, value: Decimal(value),
    "day": lambda self, value: date.fromisoformat(value),
    "rows": lambda self, value: [self.row(said) for said in value],
    "dicts": lambda self, value: [self.dict(said) for said in value],
    # One row of the table is one object, however often a story mentions it.
    "things": lambda self, value: [self.thing(said) for said in {said["pk"]: said for said in value}.values()],
    "pairs": lambda self, value: [tuple(pair) for pair in value],
    "chosen": lambda self, value: value and self.row(value),
}


def make_products() -> None:
    """The products that ``catalog`` finds: the only thing that comes from the database."""
    Product.objects.bulk_create(
        Product(sku=f"p{n}", name=f"Product {n}", price=Decimal("1.25"), stock=n) for n in range(4)
    )
