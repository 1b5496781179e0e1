"""Values → text, a whole column at a time, to the letter as ``{{ value }}`` writes each of them."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any, Final

from django.conf import settings
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.safestring import SafeString

from liveactions.templating.columns import ALWAYS, BROKEN, MISSING

__all__ = ["Texts", "written"]

Texts = list[str | None]
"""None where only the template itself can tell."""

SEPARATOR: Final = "\0"
"""No text that reads well has it in it, and escaping lets it be."""


def written(values: Sequence[Any], context: Context) -> Texts:
    """What ``{{ value }}`` writes in ``context``, for each of ``values``. See `columns` for what may be among them."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        (kind,) = kinds
        if kind is str:
            return escaped(values, context)
        if kind in DIGITS and not settings.USE_THOUSAND_SEPARATOR:
            return list(map(str, values))
    return [one(value, context) for value in values]


def escaped(values: Sequence[str], context: Context) -> Texts:
    """All at once: to look through one long text is a fifth of the work."""
    joined = SEPARATOR.join(values)
    if not context.autoescape or not any(map(joined.__contains__, "&<>\"'")):
        return list(values)
    texts: Texts = [*html.escape(joined).split(SEPARATOR)]
    return texts if len(texts) == len(values) else [html.escape(value) for value in values]


def one(value: Any, context: Context) -> str | None:
    write = WRITERS.get(type(value))
    return str(render_value_in_context(value, context)) if write is None else write(value, context)


def of_int(value: int, context: Context) -> str:
    # With separators between thousands it takes the language to tell.
    return str(render_value_in_context(value, context)) if settings.USE_THOUSAND_SEPARATOR else str(value)


def of_sign(value: Any, context: Context) -> str | None:
    """A missing value is nothing, unless the engine wants something to stand there."""
    template = context.template
    return "" if value is MISSING and template is not None and not template.engine.string_if_invalid else None


DIGITS: Final = frozenset({int})
WRITERS: Final[dict[type, Callable[[Any, Context], str | None]]] = {
    str: lambda value, context: html.escape(value) if context.autoescape else value,
    SafeString: lambda value, _: str(value),
    int: of_int,
    bool: lambda value, _: str(value),
    NoneType: lambda value, _: str(value),
    type(ALWAYS): of_sign,
}
"""Types that have a short way; the others are localised by Django."""
assert type(BROKEN) is type(MISSING) is type(ALWAYS)
