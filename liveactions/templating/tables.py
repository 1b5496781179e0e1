"""What is remembered of the rows of a loop: their keys, columns of values, and a digest of what the page has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from liveactions.rendering.blocks import Values
from liveactions.rendering.memo import remembered
from liveactions.templating.keys import Keys

__all__ = ["DIGEST", "UNKNOWN", "Table", "digests_of", "is_dried_table", "remembered_all"]

DIGEST: Final = 8
"""Bytes for each row."""
UNKNOWN: Final = bytes(DIGEST)
"""In place of the digest of a row of which only a part was evaluated."""
ROWS: Final = "rows"


@dataclass(slots=True)
class Table:
    """The rows of a loop, as the page has them.

    ``columns``: for each path that the rows read, what may be kept of its values; ``bare`` are the numbers of those in
    which nothing stands for a value that is not there, or that cannot be kept. ``outer``: the values of what is read
    from around the loop. ``outputs``: for some slots what is remembered of their values, None where that is not known.
    ``strange``: it has to be looked at every turn, for some value was not reached through data alone; ``unsure``: the
    same of what the rows read besides.
    """

    keys: Keys
    columns: Sequence[Sequence[Any]]
    outer: Sequence[Any]
    outputs: Mapping[int, Sequence[Any]]
    digests: bytes
    bare: frozenset[int] = frozenset()
    strange: bool = False
    unsure: bool = False

    @property
    def restless(self) -> bool:
        """It has to be looked at every turn."""
        return self.strange or self.unsure

    def dried(self) -> list[Any]:
        """As plain data: ``["rows", keys, digests, restless]``."""
        return [ROWS, self.keys.dried(), self.digests, self.restless]


def is_dried_table(memo: Any) -> bool:
    """Is this what ``Table.dried`` makes?"""
    return isinstance(memo, list) and memo[0] == ROWS


def digests_of(rows: Iterable[Values]) -> bytes:
    """A few bytes for each row, one after the other, that differ when its values do."""
    digests = []
    for values in rows:
        try:
            text = SEPARATOR.join(values)
            if text.count(SEPARATOR) >= len(values):
                text = WRITTEN + repr(values)
        except TypeError:  # there is a branch among them
            text = WRITTEN + repr(values)
        digest = EMPTY.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        digests.append(digest.digest())
    return b"".join(digests)


SEPARATOR: Final = "\0"
WRITTEN: Final = "\ud800"
"""Before what was written by ``repr``. No text that can be sent begins so."""
EMPTY: Final = hashlib.blake2b(digest_size=DIGEST)  # to copy it is quicker than to make one


def remembered_all(values: Iterable[Any], known: dict[Any, Any]) -> list[Any]:
    """What is remembered of values; where many are the same (``""``, ``"selected"``) it is one object for all."""
    return [known.setdefault(memo, memo) for memo in map(remembered_value, values)]


def remembered_value(value: Any) -> str | bytes:
    return remembered(value if isinstance(value, str) else repr(value))
