"""Listeners: methods that hear the server-side events of the topics their component follows.

Subclasses inherit them; one that is overridden listens only if it is marked again, and None silences it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, cast

from liveactions.components.actions import Kind, overrides
from liveactions.components.arguments import Arguments, kind_of
from liveactions.errors import DeclarationError

__all__ = ["ListenerSpec", "listeners_of", "on"]

Function = TypeVar("Function", bound=Callable[..., Any])

MARK: Final = "__liveactions_events__"


def on(*events: str) -> Callable[[Function], Function]:
    """Run this method when one of ``events`` is broadcast to a topic that the component follows.

    The payload is bound to the parameters and checked by their annotations; what is not asked for is passed over.
    May be repeated. Raises ``DeclarationError`` for a name that is empty or given twice.
    """
    for event in events:
        if not is_name(event):
            raise DeclarationError(f"@on got {event!r}.", hint='Write the event\'s name: @on("order_shipped").')
    if not events:
        raise DeclarationError("@on() names no event.", hint='Write @on("order_shipped").')
    return partial(mark, events=events)


def is_name(event: object) -> bool:
    return isinstance(event, str) and event.strip() != ""


def mark(function: Function, events: tuple[str, ...]) -> Function:
    if isinstance(function, (staticmethod, classmethod)) or not callable(function):
        raise DeclarationError(
            f"@on was put on {function!r}, which is not a method.", hint="Put it right above (async) def."
        )
    every = (*events, *getattr(function, MARK, ()))
    if len(set(every)) < len(every):
        raise DeclarationError(
            f"{function.__qualname__} listens twice to one event: {', '.join(every)}.", hint="Name each event once."
        )
    setattr(function, MARK, every)
    function.alters_data = True  # type: ignore[attr-defined]  # Django templates must not call it
    return function


@dataclass(frozen=True)
class ListenerSpec:
    """One method of one class that hears one event."""

    event: str
    attribute: str
    function: Callable[..., Any]
    kind: Kind
    arguments: Arguments

    def bind(self, component: object, payload: Mapping[str, Any], request: object = None) -> Callable[[], Any]:
        """The call, ready to run. Raises ``ArgumentError`` when the payload does not fit the annotations."""
        values = self.arguments.bind(payload)
        if self.arguments.takes_request:
            return partial(self.function, component, request, **values)
        return partial(self.function, component, **values)


def listeners_of(cls: type) -> dict[str, tuple[ListenerSpec, ...]]:
    """The listeners of ``cls`` by event, in the order in which they were declared, the oldest base first."""
    found: dict[str, tuple[ListenerSpec, ...]] = {}
    attributes = dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base))
    for attribute in attributes:
        function = overrides(cls, attribute)[0]
        where = f"{cls.__qualname__}.{attribute}"
        for event in getattr(getattr(function, "__func__", function), MARK, ()):
            if isinstance(function, (staticmethod, classmethod)):
                raise DeclarationError(
                    f"{where} is not an ordinary method.", hint="Remove @staticmethod or @classmethod."
                )
            owner = next(base for base in cls.__mro__ if attribute in vars(base))
            arguments = Arguments(function, owner, where, lenient=True)
            spec = ListenerSpec(event, attribute, function, cast(Kind, kind_of(function)), arguments)
            found[event] = (*found.get(event, ()), spec)
    return found
