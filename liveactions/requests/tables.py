"""Rows as tables: which columns, what is in the cells, and how that looks in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from liveactions.requests.data import value_of

__all__ = ["Column", "Table", "columns_of", "display", "table_of", "text_table"]

NUMBERS = (int, float, Decimal)


@dataclass(frozen=True)
class Column:
    name: str
    label: str


@dataclass(frozen=True)
class Table:
    """``rows`` hold values as they are; ``numeric`` says which columns stand to the right."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None = None

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold nothing but numbers."""
        columns = [[row[index] for row in self.rows if row[index] is not None] for index in range(len(self.columns))]
        return [bool(values) and all(is_number(value) for value in values) for values in columns]


def table_of(rows: Iterable[Any], names: str | Sequence[str] | None = None, totals: Sequence[str] = ()) -> Table:
    """A table of model instances or of dicts. ``names`` are the columns (``"name customer__city"``); ``totals`` of
    which of them there is a sum."""
    model = rows.model if isinstance(rows, QuerySet) else None
    items = list(rows)
    columns = columns_of(model or (items[0] if items else None), names)
    cells = [[shown(item, column.name) for column in columns] for item in items]
    sums = [sum_of(cells, index) if column.name in totals else None for index, column in enumerate(columns)]
    return Table(columns, cells, sums if totals and items else None)


def columns_of(row: Any, names: str | Sequence[str] | None = None) -> list[Column]:
    """The columns of rows like this one (a model, an instance, a dict)."""
    wanted = names.split() if isinstance(names, str) else names
    if wanted is None:
        wanted = list(row) if isinstance(row, Mapping) else [field.name for field in fields_of(row)]
    return [Column(str(name), label_of(row, str(name))) for name in wanted]


def fields_of(row: Any) -> Sequence[Any]:
    return () if row is None else row._meta.concrete_fields  # noqa: SLF001  # documented


def label_of(row: Any, name: str) -> str:
    first, *rest = name.split("__")
    try:
        meta = None if row is None or isinstance(row, Mapping) else row._meta  # noqa: SLF001  # documented
        field = None if meta is None else meta.get_field(first)
    except FieldDoesNotExist:
        field = None
    if field is None:
        return name if isinstance(row, Mapping) else name.replace("__", " ").replace("_", " ").capitalize()
    label = str(getattr(field, "verbose_name", first)).capitalize()
    return f"{label} {label_of(field.related_model, '__'.join(rest)).lower()}" if rest else label


def shown(row: Any, name: str) -> Any:
    """A value as it is shown: a choice by its label."""
    if isinstance(row, Model) and hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    if isinstance(row, Mapping):
        return row.get(name)
    value: Any = row
    for part in name.split("__"):
        value = value_of(value, part)
    return value


def sum_of(cells: Sequence[Sequence[Any]], index: int) -> Any:
    return sum(row[index] for row in cells if is_number(row[index]))


def is_number(value: object) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def display(value: Any) -> str:
    """A value as a text, in the present language; what is marked safe stays so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if hasattr(value, "all"):  # rows that belong to this one
        return ", ".join(str(each) for each in value.all())
    return value if isinstance(value, str) else str(formats.localize(value, use_l10n=True))


# In plain text --------------------------------------------------------------------------------------------------------


def text_table(table: Table, max_width: int | None = None) -> str:
    """Columns under their names, numbers to the right; cells wider than ``max_width`` go on in the next line."""
    written: list[list[list[str]]] = [[[column.label for column in table.columns]]]
    written += [[[display(value) for value in row] for row in part] for part in (table.rows, [table.totals or ()])]
    parts = [[[folded(cell, max_width) for cell in row] for row in part if row] for part in written]
    widths = [max(len(line) for part in parts for row in part for line in row[at]) for at in range(len(table.columns))]
    right = table.numeric
    head, body, foot = ([line for row in part for line in lines_of(row, widths, right)] for part in parts)
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([*head, rule, *body, *([rule, *foot] if foot else [])])


def folded(cell: str, width: int | None) -> list[str]:
    lines = cell.splitlines() or [""]
    return [part for line in lines for part in (textwrap.wrap(line, width) or [""])] if width else lines


def lines_of(row: list[list[str]], widths: list[int], right: list[bool]) -> Iterator[str]:
    """The lines of one row, none of which ends with blanks."""
    for cells in zip_longest(*row, fillvalue=""):
        placed = [
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(cells, widths, right, strict=True)
        ]
        yield "  ".join(placed).rstrip()
