"""The quick way to one attribute or item of many values of one kind, without a step of Python for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from itertools import repeat
from operator import attrgetter, is_, itemgetter, methodcaller
from typing import Any, Final

from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor, ForwardOneToOneDescriptor
from django.db.models.query_utils import DeferredAttribute

from liveactions.templating.keys import key_name
from liveactions.templating.trails import (
    ASK,
    STEPS,
    Found,
    data,
    follow,
    getattr_static,
    is_minded,
    is_told_by_fields,
    of_attributes,
    of_mapping,
    of_named_tuple,
    of_sequence,
    step_of,
)

__all__ = ["Way", "traced", "way_to"]

Way = Callable[[Sequence[Any]], Iterable[Any]]
"""From values to what each holds. Raises something if one of them does not hold it as the others do."""


@lru_cache(maxsize=2000)
def way_to(kind: type, bit: str, *, certain: bool, through: bool = False) -> Way | None:
    """How to get at ``bit`` of many values of this type; None if there is no quick way, or not to data.

    ``certain``: the template looks there anyway, so a field that was deferred may be loaded. ``through``: the path goes
    on from there, which it does from nothing but objects.
    """
    step = STEPS.get(kind) or step_of(kind)
    if step is of_attributes:
        return way_to_attribute(kind, bit, certain=certain, through=through)
    if step is of_mapping:
        return partial(map, itemgetter(bit))
    if step is of_named_tuple and bit in kind._fields:  # type: ignore[attr-defined]
        return partial(map, attrgetter(bit))
    if step is of_sequence and bit.isdecimal():
        return partial(map, itemgetter(int(bit)))
    return None


def way_to_attribute(kind: type, bit: str, *, certain: bool, through: bool) -> Way | None:
    # To ask for an object's __dict__ makes one, as large as all that is remembered of the object otherwise.
    if relation := relation_name(kind, bit):
        null = through or getattr_static(kind, bit).field.null
        return partial(related, relation, null=null)
    if is_column(kind, bit):
        return partial(map, attrgetter(bit)) if certain else partial(map_own, bit)
    if issubclass(kind, Model) and is_told_by_fields(kind, bit):
        return way_to_told(kind, bit, certain=certain)
    if is_minded(kind, bit):
        return None
    return partial(map, attrgetter(bit)) if is_always_own(kind, bit) else partial(map_own, bit)


def way_to_told(kind: type[Model], bit: str, *, certain: bool) -> Way | None:
    """To what a model makes of one of its columns: ``pk``, ``get_…_display``."""
    made = getattr_static(kind, bit)
    column = key_name(kind) if bit == "pk" else made.keywords["field"].attname
    way = way_to(kind, column, certain=certain) if is_column(kind, column) else None
    return way if way is None or bit == "pk" else partial(displayed, way, methodcaller(bit))


def displayed(way: Way, display: Callable[[Any], Any], values: Sequence[Any]) -> Iterable[Any]:
    """What is displayed is told by the column: it is asked for once for each value of that."""
    keys: list[Any] = list(way(values))
    if len(set(map(type, keys))) > 1:  # 1 and True are equal, and may be displayed differently
        keys = list(zip(map(type, keys), keys, strict=True))
    known = {key: display(value) for key, value in dict(zip(keys, values, strict=True)).items()}
    return map(known.__getitem__, keys)


def map_own(bit: str, values: Sequence[Any]) -> Iterable[Any]:
    """What the objects hold themselves."""
    return map(itemgetter(bit), map(attrgetter("__dict__"), values))


def related(name: str, values: Sequence[Any], *, null: bool) -> Iterable[Any]:
    """The rows that model instances lead to, where they are at hand. ``null``: None is one of the answers."""
    found = list(map(itemgetter(name), map(attrgetter("_state.fields_cache"), values)))
    if not null and any(map(is_, found, repeat(None))):  # "None in found" asks each what it equals
        raise LookupError(name)
    return found


# ── What an attribute is ──


def is_always_own(kind: type, bit: str) -> bool:
    """Whether an attribute, if there is one, is always the object's own."""
    if is_dataclass(kind) and any(field.name == bit for field in fields(kind)):
        return True
    return getattr_static(kind, bit) is None and getattr_static(kind, "__getattr__") is None


def is_column(kind: type, bit: str) -> bool:
    """Whether it is a plain column of a model, a foreign key's own included."""
    found = getattr_static(kind, bit)
    return isinstance(found, DeferredAttribute) and type(found).__get__ is DeferredAttribute.__get__


RELATIONS: Final = frozenset({ForwardManyToOneDescriptor, ForwardOneToOneDescriptor})


@lru_cache(maxsize=2000)
def relation_name(kind: type, bit: str) -> str:
    """Under which name a model instance keeps the other one that this leads to; "" if it is no such relation."""
    found = getattr_static(kind, bit)
    if type(found) not in RELATIONS or not issubclass(kind, Model):
        return ""
    field = found.field
    # Before Django 5.1 there was no attribute, since then there is no method without a warning.
    return str(getattr(field, "cache_name", None) or field.get_cache_name())


# ── One by one ──


def traced(value: Any, path: tuple[str, ...]) -> Found:
    """As `follow`, and through rows of the database that are at hand: they can be reached through the state alone."""
    for bit in path:
        value, plain = traced_step(value, bit)
        if value is ASK:
            return ASK, plain
    return value, True


def traced_step(value: Any, bit: str) -> Found:
    if not isinstance(value, Model):
        return follow(value, (bit,))
    kind: type = type(value)
    if relation := relation_name(kind, bit):
        found = value._state.fields_cache.get(relation, ASK)  # noqa: SLF001  # of a model, and public, says Django
        if found is None and not getattr_static(kind, bit).field.null:
            return ASK, True  # that is an error, and templates swallow it
        return found, found is not ASK
    if is_column(kind, bit):
        found = vars(value).get(bit, ASK)
        return (ASK, False) if found is ASK else data(found)
    return follow(value, (bit,))
