"""Which row is which: keys that tell the rows of a list apart, and find them again in the next one.

A row is known by its ``live-key``, else by the primary key of a model instance, by the key of a dict's item, by a
scalar itself, or by being the same object. Keys stay on the server; the page is told a layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import attrgetter, is_, itemgetter
from typing import Any, Final

from django.db.models import Model

from liveactions.errors import DeclarationError
from liveactions.rendering.blocks import Block, Kind
from liveactions.rendering.layout import Layout, layout
from liveactions.templating.trails import SCALARS

__all__ = ["Dried", "Keys", "arrangement", "explicit", "key_name", "key_reader", "keys_of", "kind_of"]

OBJECT: Final = "is"
SCALAR: Final = "="
MIXED: Final = "?"
EXPLICIT: Final = "live-key"
ITEM: Final = "item"
LOOSE: Final = frozenset({OBJECT, SCALAR})
"""Rows of these kinds without their match may be updated in place: nothing says that another thing stands there."""

Dried = list[Any]
"""Keys as plain data: ``[kind, keys]``, or ``[kind, count]`` where objects were what the rows were known by."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some rows, all of one kind. For `OBJECT` they are the objects; for `MIXED`, ``(kind, key)``.

    ``held`` keeps the objects alive whose identity a mixed key is.
    """

    kind: str
    values: Sequence[Any]
    held: Sequence[Any] = ()

    def same_as(self, other: Keys) -> bool:
        """Are these the keys of the same rows in the same order?"""
        if self.kind != other.kind or len(self.values) != len(other.values):
            return False
        if self.kind == OBJECT:  # what objects say of their equality is not asked
            return all(map(is_, self.values, other.values))
        return self.values == other.values

    def tagged(self) -> list[Hashable]:
        """Keys that can be compared with those of another kind."""
        if self.kind == MIXED:
            return list(self.values)
        return [(self.kind, key) for key in self.plain_keys()]

    def plain_keys(self) -> list[Hashable]:
        """Keys that can be compared with those of the same kind."""
        return unique(map(id, self.values)) if self.kind == OBJECT else list(self.values)

    def dried(self) -> Dried:
        """As plain data, from which rows can be told as long as their keys can be written down."""
        if self.kind == OBJECT:
            return [OBJECT, len(self.values)]
        return [self.kind, unique(map(written, self.values))]


def keys_of(rows: Sequence[Any], *, pairs: bool = False, was: Keys | None = None, of_type: type | None = None) -> Keys:
    """The automatic keys of ``rows``; ``was`` itself if they are the same.

    ``pairs``: the rows are the items of one dict. ``of_type``: the type of all of them, if somebody knows it.
    """
    types = set(map(type, rows)) if of_type is None else {of_type}
    kinds = {ITEM} if pairs else set(map(kind_of, types))
    if len(kinds) > 1:
        return mixed(rows)
    kind = kinds.pop() if kinds else OBJECT
    if kind == OBJECT:
        found = Keys(OBJECT, list(rows))
    else:
        found = Keys(kind, list(map(GETTERS.get(kind) or attrgetter(key_name(types.pop())), rows)))
    return was if was is not None and found.same_as(was) else distinct(found, rows)


def distinct(found: Keys, rows: Sequence[Any]) -> Keys:
    """Keys of one kind, each for one row, if each row has one."""
    kind, values = found.kind, found.values
    if kind == OBJECT:
        return found
    if kind == ITEM and not SCALARS.issuperset(map(type, values)):
        return Keys(OBJECT, list(rows))
    if kind not in GETTERS and None in values:
        return mixed(rows)
    try:
        return Keys(kind, unique(values))
    except TypeError:  # a signalling NaN has no hash
        return Keys(OBJECT, list(rows))


KEY_IN_TAG = re.compile(r"""live-key\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def key_reader(block: Block) -> Callable[[str], str]:
    """How the ``live-key`` of a row is read off the value of the slot that it is, or stands in."""
    return str if block.key is None or block.slots[block.key].kind is Kind.ATTRIBUTE else key_in_tag


