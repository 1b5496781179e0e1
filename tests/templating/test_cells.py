"""Filters for a whole column: what they write of each value, and that values that look alike are asked for once.

(That values without filters are written as Django writes them is told in test_columns.py.)
"""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Engine
from django.template.base import FilterExpression, Parser

from liveactions.templating.cells import filters_alone, key_of, written
from liveactions.templating.columns import ALWAYS, BROKEN, MISSING
from tests.templating.reference import engine_of


def expression(source: str) -> FilterExpression:
    engine = engine_of()
    parser = Parser([], engine.template_libraries, engine.template_builtins)
    parser.add_library(engine.template_libraries["tried"])
    return parser.compile_filter(source)


def context(engine: Engine | None = None, **options: Any) -> Context:
    around = Context(**options)
    around.template = (engine or engine_of()).from_string("")
    return around


def by_django(source: str, value: Any, around: Context) -> str:
    template = engine_of().from_string("{% load tried %}{{ " + source + " }}")
    return template.render(Context({"value": value}, autoescape=around.autoescape))


VALUES = [
    "a <b>",
    "",
    3,
    True,
    None,
    2.5,
    Decimal("1.50"),
    date(2024, 5, 6),
    datetime(2024, 5, 6, 7, tzinfo=timezone.utc),
]
FILTERS = ["upper", "default:'none'", "default_if_none:'-'", "yesno:'a,b'", "truncatechars:2|lower", "safe", "whisper"]


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("source", FILTERS)
def test_values_go_through_filters_as_in_a_template(source, autoescape):
    around = context(autoescape=autoescape)
    found = written(VALUES, around, expression(f"value|{source}").filters)
    assert found == [by_django(f"value|{source}", value, around) for value in VALUES]


def counted(calls: list[Any]) -> Any:
    """A filter that notes what it was asked for."""

    def note(value: Any) -> Any:
        calls.append(value)
        return value

    return [(note, [])]


def test_values_that_look_alike_are_asked_for_once():
    calls: list[Any] = []
    values = ["a", "b", "a", 1, True, 1.0, "b", 1]
    assert written(values, context(), counted(calls)) == ["a", "b", "a", "1", "True", "1.0", "b", "1"]
    assert [(type(call), call) for call in calls] == [(str, "a"), (str, "b"), (int, 1), (bool, True), (float, 1.0)]


def test_a_missing_value_goes_through_filters_as_nothing():
    assert written([MISSING, "a"], context(), expression("value|default:'none'").filters) == ["none", "a"]


def test_where_something_stands_for_what_is_missing_the_template_tells():
    around = context(engine_of(string_if_invalid="?"))
    assert written([MISSING, "a"], around, expression("value|upper").filters) == [None, "A"]


def test_what_only_the_template_can_tell_is_left_to_it():
    assert written([BROKEN, ALWAYS, "a"], context(), expression("value|upper").filters) == [None, None, "A"]


def test_a_filter_that_fails_is_left_to_the_template():
    def fail(value: Any) -> Any:
        raise ZeroDivisionError(value)

    assert written(["a"], context(), [(fail, [])]) == [None]


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("value|upper", True),
        ("value|add:1|default:'x'", True),
        ("value|default:_('x')", True),
        ("value|add:other", False),
        ("value|upper|default:other.name", False),
    ],
)
def test_filters_are_alone_unless_an_argument_is_looked_up(source, alone):
    assert filters_alone(expression(source).filters) is alone


def test_values_that_are_equal_and_look_different_are_told_apart():
    values = ["1", 1, True, 1.0, Decimal(1), Decimal("1.0"), None, 0, False]
    assert len({key_of(value) for value in values}) == len(values)
    assert key_of(Decimal("1.0")) == key_of(Decimal("1.0"))


@pytest.mark.parametrize("value", [[1], {}, object(), print])
def test_of_what_may_look_different_next_time_nothing_is_told(value):
    assert key_of(value) is None
