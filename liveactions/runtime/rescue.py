"""An answer that cannot be encoded: what has changed in the components is told all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from liveactions.errors import ResultError
from liveactions.results import Patch, Result, Signals, Whole, to_wire

__all__ = ["rescued"]

Row = TypeVar("Row", bound=tuple[object, Result])


def rescued(items: Sequence[Row]) -> list[Row]:
    """The items that say how components look now: they are made up once, and would be missing for ever."""
    return [item for item in items if type(item[1]) in (Whole, Patch) or (type(item[1]) is Signals and fits(item[1]))]


def fits(result: Result) -> bool:
    try:
        to_wire(result)
    except ResultError:
        return False
    return True
