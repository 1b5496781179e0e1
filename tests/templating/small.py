"""A small component with two numbers and a person, and its page: all that many tests of slots need."""

from __future__ import annotations

from liveactions import Component
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "templating.small"
    template = "x"
    a: int = 0
    b: int = 0
    person: object = None


def desk(source: str, **state: object) -> Desk:
    """The page of a component with this template and state, rendered once."""
    component = Page()
    vars(component).update(state)
    made = Desk(component, "{% load tried live %}" + source, engine_of({"card.html": "<i>{{ title }}</i>"}))
    made.fresh()
    return made
