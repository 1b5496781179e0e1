"""Fields: the declared, typed attributes that are a component's state."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar, overload

from pydantic import TypeAdapter, ValidationError

from liveactions.components.annotations import (
    adapter_of,
    classes_in,
    held,
    incoming,
    is_class_variable,
    own_annotations,
    resolve,
    scope_of,
)
from liveactions.components.attributes import MISSING, Missing, written_in
from liveactions.components.plain import Codec
from liveactions.errors import DeclarationError

__all__ = ["MISSING", "Field", "Written", "field", "fields_of", "signal"]

T = TypeVar("T")

IMMUTABLE: Final = (type(None), bool, int, float, str, bytes)


@dataclass(frozen=True)
class Written:
    """What an application writes behind ``=``: a default, or a factory of defaults, and the options."""

    default: Any = MISSING
    factory: Callable[[], Any] | None = None
    bind: bool = False
    signal: bool = False
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)

    def __get__(self, instance: object | None, owner: type) -> Any:
        # Reached only while the instance has no value of its own: plain attributes go first.
        if instance is None:
            return self
        raise AttributeError(f"{owner.__name__}.{self.name} has no default and was not given a value yet.")

    def receive(self, value: Any, home: Field) -> None:
        """A value has come into this field: tell it what the declaration says beyond its type."""


@overload
def field(default: T, *, bind: bool = False) -> T: ...
@overload
def field(*, default_factory: Callable[[], T], bind: bool = False) -> T: ...
@overload
def field(*, bind: bool = False) -> Any: ...


def field(default: Any = MISSING, *, default_factory: Callable[[], Any] | None = None, bind: bool = False) -> Any:
    """Declare a state field: ``search: str = field("", bind=True)``.

    ``default`` is copied for every instance; ``default_factory`` makes one. With neither, the field must be given
    when the component is mounted. ``bind=True`` lets the browser write it (``live-model``); nothing else may.
    """
    return written(default, default_factory, bind=bind, signal=False)


@overload
def signal(default: T, *, bind: bool = False) -> T: ...
@overload
def signal(*, default_factory: Callable[[], T], bind: bool = False) -> T: ...
@overload
def signal(*, bind: bool = False) -> Any: ...


def signal(default: Any = MISSING, *, default_factory: Callable[[], Any] | None = None, bind: bool = False) -> Any:
    """Declare a state field that also lives in the browser: ``count: int = signal(0)`` is ``count`` there."""
    return written(default, default_factory, bind=bind, signal=True)


def written(default: Any, factory: Callable[[], Any] | None, *, bind: bool, signal: bool) -> Written:
    if default is not MISSING and factory is not None:
        raise DeclarationError("A field got both a default and a default_factory.", hint="Give one of them.")
    if factory is not None and not callable(factory):
        raise DeclarationError(
            f"default_factory must be callable, got {factory!r}.", hint="Write default_factory=list."
        )
    return Written(default, factory, bind, signal)


class Field:
    """One field of one component class. The type is looked at when it is first needed: it may be declared later."""

    def __init__(self, name: str, owner: type, annotation: Any, written: Written) -> None:
        self.name = name
        self.owner = owner
        self.written = written
        self.as_written = annotation
        self.where = f"{owner.__qualname__}.{name}"

    def __repr__(self) -> str:
        return f"<Field {self.where}>"

    @property
    def bind(self) -> bool:
        """True when the browser may write this field."""
        return self.written.bind

    @property
    def signal(self) -> bool:
        """True when the field also lives in the browser."""
        return self.written.signal

    @property
    def required(self) -> bool:
        """True when the field must be given at mount."""
        return self.written.default is MISSING and self.written.factory is None

    @cached_property
    def annotation(self) -> Any:
        """The type, with names looked up. Raises ``DeclarationError`` for a name that is not known."""
        return resolve(self.as_written, scope_of(self.owner), self.where)

    @cached_property
    def held(self) -> TypeAdapter[Any]:
        """What the field may hold."""
        return adapter_of(held(self.annotation), self.where)

    @cached_property
    def incoming(self) -> TypeAdapter[Any]:
        """What may be sent for it."""
        return adapter_of(incoming(self.annotation), self.where)

    @cached_property
    def codec(self) -> Codec:
        """How its values are kept."""
        return Codec(classes_in(self.annotation))

    def initial(self) -> Any:
        """A fresh default, or ``MISSING``."""
        if self.written.factory is not None:
            made = self.written.factory()
            self.written.receive(made, self)
            return made
        default = self.written.default
        return default if isinstance(default, (*IMMUTABLE, Missing)) else copy.deepcopy(default)

    def fit(self, value: Any) -> Any:
        """``value``, if it fits the type: it is of the type, or equal to a value that is (an int in a Decimal field).

        Raises pydantic's ``ValidationError`` otherwise.
        """
        try:
            self.held.validate_python(value, strict=True)
        except ValidationError:
            near = self.held.validate_python(value)
            if near != value:
                raise
            return near
        self.written.receive(value, self)
        return value


def fields_of(cls: type, *, root: type) -> dict[str, Field]:
    """The state fields of ``cls``: what it and its bases below ``root`` annotate in public, the oldest base first."""
    fields: dict[str, Field] = {}
    for base in reversed(cls.__mro__):
        if base in root.__mro__:
            continue
        own = own_annotations(base)
        for name in state_names(own):
            fields[name] = Field(name, base, own[name], declared(base, name, fields.get(name)))
        for name in fields.keys() & vars(base).keys() - own.keys():
            if written_in(base, name) is MISSING:
                continue  # nothing new about it
            old = fields[name]
            fields[name] = Field(name, old.owner, old.as_written, redefaulted(base, name, old.written))
    return fields


def state_names(annotations: Mapping[str, Any]) -> list[str]:
    return [name for name, kind in annotations.items() if not name.startswith("_") and not is_class_variable(kind)]


def declared(base: type, name: str, inherited: Field | None) -> Written:
    """What ``name: type = …`` says. Without a default only the type is new."""
    default = default_in(base, name)
    if default is MISSING and inherited:
        return inherited.written
    return default if isinstance(default, Written) else Written(default)


def redefaulted(base: type, name: str, inherited: Written) -> Written:
    """What ``name = …`` says about an inherited field: another default, the same options."""
    default = default_in(base, name)
    return default if isinstance(default, Written) else Written(default, None, inherited.bind, inherited.signal)


def default_in(base: type, name: str) -> Any:
    default = written_in(base, name)
    if hasattr(type(default), "__get__") and not isinstance(default, Written):
        raise DeclarationError(
            f"{base.__qualname__}.{name} is declared as state, and as a {type(default).__name__}.",
            hint="Rename one of them.",
        )
    return default
