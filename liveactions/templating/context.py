"""What a component's template sees: the component's own names, and a little besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.contrib.auth.context_processors import PermWrapper
from django.template import Context
from django.template.context import RenderContext

from liveactions.components import Component, declaration
from liveactions.runtime.tree import Surroundings
from liveactions.templating.placing import Placing

__all__ = ["ComponentContext", "context_of"]


CONSTANTS = {"True": True, "False": False, "None": None}


class ComponentContext(Context):
    """The context of a component's template: its attributes by name, and ``component user perms csrf_token``.

    ``live`` tells ``{% live %}`` where it stands.
    """

    # What Django's own ``__init__`` sets; a component is given a context at every turn, and most need no more of it.
    autoescape = True
    use_l10n = use_tz = template = None
    template_name = "unknown"

    def __init__(self, scope: Mapping[str, Any], live: Placing | None = None) -> None:
        # What a tag sets ({% url … as address %}) goes on top, for it is not the component's.
        self.dicts = [CONSTANTS, scope, {}]
        self.live = live

    @cached_property
    def render_context(self) -> RenderContext:
        """What the tags of a template remember while it is rendered."""
        made = RenderContext()
        made.template = self.template
        made.push()
        return made


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


def context_of(placing: Placing) -> ComponentContext:
    """The context of the component in which nested ones are placed by ``placing``."""
    tree, node = placing.tree, placing.node
    return ComponentContext(Scope(node.component, tree.surroundings), placing)
