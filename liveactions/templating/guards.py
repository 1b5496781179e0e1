"""Noticing what a tag that nobody knows does to the context, beyond writing HTML."""

from __future__ import annotations

from typing import Any

from django.template import Context
from django.utils.translation import get_language

from liveactions.templating.slots import Run
from liveactions.templating.trails import ASK

__all__ = ["Guard"]


class Guard:
    """Compares the context before and after such a tag. One for each template."""

    def __init__(self) -> None:
        self.watched: frozenset[str] = frozenset()
        """The names that something else in the template is known to look up."""
        self.needed = False
        """There is such a tag."""

    def seen(self, context: Context) -> tuple[Any, ...]:
        """What ``check`` compares with."""
        layers = [(layer, dict(layer)) for layer in context.dicts[1:] if isinstance(layer, dict)]
        return layers, (context.autoescape, context.use_l10n, context.use_tz, get_language())

    def check(self, run: Run, before: tuple[Any, ...], told: frozenset[str] = frozenset()) -> None:
        """Say so if anything that matters is not what it was, other than the names that it has told of."""
        (layers, settled), (now, settled_now) = before, self.seen(run.context)
        same = settled == settled_now and len(layers) == len(now)
        if not same or any(self.differs(layer, was, told) for layer, was in layers):
            run.alter()

    def differs(self, layer: dict[str, Any], was: dict[str, Any], told: frozenset[str]) -> bool:
        names = self.watched.intersection(layer.keys() | was.keys()) - told
        return any(layer.get(name, ASK) is not was.get(name, ASK) for name in names)
