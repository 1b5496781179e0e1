"""Going back: what a value was before an action that failed, changes inside it included.

Of everything mutable that a value is made of, the contents are remembered and put back: an object stays the one it
was, nothing is fetched from a database, and a value that could not be kept in a snapshot is no obstacle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from pydantic import BaseModel

from liveactions.components.alike import Table, table_of
from liveactions.components.tracking import SCALARS

__all__ = ["MUTABLE", "saved"]

PutBack = Callable[[], None]

MUTABLE: Final[dict[type, tuple[Callable[[Any], Any], str]]] = {
    list: (list, "extend"),
    deque: (list, "extend"),
    bytearray: (bytes, "extend"),
    dict: (dict, "update"),
    set: (set, "update"),
}
"""Containers: what copies their contents, and the method that puts them back into the emptied one."""
INSIDE: Final = (*MUTABLE, tuple, frozenset, BaseModel)
"""What is followed from an object's attributes: its parts, and not the objects it only knows."""


def saved(value: Any) -> Callable[[], Any]:
    """What makes the value as it is now again; may be asked more than once. Costs one walk through its parts."""
    if type(value) in SCALARS:
        return lambda: value
    contents = list(contents_of(value))

    def again() -> Any:
        for put_back in contents:
            put_back()
        return value

    return again


def contents_of(value: Any) -> Iterator[PutBack]:
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        kind = type(part)  # and not isinstance(): a lazy object would be evaluated by the question
        if kind in SCALARS or id(part) in seen:
            continue
        seen.add(id(part))
        if issubclass(kind, (tuple, frozenset)):
            waiting.extend(part)
            continue
        container = next((base for base in kind.__mro__ if base in MUTABLE), None)
        put_back, inside = kept_object(part) if container is None else kept_container(part, *MUTABLE[container])
        yield put_back
        if (together := kept_alike(inside)) is None:
            waiting.extend(inside)
        else:
            yield from together


def kept_container(value: Any, copy: Callable[[Any], Any], refill: str) -> tuple[PutBack, Collection[Any]]:
    contents = copy(value)

    def put_back() -> None:
        value.clear()
        getattr(value, refill)(contents)

    return put_back, contents.values() if isinstance(contents, dict) else contents


def kept_object(value: Any) -> tuple[PutBack, Collection[Any]]:
    attributes = attributes_of(value)
    compound = {name: item for name, item in attributes.items() if type(item) not in SCALARS}
    private = [item for name, item in compound.items() if name.startswith("_")]
    books = [kept_container(book, dict, "update")[0] for item in private for book in books_of(item)]

    def put_back() -> None:
        own = getattr(value, "__dict__", None)
        if isinstance(own, dict):
            for name in own.keys() - attributes.keys():
                del own[name]
            own.update(attributes)  # and not setattr(): descriptors of the class may act on it
        else:
            for name, item in attributes.items():
                object.__setattr__(value, name, item)  # frozen dataclasses too
        for put_back_book in books:
            put_back_book()

    return put_back, [item for name, item in compound.items() if not name.startswith("_") and is_part(type(item))]


def kept_alike(parts: Collection[Any]) -> list[PutBack] | None:
    """Many objects of one class that have no parts, in a tenth of the time; None if they are not such."""
    kinds = set(map(type, parts))
    table = table_of(parts) if len(kinds) == 1 and not is_looked_into(*kinds) else None
    if table is None or any(map(is_part, kinds_in(table.rows))):
        return None
    books = []
    for place, name in enumerate(table.names):
        if name.startswith("_"):
            books += kept_books(list(map(itemgetter(place), table.rows)))
    return [*books, kept_table(table)]


def kept_table(table: Table) -> PutBack:
    def put_back() -> None:
        for own, row in zip(table.own, table.rows, strict=True):
            own.clear()
            own.update(zip(table.names, row, strict=True))

    return put_back


def kept_books(items: list[Any]) -> list[PutBack]:
    """The same as ``books_of`` each, of private attributes with one name."""
    if SCALARS.issuperset(map(type, items)):
        return []
    table = table_of(items)
    if table is None or dict in kinds_in(table.rows):
        return [kept_container(book, dict, "update")[0] for item in items for book in books_of(item)]
    return [kept_table(table)]


def kinds_in(rows: list[tuple[Any, ...]]) -> set[type]:
    return set(map(type, chain.from_iterable(rows)))


def is_looked_into(kind: type) -> bool:
    return kind in SCALARS or issubclass(kind, (*MUTABLE, tuple, frozenset))


def books_of(item: Any) -> list[dict[str, Any]]:
    """What an object notes about itself in a private attribute, such as the related objects a model has at hand."""
    own = item if type(item) is dict else getattr(item, "__dict__", None)
    if not isinstance(own, dict):
        return []
    return [own, *(inner for inner in own.values() if type(inner) is dict)]


def attributes_of(value: Any) -> dict[str, Any]:
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        return dict(own)
    slots = fields(value) if is_dataclass(type(value)) else ()
    return {slot.name: getattr(value, slot.name) for slot in slots if hasattr(value, slot.name)}


def is_part(kind: type) -> bool:
    return issubclass(kind, INSIDE) or is_dataclass(kind)
