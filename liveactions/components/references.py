"""Reference types: values that are kept by a key and fetched again, such as model instances.

The floor that knows such types registers them; here they only have a shape. After ::

    register(lambda cls: issubclass(cls, Model), dump=lambda row: row.pk, load=fetch)

an annotation may say ``Team``, ``Team | None`` or ``list[Team]``, in a field as in an action's arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = ["Reference", "by_reference", "find", "register", "unregister"]

NOT_FOUND = (LookupError, ValueError, TypeError, ArithmeticError)
"""What ``load`` may raise for a key that names nothing. Anything else is a failure of the application."""


@dataclass(frozen=True)
class Reference:
    """How the values of some classes are kept: ``dump(value)`` is a plain key, ``load(cls, key)`` the value again.

    ``load`` raises ``LookupError``, ``ValueError`` or ``TypeError`` for a key that names nothing. ``many(cls, keys)``
    does the same for several keys at once: in any order, and without those that name nothing.
    """

    matches: Callable[[type], bool]
    dump: Callable[[Any], Any]
    load: Callable[[type, Any], Any]
    many: Callable[[type, Sequence[Any]], Iterable[Any]] | None = None

    def load_all(self, cls: type, keys: Sequence[Any]) -> Iterable[Any]:
        """The values of these keys, in any order; a key that names nothing is passed over."""
        return self.one_by_one(cls, keys) if self.many is None else self.many(cls, keys)

    def one_by_one(self, cls: type, keys: Iterable[Any]) -> Iterator[Any]:
        for key in keys:
            with suppress(*NOT_FOUND):
                yield self.load(cls, key)


known: list[Reference] = []


def register(
    matches: Callable[[type], bool],
    dump: Callable[[Any], Any],
    load: Callable[[type, Any], Any],
    many: Callable[[type, Sequence[Any]], Iterable[Any]] | None = None,
) -> Reference:
    """Make the classes for which ``matches`` is true reference types. What was registered last is asked first."""
    reference = Reference(matches, dump, load, many)
    known.insert(0, reference)
    return reference


def unregister(reference: Reference) -> None:
    """Take back what ``register`` returned. Declarations that were used already keep what they saw."""
    known.remove(reference)


def find(cls: object) -> Reference | None:
    """The reference that keeps instances of ``cls``, or None for an ordinary class."""
    if not isinstance(cls, type):
        return None
    return next((reference for reference in known if reference.matches(cls)), None)


def by_reference(cls: type, reference: Reference) -> Any:
    """The annotation with which pydantic takes an instance of ``cls``, or (unless strict) its key."""
    return Annotated[cls, Marker(cls, reference)]


@dataclass(frozen=True)
class Marker:
    """Tells pydantic how to validate and write a reference type it does not know."""

    cls: type
    reference: Reference

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        instance = core_schema.is_instance_schema(self.cls, cls_repr=self.cls.__name__)
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.no_info_plain_validator_function(self.load),
            strict_schema=instance,
            serialization=core_schema.plain_serializer_function_ser_schema(self.reference.dump),
        )

    def load(self, value: Any) -> Any:
        if isinstance(value, self.cls):
            return value
        try:
            return self.reference.load(self.cls, value)
        except NOT_FOUND as error:
            raise PydanticCustomError(
                "reference", "Input should be the key of an existing {name}", {"name": self.cls.__name__}
            ) from error
