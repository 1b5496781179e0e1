"""Tracking: which fields have changed between two moments, changes inside lists and objects included."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Final
from uuid import UUID

from liveactions.components.declaration import declaration

__all__ = ["Capture", "capture", "changes"]

Capture = Mapping[str, Any]
"""What ``capture`` has seen: the frozen value of each field, and its type."""

SCALARS: Final = frozenset({NoneType, bool, int, float, str, bytes, date, timedelta, UUID})
SCALAR_BASES: Final = (*SCALARS, Enum, Decimal, time)
"""Instances of their subclasses differ when they are not equal, whatever attributes they have."""


def capture(component: object) -> Capture:
    """Remember the state as it is now, for ``changes``. Costs well under a microsecond for a scalar field."""
    have = vars(component)
    return {
        name: (type(value), value if type(value) in SCALARS else freeze(value))
        for name in declaration(type(component)).fields
        if (value := have.get(name, have)) is not have  # "have" itself stands for: no value yet
    }


def changes(before: Capture, component: object) -> frozenset[str]:
    """The names of the fields whose value differs from what ``capture`` has seen, also if changed in place."""
    now = capture(component)
    return frozenset(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


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
    return kinds, tuple(value) if SCALARS.issuperset(kinds) else tuple(map(freeze, value))


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
