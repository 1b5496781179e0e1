"""A word ↔ its array on the wire: ``[number, field, field, …]``, trailing defaults left out.

The table ``SHAPES`` is derived from the dataclasses once; the TypeScript decoder is generated from it. A word that the
server performs stands on the wire as a ``Reference`` to it, which ``teach_reference`` makes of its array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from liveactions.errors import FrameError, ResultError
from liveactions.results.custom import custom_name, custom_word
from liveactions.results.plain import plain
from liveactions.results.words import WORDS, Custom, Patch, Reference, Result

__all__ = ["NUMBERS", "SHAPES", "Nesting", "Shape", "array_of", "from_wire", "teach_reference", "to_wire"]

REQUIRED = object()

Nesting = Literal["one", "many"]
"""Whether a field holds a result, or several."""


class Shape(NamedTuple):
    """How one word is written: its class, each field's name with its default (or ``REQUIRED``), and which nest."""

    word: type[Result]
    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    nests: dict[str, Nesting]


def shape_of(word: type[Result]) -> Shape:
    def default(f: Any) -> Any:
        if f.default is not MISSING:
            return f.default
        return f.default_factory() if f.default_factory is not MISSING else REQUIRED

    hints = get_type_hints(word)
    nests = {f.name: nesting for f in fields(word) if (nesting := nesting_of(hints[f.name])) is not None}
    return Shape(word, tuple(f.name for f in fields(word)), tuple(default(f) for f in fields(word)), nests)


def nesting_of(hint: Any) -> Nesting | None:
    if any(isinstance(part, type) and issubclass(part, Result) for part in get_args(hint)):
        return "many" if get_origin(hint) is Sequence else "one"
    return None


SHAPES: dict[int, Shape] = {number: shape_of(word) for number, word in WORDS.items()}
NUMBERS: dict[type[Result], int] = {word: number for number, word in WORDS.items()}
PATCH = NUMBERS[Patch]

Refer = Callable[[list[Any]], str]


def unknown_reference(_: list[Any]) -> str:
    raise ResultError(
        "Nobody here can sign a reference.", hint="The Django application liveactions does it when it is ready."
    )


refer: Refer = unknown_reference


def teach_reference(how: Refer) -> None:
    """Make references of words by ``how``: from the array of a word to the text that stands for it."""
    global refer  # noqa: PLW0603  # one process has one way to sign
    refer = how


def to_wire(result: Result) -> list[Any]:
    """The array of a result, as a browser gets it. Raises ``ResultError`` for an unknown word or an unfit value."""
    if type(result) is Patch:
        return [PATCH, result.changes]  # plain data already, and perhaps much of it
    if result.local:
        return [NUMBERS[Reference], refer(array_of(result))]
    return array_of(result)


def array_of(result: Result) -> list[Any]:
    """The array of a result as it is, also of one that only the server performs."""
    number = NUMBERS.get(type(result))
    if number is None:
        return array_of_custom(result)
    shape = SHAPES[number]
    values = [field_to_wire(getattr(result, name), name, shape) for name in shape.names]
    while values and is_default(values[-1], shape.defaults[len(values) - 1]):
        values.pop()
    return [number, *values]


def array_of_custom(result: Result) -> list[Any]:
    name = custom_name(type(result))
    if name is None:
        raise ResultError(
            f"{type(result).__name__} is not a word of the vocabulary.",
            hint='Register it: @register_result("shop.confetti") above its class.',
        )
    values = {f.name: plain(getattr(result, f.name), f.name) for f in fields(result)}
    return [NUMBERS[Custom], name, values] if values else [NUMBERS[Custom], name]


def field_to_wire(value: Any, name: str, shape: Shape) -> Any:
    if type(value) is str:
        return value
    nesting = shape.nests.get(name)
    if nesting == "many":
        return [to_wire(result) for result in value]
    return to_wire(value) if nesting and isinstance(value, Result) else plain(value, name)


def is_default(value: Any, default: Any) -> bool:
    return bool(value == (plain(default) if isinstance(default, tuple) else default))


def from_wire(array: Sequence[Any]) -> Result:
    """The result of an array. Raises ``FrameError`` for anything that is not one."""
    shape = SHAPES.get(array[0]) if isinstance(array, (list, tuple)) and array and type(array[0]) is int else None
    if shape is None:
        raise FrameError("This is not a word of the vocabulary.", code="frame.malformed")
    values = dict(zip(shape.names, array[1:], strict=False))
    try:
        for name in shape.nests.keys() & values.keys():
            values[name] = nested(values[name])
        word = shape.word(**values)
        return custom_word(word) if isinstance(word, Custom) else word
    except (TypeError, ValueError, ResultError) as error:
        raise FrameError(f"This is not a {shape.word.__name__}: {error}") from None


def nested(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    return from_wire(value) if value and type(value[0]) is int else [from_wire(item) for item in value]
