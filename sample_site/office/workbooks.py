"""Workbooks of records, with the columns that their list has."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from liveactions import Download
from liveactions.contrib.records.exports import KINDS, lines, to_xlsx
from liveactions.contrib.records.options import Records

__all__ = ["workbook"]


def workbook(records: Records, request: Any, rows: QuerySet[Any]) -> Download:
    """What ``rows`` show in their list, as a file for a spreadsheet."""
    with to_xlsx(lines(records, request, rows), records.plural) as file:
        return Download(f"{records.plural.lower()}.xlsx", file.read(), KINDS["xlsx"][0])
