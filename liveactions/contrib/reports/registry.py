"""Which reports there are: by name, and by number where a report says its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from liveactions.contrib.reports.errors import ReportError
from liveactions.contrib.reports.report import BaseReport
from liveactions.errors import DeclarationError

__all__ = ["find", "register", "registered"]

Class = TypeVar("Class", bound=type[BaseReport])

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

BY_NAME: dict[str, BaseReport] = {}


def register(name: str) -> Callable[[Class], Class]:
    """Make a class a report that actions and code may ask for by ``name`` (``<app>.<name>``), or by its ``id``.

    Raises ``DeclarationError`` for a name or an ``id`` that is taken, and for a class that could not be printed.
    """
    if not NAME.fullmatch(name):
        raise DeclarationError(
            f"{name!r} cannot be the name of a report.", hint='Write "<app>.<name>": "shop.invoice".'
        )

    def enrol(cls: Class) -> Class:
        if BaseReport not in getattr(cls, "__mro__", ()):
            raise DeclarationError(f"{cls!r} is not a report.", hint="Inherit from reports.BaseReport.")
        report = cls(name)
        for other in BY_NAME.values():
            if type(other).__qualname__ != cls.__qualname__ or type(other).__module__ != cls.__module__:
                check_free(report, other)
        BY_NAME[name] = report
        return cls

    return enrol


def check_free(report: BaseReport, other: BaseReport) -> None:
    if other.name == report.name:
        raise DeclarationError(f"{report.name!r} is {type(other).__qualname__} already.", hint="Choose another name.")
    if report.id is not None and other.id == report.id:
        raise DeclarationError(f"{report.name} and {other.name} have the same id, {report.id}.", hint="Change one.")


def find(report_id: int | str) -> BaseReport:
    """The report of that name, or with that ``id``. Raises ``ReportError`` (404)."""
    report = BY_NAME.get(str(report_id))
    if report is None and str(report_id).isdecimal():
        report = next((each for each in BY_NAME.values() if each.id == int(report_id)), None)
    if report is None:
        raise ReportError(
            f"There is no report {report_id!r}.",
            status=404,
            hint=f"Registered are: {', '.join(sorted(BY_NAME)) or 'none'}. A number is the id that a report declares.",
        )
    return report


def registered() -> list[BaseReport]:
    """Every report, by name."""
    return [BY_NAME[name] for name in sorted(BY_NAME)]
