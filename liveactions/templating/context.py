"""What a component's template sees: the component's own names, and a little besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib.auth.context_processors import PermWrapper
from django.template import Context

from liveactions.components import Component, NoViewer, declaration
from liveactions.runtime.surroundings import Surroundings
from liveactions.templating.placing import Placing

__all__ = ["ComponentContext", "Scope", "context_in", "context_of", "scope_of"]


class ComponentContext(Context):
    """The context of a component's template: its attributes by name, and ``component user perms csrf_token``.

    ``live`` tells ``{% live %}`` where it stands.
    """

    live: Placing | None = None


class Scope(Mapping[str, Any]):
    """The public names of a component, looked up when a template asks for them."""

    __slots__ = ("component", "surroundings")

    def __init__(self, component: Component, surroundings: Surroundings) -> None:
        self.component = component
        self.surroundings = surroundings

    def __contains__(self, name: object) -> bool:
        # A look at the class, for asking the component itself would run its properties twice.
        if not isinstance(name, str) or name.startswith("_"):
            return False
        return name in vars(self.component) or name in EXTRAS or hasattr(type(self.component), name)

    def __getitem__(self, name: str) -> Any:
        nobody = self.surroundings.user
        if name in OF_VIEWERS and isinstance(nobody, NoViewer):
            raise nobody.refuse(self.component, name)
        if name in EXTRAS:
            return EXTRAS[name](self)
        have = vars(self.component)  # looked at, which is no touch
        return have[name] if name in have else getattr(self.component, name)

    def __iter__(self) -> Iterator[str]:
        yield from EXTRAS
        yield from declaration(type(self.component)).fields

    def __len__(self) -> int:
        return sum(1 for _ in self)


EXTRAS: dict[str, Callable[[Scope], Any]] = {
    "component": lambda scope: scope.component,
    "user": lambda scope: scope.surroundings.user,
    "perms": lambda scope: PermWrapper(scope.surroundings.user),
    "csrf_token": lambda scope: scope.surroundings.csrf(),
}
"""What a component's template has besides the component's own names."""

OF_VIEWERS = frozenset({"user", "perms", "csrf_token", "request"})
"""What of that is another one for every viewer, and not to be had where a component is rendered for all of them."""


def context_of(placing: Placing) -> ComponentContext:
    """The context of the component in which nested ones are placed by ``placing``."""
    return context_in(scope_of(placing), placing)


def scope_of(placing: Placing) -> Scope:
    return Scope(placing.node.component, placing.tree.surroundings)


def context_in(scope: Scope, live: Any) -> ComponentContext:
    """A context of these names. ``live`` is the ``Placing`` of nested components."""
    context = ComponentContext(scope)
    context.dicts.append({})  # what a tag sets ({% url … as address %}) is not the component's
    context.live = live
    return context
