"""Tracking: copies of values by which changes are noticed, changes inside lists and objects included."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import Any, Final
from uuid import UUID

from pydantic import SecretBytes, SecretStr

from liveactions.components.alike import FEW, table_of

__all__ = ["FIXED", "FREEZERS", "SCALARS", "freeze", "is_fixed"]

Shown = tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]
"""Of many objects, the names of the attributes that count, and the values for each object."""

SCALARS: Final = frozenset({NoneType, bool, int, float, str, bytes, date, timedelta, UUID})
FIXED: Final = SCALARS | {Decimal, datetime, time, SecretStr, SecretBytes}
"""Types whose values cannot change."""
COMMON: Final = FIXED | {list, dict, set}
"""Types of which it is known at a glance."""
LONG: Final = 64
"""Of longer tuples it is not asked whether something in them can."""
SCALAR_BASES: Final = (*SCALARS, Enum, Decimal, time)
"""Instances of their subclasses differ when they are not equal, whatever attributes they have."""


def is_fixed(value: Any) -> bool:
    """Whether nothing about the value can change. Of a long tuple, and of what is not known, it is not said."""
    kind: type = type(value)  # and not isinstance(): a lazy object would be evaluated by the question
    if kind in COMMON:
        return kind in FIXED
    known = is_fixed_kind(kind)
    return len(value) <= LONG and all(map(is_fixed, value)) if known is None else known


@lru_cache(maxsize=2000)
def is_fixed_kind(kind: type) -> bool | None:
    """Whether nothing about any value of this type can change; None if that depends on what is in it."""
    if kind in FIXED or issubclass(kind, Enum):
        return True
    if issubclass(kind, (tuple, frozenset)):
        return None if is_bare(kind, tuple, frozenset) else False
    return is_bare(kind, *FIXED)


def is_bare(kind: type, *bases: type) -> bool:
    """Whether it is one of ``bases``, or differs from it in behaviour only, as text that is marked safe does."""
    base = next((base for base in kind.__mro__ if base in bases), None)
    return base is not None and kind.__basicsize__ == base.__basicsize__ and not kind.__dictoffset__


def freeze(value: Any) -> Any:
    """A copy that does not change any more; two are equal exactly when the values would look the same."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if freezer := FREEZERS.get(kind):
        return freezer(value)
    if isinstance(value, (list, tuple, deque)):
        return freeze_items(value)
    if isinstance(value, Mapping):
        return freeze_map(value)
    if isinstance(value, (set, frozenset)):
        return freeze_set(value)
    return freeze_object(value)


def freeze_items(value: list[Any] | tuple[Any, ...] | deque[Any]) -> Any:
    kinds = tuple(map(type, value))  # 1, 1.0 and True are equal, and look different
    if SCALARS.issuperset(kinds):
        return kinds, tuple(value)
    return kinds, freeze_alike(value, set(kinds)) or tuple(map(freeze, value))


def freeze_alike(items: Collection[Any], kinds: set[type]) -> Any:
    """Many objects of one class in a tenth of the time, or None."""
    kind = kinds.pop()
    if kinds or kind in FREEZERS or issubclass(kind, ONE_BY_ONE) or len(items) < FEW:
        return None
    found = declared_in(kind, items) if is_dataclass(kind) else public_in(items)
    return found and (found[0], freeze_items(tuple(chain.from_iterable(found[1]))))


def declared_in(kind: Any, items: Collection[Any]) -> Shown | None:
    names = tuple(field.name for field in fields(kind))
    return (names, map(attrgetter(*names), items)) if len(names) > 1 else None


def public_in(items: Collection[Any]) -> Shown | None:
    table = table_of(items)
    if table is None:
        return None
    public = tuple(name for name in table.names if not name.startswith("_"))
    return (public, zip(*map(table.column, public), strict=True)) if len(public) > 1 else None


def freeze_map(value: Mapping[Any, Any]) -> Any:
    return freeze_items(tuple(value)), freeze_items(tuple(value.values()))


def freeze_set(value: set[Any] | frozenset[Any]) -> Any:
    return frozenset((type(item), item) for item in value)


def freeze_object(value: Any) -> Any:
    """Its public attributes; an object that shows none is only what it equals."""
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(freeze_item(getattr(value, field.name)) for field in fields(value))
    try:
        attributes = vars(value)
    except TypeError:
        return value
    public = tuple((name, freeze_item(item)) for name, item in attributes.items() if not name.startswith("_"))
    return public if public and not isinstance(value, SCALAR_BASES) else (value, public)


def freeze_item(value: Any) -> Any:
    return type(value), freeze(value)


ONE_BY_ONE: Final = (*SCALAR_BASES, list, tuple, deque, Mapping, set, frozenset)
"""Many of these are not looked at together."""
FREEZERS: Final[dict[type, Callable[[Any], Any]]] = {
    # Equal, and yet written differently: 1.0 and 1.00, noon in Berlin and in UTC.
    Decimal: str,
    datetime: lambda value: (value, value.tzinfo, value.isoformat()),
    time: lambda value: (value, value.tzinfo, value.isoformat()),
    list: freeze_items,
    tuple: freeze_items,
    dict: freeze_map,
    set: freeze_set,
    frozenset: freeze_set,
    bytearray: bytes,
}
