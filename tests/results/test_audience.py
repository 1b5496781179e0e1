"""Whom a result is for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import audience
from liveactions.errors import ResultError


@pytest.mark.parametrize("name", ["team.7", "a", "0", "_x", "Team:7-a_b.c", "x" * 150])
def test_these_are_names_of_topics(name):
    assert audience.topic(name).stream == name


NO_NAMES = ["", "@all", "@user.7", ".x", "-x", "team 7", "team/7", "ä", "x" * 151, "x\n", None, 7]


@pytest.mark.parametrize("name", NO_NAMES)
def test_these_are_not(name):
    with pytest.raises(ResultError, match="cannot be the name of a topic"):
        audience.topic(name)


def test_a_user_is_addressed_by_object_or_key():
    assert audience.user(SimpleNamespace(pk=7)) == audience.user(7) == audience.user("7")
    assert audience.user(7).stream == "@user.7"


def test_nobody_cannot_be_addressed():
    with pytest.raises(ResultError, match="has no pages"):
        audience.user(SimpleNamespace(pk=None))


def test_a_component_is_addressed_on_its_page():
    one = audience.component("p1", 3)
    assert one.stream == audience.page("p1").stream
    assert one.scope == 3


def test_no_topic_can_be_taken_for_a_personal_stream():
    for personal in (audience.everyone, audience.user(1), audience.page("p")):
        with pytest.raises(ResultError):
            audience.topic(personal.stream)
