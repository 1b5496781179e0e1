"""What a list is asked for (search, filters, order), and the queryset that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP

from liveactions.contrib.records.columns import columns_of
from liveactions.contrib.records.filters import condition
from liveactions.contrib.records.naming import field_named, field_names, meta
from liveactions.contrib.records.options import Records

__all__ = ["Query", "Searched", "fitting", "found", "lookup_of", "searched_by"]

MOST_WORDS = 8
MOST_FIELDS = 50


@dataclass
class Query:
    """``search`` is what was typed, ``order`` names of columns (with ``-``: downwards), ``chosen`` values by filter."""

    search: str = ""
    order: list[str] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """As the query of an address."""
        pairs = [("q", self.search)] * bool(self.search) + [("o", ",".join(self.order))] * bool(self.order)
        return urlencode(pairs + [(f"f.{name}", value) for name, value in self.chosen.items() if value])

    @classmethod
    def decode(cls, text: str) -> Query:
        """From the query of an address; what is not understood there is passed over."""
        try:
            pairs = dict(parse_qsl(text.replace("%00", ""), max_num_fields=MOST_FIELDS))
        except ValueError:
            return cls()
        chosen = {name[2:]: value for name, value in pairs.items() if name.startswith("f.")}
        return cls(pairs.get("q", ""), [name for name in pairs.get("o", "").split(",") if name], chosen)


def found(records: Records, request: Any, query: Query) -> QuerySet[Any]:
    """The records that this user may see and that fit, in order; with everything that the columns need."""
    rows: QuerySet[Any] = fitting(records, request, query)
    columns = columns_of(records)
    joins = [*records.select, *(join for column in columns for join in column.joins)]
    prefetch = [*records.prefetch, *(path for column in columns for path in column.prefetch)]
    rows = rows.order_by(*ordering(records, query.order))
    rows = rows.select_related(*joins) if joins else rows
    return rows.prefetch_related(*prefetch) if prefetch else rows


def fitting(records: Records, request: Any, query: Query) -> QuerySet[Any]:
    """The same records as they are, in any order."""
    rows: QuerySet[Any] = records.get_queryset(request)
    return filtered(records, searched(records, rows, query.search), query.chosen)


# ── Order ──


def ordering(records: Records, order: Iterable[str]) -> list[Any]:
    """What to order by: as asked, else as registered, else as the model says; the primary key decides at last."""
    sorts = {column.name: column.sort for column in columns_of(records) if column.sort}
    asked = [
        sorts[name.lstrip("-")] if name[0] != "-" else f"-{sorts[name[1:]]}"
        for name in order
        if name.lstrip("-") in sorts
    ]
    chosen: list[Any] = [turned(sort) for sort in asked] or [*(records.ordering or meta(records.model).ordering)]
    return chosen if {"pk", "-pk"} & {name for name in chosen if isinstance(name, str)} else [*chosen, "pk"]


def turned(sort: str) -> str:
    """A sort that is itself downwards, taken downwards, is upwards."""
    return sort.removeprefix("--")


# ── Search ──


@dataclass(frozen=True)
class Searched:
    """One field of the search: the lookup, and whether it goes through a relation to many."""

    lookup: str
    many: bool


def lookup_of(model: type[models.Model], path: str) -> Searched:
    """Raises ``LookupError`` for a path that leads nowhere."""
    parts, many = path.split(LOOKUP_SEP), False
    field: Any = None
    while parts and (next_field := field_named(model, parts[0])) is not None:
        field, many = next_field, many or next_field.one_to_many or next_field.many_to_many
        parts = parts[1:]
        if not field.is_relation:
            break
        model = field.related_model
    known = field is not None and (
        not parts or (len(parts) == 1 and not field.is_relation and field.get_lookup(parts[0]))
    )
    if not known:
        wrong = parts[0] if parts else path
        raise LookupError(
            f"{meta(model).object_name} has no field or lookup {wrong!r} (in {path!r}). "
            f"It has: {', '.join(field_names(model))}."
        )
    if field.is_relation:
        raise LookupError(f"{path!r} is a relation. Say which field of it: {path}__{field_names(model)[-1]}, for one.")
    return Searched(path if parts else f"{path}__icontains", bool(many))


def searched_by(records: Records) -> list[Searched]:
    """Raises ``LookupError`` for a wrong name."""
    return [lookup_of(records.model, path) for path in records.search]


def searched(records: Records, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those in which every word is found in one of the fields."""
    lookups = searched_by(records)
    for word in text.replace("\0", " ").split()[:MOST_WORDS] if lookups else ():
        hit = Q(*((each.lookup, word) for each in lookups), _connector=Q.OR)
        if any(each.many for each in lookups):  # or a record would come once for each of its hits
            hit = Q(pk__in=records.model._base_manager.filter(hit).values("pk"))  # noqa: SLF001  # documented
        rows = rows.filter(hit)
    return rows


def filtered(records: Records, rows: QuerySet[Any], chosen: Mapping[str, str]) -> QuerySet[Any]:
    for name, value in chosen.items():
        if name in records.filters and value:
            rows = rows.filter(condition(records.model, name, value))
    return rows
