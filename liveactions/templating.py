"""Components → HTML by Django's template engine: the ``Renderer`` of a server process."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.context_processors import PermWrapper
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.template.base import Node as TemplateNode
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode
from django.utils import timezone, translation

from liveactions.components import Component, declaration
from liveactions.errors import DeclarationError, LocalError, ResultError
from liveactions.runtime.tree import Node, Surroundings, Tree

__all__ = ["ComponentContext", "TemplateRenderer", "renderer", "template_of"]

T = TypeVar("T")


NOTHING = nullcontext()


class NeedsThread(Exception):
    """Something awaitable was met by synchronous code on the event loop."""


class ComponentContext(Context):
    """The context of a component's template: its attributes by name, and ``component user perms csrf_token``.

    ``live`` tells ``{% live %}`` where it stands.
    """

    live: tuple[Tree, Node] | None = None


class Scope(Mapping[str, Any]):
    """The public names of a component, looked up when a template asks for them."""

    __slots__ = ("component", "extra")

    def __init__(self, component: Component, extra: Mapping[str, Any]) -> None:
        self.component = component
        self.extra = extra

    def __contains__(self, name: object) -> bool:
        if name in self.extra:
            return True
        return isinstance(name, str) and not name.startswith("_") and hasattr(self.component, name)

    def __getitem__(self, name: str) -> Any:
        value = self.extra[name] if name in self.extra else getattr(self.component, name)
        return value() if isinstance(value, Lazy) else value

    def __iter__(self) -> Iterator[str]:
        yield from self.extra
        yield from declaration(type(self.component)).fields

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Lazy:
    """A value of the context that costs something and is seldom wanted."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __call__(self) -> Any:
        return self.make()


class TemplateRenderer:
    """Renders components with the Django template of their class."""

    def __init__(self) -> None:
        self.threaded: set[object] = set()
        """The components whose rendering wants a thread, found out by trying."""

    def render(self, tree: Tree, node: Node) -> str:
        with self.surround(tree.surroundings):
            return template_of(type(node.component)).render(context_of(tree, node))

    def render_block(self, tree: Tree, node: Node, block: str, context: Mapping[str, Any]) -> str:
        """One ``{% block %}`` with ``context`` over the component's own. Raises ``ResultError`` naming the blocks."""
        template = template_of(type(node.component))
        scope = context_of(tree, node)
        with self.surround(tree.surroundings), scope.render_context.push_state(template), scope.bind_template(template):
            blocks = block_context(template, scope)
            found = blocks.get_block(block)
            if found is None:
                raise ResultError(
                    f"The template of {node.name} has no block {block!r}.", hint=f"It has: {', '.join(blocks.blocks)}."
                )
            scope.render_context[BLOCK_CONTEXT_KEY] = blocks
            with scope.push(**context):
                return str(found.render(scope))

    def settle(self, value: Any) -> Any:
        """``value``, or what it comes to if it is awaitable. Raises ``NeedsThread`` on an event loop."""
        if not inspect.isawaitable(value):
            return value
        if asyncio._get_running_loop() is not None:
            if inspect.iscoroutine(value):
                value.close()
            raise NeedsThread
        return async_to_sync(awaited)(value)

    def inline(self, function: Callable[[], T], owner: object) -> T | None:
        """Try ``function`` on the event loop; None, now and from then on, for a component that needs a thread.

        Django refuses database access on an event loop, but a template may swallow that refusal (comparisons
        inside ``{% if %}`` do). So the connections that this thread has got are looked at as well: on the
        loop's own thread there are none unless somebody wanted one.
        """
        if owner in self.threaded:
            return None
        try:
            value = function()
        except (SynchronousOnlyOperation, NeedsThread):
            value = None
        if wanted := connections.all(initialized_only=True):
            for connection in wanted:
                del connections[connection.alias]
            value = None
        if value is None:
            self.threaded.add(owner)
        return value

    def surround(self, surroundings: Surroundings) -> AbstractContextManager[None]:
        # Where nobody has chosen a language, as in a new task or thread of ours, the site's is spoken.
        if surroundings.language in (None, settings.LANGUAGE_CODE) and surroundings.timezone is None:
            return NOTHING
        return within(surroundings)


@contextmanager
def within(surroundings: Surroundings) -> Iterator[None]:
    with ExitStack() as stack:
        if surroundings.language is not None:
            stack.enter_context(translation.override(surroundings.language))
        if surroundings.timezone is not None:
            stack.enter_context(timezone.override(surroundings.timezone))
        yield


async def awaited(value: Any) -> Any:
    return await value


@lru_cache(maxsize=1)
def renderer() -> TemplateRenderer:
    """The renderer of this process."""
    return TemplateRenderer()


def context_of(tree: Tree, node: Node) -> ComponentContext:
    user = tree.surroundings.user
    extra = {
        "component": node.component,
        "user": user,
        "perms": Lazy(lambda: PermWrapper(user)),
        "csrf_token": Lazy(tree.surroundings.csrf),
    }
    context = ComponentContext(Scope(node.component, extra))
    context.live = (tree, node)
    return context


inline_templates: dict[type, Template] = {}


def template_of(cls: type[Component]) -> Template:
    """The compiled template of a component class. Raises ``LocalError`` ``template.missing`` if there is none."""
    declared = declaration(cls)
    if declared.template is not None:
        if cls not in inline_templates:
            inline_templates[cls] = Template(declared.template, engine=Engine.get_default(), name=declared.name)
        return inline_templates[cls]
    if declared.template_name is None:
        raise DeclarationError(f"{declared.name} has no template.", hint='Set template_name = "….html".')
    try:
        found = get_template(declared.template_name)
    except TemplateDoesNotExist as missing:
        raise LocalError(
            f"{declared.name}: the template {missing} does not exist.",
            code="template.missing",
            hint="Look at template_name and at TEMPLATES.",
        ) from missing
    if not hasattr(found, "template"):
        raise DeclarationError(f"{declared.name}: {declared.template_name} is not a Django template.")
    return found.template  # type: ignore[no-any-return]  # of the Django backend


def block_context(template: Template, context: Context) -> BlockContext:
    """The blocks of a template and of those it extends, nearest first."""
    blocks = BlockContext()
    nodelist = template.nodelist
    while True:
        blocks.add_blocks({block.name: block for block in nodelist.get_nodes_by_type(BlockNode)})
        extends: list[TemplateNode] = nodelist.get_nodes_by_type(ExtendsNode)
        if not extends:
            return blocks
        nodelist = extends[0].get_parent(context).nodelist  # type: ignore[attr-defined]  # an ExtendsNode
