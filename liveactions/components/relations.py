"""The commands of a relation, done to a list that a component holds: see ``UpdateParent``.

The rows of the list are maps with an ``id``, objects with a ``pk`` or ``id``, or ids alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["commanded", "is_commands"]


def is_commands(value: object) -> bool:
    """Whether a value of ``UpdateParent.values`` is a list of commands; they are spelled by letters there."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, list) and each[:1] for each in value)


def commanded(rows: Sequence[Any], commands: Sequence[Sequence[Any]]) -> list[Any]:
    """The rows after the commands were done in order. What a command names and is not there is passed over."""
    present = list(rows)
    for name, *operands in commands:
        present = COMMANDS[name](present, *operands)
    return present


def create(rows: list[Any], values: Any) -> list[Any]:
    return [*rows, values]


def update(rows: list[Any], key: Any, values: Mapping[str, Any]) -> list[Any]:
    return [updated(row, values) if is_row(row, key) else row for row in rows]


def updated(row: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(row, Mapping):
        return {**row, **values}
    for name, value in values.items():
        setattr(row, name, value)
    return row


def take_out(rows: list[Any], key: Any) -> list[Any]:
    return [row for row in rows if not is_row(row, key)]


def link(rows: list[Any], key: Any) -> list[Any]:
    return rows if any(is_row(row, key) for row in rows) else [*rows, like(rows, key)]


def clear(_: list[Any]) -> list[Any]:
    return []


def set_to(rows: list[Any], keys: Sequence[Any]) -> list[Any]:
    return [next((row for row in rows if is_row(row, key)), like(rows, key)) for key in keys]


def like(rows: list[Any], key: Any) -> Any:
    """A row for ``key``, of the kind of those that are there."""
    return {"id": key} if rows and isinstance(rows[0], Mapping) else key


def is_row(row: Any, key: Any) -> bool:
    if isinstance(row, Mapping):
        return bool(row.get("id") == key)
    return bool(getattr(row, "pk", getattr(row, "id", row)) == key)


COMMANDS: dict[str, Callable[..., list[Any]]] = {
    "C": create,
    "U": update,
    "D": take_out,
    "X": take_out,
    "L": link,
    "K": clear,
    "S": set_to,
}
