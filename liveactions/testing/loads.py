"""``live-load="action"``: what is asked for when its element enters the page, and again when a ``Refresh`` names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from liveactions.testing.bindings import values_of
from liveactions.testing.document import Document, Node, attribute, closest
from liveactions.testing.gestures import Request

__all__ = ["Loads"]

LOAD = "live-load"
Again = tuple[int | None, tuple[str, ...] | bool]
"""A component (None: all of them), and the names of what is loaded again in it (True: all)."""


@dataclass(slots=True)
class Loads:
    """What was loaded, by its place in the page."""

    known: set[tuple[int, str, str]] = field(default_factory=set)

    def requests(self, document: Document, again: Sequence[Again]) -> list[Request]:
        """The calls for what is new in the page, and for what is to be loaded again."""
        found: list[Request] = []
        present: set[tuple[int, str, str]] = set()
        for node in document.select(f"[{LOAD}]"):
            root = closest(node, "[live-id]")
            if root is None:
                continue
            component, action = int(attribute(root, "live-id") or 0), attribute(node, LOAD) or ""
            place = (component, name_of(node), str(sorted(values_of(node).items())))
            present.add(place)
            if place not in self.known or any(is_meant(component, name_of(node), wish) for wish in again):
                found.append(Request(component, action, dict(values_of(node)), {"type": "load"}))
        self.known = present
        return found


def name_of(node: Node) -> str:
    return attribute(node, "live-load-name") or attribute(node, "id") or attribute(node, LOAD) or ""


def is_meant(component: int, name: str, wish: Again) -> bool:
    meant, names = wish
    return meant in (None, component) and (names is True or (isinstance(names, tuple) and name in names))
