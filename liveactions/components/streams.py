"""Streams: collections whose items live neither on the server nor as data in the browser.

Of its items a stream keeps the keys, in order. An item that is given to it is *pending* until its row has been
rendered; then it is dropped. Where rows have to be rendered whose items are not at hand, they are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isasyncgenfunction, iscoroutinefunction
from itertools import islice
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args
from uuid import UUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from liveactions.components import references
from liveactions.components.fields import Field, Written
from liveactions.components.plain import enrol
from liveactions.components.rollback import MUTABLE
from liveactions.components.tracking import FREEZERS
from liveactions.errors import DeclarationError, LocalError

__all__ = ["Key", "Stream", "settle_streams", "stream"]

T = TypeVar("T")

Key = str | int
Load = Callable[[list[Key]], Iterable[Any]]


@dataclass(frozen=True)
class Options:
    """What the declaration says of a stream. ``where`` names it in messages."""

    key: str | Callable[[Any], Any] = "pk"
    limit: int | None = None
    load: Load | None = None
    where: str = "A stream"


@dataclass(frozen=True)
class Moment(Iterable[Any]):
    """What a stream was at one time. Goes through the items it had at hand, which may change as well."""

    keys: list[Key]
    pending: dict[Key, Any]
    revision: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.pending.values())

    def __len__(self) -> int:
        return len(self.pending)


class Stream(Generic[T]):
    """A collection that remembers the keys of its items only; declare it with ``stream``.

    Wherever a method takes an item or its key, either does. Positions are as in a list: 0 is the first, -1 the last.
    """

    __slots__ = ("_keys", "_options", "_pending", "_revision")
    __hash__ = None  # type: ignore[assignment]  # it changes

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys: list[Key] = list(keys)
        self._pending: dict[Key, T] = {}
        self._revision = 0
        self._options = Options()

    def __repr__(self) -> str:
        return f"<Stream of {len(self)}, {len(self._pending)} pending>"

    def __eq__(self, other: object) -> bool:
        return self._keys == other._keys if isinstance(other, Stream) else NotImplemented

    # What is in it -------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of its items, in order."""
        return tuple(self._keys)

    @property
    def pending(self) -> Mapping[Key, T]:
        """The items, by their keys, that were given and have not been rendered."""
        return self._pending

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: T | Key) -> bool:
        return self._key(item) in self._keys

    def __iter__(self) -> Iterator[T]:
        """All items in order; those that are not at hand are loaded."""
        found = self.found(self._keys)
        return iter([found[key] for key in self._keys])

    def __reversed__(self) -> Iterator[T]:
        return reversed(list(self))

    def found(self, keys: Iterable[Key]) -> dict[Key, T]:
        """The items of these keys. Keys whose item is gone leave the stream.

        Raises ``LocalError`` if some have to be loaded and nothing says how.
        """
        wanted = dict.fromkeys(keys)
        loaded = self._loaded([key for key in wanted if key not in self._pending])
        found = {key: item for key, item in (loaded | self._pending).items() if key in wanted}
        if gone := wanted.keys() - found.keys():
            self._keys = [key for key in self._keys if key not in gone]
        return found

    # What is done to it --------------------------------------------------------------------------------------------

    def insert(self, item: T, at: int = -1, *, before: T | Key | None = None, after: T | Key | None = None) -> None:
        """Put an item at a position, or beside another one. If it is there already, it is moved and its row renewed.

        Over the ``limit`` rows leave at the other end: at the beginning if it was put last, else at the end.
        Raises ``LocalError`` if ``before`` or ``after`` is not in the stream.
        """
        key = self._key(item)
        self._place(key, at, before, after)
        self._pending[key] = item
        self._trim(last=self._keys[-1] == key)

    def append(self, item: T) -> None:
        """Put an item at the end; over the limit the first leaves."""
        self.insert(item)

    def prepend(self, item: T) -> None:
        """Put an item at the beginning; over the limit the last leaves."""
        self.insert(item, 0)

    def update(self, item: T) -> bool:
        """Renew the row of an item where it stands. False, and nothing happens, if it is not in the stream."""
        key = self._key(item)
        if key not in self._keys:
            return False
        self._pending[key] = item
        self._revision += 1
        return True

    def delete(self, item: T | Key) -> bool:
        """Take an item out. False if it was not in the stream."""
        key = self._key(item)
        if key not in self._keys:
            return False
        self._drop([key])
        return True

    def move(self, item: T | Key, to: int = -1, *, before: T | Key | None = None, after: T | Key | None = None) -> bool:
        """Give an item another position; its row is not rendered again. False if it is not in the stream."""
        key = self._key(item)
        if key not in self._keys:
            return False
        self._place(key, to, before, after)
        return True

    def reset(self, items: Iterable[T]) -> None:
        """These are the items now; of more than the limit, the first ones. Rows whose keys stay are renewed."""
        self._pending = {self._key(item): item for item in islice(items, self._options.limit)}
        self._keys = list(self._pending)
        self._revision += 1

    def clear(self) -> None:
        """Take everything out."""
        self.reset(())

    def settle(self) -> None:
        """The page has the rows: nothing is pending any more."""
        self._pending = {}

    # How it is done ------------------------------------------------------------------------------------------------

    def _key(self, item: T | Key) -> Key:
        """The key of an item, or the key that it is."""
        key = item if isinstance(item, (str, int, UUID)) else self._key_in(item)
        if isinstance(key, (str, int)) and not isinstance(key, bool):
            return key
        if isinstance(key, UUID):
            return str(key)
        raise LocalError(
            f"{self._options.where}: the key of {type(item).__name__} is {key!r}; a key is a str or an int.",
            code="component.failed",
            hint="Save a new row before it is given to a stream." if key is None else "Say which: stream(key=…).",
        )

    def _key_in(self, item: Any) -> Any:
        key = self._options.key
        try:
            if callable(key):
                return key(item)
            return item[key] if isinstance(item, Mapping) else attrgetter(key)(item)
        except (AttributeError, LookupError) as error:
            raise LocalError(
                f"{self._options.where}: an item of type {type(item).__name__} has no {key!r}.",
                code="component.failed",
                hint='Say what tells its items apart: stream(key="id").',
            ) from error

    def _place(self, key: Key, at: int, before: T | Key | None, after: T | Key | None) -> None:
        beside = before if before is not None else after
        others = [other for other in self._keys if other != key]
        if beside is None:
            place = at if at >= 0 else max(len(others) + 1 + at, 0)
        else:
            place = self._index(beside, others) + (before is None)
        others.insert(place, key)
        self._keys = others
        self._revision += 1

    def _index(self, beside: T | Key, others: list[Key]) -> int:
        key = self._key(beside)
        try:
            return others.index(key)
        except ValueError:
            raise LocalError(
                f"{self._options.where} has nothing with the key {key!r} to put something beside.",
                code="component.failed",
                hint="Ask with `in` first, or give a position.",
            ) from None

    def _trim(self, *, last: bool) -> None:
        limit = self._options.limit
        if limit is not None and len(self._keys) > limit:
            self._drop(self._keys[:-limit] if last else self._keys[limit:])

    def _drop(self, keys: Sequence[Key]) -> None:
        gone = set(keys)
        self._keys = [key for key in self._keys if key not in gone]
        for key in gone:
            self._pending.pop(key, None)
        self._revision += 1

    def _loaded(self, keys: list[Key]) -> dict[Key, T]:
        if not keys:
            return {}
        load = self._options.load
        if load is None:
            raise LocalError(
                f"{self._options.where} has to render {len(keys)} of its rows again, and does not have their items.",
                code="component.failed",
                hint="Say where they come from: stream(load=…), a function that is given their keys.",
            )
        return {self._key(item): item for item in load(keys)}

    # What the rest of the house asks -------------------------------------------------------------------------------

    def _moment(self) -> Moment:
        return Moment(list(self._keys), dict(self._pending), self._revision)

    def _recover(self, was: Moment) -> None:
        self._keys, self._pending, self._revision = list(was.keys), dict(was.pending), was.revision

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.no_info_plain_validator_function(refuse),
            strict_schema=core_schema.is_instance_schema(cls),
        )


