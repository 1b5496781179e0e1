"""The registry: every component class by its public name."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from weakref import WeakValueDictionary

from liveactions.components.declaration import declaration
from liveactions.errors import CallError, DeclarationError

__all__ = ["Registry", "default_name", "registry", "snake_case"]

Namer = Callable[[type], str]

BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NAME = re.compile(r"[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*")


def snake_case(name: str) -> str:
    """``OrderLines`` → ``order_lines``, ``HTTPServer`` → ``http_server``."""
    return BOUNDARY.sub("_", name).lower()


def default_name(cls: type) -> str:
    """The first package of the class's module, and the class: ``desk.order_lines``."""
    return f"{cls.__module__.partition('.')[0]}.{snake_case(cls.__name__)}"


class Registry:
    """Classes enrol themselves when they are made.

    A class that is made again at the same place replaces the old one. A class that was made inside a function is
    held weakly, and the newest of a name counts; so tests may make as many as they like, but not under the name of
    a component of the application: it would stand in for that one for as long as anything holds it.
    """

    def __init__(self, namer: Namer = default_name) -> None:
        self._namer = namer
        self._places: dict[str, type] = {}
        self._classes: dict[str, type] = {}
        self._local: WeakValueDictionary[str, type] = WeakValueDictionary()

    @property
    def namer(self) -> Namer:
        """How a class without a ``name`` of its own is named. Setting it names all of them anew."""
        return self._namer

    @namer.setter
    def namer(self, namer: Namer) -> None:
        self._namer = namer
        enrolled = [*self._places.values(), *self._local.values()]
        self._places, self._classes, self._local = {}, {}, WeakValueDictionary()
        for cls in enrolled:
            self.enrol(cls)

    def name_of(self, cls: type) -> str:
        """The public name of ``cls``: its own ``name``, else what the namer says.

        Raises ``DeclarationError`` for what is not a component class.
        """
        fields = declaration(cls).fields
        own = vars(cls).get("name")
        if not isinstance(own, str) or "name" in fields:
            return self._namer(cls)
        if not NAME.fullmatch(own):
            raise DeclarationError(
                f"{place_of(cls)} has name={own!r}.", hint='Use words with dots between them, like "desk.order_lines".'
            )
        return own

    def enrol(self, cls: type) -> None:
        """Take a class up. Raises ``DeclarationError`` when another one has its name."""
        name, place = self.name_of(cls), place_of(cls)
        declaration(cls).name = name
        self.forget(place)
        other = self._classes.get(name)
        if other is not None and declaration(other).concrete and declaration(cls).concrete:
            raise DeclarationError(
                f"Two components are named {name!r}: {place_of(other)} and {place}.",
                hint='Give one of them another name: name = "…" in the class.',
            )
        if "<locals>" in cls.__qualname__:
            self._local[name] = cls
            return
        self._places[place] = cls
        if other is None or declaration(cls).concrete:
            self._classes[name] = cls
        if declaration(cls).concrete:
            self._local.pop(name, None)

    def forget(self, place: str) -> None:
        """Drop the class that was made at ``place`` (``module.qualname``), if there is one."""
        old = self._places.pop(place, None)
        self._classes = {name: cls for name, cls in self._classes.items() if cls is not old}

    def get(self, name: str) -> type:
        """The component class of this name. Raises ``CallError`` (``component.unknown``)."""
        cls = self._local.get(name) or self._classes.get(name)
        if cls is None:
            near = get_close_matches(str(name), self.names(), n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "Is the module that defines it imported?"
            raise CallError(f"There is no component named {str(name)[:80]!r}.", code="component.unknown", hint=hint)
        if not declaration(cls).concrete:
            raise CallError(
                f"The component {name!r} has no template; it can only be subclassed.",
                code="component.unknown",
                hint="Give it a template_name.",
            )
        return cls

    def names(self) -> list[str]:
        """The names of all components that can be placed in a page."""
        every = {**self._classes, **self._local}
        return sorted(name for name, cls in every.items() if declaration(cls).concrete)


def place_of(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


registry = Registry()
"""The one of this process."""
