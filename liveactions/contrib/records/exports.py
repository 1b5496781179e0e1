"""Exports: what a list has found, as CSV or as a workbook; written as it is read, however much it is."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.utils import timezone

from liveactions import Download
from liveactions.contrib.records.columns import Column, columns_of, text_of
from liveactions.contrib.records.options import Records

__all__ = ["KINDS", "harmless", "lines", "to_csv", "to_xlsx", "workbook"]

AT_ONCE = 500
SMALL = 256 * 1024
"""Bytes of a workbook that goes over the socket; a larger one is fetched."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula. Numbers, which may begin with a minus, are not texts."""
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(records: Records, request: Any, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The labels, then the values of each record that the user may see."""
    columns = columns_of(records)
    yield [column.label for column in columns]
    for obj in rows.iterator(chunk_size=AT_ONCE):
        if records.can_view(request, obj):
            yield [cell(column, obj) for column in columns]


def cell(column: Column, obj: Model) -> Any:
    """Numbers and days as such; everything else as a reader sees it, and harmless."""
    value = column.value(obj)
    coded = getattr(column.field, "flatchoices", None)
    if not coded and not isinstance(value, bool) and isinstance(value, (int, float, Decimal, date, time)):
        return timezone.make_naive(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return harmless(text_of(value, column.field))


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def to_csv(found: Iterable[list[Any]]) -> Iterator[str]:
    """The lines of a CSV file, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    for line in found:
        yield writer.writerow([plain(value) for value in line])


def plain(value: Any) -> Any:
    return value.isoformat(" ") if isinstance(value, datetime) else value


def workbook(found: Iterable[list[Any]], title: str) -> Download:
    """A workbook of one sheet, called ``title``, to be returned by an action; the first line is its head.

    ``lines`` makes such lines of records. They are read once, and never held in memory together. Raises
    ``ImproperlyConfigured`` without openpyxl.
    """
    name, kind = f"{title.lower()}.xlsx", KINDS["xlsx"][0]
    with to_xlsx(found, title) as file:
        small = file.read(SMALL + 1)
        if len(small) <= SMALL:
            return Download(name, small, kind)
        file.seek(0)
        return Download.from_chunks(name, file, kind)


def to_xlsx(found: Iterable[list[Any]], title: str) -> IO[bytes]:
    """A workbook of one sheet, as an open temporary file. Raises ``ImproperlyConfigured`` without openpyxl."""
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
    except ImportError as error:
        raise ImproperlyConfigured(
            "Workbooks are written by openpyxl, which is not installed. Install it: pip install 'liveactions[excel]'."
        ) from error
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=worksheet(title))
    sheet.freeze_panes = "A2"
    for number, line in enumerate(found):
        if number:
            sheet.append(line)
            continue
        heads = [WriteOnlyCell(sheet, value=label) for label in line]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    return file


def worksheet(title: str) -> str:
    """A sheet's name has up to 31 characters, and not every one."""
    return "".join(" " if character in "[]:*?/\\" else character for character in title)[:31] or "Sheet"


KINDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}
"""The kinds of exports: their media types, and who writes them."""
