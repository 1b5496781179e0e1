"""A word ↔ its array on the wire: ``[number, field, field, …]``, trailing defaults left out.

The table ``SHAPES`` is derived from the dataclasses once; the TypeScript decoder is generated from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from liveactions.errors import FrameError, ResultError
from liveactions.results.plain import plain
from liveactions.results.words import WORDS, Patch, Result

__all__ = ["NUMBERS", "SHAPES", "Shape", "from_wire", "to_wire"]

REQUIRED = object()


class Shape(NamedTuple):
    """How one word is written: its class, and each field's name with its default (or ``REQUIRED``)."""

    word: type[Result]
    names: tuple[str, ...]
    defaults: tuple[Any, ...]


def shape_of(word: type[Result]) -> Shape:
    def default(f: Any) -> Any:
        if f.default is not MISSING:
            return f.default
        return f.default_factory() if f.default_factory is not MISSING else REQUIRED

    return Shape(word, tuple(f.name for f in fields(word)), tuple(default(f) for f in fields(word)))


SHAPES: dict[int, Shape] = {number: shape_of(word) for number, word in WORDS.items()}
NUMBERS: dict[type[Result], int] = {word: number for number, word in WORDS.items()}


def to_wire(result: Result) -> list[Any]:
    """The array of a result. Raises ``ResultError`` for an unknown word or a value that cannot travel."""
    number = NUMBERS.get(type(result))
    if number is None:
        raise ResultError(f"{type(result).__name__} is not a word of the vocabulary.", hint="See WORDS.")
    if type(result) is Patch:
        return [number, result.changes]  # plain data already, and perhaps much of it
    shape = SHAPES[number]
    values = [field_to_wire(getattr(result, name), name) for name in shape.names]
    while values and values[-1] == shape.defaults[len(values) - 1]:
        values.pop()
    return [number, *values]


def field_to_wire(value: Any, name: str) -> Any:
    if type(value) is str:
        return value
    return to_wire(value) if isinstance(value, Result) else plain(value, name)


def from_wire(array: Sequence[Any]) -> Result:
    """The result of an array. Raises ``FrameError`` for anything that is not one."""
    shape = SHAPES.get(array[0]) if isinstance(array, (list, tuple)) and array and type(array[0]) is int else None
    if shape is None:
        raise FrameError("This is not a word of the vocabulary.", code="frame.malformed")
    values = dict(zip(shape.names, array[1:], strict=False))
    if isinstance(values.get("action"), list):
        values["action"] = from_wire(values["action"])
    try:
        return shape.word(**values)
    except (TypeError, ResultError) as error:
        raise FrameError(f"This is not a {shape.word.__name__}: {error}") from None
