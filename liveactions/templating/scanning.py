"""Which rows of a loop are not as they were, told in one pass over all of them.

What a pass costs is what is done for each value of each row. So its loop is written for what is read of the rows: it
calls nothing, copies nothing, and compares by identity; where all values are the very same objects, nothing looks
different. Only what rows hold themselves is read so (the columns of a model, the items of a dict), and the columns of a
related row that is at hand. Everything else, and all that the pass meets and was not written for, is left to `columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from keyword import iskeyword
from operator import length_hint
from typing import Any, Final

from django.db.models import Model

from liveactions.templating.columns import FEW, Path, can_be_kept, is_callable
from liveactions.templating.keys import OBJECT, SCALAR, key_name, kind_of
from liveactions.templating.quick import is_always_own, is_column, relation_name
from liveactions.templating.trails import (
    STEPS,
    getattr_static,
    is_minded,
    is_told_by_fields,
    of_attributes,
    of_mapping,
    of_named_tuple,
    of_sequence,
    step_of,
)

__all__ = ["KEY", "Others", "Scan", "key_path", "scan_of"]

KEY: Final = -1
"""The number of the last column, which holds what the rows are known by if no other does, and is looked at last."""

Stops = Iterator["tuple[Any, ...] | None"]


Others = Mapping[int, Sequence["tuple[int, Any]"]]
"""By column the rows that hold another object than it says, each with that object."""


@dataclass(slots=True)
class Scan:
    """A pass over rows of one class. ``numbers`` are those of the columns that it looks at, `KEY` may be the last.

    ``tellers``: those that tell what the rows are known by; none if it takes more. ``stops`` takes rows and columns,
    and gives for each row that does not hold what the columns do what it holds; None if it is none of the rows that the
    pass was written for.
    """

    numbers: tuple[int, ...]
    tellers: frozenset[int]
    stops: Callable[..., Stops]
    left: tuple[int, ...] = ()
    """The numbers of the other columns."""

    def others(self, rows: Sequence[Any], columns: Sequence[Sequence[Any]]) -> Others | None:
        """What rows hold that ``columns`` do not. All are of one length.

        None where it takes more to tell: it is not little, or such that it cannot be kept.
        """
        left = iter(rows)
        others: dict[int, list[tuple[int, Any]]] = {}
        try:
            for stop, held in enumerate(self.stops(left, columns)):
                if held is None or stop == FEW:
                    return None
                row = len(rows) - length_hint(left) - 1
                for place, number in enumerate(self.numbers):
                    if (value := held[place]) is not columns[number][row]:
                        if number != KEY and not can_be_kept(value):
                            return None
                        others.setdefault(number, []).append((row, value))
        except Exception:  # noqa: BLE001  # whatever it is, it is met again one by one
            return None
        return others

    def is_keyed(self, others: Others) -> bool:
        """Whether what the rows are known by is as it was; "no" may be wrong."""
        return bool(self.tellers) and self.tellers.isdisjoint(others)


def key_path(kind: type, variable: str) -> Path | None:
    """Where rows of this class hold what they are known by; None if they do not."""
    by = kind_of(kind)
    if issubclass(kind, Model):
        return Path(variable, (key_name(kind),))
    return Path(variable, ()) if by in (OBJECT, SCALAR) else None


# ── Writing a pass ──


def scan_of(kind: type, paths: Sequence[tuple[int, Path]], tellers: frozenset[int]) -> Scan | None:
    """The pass over rows of this class that looks at these paths, each with the number of its column.

    It leaves out what cannot be looked at in this way. None if nothing is left. ``tellers``: what tells the keys.
    """
    if is_callable(kind):
        return None
    writing = Writing(kind)
    values = {number: value for number, path in paths if (value := writing.value(path))}
    if not values:
        return None
    known = tellers if tellers <= values.keys() else frozenset()
    return Scan(tuple(values), known, writing.finished(values))


class Writing:
    """The source of a pass while it is written.

    Of what it reads it holds the names, as literals or where Python takes them for attributes; the classes that it
    expects are arguments.
    """

    def __init__(self, kind: type) -> None:
        self.kinds: list[type] = []
        """The classes of what is read through."""
        self.guards: list[str] = []
        """Conditions that a row meets if it is one of those that the pass is written for."""
        self.own = "(own := row.__dict__)"
        """How the row's own attributes are called by whoever is next to read one."""
        self.known: dict[tuple[str, ...], tuple[str, type] | None] = {}
        """By the way to it the name of an object that is read through, and its class."""
        self.known[()] = self.expected("row", "row", kind)

    def expected(self, name: str, value: str, kind: type) -> tuple[str, type]:
        self.guards.append(f"type({value}) is kind{len(self.kinds)}")
        self.kinds.append(kind)
        return name, kind

    def value(self, path: Path) -> str:
        """The expression for what is at a path; "" if there is none."""
        if not path.bits:
            return "row"
        *way, bit = path.bits
        holder = self.holder(tuple(way))
        if holder is None:
            return ""
        name, kind = holder
        return self.of_row(kind, bit) if name == "row" else of_related(name, kind, path)

    def of_row(self, kind: type, bit: str) -> str:
        """What a row holds itself. Not asked of an object, which does more if it does not: loads it, or computes it."""
        step = STEPS.get(kind) or step_of(kind)
        if step is of_mapping:
            return f"row[{bit!r}]"
        if step is of_sequence and bit.isdecimal():
            return f"row[{int(bit)}]"
        if step is of_named_tuple and bit in kind._fields and is_name(bit):  # type: ignore[attr-defined]
            return f"row.{bit}"
        name = own_name(kind, bit) if step is of_attributes else ""
        if not name:
            return ""
        own, self.own = self.own, "own"
        return f"{own}[{name!r}]"

    def holder(self, way: tuple[str, ...]) -> tuple[str, type] | None:
        """What stands at a way that leads on, if it goes through relations alone."""
        if way not in self.known:
            self.known[way] = self.related(way)
        return self.known[way]

    def related(self, way: tuple[str, ...]) -> tuple[str, type] | None:
        *before, bit = way
        inner = self.holder(tuple(before))
        relation = "" if inner is None else relation_name(inner[1], bit)
        if inner is None or not relation:
            return None
        name = f"related{len(self.kinds)}"
        at_hand = f"{name} := {inner[0]}._state.fields_cache[{relation!r}]"
        return self.expected(name, at_hand, getattr_static(inner[1], bit).field.remote_field.model)

    def finished(self, values: Mapping[int, str]) -> Callable[..., Stops]:
        """The pass that looks at these values, by the numbers of their columns."""
        source = SOURCE.format(
            kinds=", ".join(f"kind{number}" for number in range(len(self.kinds))),
            columns=", ".join(f"columns[{number}]" for number in values),
            before=", ".join(f"before{place}" for place in range(len(values))),
            guards=" and ".join(self.guards),
            same=" and ".join(comparison(place, value) for place, value in enumerate(values.values())),
            values=", ".join(values.values()),
        )
        scope: dict[str, Any] = {}
        exec(source, scope)  # noqa: S102  # it is made of what stands here, and of names that are quoted
        return partial(scope["stops"], *self.kinds)


