"""Values → text, a whole column at a time, to the letter as ``{{ value|filters }}`` writes each of them."""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Sequence
from types import NoneType
from typing import Any, Final

from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression, render_value_in_context
from django.utils.safestring import SafeString

from liveactions.templating.columns import ALWAYS, MISSING, PLAIN, WRITTEN

__all__ = ["Filters", "Texts", "escaped", "filters_alone", "key_of", "written"]

Texts = list[str | None]
"""None where only the template itself can tell."""

SEPARATOR: Final = "\0"
"""No text that reads well has it in it, and escaping lets it be."""

Filters = Sequence[tuple[Callable[..., Any], Sequence[tuple[bool, Any]]]]
"""As a ``FilterExpression`` has them: each with its arguments, and whether these are to be looked up."""


def written(values: Sequence[Any], context: Context, filters: Filters = ()) -> Texts:
    """What ``{{ value|filters }}`` writes in ``context``, for each of ``values``; `columns` says what may be there."""
    if filters:
        return each_once(values, through(filters, context))
    kinds = set(map(type, values))
    if len(kinds) == 1:
        (kind,) = kinds
        if kind is str:
            return escaped(values, autoescape=context.autoescape)
        if kind is int and not settings.USE_THOUSAND_SEPARATOR:
            return list(map(str, values))
    if kinds <= WRITERS.keys():
        return [WRITERS[type(value)](value, context) for value in values]
    return each_once(values, lambda value: one(value, context))


def escaped(values: Sequence[str], *, autoescape: bool) -> Texts:
    """All at once: to look through one long text is a fifth of the work."""
    joined = SEPARATOR.join(values)
    text = html.escape(joined) if autoescape else joined
    if text == joined:
        return [*values]
    texts: Texts = [*text.split(SEPARATOR)]
    return texts if len(texts) == len(values) else [html.escape(value) for value in values]


def one(value: Any, context: Context) -> str | None:
    write = WRITERS.get(type(value))
    return str(render_value_in_context(value, context)) if write is None else write(value, context)


def of_int(value: int, context: Context) -> str:
    # With separators between thousands it takes the language to tell.
    return str(render_value_in_context(value, context)) if settings.USE_THOUSAND_SEPARATOR else str(value)


def of_sign(value: Any, context: Context) -> str | None:
    """A missing value is nothing, unless the engine wants something to stand there."""
    return "" if value is MISSING and not stand_in(context) else None


def stand_in(context: Context) -> str:
    """What stands in the place of a value that is missing."""
    return "?" if context.template is None else context.template.engine.string_if_invalid


WRITERS: Final[dict[type, Callable[[Any, Context], str | None]]] = {
    str: lambda value, context: html.escape(value) if context.autoescape else value,
    SafeString: lambda value, _: str(value),
    int: of_int,
    bool: lambda value, _: str(value),
    NoneType: lambda value, _: str(value),
    type(ALWAYS): of_sign,
}
"""Types that have a short way; the others are localised by Django."""

# ── Filters ──


def filters_alone(filters: Filters) -> bool:
    """Whether nothing but the value itself goes into these filters."""
    return all(
        not is_looked_up or value.lookups is None for _, arguments in filters for is_looked_up, value in arguments
    )


def through(filters: Filters, context: Context) -> Callable[[Any], str | None]:
    """What makes a value to text through filters."""
    expression: Any = FilterExpression.__new__(FilterExpression)
    expression.filters = filters
    expression.is_var = False
    nothing = "" if not stand_in(context) else ALWAYS

    def write(value: Any) -> str | None:
        if value is MISSING:
            value = nothing
        if type(value) is type(ALWAYS):
            return None
        expression.var = value
        try:
            return one(expression.resolve(context), context)
        except Exception:  # noqa: BLE001  # whatever it is, the template will meet it again
            return None

    return write


# ── Each value once ──


def each_once(values: Sequence[Any], write: Callable[[Any], str | None]) -> Texts:
    """What ``write`` makes of each value; of those that are alike, once."""
    known: dict[Hashable, str | None] = {}
    texts: Texts = []
    for value in values:
        key = key_of(value)
        if key is None:
            texts.append(write(value))
            continue
        if key not in known:
            known[key] = write(value)
        texts.append(known[key])
    return texts


def key_of(value: Any) -> Hashable:
    """The same for values that are sure to look the same; None if that cannot be told."""
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    return (kind, repr(value)) if kind in WRITTEN else None
