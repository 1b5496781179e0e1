"""Following a path through data: ``order.lines.0.title``, as Django's templates do, and telling data from the rest.

The state of a component is compared as data: lists, dictionaries, attributes that objects hold themselves. What a
property, a method or a lazy relation answers is not in it and may be another thing at every turn. So whoever follows a
path has to know whether it led through data only.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from functools import partialmethod
from types import NoneType
from typing import Any, Final
from uuid import UUID

from django.db.models import Model
from django.utils.safestring import SafeString

__all__ = ["ASK", "SCALARS", "follow", "is_data", "is_told_by_fields"]

ASK: Final[Any] = type("Ask", (), {"__repr__": lambda _: "ASK", "__slots__": ()})()
"""The answer of `follow` where Django has to be asked for the value."""

SCALARS: Final[frozenset[type]] = frozenset(
    {
        str,
        SafeString,
        int,
        float,
        bool,
        NoneType,
        bytes,
        complex,
        Decimal,
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        UUID,
    }
)
"""Types whose values do not change, and look the same at every turn."""

CLOCKS: Final = frozenset({"now", "today", "utcnow"})
"""What can be asked of a date and is not in it."""

VIEWS: Final = frozenset({"items", "keys", "values"})
"""Methods of a dictionary that only look."""

ENUM_ATTRIBUTES: Final = frozenset({"name", "value", "label"})

Found = tuple[Any, bool]


def follow(value: Any, path: tuple[str, ...]) -> Found:
    """What is at the end of ``path``, and whether it was reached through data alone.

    The value is ``ASK`` where it takes Django to tell: it is missing, or called, or not data.
    """
    for bit in path:
        value, plain = STEPS.get(type(value), of_object)(value, bit)
        if value is ASK:
            return ASK, plain
    return value, True


def of_scalar(value: Any, bit: str) -> Found:  # noqa: ARG001  # one of the steps
    return ASK, bit not in CLOCKS


def of_mapping(value: dict[Any, Any], bit: str) -> Found:
    if bit in value:
        return data(value[bit])
    if bit in VIEWS:
        return getattr(value, bit)(), True
    if hasattr(dict, bit):
        return ASK, False
    return data(value[int(bit)]) if bit.isdigit() and int(bit) in value else (ASK, True)


def of_sequence(value: list[Any] | tuple[Any, ...], bit: str) -> Found:
    if not bit.isdigit():
        return ASK, not hasattr(value, bit)
    index = int(bit)
    return data(value[index]) if index < len(value) else (ASK, True)


def of_object(value: Any, bit: str) -> Found:
    return step_of(type(value))(value, bit)


def of_named_tuple(value: Any, bit: str) -> Found:
    return data(getattr(value, bit)) if bit in value._fields else of_sequence(value, bit)


def of_enum(value: Any, bit: str) -> Found:
    return data(getattr(value, bit)) if bit in ENUM_ATTRIBUTES else (ASK, False)


def of_attributes(value: Any, bit: str) -> Found:
    """An object whose attributes are looked up as usual: what it holds itself is data, unless the class minds it."""
    own = vars(value)
    if bit in own:
        return (ASK, False) if is_minded(type(value), bit) else data(own[bit])
    kind = type(value)
    if not hasattr(kind, bit):
        return ASK, not hasattr(kind, "__getattr__")
    return ASK, is_told_by_fields(kind, bit)


def is_told_by_fields(kind: type, name: str) -> bool:
    """Whether an attribute of a model is made by Django of nothing but the model's own fields."""
    found = getattr_static(kind, name)
    if name == "pk":
        return found is vars(Model)["pk"]
    return isinstance(found, partialmethod) and found.func is vars(Model)["_get_FIELD_display"]


def of_anything(value: Any, bit: str) -> Found:  # noqa: ARG001  # one of the steps
    return ASK, False


def data(value: Any) -> Found:
    """A value that was found; Django calls what can be called."""
    return (value, True) if type(value) in SCALARS or not callable(value) else (ASK, False)


STEPS: Final[dict[type, Callable[[Any, str], Found]]] = {
    **dict.fromkeys(SCALARS, of_scalar),
    dict: of_mapping,
    list: of_sequence,
    tuple: of_sequence,
}

LIMIT: Final = 2000
"""Types that are remembered at a time."""
steps: dict[type, Callable[[Any, str], Found]] = {}
minded: dict[tuple[type, str], bool] = {}


def step_of(kind: type) -> Callable[[Any, str], Found]:
    """How one step is taken from an object of this type."""
    found = steps.get(kind)
    if found is None:
        if len(steps) >= LIMIT:
            steps.clear()
        found = steps[kind] = chosen_step(kind)
    return found


def chosen_step(kind: type) -> Callable[[Any, str], Found]:
    if issubclass(kind, tuple) and hasattr(kind, "_fields") and kind.__getattribute__ is tuple.__getattribute__:
        return of_named_tuple
    if issubclass(kind, Enum):
        return of_enum
    usual = kind.__getattribute__ is object.__getattribute__ and not hasattr(kind, "__getitem__")
    return of_attributes if usual and getattr(kind, "__dictoffset__", None) else of_anything


def is_minded(kind: type, name: str) -> bool:
    """Whether the class has a say in this attribute although the object holds it: a property, a relation."""
    found = minded.get((kind, name))
    if found is None:
        if len(minded) >= LIMIT:
            minded.clear()
        found = minded[kind, name] = hasattr(type(getattr_static(kind, name)), "__set__")
    return found


def getattr_static(kind: type, name: str) -> Any:
    return next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)


def is_data(value: Any, depth: int = 6) -> bool:
    """Whether a value is data all the way down: scalars and members of enums, and lists and dictionaries of them."""
    kind = type(value)
    if kind in SCALARS or isinstance(value, Enum):
        return True
    if depth == 0:
        return False
    if kind in (list, tuple, set, frozenset):
        return SCALARS.issuperset(map(type, value)) or all(is_data(each, depth - 1) for each in value)
    if kind is dict:
        return SCALARS.issuperset(map(type, value)) and is_data(tuple(value.values()), depth)
    return False