# One condition, of parts that hold in nearly every row: the processor foresees the jumps on the way through it, but not
# all of those between parts that fail ("or"), as many as they are. With CPython 3.11 that is a sixth of a pass's time.
SOURCE: Final = """
def stops({kinds}, rows, columns):
    for row, {before} in zip(rows, {columns}):
        if not ({guards} and {same}):
            yield ({values},) if {guards} else None
"""


def comparison(place: int, value: str) -> str:
    """Whether a value is what it was. Of longer runs of the very same steps the processor loses count."""
    return f"before{place} is {value}" if place % RUN == RUN - 1 else f"{value} is before{place}"


RUN: Final = 6
"""Of so many comparisons the last has its sides swapped, so that it can be told from those before it."""


def own_name(kind: type, bit: str) -> str:
    """Under which name an object keeps what a template finds as ``bit``; "" if that is not known."""
    if issubclass(kind, Model) and is_told_by_fields(kind, bit):
        name = key_name(kind) if bit == "pk" else ""
        return name if is_column(kind, name) else ""
    if is_column(kind, bit):
        return bit
    return bit if is_always_own(kind, bit) and not is_minded(kind, bit) else ""


def of_related(name: str, kind: type, path: Path) -> str:
    """A column of a related row. Nobody has made its ``__dict__``, which would stay, so the row itself is asked."""
    bit = path.bits[-1]
    return f"{name}.{bit}" if path.certain and is_column(kind, bit) and is_name(bit) else ""


def is_name(bit: str) -> bool:
    return bit.isidentifier() and not iskeyword(bit)
