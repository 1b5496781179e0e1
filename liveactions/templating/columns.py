"""What the body of a loop reads of its rows: one list of values for each path, and in which rows they differ.

Values are kept only where they can be compared for good: scalars, which never change and look the same for ever. In
place of everything else stands `ALWAYS`, which no value is like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import EnumMeta
from functools import lru_cache
from itertools import compress, count
from operator import is_not, length_hint
from types import NoneType
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from django.template import Context
from django.template.base import Variable, VariableDoesNotExist
from django.utils.safestring import SafeString

from liveactions.templating.quick import Way, traced, way_to
from liveactions.templating.trails import ASK, SCALARS, is_data

__all__ = [
    "ALWAYS",
    "BROKEN",
    "MISSING",
    "PLAIN",
    "WRITTEN",
    "Column",
    "Kept",
    "Path",
    "Rows",
    "Seen",
    "alike",
    "can_be_kept",
    "column_of",
    "compared",
    "is_as_it_was",
    "kept",
    "renewed",
    "rows_of",
]


class Sign:
    """Stands in a column where no value can."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING: Final = Sign("MISSING")
"""There is nothing; it looks as the engine's ``string_if_invalid`` says."""
BROKEN: Final = Sign("BROKEN")
"""Looking there fails, or must not be tried: that is left to the template."""
ALWAYS: Final = Sign("ALWAYS")
"""A value that cannot be compared: what reads it is evaluated each time."""


class Path(NamedTuple):
    """``row.customer.name`` is ``Path("row", ("customer", "name"))``.

    ``certain``: the template looks there in every row, whatever stands in it. Elsewhere (in a branch that is not taken)
    a look could fail, or cost a query, that nobody has asked for.
    """

    variable: str
    bits: tuple[str, ...]
    certain: bool = False


class Column(NamedTuple):
    """A path of every row. ``strange``: other than through data alone, so it may be another at the next turn."""

    values: Sequence[Any]
    strange: bool = False


class Held:
    """The values of something, one for each row, and what is known about all of them."""

    __slots__ = ("known", "values")

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.known: tuple[type | None, bool] | None = None

    @property
    def kind(self) -> type | None:
        """Their type, if all have the same."""
        return (self.known or self.looked_at())[0]

    @property
    def called(self) -> bool:
        """A template would call some of them before it looks further."""
        return (self.known or self.looked_at())[1]

    def looked_at(self) -> tuple[type | None, bool]:
        types = list(map(type, self.values))
        kind = types[0] if types and types.count(types[0]) == len(types) else None
        self.known = kind, any(map(is_callable, set(types) if kind is None else (kind,)))
        return self.known


@lru_cache(maxsize=2000)
def is_callable(kind: type) -> bool:
    """Whether the instances of a class can be called."""
    return any("__call__" in vars(base) for base in kind.__mro__)


class Rows:
    """The rows of a loop: ``items`` in order, and what was found in them so far."""

    __slots__ = ("held", "items", "settled", "variables")

    def __init__(self, items: Sequence[Any], variables: Mapping[str, Sequence[Any]]) -> None:
        self.items = items
        self.variables = variables
        self.held: dict[tuple[str, ...], Held | None] = {}
        """By variable and way; None where the way is not the same in all rows."""
        self.settled: set[Path] = set()
        """Where nothing but what was there before has been found."""

    def variable(self, name: str) -> Held:
        return cast("Held", self.at((name,), certain=True))

    def at(self, way: tuple[str, ...], *, certain: bool) -> Held | None:
        """What all rows hold at ``way``, if it takes nothing but plain steps of one kind to get there."""
        if way not in self.held:
            values = self.values(way, certain=certain)
            self.held[way] = None if values is None else Held(values)
        return self.held[way]

    def values(self, way: tuple[str, ...], *, certain: bool) -> Sequence[Any] | None:
        *before, bit = way
        if not before:
            return self.variables[bit]
        inner = self.at(tuple(before), certain=certain)
        return None if inner is None else attempt(quick(inner, bit, certain=certain, through=True))


