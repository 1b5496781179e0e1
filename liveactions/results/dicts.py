"""The dict door: ``{"type": "notify", …}`` → a word. Properties are the word's fields; an unknown one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from liveactions.errors import ResultError
from liveactions.results.words import (
    HTML,
    Delete,
    Error,
    Event,
    History,
    LoadJS,
    Notify,
    Redirect,
    Result,
    Signal,
    Signals,
    Toast,
)

__all__ = ["TYPES", "from_dict"]

TYPES: dict[str, type[Result]] = {
    "html": HTML,
    "delete": Delete,
    "event": Event,
    "toast": Toast,
    "notify": Notify,
    "url": Redirect,
    "redirect": Redirect,
    "history": History,
    "load_js": LoadJS,
    "signal": Signal,
    "signals": Signals,
    "error": Error,
}
"""The accepted spellings of ``type``; ``notify`` and ``url`` are those of the ERP seed."""


def from_dict(data: Mapping[str, Any]) -> Result:
    """The word that ``data["type"]`` names, made of the other properties.

    A property that holds a dict with a ``type`` where a result belongs (``action``) is read the same way.
    Raises ``ResultError`` for an unknown type or property (listing the allowed ones) and for missing ones.
    """
    word = TYPES.get(data["type"]) if isinstance(data["type"], str) else None
    if word is None:
        raise ResultError(f"{data['type']!r} is not a known type.", hint=f"Known are: {', '.join(sorted(TYPES))}.")
    allowed = {f.name: f for f in fields(word)}
    values = {name: value for name, value in data.items() if name != "type"}
    if unknown := [name for name in values if name not in allowed]:
        raise ResultError(
            f"{data['type']!r} has no property {', '.join(map(repr, unknown))}.", hint=f"It has: {', '.join(allowed)}."
        )
    required = [n for n, f in allowed.items() if f.default is MISSING and f.default_factory is MISSING]
    if missing := [name for name in required if name not in values]:
        raise ResultError(f"{data['type']!r} lacks {', '.join(missing)}.", hint="Give it a value.")
    return word(**{name: nested(allowed[name].type, value) for name, value in values.items()})


def nested(annotation: Any, value: Any) -> Any:
    is_result = "Result" in str(annotation)
    return from_dict(value) if is_result and isinstance(value, Mapping) and "type" in value else value
