"""Which models are registered, and with what."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

from django.db.models import Model

from liveactions.contrib.records.naming import label_of, meta
from liveactions.contrib.records.options import Records
from liveactions.errors import DeclarationError

__all__ = ["find", "of", "register", "registered", "unregister"]

Registration = TypeVar("Registration", bound=type[Records])

REGISTERED: dict[type[Model], Records] = {}


def register(*models: type[Model]) -> Callable[[Registration], Registration]:
    """Register models with the decorated ``Records`` class. Raises ``DeclarationError`` for one that is already."""

    def decorate(cls: Registration) -> Registration:
        for model in models:
            if (other := REGISTERED.get(model)) is not None:
                raise DeclarationError(
                    f"{label_of(model)} is already registered, with {type(other).__qualname__}.",
                    hint="Call unregister() first, or change that class.",
                )
            REGISTERED[model] = cls(model)
        return cls

    return decorate


def unregister(*models: type[Model]) -> None:
    """Take models out again; one that was not registered is passed over."""
    for model in models:
        REGISTERED.pop(model, None)


def registered() -> list[Records]:
    """Every registration, by the names of their models."""
    return sorted(REGISTERED.values(), key=lambda records: label_of(records.model))


def of(model: type[Model] | Model) -> Records | None:
    """The registration of a model or of an instance's; for a proxy without one, that of what it stands for."""
    own = meta(model).model
    return REGISTERED.get(own) or REGISTERED.get(meta(own).concrete_model)


def find(name: str) -> Records:
    """The registration called ``name``: ``app.model``, an ``identifier``, or the name of a class if only one has it.

    Raises ``LookupError`` that names what is near.
    """
    wanted = str(name)
    for fits in (is_model(wanted), is_identifier(wanted), is_class(wanted)):
        found = [records for records in REGISTERED.values() if fits(records)]
        if len(found) == 1:
            return found[0]
        if found:
            which = ", ".join(label_of(records.model) for records in found)
            raise LookupError(f"{wanted!r} means several models: {which}.")
    near = get_close_matches(wanted.lower(), [label_of(records.model) for records in REGISTERED.values()], n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise LookupError(f"No model is registered as {wanted[:80]!r}.{hint}")


Test = Callable[[Any], bool]


def is_model(name: str) -> Test:
    return lambda records: label_of(records.model) == name.lower()


def is_identifier(name: str) -> Test:
    return lambda records: name in (records.identifier, records.name)


def is_class(name: str) -> Test:
    return lambda records: records.model.__name__.lower() == name.lower()