def rows_of(items: Sequence[Any], variables: Sequence[str]) -> Rows | None:
    """The rows of ``{% for a, b in … %}``. None if an item is none of those that Python unpacks without surprise.

    Raises ``ValueError``, as Django does, for an item of another length.
    """
    if len(variables) == 1:
        return Rows(items, {variables[0]: items})
    if not UNPACKABLE.issuperset(map(type, items)):
        return None
    for item in items:
        if len(item) != len(variables):
            raise ValueError(f"Need {len(variables)} values to unpack in for loop; got {len(item)}. ")
    parts: Iterable[Sequence[Any]] = zip(*items, strict=True) if items else [()] * len(variables)
    return Rows(items, dict(zip(variables, parts, strict=True)))


UNPACKABLE: Final = frozenset({tuple, list, str})


# ── Reading ──


def column_of(rows: Rows, path: Path, context: Context) -> Column:
    """The values at ``path``, as a template in ``context`` finds them."""
    values = attempt(quick_at(rows, path))
    if values is None or any(map(is_callable, set(map(type, values)) - SCALARS)):
        return followed(rows.variable(path.variable), path, context)
    return Column(values)


def is_as_it_was(rows: Rows, path: Path, before: Sequence[Any]) -> bool:
    """Whether all values at ``path`` are the very same objects. The quick answer; "no" may be wrong.

    ``before`` are always the same for the same rows and path.
    """
    if path not in rows.settled and others_at(quick_at(rows, path), before) == []:
        rows.settled.add(path)
    return path in rows.settled


def others_at(fetch: Fetch | None, before: Sequence[Any]) -> list[int] | None:
    """The rows that hold another object than before. None: there is no quick way to tell."""
    if fetch is None or len(before) != len(fetch[1]):
        return None
    way, values = fetch
    known = iter(before)
    try:
        news = map(is_not, way(values), known)
        if not any(news):
            return []
        first = len(before) - length_hint(known) - 1
        return [first, *compress(count(first + 1), news)]
    except Exception:  # noqa: BLE001  # whatever it is, it is met again one by one
        return None


Fetch = tuple[Way, Sequence[Any]]
"""The way to what rows hold at some path, and the values from which it goes out."""


def quick_at(rows: Rows, path: Path) -> Fetch | None:
    """What gives the values at ``path``, if it takes nothing but plain steps of one kind to get there."""
    variable, bits, certain = path
    if not bits:
        held = rows.variable(variable)
        return None if held.called else (iter, held.values)
    inner = rows.at((variable, *bits[:-1]), certain=certain)
    return None if inner is None else quick(inner, bits[-1], certain=certain)


def quick(held: Held, bit: str, *, certain: bool, through: bool = False) -> Fetch | None:
    way = None if held.kind is None or held.called else way_to(held.kind, bit, certain=certain, through=through)
    return None if way is None else (way, held.values)


def attempt(fetch: Fetch | None) -> Sequence[Any] | None:
    try:
        return None if fetch is None else list(fetch[0](fetch[1]))
    except Exception:  # noqa: BLE001  # whatever it is, it is met again one by one
        return None


def followed(held: Held, path: Path, context: Context) -> Column:
    """One row after the other, and where it takes Django to tell, it is asked."""
    question = Question(path.bits, context)
    values: list[Any] = []
    strange = False
    for row in held.values:
        value, plain = (ASK, False) if held.called else traced(row, path.bits)
        if value is ASK:
            value = question.ask(row) if plain or path.certain else BROKEN
        values.append(value)
        strange = strange or not plain
    return Column(values, strange)


class Question:
    """Asks Django what is at the end of a path. Looks like a context that knows one name, for any name."""

    __slots__ = ("row", "template", "variable")

    def __init__(self, bits: tuple[str, ...], context: Context) -> None:
        self.variable = Variable(".".join(("row", *bits)))
        self.template = context.template
        self.row: Any = None

    def __getitem__(self, name: str) -> Any:
        return self.row

    def ask(self, row: Any) -> Any:
        self.row = row
        try:
            return self.variable.resolve(self)  # type: ignore[arg-type]
        except VariableDoesNotExist:
            return MISSING
        except Exception:  # noqa: BLE001  # whatever it is, the template will meet it again
            return BROKEN


# ── Keeping and comparing ──


