"""How the rows of a list came to be out of those that were there: copies of old rows, and new ones.

On the wire a layout is flat: ``start, count`` takes that many old rows, beginning with the old row ``start``;
``-1, [values, …]`` makes new ones. Old rows that are not taken are gone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from operator import ne
from typing import Any, Final, TypeVar

from liveactions.rendering.blocks import Values

__all__ = ["NEW", "Layout", "layout"]

T = TypeVar("T")

NEW: Final = -1
"""In place of the number of an old row: there was none."""


@dataclass(frozen=True, slots=True)
class Layout:
    """``origins[i]`` is the old number of the row that is now number ``i``, or `NEW`.

    ``runs`` tells the same as ``(start, count)``: so many old rows from that one on, or new rows if it is `NEW`.
    """

    origins: list[int]
    runs: list[tuple[int, int]]

    @property
    def fresh(self) -> list[int]:
        """The numbers of the new rows."""
        return [row for row, origin in enumerate(self.origins) if origin == NEW]

    def applied(self, column: Sequence[T], new: T) -> list[T]:
        """What was said of the old rows, one item for each, in the order of the new ones; ``new`` for those."""
        moved: list[T] = []
        for start, length in self.runs:
            moved += [new] * length if start == NEW else column[start : start + length]
        return moved

    def wire(self, rows: Iterable[Values]) -> list[Any]:
        """The flat list. ``rows`` are the values of the new rows, in their order."""
        coming = iter(rows)
        flat: list[Any] = []
        for start, length in self.runs:
            flat += (start, [next(coming) for _ in range(length)] if start == NEW else length)
        return flat


def layout(old: Sequence[Hashable], new: Sequence[Hashable], *, pair: bool = False) -> Layout | None:
    """How rows with the keys ``new`` are made of rows with the keys ``old``; None if row by row they are the same.

    No key may occur twice in ``old``, nor in ``new``. With ``pair`` an old and a new row without their match are
    taken for one and the same where they stand beside the same neighbour.
    """
    old, new = list(old), list(new)
    if old == new:
        return None
    origins = origins_of(old, new)
    if pair:
        pair_neighbours(origins, len(old))
        if len(old) == len(new) and origins == list(range(len(old))):
            return None
    return Layout(origins, list(runs_of(origins)))


def origins_of(old: list[Hashable], new: list[Hashable]) -> list[int]:
    """For each new key the place where it stands in ``old``, or `NEW`."""
    head = common(old, new)
    rest = min(len(old), len(new)) - head
    tail = min(common(old[::-1], new[::-1]), rest)
    stop = len(old) - tail
    places = dict(zip(old[head:stop], range(head, stop), strict=True))
    middle = new[head : len(new) - tail]
    return [*range(head), *map(places.get, middle, repeat(NEW)), *range(stop, len(old))]


def common(one: list[Hashable], other: list[Hashable]) -> int:
    """With how many equal items both begin."""
    return next(compress(count(), map(ne, one, other)), min(len(one), len(other)))


def pair_neighbours(origins: list[int], size: int) -> None:
    """Give a new row the free old row after the one of the row before it, or before the one of the row after it."""
    free = bytearray(b"\x01") * size
    for origin in origins:
        if origin != NEW:
            free[origin] = 0
    take_along(origins, free, range(len(origins)), -1, 1)
    take_along(origins, free, range(len(origins) - 1, -1, -1), size, -1)


def take_along(origins: list[int], free: bytearray, rows: Iterable[int], before: int, step: int) -> None:
    for row in rows:
        wanted = before + step
        if origins[row] == NEW and 0 <= wanted < len(free) and free[wanted]:
            origins[row] = wanted
            free[wanted] = 0
        before = origins[row] if origins[row] != NEW else len(free) + 1


def runs_of(origins: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = length = 0
    for origin in origins:
        expected = NEW if start == NEW else start + length
        if length and origin == expected:
            length += 1
            continue
        if length:
            yield start, length
        start, length = origin, 1
    if length:
        yield start, length
