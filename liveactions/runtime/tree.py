"""What is new in the components of a page: that is told, and nothing else. No I/O.

Everything here and below (``snapshots``, ``drawing``, ``forest``, ``node``) is synchronous and runs wherever the
renderer runs: in a thread, or inline on the loop.
"""

from __future__ import annotations

from liveactions.components import signals
from liveactions.components.watch import touched
from liveactions.metrics import figures
from liveactions.results import Patch, Result, Signals, Whole
from liveactions.runtime.node import Node
from liveactions.runtime.ports import Renderer
from liveactions.runtime.snapshots import Storable
from liveactions.runtime.surroundings import Surroundings

__all__ = ["Item", "Tree"]

Item = tuple[int | None, Result]
"""A result, and the component that it is for; None: the page."""


class Tree(Storable):
    """A forest whose page is told what has changed."""

    __slots__ = ("behind", "paused")

    def __init__(self, renderer: Renderer, surroundings: Surroundings, *, page: str, first_id: int, limit: int) -> None:
        super().__init__(renderer, surroundings, page=page, first_id=first_id, limit=limit)
        self.paused = False
        """Whether the page does not read: nothing is rendered for it then."""
        self.behind: dict[int, set[str]] = {}
        """The components in which something has changed meanwhile, and the names of their signals that have."""

    # After something has happened in a component -------------------------------------------------------------

    def settled(self, node: Node) -> list[Item]:
        """After something happened in a component: its ``updated``, its patches, its signals."""
        changed = node.changed()
        if changed and node.declared.hooked:
            self.renderer.settle(node.component.updated(changed))
            changed = node.changed()
        return self.news(node, changed)

    def news(self, node: Node, changed: frozenset[str]) -> list[Item]:
        """The patches and signals of a component in which these fields changed, and whose hooks have run."""
        paused = self.paused
        items = self.withheld(node) if paused else self.patches(node)
        if node.declared.shifting and node.watch is not None and node.watch.kept:
            self.other_topics |= node.ask_topics()
        if node.declared.signals:
            # What is rendered may have set one too: a window learns how many rows there are from its loop.
            names = (changed | node.changed()) & frozenset(node.declared.signals)
            if paused:
                self.behind[node.id] |= names
                return items
            items += [(node.id, Signals(signals(node.component, names)))] if names else []
        return items

    # What the page lacks ----------------------------------------------------------------------------------------

    def patches(self, node: Node) -> list[Item]:
        """What has changed in a component since the page was told of it, and in those it gave parameters to."""
        told = self.patched(node) if self.programs and not node.plain and node.memo is not None else None
        items = self.redrawn(node) if told is None else told
        for child in node.stirred:
            items += self.settled(child)
            child.rest()
        return items

    def patched(self, node: Node) -> list[Item] | None:
        """Only the slots that have changed; None if the page has something else than is remembered."""
        seen = touched(node.component)
        found = self.rendered(node, self.renderer.changes, seen if node.known else None)
        if found is None:
            return None
        changes, node.memo = found
        self.told(node)
        if not changes:
            return []
        figures.PATCHES.count += 1
        return [(node.id, Patch(changes))]

    def redrawn(self, node: Node) -> list[Item]:
        """The whole component, if it is not what the page has."""
        before = node.digest
        self.draw(node)
        html = self.marked(node, {}, whole=False) if node.digest != before else None
        node.drawing = None
        if html is None:
            return []
        figures.WHOLES.count += 1
        return [(node.id, Whole(html))]

    # While the page does not read, and after ---------------------------------------------------------------------

    def withheld(self, node: Node) -> list[Item]:
        """Render nothing now, and everything that differs when the page reads again."""
        self.behind.setdefault(node.id, set())
        node.known = node.stored = False
        return []

    def caught_up(self) -> list[Item]:
        """What has changed in components while the page did not read: patches, and the latest of their signals."""
        behind, self.behind = self.behind, {}
        items: list[Item] = []
        for node in [self.nodes[node_id] for node_id in behind if node_id in self.nodes]:
            items += self.patches(node)
            if names := behind[node.id]:
                items.append((node.id, Signals(signals(node.component, frozenset(names)))))
        return items

    # Looking again ------------------------------------------------------------------------------------------------

    def refreshed(self, node: Node) -> list[Item]:
        """What is new in a component, and in those inside it, when they look at their data again."""
        items: list[Item] = []
        for each in list(node.walk()):
            watch = each.begin()
            try:
                self.look_again(each)
                items += self.settled(each)
            except BaseException:
                each.recover(watch)
                raise
            finally:
                each.close(watch)
        return items

    def look_again(self, node: Node) -> None:
        """Have a component look at its data again: its state may be as it was, and what it is about not."""
        self.renderer.settle(node.component.restored())
        node.known = False
