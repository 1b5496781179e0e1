"""Filters: by a field's choices, a relation, yes or no, a range of days, or the values there are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from liveactions.contrib.records.columns import text_of
from liveactions.contrib.records.naming import field_named, field_names, is_kept, meta
from liveactions.contrib.records.options import Records

__all__ = ["Filter", "Option", "condition", "field_at", "filters_of"]

MOST = 200
"""Options of one filter. What has more is better searched for."""
NOTHING = Q(pk__in=())
NONE = "-"
"""The value that stands for none."""


@dataclass
class Option:
    value: str
    label: str


@dataclass
class Filter:
    """One filter as it is shown: ``options`` to choose from, or a range of days (``since``, ``until``)."""

    name: str
    label: str
    kind: Literal["choice", "days"]
    value: str = ""
    options: list[Option] = dataclasses.field(default_factory=list)
    since: str = ""
    until: str = ""


def field_at(model: type[Model], path: str) -> Any:
    """The field at the end of a path. Raises ``LookupError`` that says what there is instead."""
    field: Any = None
    for part in path.split("__"):
        field = field_named(model, part)
        if field is None:
            raise LookupError(
                f"{meta(model).object_name} has no field {part!r} (in {path!r}). "
                f"It has: {', '.join(field_names(model))}."
            )
        model = field.related_model or model
    return field


def is_days(field: Any) -> bool:
    return isinstance(field, models.DateField)  # DateTimeField is one


# ── What is shown ──


def filters_of(records: Records, request: Any, chosen: dict[str, str]) -> list[Filter]:
    """The filters with their options, as this user may see them. One query for each that is not fixed."""
    return [shown(records, request, name, chosen.get(name, "")) for name in records.filters]


def shown(records: Records, request: Any, name: str, value: str) -> Filter:
    field = field_at(records.model, name)
    label = str(capfirst(getattr(field, "verbose_name", None) or name.replace("_", " ")))
    if is_days(field):
        since, until = days(value)
        return Filter(name, label, "days", value, [], str(since or ""), str(until or ""))
    return Filter(name, label, "choice", value, [*options(records, request, name, field)])


def options(records: Records, request: Any, name: str, field: Any) -> Iterable[Option]:
    for fits, give in GIVERS:
        if fits(field):
            yield from give(records, request, name, field)
            break
    if getattr(field, "null", False):
        yield Option(NONE, _("None"))


def from_choices(_records: Any, _request: Any, _name: str, field: Any) -> Iterable[Option]:
    return (Option(str(value), str(label)) for value, label in field.flatchoices if value not in (None, ""))


def yes_or_no(*_: Any) -> Iterable[Option]:
    return [Option("1", text_of(value=True)), Option("0", text_of(value=False))]


def from_relation(records: Records, request: Any, name: str, field: Any) -> Iterable[Option]:
    """Those that occur: of others one would find nothing, and of records out of sight nothing is told."""
    used = records.get_queryset(request).order_by().values(name)
    related = field.related_model._default_manager.filter(pk__in=used)  # noqa: SLF001  # documented
    return (Option(str(each.pk), str(each)) for each in related[:MOST])


def from_values(records: Records, request: Any, name: str, field: Any) -> Iterable[Option]:
    values = records.get_queryset(request).order_by(name).values_list(name, flat=True).distinct()[:MOST]
    return (Option(str(value), text_of(value, field)) for value in values if value not in (None, ""))


GIVERS: tuple[tuple[Callable[[Any], bool], Callable[..., Iterable[Option]]], ...] = (
    (lambda field: bool(getattr(field, "choices", None)), from_choices),
    (lambda field: isinstance(field, models.BooleanField), yes_or_no),
    (lambda field: field.is_relation, from_relation),
    (lambda _: True, from_values),
)


# ── What it means ──


def condition(model: type[Model], name: str, value: str) -> Q:
    """What to ask the database. A value that cannot be (from an old address) finds nothing."""
    field = field_at(model, name)
    if is_days(field):
        return within(name, field, *days(value))
    if value == NONE:
        return Q((f"{name}__isnull", True))
    try:
        target = field.target_field if field.is_relation and is_kept(field) else field
        read = value == "1" if isinstance(field, models.BooleanField) else target.to_python(value.replace("\0", ""))
    except (ValidationError, ValueError):
        return NOTHING
    if isinstance(read, int) and read.bit_length() > 63:  # no database has a number so large
        return NOTHING
    return Q((name, read))


def within(name: str, field: Any, since: date | None, until: date | None) -> Q:
    path = f"{name}__date" if isinstance(field, models.DateTimeField) else name
    parts = [(f"{path}__gte", since)] * bool(since) + [(f"{path}__lte", until)] * bool(until)
    return Q(*parts)


def days(value: str) -> tuple[date | None, date | None]:
    """``2026-01-01..2026-01-31``; either may be missing, and what is no day is taken as missing."""
    since, _dots, until = value.partition("..")
    return day(since), day(until)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
