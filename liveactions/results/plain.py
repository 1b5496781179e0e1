"""Values → plain data: nil, booleans, numbers, strings, bytes, lists and maps with string keys.

Everything that leaves the server passes here, so an unencodable value is refused before anything of
its result is sent. The Django floor teaches it model instances, lazy strings and querysets by ``teach``.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from liveactions.errors import ResultError

__all__ = ["MAX_INTEGER", "plain", "teach"]

MAX_INTEGER = 2**53 - 1
"""The largest integer that a browser's numbers hold exactly."""

MAX_DEPTH = 32

CONVERTERS: list[tuple[type, Callable[[Any], Any]]] = [
    (decimal.Decimal, str),
    (datetime.datetime, lambda value: value.isoformat()),
    (datetime.date, lambda value: value.isoformat()),
    (datetime.time, lambda value: value.isoformat()),
    (datetime.timedelta, lambda value: value.total_seconds()),
    (uuid.UUID, str),
]


def teach(kind: type, convert: Callable[[Any], Any]) -> None:
    """Make instances of ``kind`` plain by ``convert``. The latest lesson wins; the same kind replaces."""
    CONVERTERS[:] = [(known, how) for known, how in CONVERTERS if known is not kind]
    CONVERTERS.insert(0, (kind, convert))


def plain(value: Any, path: str = "value", depth: int = 0) -> Any:
    """``value`` as plain data. Raises ``ResultError`` that names the path of what cannot travel."""
    kind = type(value)
    if kind is str or kind is bool or value is None or kind is bytes:
        return value
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return str.__str__(value)
    if isinstance(value, enum.Enum):
        return plain(value.value, path, depth)
    if isinstance(value, int):
        return integer(value, path)
    if isinstance(value, float):
        return number(value, path)
    if depth >= MAX_DEPTH:
        raise ResultError(f"{path} is nested deeper than {MAX_DEPTH}.", hint="Send less, or flatten it.")
    return compound(value, path, depth)


def integer(value: int, path: str) -> int:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ResultError(f"{path} is an integer beyond 2**53.", hint="Send it as a string.")
    return int(value)


def number(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise ResultError(f"{path} is {value!r}, which cannot travel.", hint="Send None or a string.")
    return float(value)


def compound(value: Any, path: str, depth: int) -> Any:
    for kind, convert in CONVERTERS:
        if isinstance(value, kind):
            return plain(convert(value), path, depth + 1)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, Mapping):
        return {key_of(key, path): plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), f"{path}.{f.name}", depth + 1) for f in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(), path, depth + 1)
    if isinstance(value, (list, tuple, set, frozenset, Iterator)):
        return [plain(item, f"{path}.{index}", depth + 1) for index, item in enumerate(as_iterable(value))]
    raise ResultError(
        f"{path} is a {type(value).__module__}.{type(value).__qualname__}, which cannot travel to a browser.",
        hint="Send numbers, strings, lists and maps, dates, decimals, UUIDs, dataclasses or pydantic models.",
    )


def as_iterable(value: Iterable[Any]) -> Iterable[Any]:
    """Sets have no order of their own; sorted by their text they encode the same everywhere."""
    return sorted(value, key=str) if isinstance(value, (set, frozenset)) else value


def key_of(key: Any, path: str) -> str:
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, bool) or not isinstance(key, (str, int, uuid.UUID, datetime.date)):
        raise ResultError(f"{path} has the key {key!r}.", hint="Keys are strings (or integers, dates, UUIDs).")
    if key == "__proto__":
        raise ResultError(f"{path} has the key {key!r}, which browsers refuse.", hint="Choose another name.")
    return str(key)
