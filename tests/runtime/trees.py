"""Trees of components, without a page."""

from __future__ import annotations

from typing import Any

from liveactions import Component, field
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.templating import TemplateRenderer

__all__ = ["LOAD", "Row", "Rows", "change", "child_of", "new_tree"]

LOAD = "{% load live %}"


def new_tree(first_id: int = 1, limit: int = 200, user: Any = None) -> Tree:
    return Tree(TemplateRenderer(), Surroundings(user=user), page="p1", first_id=first_id, limit=limit)


def change(tree: Tree, node: Node, **values: Any) -> list[tuple[int | None, Any]]:
    """Set fields, as an action would, and render what that changes."""
    node.begin()
    for name, value in values.items():
        setattr(node.component, name, value)
    return tree.settled(node)


def child_of(node: Node, key: str) -> Node:
    return next(child for child in node.children.values() if child.key.endswith(f":{key}"))


class Row(Component):
    name = "tree.row"
    template = "<li>{{ label }} {{ clicks }}</li>"
    label: str = ""
    clicks: int = 0


class Rows(Component):
    name = "tree.rows"
    template = LOAD + '<ul>{{ title }}{% for row in rows %}{% live "tree.row" key=row label=row %}{% endfor %}</ul>'
    title: str = ""
    rows: list[str] = field(default_factory=list)
