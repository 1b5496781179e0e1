"""Components without a page: mounted for one request, run or rendered, and gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils import translation

from liveactions.components import ActionRequest, Component, registry
from liveactions.conf import conf
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.templating import renderer

__all__ = ["html_of", "is_outside", "mounted", "node_of"]


def node_of(
    component: Component | type[Component], request: ActionRequest, params: Mapping[str, Any]
) -> tuple[Tree, Node]:
    """A component in a tree of its own. A class is mounted with ``params`` for the user of the request."""
    surroundings = Surroundings(user=request.get_user(), language=translation.get_language())
    tree = Tree(renderer(), surroundings, page="", first_id=1, limit=conf().max_components)
    if isinstance(component, type):
        return tree, tree.mount(registry.name_of(component), params)
    tree.next_id = component.id + 2
    return tree, tree.add(Node(component, registry.name_of(type(component)), None, ""))


OUTSIDE: ContextVar[bool] = ContextVar("outside", default=False)


def is_outside() -> bool:
    """Whether what is rendered now is not for a page: nobody can click on its buttons."""
    return OUTSIDE.get()


@contextmanager
def mounted(
    component: Component | type[Component], request: ActionRequest, params: Mapping[str, Any]
) -> Iterator[tuple[Tree, Node]]:
    """``node_of``, for a while: a class that was mounted is unmounted again."""
    tree, node = node_of(component, request, params)
    token = OUTSIDE.set(request.page == "" or isinstance(component, type))
    try:
        yield tree, node
    finally:
        OUTSIDE.reset(token)
        if isinstance(component, type):
            tree.remove(node)


def html_of(component: Component | type[Component], request: ActionRequest, params: Mapping[str, Any]) -> str:
    """The HTML of a component and of those inside it."""
    with mounted(component, request, params) as (tree, node):
        return tree.html(node)
