"""The components of a page as plain data, and made again of it: elsewhere, later, without ``mount``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liveactions.components import Component, Showing, dump, restore, shared_class
from liveactions.runtime.drawing import Drawn
from liveactions.runtime.node import Node, class_of

__all__ = ["Storable"]


class Storable(Drawn):
    """A forest that outlives its page session, or its response."""

    __slots__ = ()

    def snapshot(self, node: Node) -> dict[str, Any]:
        """A component and all inside it as plain data, enough to go on elsewhere without ``mount``."""
        return {
            **self.own(node),
            "id": node.id,
            "memo": self.renderer.dry(node),
            "children": [self.snapshot(child) for child in node.children.values()],
        }

    def own(self, node: Node) -> dict[str, Any]:
        """One component as plain data; what the page has of it is not remembered."""
        return {
            "name": node.name,
            "key": node.key,
            "given": node.given,
            "state": dump(node.component),
            "digest": node.digest,
            "tag": node.tag,
            "program": node.program,
            "address": node.address,
        }

    def restore(self, data: Mapping[str, Any], base: int = 0, parent: Node | None = None) -> Node:
        """The node of a snapshot; ids are moved by ``base``. ``restored`` runs outermost first."""
        node = self.again(data, data["id"] + base, parent)
        node.memo = data["memo"] if self.programs else None
        try:
            self.renderer.settle(node.component.restored())
            for child in data["children"]:
                self.restore(child, base, node)
        except BaseException:
            self.forget(node)
            raise
        return node

    def again(self, own: Mapping[str, Any], node_id: int, parent: Node | None) -> Node:
        """The node of what ``own`` has written. Raises ``LocalError`` if it does not fit any more."""
        component = restore(kept_class(own["name"]), own["state"])
        self.prepare(component, node_id)
        node = self.add(Node(component, own["name"], parent, own["key"]))
        node.digest, node.tag, node.given, node.program = own["digest"], own["tag"], own["given"], own["program"]
        node.address = own.get("address", "")
        if parent is not None:
            parent.placed[node.key] = node
        return node


def kept_class(name: str) -> type[Component]:
    """The class of what a page keeps of a component."""
    cls = class_of(name)
    return Showing if shared_class(cls) else cls
