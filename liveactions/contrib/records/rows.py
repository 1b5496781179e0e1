"""What a list keeps of its records: texts, and where they stand. Plain data, so that only what differs is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldError
from django.db.models import Aggregate, Model, QuerySet
from django.utils.safestring import SafeString

from liveactions.contrib.records.columns import Column, columns_of, text_of
from liveactions.contrib.records.naming import plain_pk
from liveactions.contrib.records.options import Records
from liveactions.contrib.records.routes import address

__all__ = ["Cell", "Choice", "Editing", "Head", "Row", "heads_of", "row_of", "totals_of"]


@dataclass
class Cell:
    """``safe``: the text is markup that the application has marked so."""

    name: str
    label: str
    text: str
    numeric: bool = False
    editable: bool = False
    safe: bool = False


@dataclass
class Row:
    pk: str
    title: str
    url: str
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Head:
    """``sort`` is ``ascending``, ``descending`` or ``none``, "" if it cannot be sorted by; ``place`` among several."""

    name: str
    label: str
    numeric: bool
    sort: str = ""
    place: int = 0


@dataclass
class Choice:
    """Something that can be done with the selected records."""

    name: str
    label: str


@dataclass
class Editing:
    """A cell that is being edited: its control as it was when that began, and what is wrong with what was entered."""

    pk: str
    column: str
    html: str
    seen: str
    error: str = ""


def row_of(records: Records, obj: Model, editable: Collection[str], query: str) -> Row:
    pk = plain_pk(obj.pk)
    cells = [cell_of(column, obj, column.name in editable) for column in columns_of(records)]
    return Row(pk, records.title_of(obj), address("detail", records.model, query, pk=pk), cells)


def cell_of(column: Column, obj: Model, editable: bool) -> Cell:  # noqa: FBT001  # one of a row of plain values
    text = column.text(obj)
    return Cell(column.name, column.label, str(text), column.numeric, editable, isinstance(text, SafeString))


def heads_of(records: Records, order: Sequence[str]) -> list[Head]:
    return [head_of(column, order) for column in columns_of(records)]


def head_of(column: Column, order: Sequence[str]) -> Head:
    head = Head(column.name, column.label, column.numeric, "none" if column.sort else "")
    for place, name in enumerate(order, 1):
        if name.lstrip("-") == column.name:
            head.sort = "descending" if name.startswith("-") else "ascending"
            head.place = place if len(order) > 1 else 0
    return head


def totals_of(records: Records, rows: QuerySet[Any]) -> list[Cell]:
    """A cell for each column, empty where nothing is added up; nothing at all without totals. One query."""
    if not records.totals:
        return []
    columns = columns_of(records)
    # The names of aggregates may not be those of fields.
    wanted = {
        f"total_{index}": records.totals[each.name] for index, each in enumerate(columns) if each.name in records.totals
    }
    sums = rows.order_by().aggregate(**wanted)

    def text(index: int, column: Column) -> str:
        total = sums.get(f"total_{index}")
        field = column.field or (decimals_of(wanted[f"total_{index}"], rows) if isinstance(total, Decimal) else None)
        return text_of(total, field)

    return [Cell(each.name, each.label, text(index, each), each.numeric) for index, each in enumerate(columns)]


def decimals_of(aggregate: Aggregate, rows: QuerySet[Any]) -> Any:
    """Of the fields that a total is made of, the one with the most decimals, which the total has too; None without."""
    found: list[Any] = []
    for part in aggregate.resolve_expression(rows.query.chain(), allow_joins=True).flatten():
        with suppress(FieldError, AttributeError):  # not every part has a field
            found.append(part.output_field)
    decimals = [field for field in found if getattr(field, "decimal_places", None) is not None]
    return max(decimals, key=lambda field: field.decimal_places, default=None)