def key_in_tag(source: str) -> str:
    found = KEY_IN_TAG.search(source)
    return "" if found is None else found[found.lastindex or 0]


def explicit(keys: Sequence[str], where: str) -> Keys:
    """Keys that a template gives with ``live-key``. Raises ``DeclarationError`` if one is there twice.

    ``where`` names the component and the template.
    """
    if len(set(keys)) < len(keys):
        seen: set[str] = set()
        twice = next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DeclarationError(
            f"{where}: two rows of a loop have the live-key {twice!r}.",
            hint="Make it of something that is different in each row, such as the primary key.",
        )
    return Keys(EXPLICIT, keys)


def arrangement(old: Keys | Dried, new: Keys) -> Layout | None:
    """How the new rows are made of the old ones; None if row by row they are the same."""
    if isinstance(old, list):
        return arranged_from_dried(old, new)
    if old is new or old.same_as(new):
        return None
    if old.kind != new.kind:
        return layout(old.tagged(), new.tagged())
    return layout(old.plain_keys(), new.plain_keys(), pair=new.kind in LOOSE)


def arranged_from_dried(old: Dried, new: Keys) -> Layout | None:
    kind, keys = old
    pair = kind in LOOSE and new.kind in LOOSE
    if kind == new.kind != OBJECT:
        return layout(keys, new.dried()[1], pair=pair)
    count = keys if isinstance(keys, int) else len(keys)
    return layout([object() for _ in range(count)], [object() for _ in new.values], pair=pair)


# Keys that nobody has given -------------------------------------------------------------------------------------------


@lru_cache(maxsize=2000)
def kind_of(cls: type) -> str:
    """What the instances of a class are known by."""
    if issubclass(cls, Model):
        return f"pk {(cls._meta.concrete_model or cls)._meta.label}"  # noqa: SLF001  # public, says Django
    return SCALAR if cls in SCALARS or issubclass(cls, Enum) else OBJECT


@lru_cache(maxsize=2000)
def key_name(cls: type) -> str:
    """The attribute with the primary key: that of the column, for the property "pk" asks for it in Python."""
    key = cls._meta.pk  # type: ignore[attr-defined]  # of a model, and public, says Django
    return getattr(key, "attname", None) or "pk"


GETTERS: Final[dict[str, Callable[[Any], Any]]] = {SCALAR: lambda row: row, ITEM: itemgetter(0)}


def mixed(rows: Sequence[Any]) -> Keys:
    return Keys(MIXED, unique(map(mixed_key, rows)), list(rows))


def mixed_key(row: Any) -> tuple[str, Hashable]:
    cls: type = type(row)
    kind = kind_of(cls)
    if kind == SCALAR:
        return kind, (cls, str(row))
    key = None if kind == OBJECT else getattr(row, key_name(cls))
    return (OBJECT, id(row)) if key is None else (kind, key)


def unique(keys: Iterable[Any]) -> list[Any]:
    """The second, third … of equal keys become ``(key, 1)``, ``(key, 2)`` …"""
    listed = list(keys)
    if len(set(listed)) == len(listed):
        return listed
    seen: dict[Any, int] = {}
    return [numbered(key, seen) for key in listed]


def numbered(key: Any, seen: dict[Any, int]) -> Any:
    nth = seen.get(key, 0)
    seen[key] = nth + 1
    return (key, nth) if nth else key


# Keys that are written down -------------------------------------------------------------------------------------------

MARK: Final = "\0"
"""Begins the keys that are not strings by themselves."""
PLAIN_INT: Final = 2**63


def written(key: Any) -> str | int:
    """A key as plain data, different for different keys."""
    if type(key) is int and -PLAIN_INT <= key < PLAIN_INT:
        return key
    if isinstance(key, str):
        return MARK + "str" + MARK + key if key.startswith(MARK) else str(key)
    if isinstance(key, tuple):
        return MARK + MARK.join(f"{type(part).__name__}:{written(part)}" for part in key)
    if isinstance(key, Enum):
        return f"{MARK}{type(key).__qualname__}{MARK}{key.name}"
    return f"{MARK}{type(key).__name__}{MARK}{key}"
