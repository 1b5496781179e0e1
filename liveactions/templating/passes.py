"""How a loop looks at its rows: which of its columns one pass tells, for each class of rows that it meets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from django.db.models import Model

from liveactions.templating.keys import Keys, key_name, kind_of
from liveactions.templating.row_reads import RowReads
from liveactions.templating.scanning import KEY, Others, Scan, key_path, scan_of
from liveactions.templating.tables import Table

__all__ = ["Passes"]

KINDS: Final = 32
"""For so many classes of rows a loop remembers its pass."""


class Passes:
    """The passes of one loop. ``variable``: what its rows are called, "" if by more than one name.

    ``key``: the number of the slot with the ``live-key``, None if there is none.
    """

    __slots__ = ("key_tellers", "of", "paths", "places", "variable")

    def __init__(self, reads: RowReads, variable: str, key: int | None) -> None:
        self.paths = tuple(reads.paths)
        self.places = {path.bits: number for number, path in enumerate(self.paths)}
        self.variable = variable
        self.key_tellers = None if key is None else key_tellers(reads, key)
        """The columns that a ``live-key`` is made of; none if it is made of more."""
        self.of = lru_cache(maxsize=KINDS)(self.chosen)

    def others(
        self, rows: Sequence[Any], memo: Table, keys: Keys, columns: Sequence[Sequence[Any]]
    ) -> tuple[Scan | None, Others]:
        """What is another object than before, and the pass that has told it; None if it takes more to tell."""
        if rows and len(rows) == len(keys.values):
            kind: type = type(rows[0])
            scan = self.of(kind, memo.bare, keys.kind)
            others = None if scan is None else scan.others(rows, [*columns, keys.values])
            if others is not None:
                return scan, others
        return None, {}

    def chosen(self, kind: type, bare: frozenset[int], keys: str) -> Scan | None:
        """The pass over rows of this class. ``bare``: the columns it may look at; ``keys``: the kind of the keys."""
        if not self.variable:
            return None
        paths = [(number, path) for number, path in enumerate(self.paths) if number in bare]
        tellers = self.tellers(kind, keys)
        if KEY in tellers and (path := key_path(kind, self.variable)):
            paths.append((KEY, path))
        scan = scan_of(kind, paths, tellers)
        if scan is not None:
            scan.left = tuple({*range(len(self.paths))} - {*scan.numbers})
        return scan

    def tellers(self, kind: type, keys: str) -> frozenset[int]:
        """The columns that tell the keys of these rows, `KEY` if it takes one more; none if that cannot be said."""
        if self.key_tellers is not None:
            return self.key_tellers
        number = self.key_column(kind, keys)
        return frozenset({KEY if number is None else number}) if keys == kind_of(kind) else frozenset()

    def key_column(self, kind: type | None, keys: str) -> int | None:
        """The number of the column with the primary keys of these rows, if it is by these that they are known."""
        if kind is None or not issubclass(kind, Model) or kind_of(kind) != keys:
            return None
        return self.places.get((key_name(kind),), self.places.get(("pk",)))


def key_tellers(reads: RowReads, key: int) -> frozenset[int]:
    if key in reads.unlike or any(key in slots for _, slots in reads.positions):
        return frozenset()
    return frozenset(number for number, slots in enumerate(reads.paths.values()) if key in slots)
