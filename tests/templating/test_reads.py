"""What expressions read, told from their source."""

from __future__ import annotations

from functools import cached_property

import pytest
from django.template import Template

from liveactions import Component
from liveactions.templating.reads import (
    Names,
    State,
    given,
    impurity,
    leaving_loop,
    merged,
    of_condition,
    of_expression,
)
from liveactions.templating.slots import Reading
from tests.templating.reference import engine_of
from tests.templating.tried import shout, whisper


class Card(Component):
    name = "reads.card"
    template = "x"
    count: int = 0
    title: str = ""
    perms: int = 0

    kind = "card"

    @property
    def shouted(self) -> str:
        return self.title.upper()

    @cached_property
    def kept(self) -> str:
        return self.title

    def twice(self) -> int:
        return self.count * 2


NAMES = Names(State(Card), {})
ENGINE = engine_of()


def expression(source: str):
    return Template("{% load tried l10n humanize %}{{ " + source + " }}", engine=ENGINE).nodelist[-1].filter_expression


def condition(source: str):
    return Template("{% if " + source + " %}x{% endif %}", engine=ENGINE).nodelist[0].conditions_nodelists[0][0]


def read(source: str, names: Names = NAMES) -> Reading:
    return of_expression(expression(source), names)


TRACKED = {
    "count": {"count"},
    "title.upper": {"title"},
    "title|default:count|upper": {"title", "count"},
    "'a constant'": set(),
    "_('translated')|upper": set(),
    "5": set(),
    "True": set(),
    "csrf_token": set(),
    "title|date:'Y'|floatformat": {"title"},
    "count|localize|intcomma": {"count"},
    "title|whisper": {"title"},
}


@pytest.mark.parametrize("source", TRACKED)
def test_state_fields_are_read(source):
    assert read(source).fields == TRACKED[source]
    assert read(source).why == ""


UNTRACKED = {
    "shouted": "shouted is a property of Card",
    "kept": "kept is a property of Card",
    "twice": "twice is a method of Card",
    "kind": "kind is an attribute of the class Card",
    "user.username": "user is not part of the state of Card",
    "perms": "perms is not part of the state of Card",
    "component.count": "component is not part of the state of Card",
    "nobody": "nobody is not a state field of Card",
    "title|default:nobody": "nobody is not a state field of Card",
    "title|random": "the filter random does not always make the same",
    "title|timesince": "the filter timesince does not always make the same",
    "title|naturaltime": "the filter naturaltime does not always make the same",
    "title|shout": "shout() is not known to make the same of the same (if it does, say shout.live_pure = True)",
}


@pytest.mark.parametrize("source", UNTRACKED)
def test_what_cannot_be_known_is_not_guessed(source):
    assert read(source).fields is None
    assert read(source).why.startswith(UNTRACKED[source])


def test_a_filter_may_say_that_it_is_pure():
    assert impurity(whisper) == ""
    assert "shout.live_pure = True" in impurity(shout)


def test_a_filter_of_django_may_be_declared_impure():
    def upper(value: str) -> str:
        return value

    upper.__module__ = "django.template.defaultfilters"
    assert impurity(upper) == ""
    upper.live_pure = False  # type: ignore[attr-defined]
    assert impurity(upper) != ""


def test_a_condition_reads_all_its_operands():
    assert of_condition(condition("count > 3 and not title or 'x' in title|default:count"), NAMES).fields == {
        "count",
        "title",
    }
    assert of_condition(condition("count == twice"), NAMES).fields is None
    assert of_condition(None, NAMES).fields == set()


def test_a_name_that_was_given_stands_for_what_it_comes_from():
    names = NAMES.binding({"a": given(expression("title.upper"), NAMES), "b": given(expression("count|add:1"), NAMES)})
    assert read("a.lower", names).fields == {"title"}
    assert read("b", names).fields == {"count"}
    assert read("title", names.binding({"title": given(expression("count"), names)})).fields == {"count"}


def test_a_loop_tells_the_paths_of_its_variable():
    names = NAMES.looping(["row"], read("title"))
    assert read("row.name.first", names).rows == {"row": {("name", "first")}}
    assert read("row", names).rows == {"row": {()}}
    assert read("row.name", names).fields == {"title"}
    assert read("row.name", names).own == set()
    assert read("row.name|default:count", names).own == {"count"}


def test_a_name_for_a_part_of_a_row_is_that_part():
    names = NAMES.looping(["row"], read("title"))
    inside = names.binding({"a": given(expression("row.customer"), names)})
    assert read("a.name", inside).rows == {"row": {("customer", "name")}}


def test_positions_in_a_loop_are_told():
    names = NAMES.looping(["row"], read("title"))
    assert read("forloop.counter", names).positions == {"counter"}
    assert read("forloop", names).positions == {"*"}
    assert read("forloop.parentloop.first", names).positions == {"parentloop.first"}


def test_outside_of_a_loop_its_rows_are_nobodys_concern():
    outer = NAMES.looping(["row"], read("title"))
    inner = outer.looping(["cell"], read("row.cells", outer))
    inside = merged(
        read(source, inner) for source in ("cell.x", "row.y", "forloop.first", "forloop.parentloop.last", "count")
    )
    left = leaving_loop(inside, ["cell"])
    assert left.rows == {"row": {("y",)}}
    assert left.positions == {"last"}
    assert left.own == {"count"}
    assert left.fields == {"count", "title"}


def test_a_variable_that_hides_one_of_a_loop_around_is_not_mixed_up_with_it():
    outer = NAMES.looping(["row"], read("title"))
    alias = outer.binding({"a": given(expression("row.a"), outer)})
    inner = alias.looping(["row"], read("row.cells", outer))
    assert read("a", inner).own is None
    assert "two loops" in read("a", inner).why


def test_only_what_was_given_is_there_in_an_include_that_says_only():
    names = NAMES.alone({"a": given(expression("count"), NAMES)})
    assert read("a", names).fields == {"count"}
    assert read("title", names).fields == set()
