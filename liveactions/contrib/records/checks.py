"""System checks: what a registration names must be there.

========  ================================================================================
``E001``  a column is unknown
``E002``  a field of the search is unknown
``E003``  a filter is unknown
``E004``  an ordering, a total or an editable column is unknown
``E005``  a related name is no reverse relation
``E006``  ``liveactions`` is not installed, or comes after this app
========  ================================================================================

In ``SILENCED_SYSTEM_CHECKS`` each is written with the app's label: ``"live_records.E001"``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError

from liveactions.contrib.records import registry
from liveactions.contrib.records.columns import column_named
from liveactions.contrib.records.filters import field_at
from liveactions.contrib.records.naming import field_named, meta
from liveactions.contrib.records.options import Records
from liveactions.contrib.records.queries import lookup_of

__all__ = ["problems_of"]


def error(number: str, records: Records, what: str, reason: object) -> checks.CheckMessage:
    place = f"{type(records).__module__}.{type(records).__qualname__}"
    return checks.Error(f"{place}.{what}: {reason}", id=f"live_records.{number}", obj=type(records))


@checks.register("live_records")
def registrations(**_: Any) -> list[checks.CheckMessage]:
    """Every registration, and the place of the app."""
    found = [problem for records in registry.registered() for problem in problems_of(records)]
    if not apps.is_installed("liveactions"):
        hint = 'Add "liveactions" to INSTALLED_APPS.'
        found.append(checks.Error("liveactions.contrib.records needs liveactions.", hint=hint, id="live_records.E006"))
    return found


def problems_of(records: Records) -> Iterator[checks.CheckMessage]:
    """What is wrong with one registration."""
    model = records.model
    yield from each(records, "E001", "columns", records.columns, lambda name: column_named(records, name))
    yield from each(records, "E002", "search", records.search, lambda name: lookup_of(model, name))
    yield from each(records, "E003", "filters", records.filters, lambda name: field_at(model, name))
    yield from each(records, "E004", "ordering", records.ordering, lambda name: orderable(records, name))
    yield from each(records, "E004", "totals", records.totals, lambda name: shown(records, name))
    yield from each(records, "E004", "editable", records.editable or (), lambda name: shown(records, name))
    yield from each(records, "E005", "related", records.related, lambda name: relation(records, name))


def each(
    records: Records, number: str, what: str, names: Iterable[Any], look: Callable[[Any], Any]
) -> Iterator[checks.CheckMessage]:
    for name in names:
        try:
            look(name)
        except (LookupError, FieldError) as reason:
            yield error(number, records, what, reason.args[0])


def orderable(records: Records, name: Any) -> None:
    """An expression is its author's business."""
    if isinstance(name, str) and name != "?":
        str(records.model._default_manager.order_by(name).query)  # noqa: SLF001  # documented


def shown(records: Records, name: str) -> None:
    if name not in records.columns:
        raise LookupError(f"{name!r} is not among the columns: {', '.join(records.columns)}.")


def relation(records: Records, name: str) -> None:
    found = field_named(records.model, name)
    if found is None or not found.one_to_many:
        known = [field.name for field in meta(records.model).related_objects if field.one_to_many]
        raise LookupError(f"{meta(records.model).object_name} has no rows {name!r}. It has: {', '.join(known)}.")
