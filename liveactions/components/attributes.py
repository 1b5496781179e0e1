"""Attributes: the state fields of a class as descriptors, which note that a field is touched.

The value of a field lives in ``vars(component)`` under its name. Asked through the class, a field is what the class
says about it, as if no descriptor stood there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from liveactions.components.tracking import SCALARS
from liveactions.components.watch import book_of

__all__ = ["MISSING", "Attribute", "Missing", "attach", "written_in"]


class Missing:
    """There is no value, not even None."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class Attribute:
    """One state field, as an attribute. ``written`` is what the class itself says behind ``=``, or ``MISSING``."""

    __slots__ = ("name", "written")

    def __init__(self, name: str, written: Any) -> None:
        self.name = name
        self.written = written

    def __get__(self, component: Any, owner: type | None = None) -> Any:
        if component is None:
            return self.of_class(owner)
        name = self.name
        try:
            book = component._book  # noqa: SLF001  # the host's part of a component
        except AttributeError:  # nothing was noted of it yet
            book = book_of(component)
        if name not in book.handed:
            book.hand_out(component, name)
        try:
            return component.__dict__[name]
        except KeyError:
            return self.without_value(component)

    def __set__(self, component: Any, value: Any) -> None:
        try:
            if type(value) in SCALARS and self.name in component._book.handed:  # noqa: SLF001
                component.__dict__[self.name] = value
                return
        except AttributeError:  # nothing was noted of it yet
            pass
        book_of(component).take_in(component, {self.name: value})

    def __delete__(self, component: Any) -> None:
        book_of(component).note((self.name,))
        try:
            del component.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None

    def of_class(self, owner: type | None) -> Any:
        value = inherited(owner, self.name)
        if value is MISSING:
            raise AttributeError(f"type object {getattr(owner, '__name__', owner)!r} has no attribute {self.name!r}")
        return value

    def without_value(self, component: object) -> Any:
        """What an attribute of the class is for an instance that has none: ``Written`` has something to say."""
        kind = type(component)
        value = inherited(kind, self.name)
        if value is MISSING:
            raise AttributeError(
                f"{kind.__name__!r} object has no attribute {self.name!r}", name=self.name, obj=component
            )
        return value.__get__(component, kind) if hasattr(type(value), "__get__") else value


def inherited(cls: type | None, name: str) -> Any:
    """What ``cls`` or the nearest of its bases has written, or ``MISSING``."""
    values = (written_in(base, name) for base in (cls.__mro__ if cls else ()))
    return next((value for value in values if value is not MISSING), MISSING)


def written_in(base: type, name: str) -> Any:
    """What the class itself says behind ``name =``, or ``MISSING``."""
    value = vars(base).get(name, MISSING)
    return value.written if isinstance(value, Attribute) else value


def attach(cls: type, names: Iterable[str]) -> None:
    """Make descriptors of the fields, except of those that inherit one that nothing hides."""
    for name in names:
        nearest = next((base for base in cls.__mro__ if name in vars(base)), None)
        if nearest is None or not isinstance(vars(nearest)[name], Attribute):
            setattr(cls, name, Attribute(name, written_in(cls, name)))
