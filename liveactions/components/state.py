"""State: making it, keeping it, writing to it. State is the declared fields of a component, as plain attributes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from liveactions.components.annotations import is_secret
from liveactions.components.arguments import unknown_argument
from liveactions.components.declaration import Declaration, declaration
from liveactions.components.fields import MISSING, Field
from liveactions.components.problems import first_problem, shown
from liveactions.components.watch import put
from liveactions.errors import ArgumentError, LocalError, RemoteError

__all__ = ["assign", "check", "dump", "fill", "restore", "schema_of", "signals", "take_over", "write"]

T = TypeVar("T")

UNKEPT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What making a value again from plain data may raise when the two no longer fit."""

# ── A new one ──


def fill(component: object) -> None:
    """Give the component its own copy of every default."""
    attributes = vars(component)
    for name, field in declaration(type(component)).fields.items():
        if (value := field.initial()) is not MISSING:
            attributes[name] = value


def assign(component: object, params: Mapping[str, Any]) -> None:
    """What the default ``mount`` does: each parameter goes to the field of its name, checked and converted.

    All or nothing. Raises ``ArgumentError``: unknown (lists the fields), missing, or invalid (names the path).
    """
    cls = type(component)
    fields = declaration(cls).fields
    values = {}
    for name, value in params.items():
        if name not in fields:
            raise unknown_argument(name, cls.__qualname__, fields)
        values[name] = taken(fields[name], value, ArgumentError, "argument.invalid")
    put(component, values)
    for name in unset(component):
        raise ArgumentError(f"{cls.__qualname__} needs the parameter {name!r}.", code="argument.missing", path=name)


def check(component: object) -> None:
    """See that ``mount`` has left no field without a value. Raises ``LocalError`` naming those that have none."""
    if names := unset(component):
        raise LocalError(
            f"{type(component).__qualname__} has no value for: {', '.join(names)}.",
            code="component.failed",
            hint="Set it in mount(), or give the field a default.",
        )


def unset(component: object) -> list[str]:
    have = vars(component)
    return [name for name in declaration(type(component)).fields if name not in have]


# ── Kept, and made again ──


def dump(component: object) -> dict[str, Any]:
    """The state as plain data, which ``restore`` makes a component of again that is equal in every field.

    Raises ``LocalError`` (``component.failed``) naming the field whose value does not fit its annotation.
    """
    check(component)
    have = vars(component)
    return {name: kept(field, have[name]) for name, field in declaration(type(component)).fields.items()}


def kept(field: Field, value: Any) -> Any:
    try:
        field.fit(value)
        return field.codec.encode(value)
    except ValidationError as error:
        path, sentence = first_problem(error, value, field.where, secret=is_secret(field.annotation))
        raise unfit(field, f"{path} does not fit its annotation: {sentence}") from error
    except RecursionError as error:
        raise unfit(field, f"{field.where} holds a value that contains itself") from error
    except TypeError as error:
        raise unfit(field, f"{field.where} holds something that cannot be kept: {error}") from error


def unfit(field: Field, sentence: str) -> LocalError:
    return LocalError(
        f"{sentence}.",
        code="component.failed",
        hint="Assign what the annotation says, or change the annotation.",
        field=field.name,
    )


@lru_cache(maxsize=1024)
def schema_of(declared: Declaration) -> str:
    """The version of a class's state: it changes when a field comes or goes, or is of another type."""
    told = "\n".join(f"{name}: {field.as_written!r}" for name, field in declared.fields.items())
    return hashlib.sha256(ADDRESS.sub("", told).encode()).hexdigest()[:16]


ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""What differs between two runs in the name of a function."""


def restore(cls: type[T], plain: Mapping[str, Any]) -> T:
    """A component with the state that ``dump`` has written; ``mount`` is not run.

    A field that is new since then has its default; one that is no more is passed over. Fetches referenced objects.
    Raises ``LocalError`` (``component.failed``) naming a field that cannot be made again.
    """
    component = cls.__new__(cls)
    attributes = vars(component)
    for name, field in declaration(cls).fields.items():
        value = remade(field, plain[name]) if name in plain else field.initial()
        if value is not MISSING:
            attributes[name] = value
    check(component)
    return component


def take_over(component: object, plain: Mapping[str, Any]) -> None:
    """Set the fields that ``dump`` has written of another copy of this component. All or nothing, as ``restore``."""
    fields = declaration(type(component)).fields
    put(component, {name: remade(fields[name], value) for name, value in plain.items() if name in fields})


def remade(field: Field, plain: Any) -> Any:
    try:
        return field.fit(field.codec.decode(plain))
    except UNKEPT as error:
        reason = first_problem(error, None, field.where)[1] if isinstance(error, ValidationError) else error
        raise LocalError(
            f"{field.where} cannot be restored: {reason}.",
            code="component.failed",
            hint="The declaration, or what it refers to, has changed since; mount the component again.",
            field=field.name,
        ) from error


# ── Written by a browser, and told to it ──


def write(component: object, values: Mapping[str, Any]) -> frozenset[str]:
    """Write bound fields with what a browser sent, all or nothing; answers the names that were written.

    Raises ``RemoteError``: ``state.readonly`` for any other name, ``state.invalid`` for a value that does not fit;
    ``detail["path"]`` says where.
    """
    declared = declaration(type(component))
    checked = {}
    for name, value in values.items():
        if name not in declared.bound:
            raise RemoteError(
                f"{type(component).__qualname__} does not let a browser write {shown(name)}.",
                code="state.readonly",
                hint=f"Bound fields are: {', '.join(declared.bound) or 'none'}.",
                path=name if len(name) <= 80 else shown(name),
            )
        checked[name] = taken(declared.fields[name], value, RemoteError, "state.invalid")
    put(component, checked)
    return frozenset(checked)


def taken(field: Field, value: Any, refusal: type[RemoteError], code: str) -> Any:
    try:
        return field.incoming.validate_python(value)
    except ValidationError as error:
        path, sentence = first_problem(error, value, field.name, secret=is_secret(field.annotation))
        raise refusal(f"{path}: {sentence}.", code=code, path=path) from None


def signals(component: object, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The values of signal fields as a browser can hold them (as in JSON); all of them, or those of ``names``.

    Names that are not signal fields are passed over. Raises ``LocalError`` naming a value that does not fit.
    """
    declared = declaration(type(component))
    wanted = declared.signals if names is None else [name for name in names if name in declared.signals]
    return {name: told(declared.fields[name], vars(component)[name]) for name in wanted}


def told(field: Field, value: Any) -> Any:
    try:
        return field.held.dump_python(value, mode="json", warnings="error")
    except (PydanticSerializationError, ValueError) as error:
        raise unfit(field, f"{field.where} holds {shown(value)}, which cannot be a signal") from error
