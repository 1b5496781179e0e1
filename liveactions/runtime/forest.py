"""Which components a page has: they are made, stand in one another, and end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from liveactions.components import Component, Showing, bind_mount, check, shared_class, showing_params
from liveactions.errors import CallError
from liveactions.runtime.node import Node, class_of, scalars
from liveactions.runtime.ports import Place, Renderer
from liveactions.runtime.surroundings import Surroundings

__all__ = ["Forest"]


class Forest:
    """The components of one page session, or of one HTTP response before its page connects.

    ``first_id`` is 1 for a response and 2 for a session: ids go up in steps of two, so that the ones made
    on either side never meet.
    """

    __slots__ = ("limit", "next_id", "nodes", "other_topics", "page", "renderer", "roots", "surroundings")

    def __init__(self, renderer: Renderer, surroundings: Surroundings, *, page: str, first_id: int, limit: int) -> None:
        self.renderer = renderer
        self.surroundings = surroundings
        self.page = page
        self.next_id = first_id
        self.limit = limit
        self.nodes: dict[int, Node] = {}
        self.roots: list[Node] = []
        self.other_topics = False
        """Whether the components may ask for other topics than the page follows."""

    def mount(
        self,
        name: str,
        params: Mapping[str, Any],
        parent: Node | None = None,
        key: str = "",
        node_id: int | None = None,
    ) -> Node:
        """Make a component and run its ``mount``. Raises ``CallError`` for an unknown name or too many."""
        component = created(name, params)
        self.prepare(component, self.new_id() if node_id is None else node_id)
        self.renderer.settle(bind_mount(component)())
        check(component)
        node = self.add(Node(component, name, parent, key))
        node.given = scalars(params)
        return node

    def new_id(self) -> int:
        self.next_id += 2
        return self.next_id - 2

    def prepare(self, component: Component, node_id: int) -> None:
        if len(self.nodes) >= self.limit:
            raise CallError(f"A page has at most {self.limit} components.", code="component.failed")
        if node_id in self.nodes:
            raise CallError(f"Two components have the id {node_id}.", code="component.unknown", hint="Give a base.")
        component.id = node_id
        component.page = self.page
        component._user = self.surroundings.user  # noqa: SLF001  # the host's part of a component

    def add(self, node: Node) -> Node:
        self.other_topics |= node.ask_topics()
        self.nodes[node.id] = node
        if node.parent is None:
            self.roots.append(node)
        else:
            node.parent.children[node.key] = node
        return node

    def remove(self, *nodes: Node) -> None:
        """End components and those inside them; ``unmount`` runs innermost first, and for all of them if one fails."""
        with ExitStack() as ending:
            for node in reversed(nodes):
                ending.callback(self.end, node)
                ending.callback(self.remove, *node.children.values())

    def end(self, node: Node) -> None:
        self.forget(node)
        self.renderer.settle(node.component.unmount())

    def forget(self, node: Node) -> None:
        """Drop a component and those inside it, as if they had never been."""
        for each in node.walk():
            self.nodes.pop(each.id, None)
            self.other_topics |= bool(each.topics)
        if node.parent is not None:
            node.parent.children.pop(node.key, None)
        elif node in self.roots:
            self.roots.remove(node)

    def know_user(self, user: Any) -> None:
        """The same user as before, read afresh: permissions may have changed."""
        self.surroundings = replace(self.surroundings, user=user)
        for node in self.nodes.values():
            node.component._user = user  # noqa: SLF001  # the host's part of a component

    def place_in(self, stream: str) -> Place | None:
        """Where the stream of a shared component stood when that was drawn; None for any other stream."""
        for node in self.nodes.values():
            if node.shared and stream in node.topics and isinstance(node.component, Showing):
                return Place(node.component.epoch, node.component.offset)
        return None

    def topics(self) -> frozenset[str]:
        """Every topic that some component of the page asks for."""
        return frozenset().union(*(node.topics for node in self.nodes.values()))


def created(name: str, params: Mapping[str, Any]) -> Component:
    """The component of this name, about to be mounted; of a shared one, its place on the page."""
    cls = class_of(name)
    return Showing.create(showing_params(name, params)) if shared_class(cls) else cls.create(params)
