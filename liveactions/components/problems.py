"""What pydantic says about a wrong value, told to a person: where it is, what was expected, what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

__all__ = ["first_problem", "shown"]

ECHO: Final = 80
"""How many characters of a value are repeated to whoever sent it."""
OWN_WORDS: Final = frozenset(get_args(ErrorType)) - {
    "assertion_error",
    "union_tag_invalid",
    "value_error",
}
"""The kinds of error whose text is about the type only; any other may quote the value."""
PLAIN: Final = (str, bytes, int, float, list, tuple, dict, type(None))


def first_problem(error: ValidationError, value: Any, path: str, *, secret: bool = False) -> tuple[str, str]:
    """The path of the first wrong place in ``value`` (which stands at ``path``), and a sentence about it.

    The sentence repeats at most 80 characters of the value, and of a ``secret`` one nothing.
    """
    problem = error.errors(include_url=False)[0]
    place = [path, *map(str, steps(problem["loc"], value))]
    expected = (
        problem["msg"] if problem["type"] in OWN_WORDS else "input was refused" if secret else clipped(problem["msg"])
    )
    sentence = f"{expected[:1].lower()}{expected[1:]}"
    return ".".join(place), sentence if secret else f"{sentence}, got {shown(problem['input'])}"


def steps(location: Sequence[int | str], value: Any) -> list[int | str]:
    """The part of pydantic's location that leads through the value: it also names the members of unions."""
    taken: list[int | str] = []
    for index, step in enumerate(location):
        if leads(value, step):
            value = value[step]
        elif not (isinstance(value, Mapping) and index == len(location) - 1):
            continue  # not a place; a last step that is not there is what is missing
        taken.append(step)
    return taken


def leads(value: Any, step: int | str) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value)


def shown(value: Any) -> str:
    """``value`` in at most 80 characters; of an object only its type, for it is nothing the page has sent."""
    if not isinstance(value, PLAIN):
        return f"a {type(value).__name__}"
    # A long value is cut before it is written out: repr() of a megabyte would be made for nothing.
    return clipped(repr(value[:ECHO] if isinstance(value, str | bytes | list | tuple) else value))


def clipped(text: str) -> str:
    return text if len(text) <= ECHO else text[: ECHO - 1] + "…"
