"""Alike: many objects of one class, such as the rows of a table, looked at together instead of one by one."""

from __future__ import annotations

from collections.abc import Collection
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

__all__ = ["FEW", "Table", "table_of"]

FEW: Final = 8
"""So many are looked at one by one."""

dict_of: Final = attrgetter("__dict__")


class Table(NamedTuple):
    """The attributes of objects: for each object where it keeps them, and for each name the values."""

    own: list[dict[str, Any]]
    columns: dict[str, list[Any]]


def table_of(items: Collection[object]) -> Table | None:
    """The attributes of objects of one class, or None if they are few or do not all have the same ones."""
    if len(items) < FEW:
        return None
    try:
        own = list(map(dict_of, items))
        names = tuple(own[0])
        if type(own[0]) is not dict or len(names) < 2 or set(map(len, own)) != {len(names)}:
            return None
        return Table(own, {name: list(map(itemgetter(name), own)) for name in names})
    except (AttributeError, KeyError):
        return None
