"""Going back: what a value was before an action that failed, changes inside it included.

Of everything mutable that a value is made of, the contents are remembered and put back: an object stays the one it
was, nothing is fetched from a database, and a value that could not be kept in a snapshot is no obstacle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from liveactions.components.alike import Table, table_of
from liveactions.components.tracking import SCALARS

__all__ = ["MUTABLE", "Note", "note", "saved"]

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


class Note(NamedTuple):
    """What rows note about themselves in a private attribute: an object of this class, which has these attributes."""

    kind: type
    names: tuple[str, ...]


Notes = Mapping[str, Note]
"""By the name of the private attribute."""

noted: Final[dict[type, Callable[[type], Notes]]] = {}


def note(cls: type, notes: Callable[[type], Notes]) -> None:
    """Tell what is known of the notes of the subclasses of ``cls``.

    It saves asking these objects for their ``__dict__``: that makes one, which stays as long as the object does.
    """
    noted[cls] = notes
    notes_of.cache_clear()


@lru_cache(maxsize=2000)
def notes_of(kind: type) -> Notes:
    return next((notes(kind) for cls, notes in noted.items() if issubclass(kind, cls)), {})


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
    if table is None:
        return None
    kinds_by_name = {name: set(map(type, column)) for name, column in table.columns.items()}
    if any(map(is_part, set().union(*kinds_by_name.values()))):
        return None
    notes = notes_of(*kinds)
    kept = [kept_table(table)]
    for name, inside in kinds_by_name.items():
        if name.startswith("_") and not inside <= SCALARS:
            column = table.columns[name]
            note = notes.get(name)
            kept += [kept_notes(column, note.names)] if note and inside == {note.kind} else kept_books(column)
    return kept


def kept_table(table: Table) -> PutBack:
    def put_back() -> None:
        for own, *values in zip(table.own, *table.columns.values(), strict=True):
            own.clear()
            own.update(zip(table.columns, values, strict=True))

    return put_back


def kept_notes(items: list[Any], names: tuple[str, ...]) -> PutBack:
    columns = [list(map(attrgetter(name), items)) for name in names]

    def put_back() -> None:
        for name, column in zip(names, columns, strict=True):
            for item, value in zip(items, column, strict=True):
                setattr(item, name, value)

    return put_back


def kept_books(items: list[Any]) -> list[PutBack]:
    """The same as ``books_of`` each."""
    if (table := table_of(items)) is not None:
        inside = [book for column in table.columns.values() for book in dicts_in(column)]
        return [kept_table(table), *([kept_dicts(inside)] if inside else [])]
    try:
        own = list(map(attrgetter("__dict__"), items))
    except AttributeError:  # some are dictionaries, or have slots
        own = list(map(own_of, items))
    own = [book for book in own if isinstance(book, dict)]
    return [kept_dicts([*own, *dicts_in(list(chain.from_iterable(map(dict.values, own))))])]


def dicts_in(values: list[Any]) -> list[dict[str, Any]]:
    """Those of the values that are dictionaries."""
    kinds = set(map(type, values))
    if kinds == {dict}:
        return values
    return [value for value in values if type(value) is dict] if dict in kinds else []


def kept_dicts(books: list[dict[str, Any]]) -> PutBack:
    contents = list(map(dict.copy, books))

    def put_back() -> None:
        for book, content in zip(books, contents, strict=True):
            book.clear()
            book.update(content)

    return put_back


def is_looked_into(kind: type) -> bool:
    return kind in SCALARS or issubclass(kind, (*MUTABLE, tuple, frozenset))


def books_of(item: Any) -> list[dict[str, Any]]:
    """What an object notes about itself in a private attribute, such as the related objects a model has at hand."""
    own = own_of(item)
    if not isinstance(own, dict):
        return []
    return [own, *(inner for inner in own.values() if type(inner) is dict)]


def own_of(item: Any) -> Any:
    return item if type(item) is dict else getattr(item, "__dict__", None)


def attributes_of(value: Any) -> dict[str, Any]:
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        return dict(own)
    slots = fields(value) if is_dataclass(type(value)) else ()
    return {slot.name: getattr(value, slot.name) for slot in slots if hasattr(value, slot.name)}


def is_part(kind: type) -> bool:
    return issubclass(kind, INSIDE) or is_dataclass(kind)
