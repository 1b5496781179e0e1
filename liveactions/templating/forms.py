"""Forms: what a browser has to know of a program, found by the program's hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template import TemplateSyntaxError

from liveactions.components import registry
from liveactions.errors import CallError, LocalError
from liveactions.templating.program import Outcome, Program, known_form, looked_up, remember
from liveactions.templating.renderer import template_of

__all__ = ["form_of", "outcomes"]


def form_of(hash: str) -> bytes | None:  # noqa: A002  # the name of the thing
    """What a browser has to know of the program with this hash. None: no component of this process has it."""
    found = known_form(hash)
    if found is not None:
        return found
    for _, outcome in outcomes():  # another process may have sent a program that this one has not met
        if isinstance(outcome, Program):
            remember(outcome)
    return known_form(hash)


def outcomes() -> Iterator[tuple[str, Outcome]]:
    """Every component that can be placed in a page, by its name, and its program or why it has none."""
    for name in registry.names():
        try:
            component: Any = registry.get(name)
            outcome = looked_up(template_of(component), component)
        except (CallError, LocalError, TemplateSyntaxError):
            continue  # it has gone meanwhile; of the others a system check tells
        yield name, outcome