def refuse(value: Any) -> Any:  # noqa: ARG001  # a validator
    raise PydanticCustomError("stream", "A stream is never replaced: call its insert(), reset() …")


# A mutable value that goes its own ways is made known to those who keep state, compare it and take it back.
enrol(Stream, "stream", lambda each: list(each.keys), Stream)
FREEZERS[Stream] = attrgetter("_revision")
MUTABLE[Stream] = (Stream._moment, "_recover")  # noqa: SLF001  # of this module


# ── Declared ──


@dataclass(frozen=True)
class WrittenStream(Written):
    """What stands behind ``=`` of a stream."""

    options: Options = field(default_factory=Options)

    def receive(self, value: Any, home: Field) -> None:
        if isinstance(value, Stream):
            load = self.options.load or loader_of(home)
            value._options = Options(self.options.key, self.options.limit, load, home.where)  # noqa: SLF001


def loader_of(home: Field) -> Load | None:
    """What fetches the items of a stream of a reference type; None for any other."""
    kind: Any = next(iter(get_args(home.annotation)), None)
    reference = references.find(kind)
    return None if reference is None else lambda keys: reference.load_all(kind, keys)


def stream(key: str | Callable[[Any], Any] = "pk", *, limit: int | None = None, load: Load | None = None) -> Any:
    """Declare a stream: ``entries: Stream[Entry] = stream(limit=200)``.

    ``key``: the attribute (of a dict, the item) that tells an item from the others, or a function of the item; it is a
    str, an int or a UUID. ``limit``: how many rows there are at most. ``load``: a function that is given keys and gives
    their items in any order; without it the items of a ``Stream[Model]`` are fetched by the model's default manager.

    Raises ``DeclarationError`` for a limit below 1, and for a ``load`` that is async.
    """
    if limit is not None and limit < 1:
        raise DeclarationError(f"The limit of a stream is {limit!r}.", hint="Write how many rows it may have, or None.")
    if iscoroutinefunction(load) or isasyncgenfunction(load):
        raise DeclarationError(
            f"load of a stream is async: {load!r}.", hint="Write a plain function of a list of keys."
        )
    return WrittenStream(factory=Stream, options=Options(key, limit, load))


def settle_streams(component: object) -> None:
    """The page has been told what the component looks like: its streams forget the items they were given."""
    for value in vars(component).values():
        if type(value) is Stream:
            value.settle()
