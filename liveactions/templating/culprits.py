"""Errors: a node that fails while Django is not looking is made known as Django does it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.template import Context
from django.template.base import Node

from liveactions.templating.slots import Run

__all__ = ["annotated"]


class Culprit(Node):
    """Stands in for a node that has failed while Django was not looking."""

    def __init__(self, node: Node, error: Exception) -> None:
        self.token = node.token
        self.origin: Any = getattr(node, "origin", None)
        self.error = error

    def render(self, context: Context) -> NoReturn:  # noqa: ARG002  # Django's
        raise self.error


def annotated(node: Node, error: Exception, run: Run) -> NoReturn:
    """Raise what a node has raised, with the place in the template added as Django does in debug mode."""
    Culprit(node, error).render_annotated(run.context)
    raise error
