"""Whatever happens to the rows of a loop, by chance: the page shows what Django renders."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.templating.reference import Desk
from tests.templating.rows import ENGINE, PICKED, POSITIONS, TABLE, Row, Rows, dry, li, ul

SOURCES = {
    "cells": TABLE,
    "text": "<p>{% for item in items %}{{ item.name }}, {% endfor %}</p>",
    "filters": ul('<li title="{{ item.name|upper }}">{{ item.n|add:1 }} of {{ items|length }}</li>'),
    "positions": POSITIONS,
    "picked": PICKED,
    "keyed": ul('<li live-key="{{ forloop.counter }}">{{ item.name }}</li>'),
    "branches": li(
        "{% if item.n == picked %}<b>{{ item.name }}</b>{% elif item.tags %}<i>{{ item.tags|length }}</i>{% endif %}"
    ),
    "not data": ul('<li class="{% if item.greet %}{{ item.shout }}{% endif %}">{{ item }}<b>{{ item.tags }}</b></li>'),
    "with": ul("{% with tag=item.tags.0 twice=item.n|add:item.n %}<li>{{ tag }}<b>{{ twice }}</b></li>{% endwith %}"),
    "reversed": li("{{ item.name }}<b>{{ forloop.first }}</b>", "item in items reversed"),
    "empty": ul("<li>{{ item.name }}</li>{% empty %}<li>none, {{ title }}</li>"),
    "nothing dynamic": li("row"),
    "nested": li(
        "{{ item.name }}"
        "{% for tag in item.tags %}<b>{{ tag }} {{ item.n }} {{ forloop.parentloop.counter }}</b>{% endfor %}"
    ),
    "nested empty": li("{% for tag in item.tags %}<b>{{ tag }}</b>{% empty %}{{ item.n }}{% endfor %}"),
    "nested in a branch": ul(
        "{% if item.n %}<li>{% for tag in item.tags %}<b>{{ tag }} {{ picked }}</b>{% endfor %}</li>{% endif %}"
    ),
    "the same twice": li("{% for other in items %}<b>{{ other.name }}{{ item.n }}</b>{% endfor %}"),
    "cycle": ul("<li class=\"{% cycle 'odd' 'even' %}\">{{ item.name }}</li>"),
    "cycle in a branch": li("{% if item.n %}{% cycle 'odd' item.name %}{% endif %}{{ item.name }}"),
    "ifchanged": ul(
        "{% ifchanged item.n %}<li>{{ item.n }}</li>{% else %}<li>-</li>{% endifchanged %}<li>{{ item.name }}</li>"
    ),
    "sliced": li("{{ item.name }}", 'item in items|slice:":2"'),
    "sorted": li("{{ item.name }}", 'item in items|dictsort:"n"'),
    "through a property": li("{{ item.name }}<b>{{ forloop.revcounter }}</b>", "item in computed"),
    "through a with": "{% with rows=owner.tags %}" + li("{{ item.name }}", "item in rows") + "{% endwith %}",
    "unknown names": li("{{ nobody }}{{ item.name }}"),
    "autoescape": ul("{% autoescape off %}<li>{{ item.name }}</li>{% endautoescape %}"),
    "a tag that sets a name": "{% load tried %}" + li("{% plus item.n 1 as more %}{{ more }}{{ item.name }}"),
    "an unknown tag": "{% load tried %}" + li("{% surround %}{{ item.name }}{% endsurround %}"),
    "components": "{% load live %}" + li("{% live 'child' n=item.n key=forloop.counter %}{{ item.name }}"),
    "pairs": li("{{ key }}={{ value.name }}<b>{{ value.n }}</b>", "key, value in table.items"),
    "pairs reversed": li("{{ key }}{{ forloop.counter }}{{ value }}", "key, value in table.items reversed"),
    "keys": li("{{ key }}", "key in table"),
    "tags": li("{{ tag }}", "tag in owner.tags"),
}


def model(name: str, n: int) -> Group:
    made = Group(pk=random.randrange(1, 10**6), name=name)
    made.n, made.tags = n, [name]
    return made


KINDS = {
    "objects": lambda name, n: Row(name, n, tags=[name] * (n % 3)),
    "models": model,
    "dicts": lambda name, n: {"name": name, "n": n, "tags": [name, n][: n % 3]},
    "scalars": lambda name, n: name if n % 2 else n,
}
NAMES = ["a", "b", "<i>", "a long name that is not kept as it is", ""]
NUMBERS = [0, 1, 2, 5, True, 1.0, Decimal("1.0"), None]


def give(row: Any, name: str, value: Any) -> None:
    if isinstance(row, dict):
        row[name] = value
    elif not isinstance(row, (str, int)):
        setattr(row, name, value)


class Story:
    """What happens to the rows of a component. ``choose`` takes one of several: by chance, or as hypothesis wants."""

    def __init__(self, choose: Callable[[Sequence[Any]], Any], kind: str) -> None:
        self.choose = choose
        self.kind = kind

    def row(self) -> Any:
        return KINDS[self.kind](self.choose(NAMES), self.choose(range(6)))

    def rows(self) -> list[Any]:
        return [self.row() for _ in range(self.choose(range(5)))]

    def turn(self, component: Rows) -> set[str]:
        """One thing happens. Returns the fields it happens to."""
        return self.choose(HAPPENS)(self, component, component.items) or {"items", "table", "owner"}

    def tell(self, name: str, turns: int) -> None:
        component = Rows()
        component.items = self.rows()
        component.picked, component.title = 1, "t"
        settle(component)
        tried = Desk(component, SOURCES[name], ENGINE)
        if raises(tried.django):
            return
        assert tried.fresh() == tried.django()
        dirty: set[str] = set()
        for _ in range(turns):
            dirty |= self.turn(component)
            settle(component)
            if self.choose(range(5)) == 4:
                dry(tried)
            everything = self.choose(range(5)) == 4
            if raises(tried.django):
                assert raises(partial(tried.change, *dirty, everything=everything))
                continue
            tried.change(*dirty, everything=everything)
            assert tried.html() == tried.django()
            dirty = set()


def insert(story: Story, component: Rows, rows: list[Any]) -> None:
    rows.insert(story.choose(range(len(rows) + 1)), story.row())


def remove(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        rows.pop(story.choose(range(len(rows))))


def move(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        rows.insert(story.choose(range(len(rows))), rows.pop(story.choose(range(len(rows)))))


def repeat(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        rows.append(rows[story.choose(range(len(rows)))])


def rename(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        give(rows[story.choose(range(len(rows)))], "name", story.choose(NAMES))


def renumber(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        give(rows[story.choose(range(len(rows)))], "n", story.choose(NUMBERS))


def tag(story: Story, component: Rows, rows: list[Any]) -> None:
    if rows:
        row = rows[story.choose(range(len(rows)))]
        tags = row.get("tags") if isinstance(row, dict) else getattr(row, "tags", None)
        if tags is not None:
            tags.insert(0, story.choose(NAMES))


def renew(story: Story, component: Rows, rows: list[Any]) -> None:
    component.items = deepcopy(rows) if story.choose([True, False]) else [copy(row) for row in rows]


def replace(story: Story, component: Rows, rows: list[Any]) -> None:
    component.items = story.rows()


def reverse(story: Story, component: Rows, rows: list[Any]) -> None:
    rows.reverse()


def pick(story: Story, component: Rows, rows: list[Any]) -> set[str]:
    component.picked = story.choose(NUMBERS)
    return {"picked"}


def entitle(story: Story, component: Rows, rows: list[Any]) -> set[str]:
    component.title = story.choose(NAMES)
    return {"title"}


def nothing(story: Story, component: Rows, rows: list[Any]) -> set[str]:
    return {"title"}


HAPPENS = [insert, remove, move, repeat, rename, renumber, tag, renew, replace, reverse, pick, entitle, nothing]


def settle(component: Rows) -> None:
    """The other fields follow the rows."""
    component.table = {f"k{number}": row for number, row in enumerate(component.items)}
    component.owner = Row("owner", tags=component.items)


def raises(function: Callable[[], Any]) -> bool:
    try:
        function()
    except Exception:  # noqa: BLE001  # a template may raise anything
        return True
    return False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SOURCES)
def test_after_many_turns_the_page_shows_what_django_renders(name, kind):
    Story(random.Random(f"{name} {kind}").choice, kind).tell(name, turns=40)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(SOURCES)), turns=st.integers(1, 5))
def test_whatever_happens_to_rows_the_page_shows_what_django_renders(kind, name, turns, data):
    Story(lambda several: data.draw(st.sampled_from(several)), kind).tell(name, turns)
