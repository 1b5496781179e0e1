"""Where the components nested in one are placed, while it is rendered: which are new, which stay, which are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from liveactions.components import Component, registry
from liveactions.errors import DeclarationError
from liveactions.runtime.node import Node
from liveactions.runtime.ports import Canvas

__all__ = ["Placing"]


class Placing:
    """One rendering of a component, in whole (everything that stood there is up for being placed again) or in part."""

    __slots__ = ("again", "asked", "leaving", "node", "tree")

    def __init__(self, tree: Canvas, node: Node, *, whole: bool) -> None:
        self.tree = tree
        self.node = node
        self.again: dict[str, Node] = {}
        """What was placed in this rendering."""
        self.leaving: dict[str, None] = dict.fromkeys(node.placed) if whole else {}
        """What does not stand any more where it stood, in the order in which it stood there."""
        self.asked = 0

    def place(
        self,
        component: str | type[Component],
        params: Mapping[str, Any],
        key: object | None = None,
        before: str | None = None,
    ) -> tuple[int, str]:
        """Place a component: made if it was not there. ``before`` is the key that stood here. Its id and its key."""
        name = component if isinstance(component, str) else registry.name_of(component)
        identity = named(params, key)
        own = self.unnamed(name, before) if identity is None else f"{name}:{identity}"
        if own in self.again:
            raise twice(self.node, own)
        child = self.again[own] = self.tree.place(self.node, name, params, own)
        return child.id, own

    def unnamed(self, name: str, before: str | None) -> str:
        """The key of a component that is known by its place only: the one that stood here, else a new one."""
        stood = [before] if before is not None else self.leaving
        for key in stood:
            if key.startswith(f"{name}:#") and key not in self.again:
                return key
        number = 0
        while (key := f"{name}:#{number}") in self.node.children or key in self.again:
            number += 1
        return key

    def placeholder(self, child: int) -> str:
        """What stands for a component until its HTML is put there."""
        return self.tree.nodes[child].placeholder

    def html(self, child: int) -> str | None:
        """The whole HTML of a component if the page lacks it, else None."""
        return self.tree.unsent(self.tree.nodes[child])

    def taken(self) -> tuple[str, ...]:
        """The keys that were placed since this was last asked."""
        news = tuple(self.again)[self.asked :]
        self.asked = len(self.again)
        return news

    def drop(self, keys: Iterable[str]) -> None:
        """These do not stand any more where they stood; they may be placed again."""
        self.leaving.update(dict.fromkeys(keys))

    def finish(self) -> None:
        """What now stands in the component. The tree ends the rest."""
        if self.leaving or self.again:
            stay = {key: child for key, child in self.node.placed.items() if key not in self.leaving}
            for key in stay.keys() & self.again.keys():  # it stands in a part that was not rendered, too
                raise twice(self.node, key)
            self.node.placed = {**stay, **self.again}


def twice(node: Node, key: str) -> DeclarationError:
    return DeclarationError(
        f"{node.name} places {key!r} twice.", hint="Give each its own key: {% live … key=item.pk %}."
    )


def named(params: Mapping[str, Any], key: object | None) -> str | None:
    """What tells two nested components of one kind apart: their key, else the primary keys of their parameters."""
    if key is not None:
        return str(key)
    keys = [str(value.pk) for value in params.values() if isinstance(value, Model)]
    return ".".join(keys) if keys else None
