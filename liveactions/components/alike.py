"""Alike: many objects of one class, such as the rows of a table, looked at together instead of one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from operator import attrgetter, iconcat, itemgetter
from typing import Any, Final, NamedTuple

__all__ = ["FEW", "Table", "kinds_of", "table_of", "tables_of"]

FEW: Final = 8
"""So many are looked at one by one."""

dict_of: Final = attrgetter("__dict__")


class Table(NamedTuple):
    """The attributes of objects: what they are called, and the values, one object after the other."""

    names: tuple[str, ...]
    values: list[Any]

    def column(self, name: str) -> list[Any]:
        """What all objects have under this name."""
        return self.values[self.names.index(name) :: len(self.names)]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """What each object has, in the order of the names."""
        return zip(*[iter(self.values)] * len(self.names), strict=True)

    def kinds(self) -> dict[str, set[type]]:
        """For each name the types of what stands there."""
        kinds, width = list(map(type, self.values)), len(self.names)
        return {name: distinct(kinds[number::width]) for number, name in enumerate(self.names)}


def table_of(items: Collection[object]) -> Table | None:
    """The attributes of objects of one class, or None if they are few or do not all have the same ones."""
    if len(items) < FEW:
        return None
    try:
        own = list(map(dict_of, items))
        names = tuple(own[0])
        width = len(names)
        if type(own[0]) is not dict or width < 2 or list(map(len, own)).count(width) != len(own):
            return None
        return Table(names, reduce(iconcat, map(itemgetter(*names), own), []))
    except (AttributeError, KeyError):
        return None


def tables_of(items: Collection[object]) -> Iterator[tuple[Collection[object], Table | None]]:
    """Objects of one class, those with the same attributes together: each time the objects, and their table if any."""
    table = table_of(items)
    if table is not None or len(items) < FEW:
        yield items, table
        return
    groups: dict[tuple[str, ...], list[object]] = {}
    for item in items:
        groups.setdefault(names_of(item), []).append(item)
    for alike in groups.values():
        yield alike, table_of(alike)


def names_of(item: object) -> tuple[str, ...]:
    own = getattr(item, "__dict__", None)
    return tuple(own) if type(own) is dict else ()


def kinds_of(items: Collection[object]) -> set[type]:
    """The types of many objects."""
    return distinct(list(map(type, items)))


def distinct(kinds: list[type]) -> set[type]:
    # Nearly always they are all the same, and to count these takes a tenth of what a set does.
    return {kinds[0]} if kinds and kinds.count(kinds[0]) == len(kinds) else set(kinds)
