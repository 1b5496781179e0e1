"""The table of life is the truth about the class."""

from __future__ import annotations

import inspect

import pytest

from liveactions.components import LIFE, Component


@pytest.mark.parametrize("name", LIFE)
def test_each_moment_is_a_documented_method_of_the_component(name):
    method = getattr(Component, name)
    assert inspect.isfunction(method)
    assert inspect.getdoc(method)
    assert LIFE[name].name == name
    assert LIFE[name].when.endswith(".")


@pytest.mark.parametrize("name", LIFE)
def test_the_arguments_of_each_moment_are_told(name):
    parameters = [each for each in inspect.signature(getattr(Component, name)).parameters if each != "self"]
    assert bool(parameters) == bool(LIFE[name].arguments)
    assert all(parameter in LIFE[name].arguments for parameter in parameters)


def test_the_moments_stand_in_the_order_of_a_life():
    assert list(LIFE) == ["mount", "topics", "restored", "updated", "unmount"]


@pytest.mark.parametrize("name", LIFE)
def test_every_moment_may_be_asynchronous(name):
    async def moment(self): ...

    assert LIFE[name].asynchronous
    assert inspect.iscoroutinefunction(getattr(type("Slow", (Component,), {name: moment}), name))
