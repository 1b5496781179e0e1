"""The root components that stand in a page: which are new, which have gone, and that no two have the same id."""

from __future__ import annotations

from typing import NamedTuple

from liveactions.testing.document import Document, Node, attribute, closest, same

__all__ = ["Root", "Roots"]


class Root(NamedTuple):
    """A mount token, the id of its component, and what was added to every id of its HTML."""

    token: str
    id: int
    base: int


class Roots:
    """The roots of one page, by token."""

    def __init__(self) -> None:
        self.known: dict[str, Root] = {}

    def gone(self, document: Document) -> list[int]:
        """The ids of the roots that are no longer in the page; from now on they are unknown."""
        present = {attribute(node, "live-token") for node in document.select("[live-token]")}
        gone = [root for token, root in self.known.items() if token not in present]
        for root in gone:
            del self.known[root.token]
        return [root.id for root in gone]

    def discover(self, document: Document) -> list[Root]:
        """The roots that were not there before, with ids that are free."""
        new = [node for node in document.select("[live-token]") if attribute(node, "live-token") not in self.known]
        trees = [tree_of(document, node) for node in new]
        moving = {node.mem_id for tree in trees for node in tree}
        taken = {id_of(node) for node in document.select("[live-id]") if node.mem_id not in moving}
        found = []
        for node, tree in zip(new, trees, strict=True):
            base = make_room(tree, taken)
            found.append(Root(attribute(node, "live-token") or "", id_of(node), base))
        self.known |= {root.token: root for root in found}
        return found


def tree_of(document: Document, root: Node) -> list[Node]:
    """The components for which a token speaks."""
    every = [root, *document.select("[live-id]", root)]
    return [
        node for node in {node.mem_id: node for node in every}.values() if same(closest(node, "[live-token]"), root)
    ]


def make_room(tree: list[Node], taken: set[int]) -> int:
    """Add the smallest even number that makes every id of a tree free; ``taken`` grows by them."""
    collides = any(id_of(node) in taken for node in tree)
    highest = max(taken, default=0)
    base = highest + highest % 2 if collides else 0
    for node in tree:
        if base:
            node.attrs["live-id"] = str(id_of(node) + base)
        taken.add(id_of(node))
    return base


def id_of(component: Node) -> int:
    return int(attribute(component, "live-id") or 0)