class Kept(NamedTuple):
    """What may be kept of a column for comparing: scalars, and `ALWAYS` in place of the rest.

    ``opaque``: there is some `ALWAYS` in it. ``lacking``: or `MISSING`. ``strange``: some value may be another at the
    next turn.
    """

    values: Sequence[Any]
    opaque: bool = False
    strange: bool = False
    lacking: bool = False


def kept(column: Column) -> Kept:
    """What may be kept of a column."""
    values, strange = column
    if SCALARS.issuperset(map(type, values)):
        return Kept(list(values), strange=strange)
    marked = [value if is_keepable(value) else ALWAYS for value in values]
    return Kept(
        marked,
        ALWAYS in marked,
        strange or not all(is_keepable(value) or is_data(value) for value in values),
        not SIGNS.isdisjoint(map(type, marked)),
    )


SIGNS: Final = frozenset({Sign})


def is_keepable(value: Any) -> bool:
    kind = type(value)
    return kind in SCALARS or value is MISSING or isinstance(kind, EnumMeta)


def can_be_kept(value: Any) -> bool:
    """Whether it says by itself how it looks: it is keepable, and nothing that Django would call."""
    kind: type = type(value)
    return kind in SCALARS or (is_keepable(value) and not is_callable(kind))


@dataclass(slots=True)
class Seen:
    """A column compared with what was kept of it before.

    ``cells``: the values as they are, or as they are kept. ``changed``: the rows in which they differ. The others are
    those of `Kept`.
    """

    cells: Sequence[Any]
    changed: Sequence[int]
    values: Sequence[Any]
    opaque: bool = False
    strange: bool = False
    lacking: bool = False


def compared(rows: Rows, path: Path, before: Sequence[Any], context: Context) -> Seen | None:
    """The values at ``path``, and in which rows they are not as they were. None: all are the very same objects."""
    if path in rows.settled:
        return None
    fetch = quick_at(rows, path)
    places = others_at(fetch, before)
    if places == []:
        return None
    if fetch is not None and places is not None and len(places) <= FEW:
        way, values = fetch
        news = list(way([values[place] for place in places]))
        if all(map(can_be_kept, news)):
            return renewed(before, zip(places, news, strict=True))
    column = column_of(rows, path, context)
    return Seen(column.values, differing(column.values, before), *kept(column))


FEW: Final = 50
"""Up to so many values are looked at one by one."""


def renewed(before: Sequence[Any], others: Iterable[tuple[int, Any]]) -> Seen:
    """A column in which there is nothing that cannot be kept, and in some rows another object than ``before``."""
    # No ALWAYS is left from before: where there was one, there is another object.
    values, changed = [*before], []
    for row, value in others:
        values[row] = value
        if not alike(value, before[row]):
            changed.append(row)
    return Seen(values, changed, values)


def differing(new: Sequence[Any], old: Sequence[Any]) -> Sequence[int]:
    """The places where two columns of one length differ, or may look different."""
    places = others(new, old)
    return () if len(places) > FEW and are_alike(new, old) else unlike(new, old, places)


def others(new: Sequence[Any], old: Sequence[Any]) -> list[int]:
    """The places where there is another object."""
    return list(compress(count(), map(is_not, new, old)))


def unlike(new: Sequence[Any], old: Sequence[Any], places: Iterable[int]) -> list[int]:
    return [place for place in places if not alike(new[place], old[place])]


def are_alike(new: Sequence[Any], old: Sequence[Any]) -> bool:
    kinds = list(map(type, new))
    return PLAIN.issuperset(kinds) and kinds == list(map(type, old)) and list(new) == list(old)


def alike(one: Any, other: Any) -> bool:
    """Whether two values are sure to look the same, wherever they stand. For what cannot be known: no."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind in PLAIN:
        return bool(one == other)
    if kind in WRITTEN:
        return repr(one) == repr(other)
    if kind in CLOCKED:
        return one == other and one.tzinfo is other.tzinfo and one.fold == other.fold
    return one is other and is_keepable(one)


PLAIN: Final = frozenset({str, SafeString, int, bool, NoneType, bytes, date, timedelta, UUID})
"""Types of which equal values look the same."""
WRITTEN: Final = frozenset({float, complex, Decimal})
"""1.0 and 1.00, 0.0 and -0.0 are equal, and look different."""
CLOCKED: Final = frozenset({datetime, time})
"""Noon in Berlin and eleven in London are equal, and look different."""
