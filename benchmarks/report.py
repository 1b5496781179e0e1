"""Prints figures as a table of ratios, and says whether each reaches what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Row", "show"]


@dataclass(frozen=True)
class Row:
    """``value`` of ``unit``; its ``ratio`` to the first row; at most (or, if ``at_least``, at least) ``expected``."""

    name: str
    value: float
    unit: str
    ratio: float
    expected: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.expected is None:
            return True
        return self.ratio >= self.expected if self.at_least else self.ratio <= self.expected


def show(title: str, rows: Sequence[Row]) -> int:
    """Print the table; 1 if something expected was not reached, else 0."""
    print(f"\n{title}\n{'-' * len(title)}")
    for row in rows:
        sign = ">=" if row.at_least else "<="
        verdict = "" if row.expected is None else f"{sign} {row.expected:g}  {'reached' if row.reached else 'MISSED'}"
        print(f"{row.name:<58}{row.value:>9.1f} {row.unit:<4}{row.ratio:>7.2f} x  {verdict}")
    return 0 if all(row.reached for row in rows) else 1
