"""Columns: from a name in ``Records.columns`` to a label, a value, a text, and what the database is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from liveactions.contrib.records.naming import field_named, field_names, is_kept, meta
from liveactions.contrib.records.options import Records

__all__ = ["Column", "column_named", "columns_of", "editable_columns", "text_of"]


@dataclass(frozen=True)
class Column:
    """One column. ``sort`` is what to order by, None if it cannot be; ``field`` the model's, None if it is computed.

    ``joins`` and ``prefetch`` are what the database is to bring along; ``models`` whose changes concern the column.
    """

    name: str
    label: str
    read: Callable[[Any], Any]
    sort: str | None = None
    numeric: bool = False
    field: Any = None
    joins: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    models: tuple[type[Model], ...] = ()

    def value(self, obj: Model) -> Any:
        """What the record has there; None where a relation on the way is empty."""
        try:
            return self.read(obj)
        except (ObjectDoesNotExist, AttributeError):
            if "." in self.name:
                return None
            raise

    def text(self, obj: Model) -> str:
        """What a reader sees."""
        return text_of(self.value(obj), self.field)


def text_of(value: Any, field: Any = None) -> str:
    """``value`` as its field and the user's language want it written."""
    choices = dict(getattr(field, "flatchoices", None) or ())
    if choices and value in choices:
        return str(choices[value])
    if isinstance(value, (SafeString, str)):
        return value
    if value is None:
        return ""
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return write(value, field)
    return str(value)


def number(value: Any, field: Any) -> str:
    places = getattr(field, "decimal_places", None)
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


def moment(value: datetime, _field: Any) -> str:
    return formats.date_format(
        timezone.localtime(value) if timezone.is_aware(value) else value, "SHORT_DATETIME_FORMAT"
    )


WRITERS: tuple[tuple[Any, Callable[[Any, Any], str]], ...] = (
    (bool, lambda value, _field: _("Yes") if value else _("No")),
    (int, lambda value, _field: str(value)),
    ((Decimal, float), number),
    (datetime, moment),
    (date, lambda value, _field: formats.date_format(value, "SHORT_DATE_FORMAT")),
    (time, lambda value, _field: formats.time_format(value, "TIME_FORMAT")),
    (models.Manager, lambda value, _field: ", ".join(map(str, value.all()))),
)


# ── Looking names up ──


@cache
def columns_of(records: Records) -> tuple[Column, ...]:
    """The columns of a registration. Raises ``LookupError`` for a name that is none, and tells what could be."""
    return tuple(column_named(records, name) for name in records.columns)


def editable_columns(records: Records, request: Any) -> frozenset[str]:
    """The columns that can be edited in the list: fields of the model that the form has, and ``editable`` names."""
    names = records.columns if records.editable is None else records.editable
    fields = records.form_for(request).base_fields
    return frozenset(name for name in names if name in fields and field_named(records.model, name) is not None)


def column_named(records: Records, name: str) -> Column:
    if name == "__str__":
        return Column(name, capfirst(records.label), str)
    own = getattr(type(records), name, None)
    if callable(own) and name.isidentifier() and not hasattr(Records, name):
        return method_column(name, own, getattr(records, name))
    *way, last = name.split(".")
    model, joins, passed = through(records.model, way, name)
    field = field_named(model, last)
    read = reader((*way, last))
    if field is not None:
        column = Column(name, labelled(field), read, field=field, joins=joins, models=passed)
        return field_column(column, way)
    attribute = getattr(model, last, None)
    if attribute is None or last.startswith("_") or (callable(attribute) and getattr(attribute, "alters_data", False)):
        raise unknown(name, last, model)
    function = getattr(attribute, "fget", attribute)
    label = getattr(function, "label", None) or getattr(function, "short_description", None) or worded(last)
    sort = getattr(function, "sort", None) or getattr(function, "admin_order_field", None)
    returned = getattr(function, "__annotations__", {}).get("return")
    numeric = getattr(function, "numeric", False) or returned in (int, float, Decimal, "int", "float", "Decimal")
    prefix = "__".join(way)
    return Column(
        name,
        str(capfirst(label)),
        read,
        sort=sort and "__".join(filter(None, (prefix, sort))),
        numeric=numeric,
        joins=joins,
        models=passed,
    )


def method_column(name: str, function: Any, read: Callable[[Any], Any]) -> Column:
    label = getattr(function, "label", None) or worded(name)
    sort, numeric = getattr(function, "sort", None), getattr(function, "numeric", False)
    return Column(name, str(capfirst(label)), read, sort=sort, numeric=numeric)


def field_column(column: Column, way: list[str]) -> Column:
    """The column of a field: what it has so far is its name, its reading and what lies on the way."""
    field = column.field
    path = "__".join((*way, field.name))
    if not is_kept(field):
        raise LookupError(f"{column.name!r} is a reverse relation. Write a method that says what to show of it.")
    if field.many_to_many:
        return replace(column, prefetch=(path,), models=(*column.models, field.related_model))
    numeric = isinstance(field, (models.IntegerField, models.DecimalField, models.FloatField)) and not field.choices
    column = replace(column, sort=path, numeric=numeric)
    if field.is_relation:
        column = replace(column, joins=(*column.joins, path), models=(*column.models, field.related_model))
    return column


def labelled(field: Any) -> str:
    return str(capfirst(field.verbose_name))


def worded(name: str) -> str:
    return name.replace("_", " ")


def through(
    model: type[Model], way: list[str], name: str
) -> tuple[type[Model], tuple[str, ...], tuple[type[Model], ...]]:
    """Follow forward relations: the model at the end, the join that takes, and the models on the way."""
    passed: list[type[Model]] = []
    for part in way:
        field = field_named(model, part)
        if field is None or not (field.many_to_one or field.one_to_one) or not field.concrete:
            raise unknown(name, part, model)
        model = field.related_model
        passed.append(model)
    return model, ("__".join(way),) if way else (), tuple(passed)


def unknown(name: str, part: str, model: type[Model]) -> LookupError:
    what = repr(name) if name == part else f"{part!r} in {name!r}"
    return LookupError(
        f"{meta(model).object_name} has no {what}. It has the fields {', '.join(field_names(model))}; "
        "properties and methods of it, or of the Records class, can be columns too."
    )


def reader(parts: tuple[str, ...]) -> Callable[[Any], Any]:
    def read(obj: Any) -> Any:
        for part in parts:
            obj = getattr(obj, part)
        return obj() if callable(obj) and not isinstance(obj, (models.Manager, type)) else obj

    return read
