"""Going back: what a value was before an action that failed, changes inside it included.

Of everything mutable that a value is made of, the contents are remembered and put back: an object stays the one it
was, nothing is fetched from a database, and a value that could not be kept in a snapshot is no obstacle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import chain, compress
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from liveactions.components.alike import FEW, Table, kinds_of, table_of, tables_of
from liveactions.components.tracking import FIXED

__all__ = ["MUTABLE", "Note", "note", "saved"]

PutBack = Callable[[], None]
Kept = tuple["PutBack | None", Collection[Any]]
"""What puts the contents of something back, None if they cannot be others; and what is in it."""

MUTABLE: Final[dict[type, tuple[Callable[[Any], Any], str]]] = {
    list: (list, "extend"),
    deque: (list, "extend"),
    bytearray: (bytes, "extend"),
    dict: (dict, "update"),
    set: (set, "update"),
}
"""Containers: what copies their contents, and the method that puts them back into the emptied one."""
FIXED_CONTAINERS: Final = frozenset({tuple, frozenset})
"""What cannot change itself, and may hold what can."""
INSIDE: Final = (*MUTABLE, *FIXED_CONTAINERS, BaseModel)
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
    if type(value) in FIXED:
        return lambda: value
    contents = list(contents_of(value))

    def again() -> Any:
        for put_back in contents:
            put_back()
        return value

    return again


def contents_of(value: Any) -> Iterator[PutBack]:
    seen: set[int] = set()
    waiting: list[Collection[Any]] = [(value,)]
    while waiting:
        parts = waiting.pop()
        for put_back, inside in kept_each(parts, seen) if len(parts) < FEW else kept_together(parts, seen):
            if put_back is not None:
                yield put_back
            if inside:
                waiting.append(inside)


def kept_each(parts: Collection[Any], seen: set[int]) -> Iterator[Kept]:
    """One by one, but those that were ``seen`` already."""
    for part in parts:
        kind: type = type(part)  # and not isinstance(): a lazy object would be evaluated by the question
        if kind in FIXED or id(part) in seen:
            continue
        seen.add(id(part))
        base = container_of(kind)
        if base is None:
            yield kept_object(part)
        elif base in FIXED_CONTAINERS:
            yield None, part
        else:
            yield kept_containers([part], *MUTABLE[base])


def kept_together(parts: Collection[Any], seen: set[int]) -> Iterator[Kept]:
    """The same by their types, with a step of Python for each type only."""
    for kind, alike in by_kind(parts):
        base = container_of(kind)
        if base is None:
            yield from kept_objects(alike, seen)
        elif base in FIXED_CONTAINERS:
            yield None, list(chain.from_iterable(unseen(alike, seen)))
        else:
            yield kept_containers(unseen(alike, seen), *MUTABLE[base])


def by_kind(parts: Collection[Any]) -> Iterable[tuple[type, Collection[Any]]]:
    """Those that can be changed, by their types."""
    kinds = kinds_of(parts)
    groups: dict[type, list[Any]] = {kind: [] for kind in kinds - FIXED}
    if len(kinds) == 1:
        return [(kind, parts) for kind in groups]
    for part in parts:
        if (group := groups.get(type(part))) is not None:
            group.append(part)
    return groups.items()


@lru_cache(maxsize=2000)
def container_of(kind: type) -> type | None:
    """Which of the containers it is; None if it is none."""
    return next((base for base in kind.__mro__ if base in MUTABLE or base in FIXED_CONTAINERS), None)


def unseen(values: Collection[Any], seen: set[int]) -> list[Any]:
    """Each of the values once, but those that were seen; from now on they are."""
    found = dict(zip(map(id, values), values, strict=True))
    for known in found.keys() & seen:
        del found[known]
    seen.update(found)
    return list(found.values())


def kept_containers(values: list[Any], copy: Callable[[Any], Any], refill: str) -> Kept:
    contents = list(map(copy, values))

    def put_back() -> None:
        for value, content in zip(values, contents, strict=True):
            value.clear()
            getattr(value, refill)(content)

    inside = map(items_in, contents)
    return put_back, next(inside) if len(contents) == 1 else list(chain.from_iterable(inside))


def items_in(content: Any) -> Collection[Any]:
    kind = type(content)
    return content.values() if kind is dict else () if kind is bytes else content


def kept_objects(values: Collection[Any], seen: set[int]) -> Iterator[Kept]:
    for alike, table in tables_of(values):
        yield from map(kept_object, unseen(alike, seen)) if table is None else kept_rows(alike, table, seen)


def kept_object(value: Any) -> Kept:
    attributes = attributes_of(value)
    compound = {name: item for name, item in attributes.items() if type(item) not in FIXED}
    private = [item for name, item in compound.items() if name.startswith("_")]
    put_back_books = kept_dicts([book for item in private for book in books_of(item)])

    def put_back() -> None:
        own = getattr(value, "__dict__", None)
        if isinstance(own, dict):
            own.clear()
            own.update(attributes)  # and not setattr(): descriptors of the class may act on it
        else:
            for name, item in attributes.items():
                object.__setattr__(value, name, item)  # frozen dataclasses too
        put_back_books()

    return put_back, parts_in([item for name, item in compound.items() if not name.startswith("_")])


# ── Rows ──


def kept_rows(rows: Collection[Any], table: Table, seen: set[int]) -> Iterator[Kept]:
    """The same of many objects of one class, without a step of Python for each of them."""
    yield kept_table(rows, table), ()
    compound = {name: kinds for name, kinds in table.kinds().items() if not FIXED.issuperset(kinds)}
    for name in [name for name in compound if name.startswith("_")]:
        for put_back in kept_private(rows, name, table.column(name), compound.pop(name)):
            yield put_back, ()
    names = [name for name, kinds in compound.items() if any(map(is_part, kinds))]
    if names and not seen.issuperset(map(id, rows)):
        seen.update(map(id, rows))
        for name in names:
            yield None, parts_in(table.column(name))


def kept_table(items: Collection[Any], table: Table) -> PutBack:
    def put_back() -> None:
        for item, values in zip(items, table.rows(), strict=True):
            own = item.__dict__
            own.clear()
            own.update(zip(table.names, values, strict=True))

    return put_back


def kept_private(rows: Collection[Any], name: str, column: list[Any], kinds: set[type]) -> list[PutBack]:
    """What is in a private attribute of many rows."""
    kind: type = type(next(iter(rows)))
    note = notes_of(kind).get(name)
    return [kept_notes(column, note.names)] if note and kinds == {note.kind} else kept_books(column)


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
        inside = [(table.column(name), kinds) for name, kinds in table.kinds().items() if dict in kinds]
        return [kept_table(items, table), *[kept_dicts(dicts_in(column, kinds)) for column, kinds in inside]]
    try:
        own = list(map(attrgetter("__dict__"), items))
    except AttributeError:  # some are dictionaries, or have slots
        own = list(map(own_of, items))
    own = [book for book in own if isinstance(book, dict)]
    inside = list(chain.from_iterable(map(dict.values, own)))
    return [kept_dicts([*own, *dicts_in(inside, kinds_of(inside))])]


def dicts_in(values: list[Any], kinds: set[type]) -> list[dict[str, Any]]:
    """Those of the values that are dictionaries. ``kinds`` are the types of all of them."""
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


def parts_in(values: list[Any]) -> list[Any]:
    kinds: list[type] = list(map(type, values))
    return list(compress(values, map(is_part, kinds)))


@lru_cache(maxsize=2000)
def is_part(kind: type) -> bool:
    return issubclass(kind, INSIDE) or is_dataclass(kind)
