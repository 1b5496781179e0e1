"""Following paths: which way leads through data, and which does not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Engine, Template

from liveactions.templating.trails import ASK, follow, is_data
from sample_site.desk.models import Order


class Point(NamedTuple):
    x: int
    y: int


class Color(Enum):
    RED = "red"


@dataclass
class Person:
    name: str = "Ada"

    @property
    def shout(self) -> str:
        return self.name.upper()

    @cached_property
    def kept(self) -> str:
        return self.name

    def greet(self) -> str:
        return self.name


class Guessing:
    def __getattr__(self, name: str) -> str:
        return name


DATA = {
    "a scalar": (3, (), 3),
    "an item of a dict": ({"a": {"b": 1}}, ("a", "b"), 1),
    "an item of a dict by a number": ({1: "x"}, ("1",), "x"),
    "an item of a list": ([[1, 2]], ("0", "1"), 2),
    "an attribute of an object": (Person(), ("name",), "Ada"),
    "a field of a named tuple": (Point(1, 2), ("y",), 2),
    "a member's value": (Color.RED, ("value",), "red"),
    "a field of a model": (Group(name="g"), ("name",), "g"),
}


@pytest.mark.parametrize("name", DATA)
def test_data_is_found(name):
    value, path, found = DATA[name]
    assert follow(value, path) == (found, True)


STILL_DATA = {
    "a method of what never changes": ("abc", ("upper",)),
    "the year of a date": (date(2024, 1, 1), ("year",)),
    "what is missing in a dict": ({}, ("a",)),
    "what is missing in a list": ([], ("0",)),
    "what an object does not have": (Person(), ("age",)),
    "something of nothing": (None, ("a",)),
    "the primary key of a model": (Group(pk=3), ("pk",)),
    "the display of a choice": (Order(stage="new"), ("get_stage_display",)),
}


@pytest.mark.parametrize("name", STILL_DATA)
def test_django_is_asked_for_what_depends_on_data_alone(name):
    assert follow(*STILL_DATA[name]) == (ASK, True)


OTHERS = {
    "a property": (Person(), ("shout",)),
    "a property that is not kept yet": (Person(), ("kept",)),
    "a method": (Person(), ("greet",)),
    "a method of a list": ([1], ("pop",)),
    "a method of a dict": ({"a": 1}, ("clear",)),
    "the time": (datetime(2024, 1, 1, tzinfo=timezone.utc), ("now",)),
    "a dict that makes its items": (defaultdict(int), ("a",)),
    "whatever is asked for": (Guessing(), ("a",)),
    "something that is called": ({"a": lambda: 3}, ("a",)),
    "a relation": (Permission(content_type=ContentType()), ("content_type", "model")),
    "a relation to many": (Group(pk=1), ("permissions",)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_data_is_told(name):
    assert follow(*OTHERS[name]) == (ASK, False)


@pytest.mark.parametrize("name", DATA)
def test_what_is_found_is_what_django_finds(name):
    value, path, found = DATA[name]
    template = Template("{{ %s }}" % ".".join(("value", *path)), engine=Engine())  # noqa: UP031  # braces
    assert template.render(Context({"value": value})) == str(found)


def test_pairs_of_a_dict_are_data_and_what_is_in_them_may_not_be():
    pairs, plain = follow({"a": 1}, ("items",))
    assert (list(pairs), plain) == ([("a", 1)], True)
    assert follow({"a": 1}, ("items", "0")) == (ASK, False)


def test_data_is_data_all_the_way_down():
    assert is_data({"a": [1, "x", None, (Color.RED,)], 3: {"b": {1.5}}})
    assert not is_data([1, Person()])
    assert not is_data({"a": [{"b": Person()}]})


def test_what_holds_itself_is_not_followed_for_ever():
    loop: list[object] = []
    loop.append(loop)
    assert not is_data(loop)
