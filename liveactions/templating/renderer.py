"""Components → HTML by Django's template engine: the ``Renderer`` of a server process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, TypeVar, cast

from asgiref.sync import async_to_sync
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.template.base import Node as TemplateNode
from django.template.base import NodeList, TextNode, VariableNode
from django.template.defaulttags import ForNode
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode
from django.utils import timezone, translation

from liveactions.components import Component, declaration
from liveactions.errors import DeclarationError, LocalError, ResultError
from liveactions.rendering.compose import page_html, shape
from liveactions.runtime.node import Drawing, Node
from liveactions.runtime.ports import Canvas
from liveactions.runtime.surroundings import Surroundings
from liveactions.templating.context import Scope, context_of, scope_of
from liveactions.templating.placing import Placing
from liveactions.templating.program import Program, program_of
from liveactions.templating.slots import Run
from liveactions.threads import on_event_loop

__all__ = ["NeedsThread", "TemplateRenderer", "renderer", "template_of"]

T = TypeVar("T")


NOTHING = nullcontext()


class NeedsThread(Exception):
    """Something awaitable was met by synchronous code on the event loop."""


class TemplateRenderer:
    """Renders components with the Django template of their class."""

    def __init__(self) -> None:
        self.threaded: set[object] = set()
        """The components whose rendering wants a thread, found out by trying."""
        self.swallowing: dict[object, bool] = {}

    def draw(self, tree: Canvas, node: Node) -> Drawing:
        placing = Placing(tree, node, whole=True)
        template = template_of(type(node.component))
        program = self.program(node) if tree.programs else None
        with self.surround(tree.surroundings):
            drawing = Drawing(template.render(context_of(placing))) if program is None else drawn(program, placing)
        placing.finish()
        return drawing

    def changes(self, tree: Canvas, node: Node, dirty: frozenset[str] | None) -> tuple[list[Any], Any] | None:
        program = self.program(node)
        if program is None or program.hash != node.program:
            return None
        run = RunInPlace(tree, node, dirty, program.template)
        if tree.surroundings.usual:
            found = program.evaluator.change(run, node.memo)
        else:
            with within(tree.surroundings):
                found = program.evaluator.change(run, node.memo)
        if run.placed is not None:
            run.placed.finish()
        return found

    def dry(self, node: Node) -> Any:
        program = None if node.memo is None else self.program(node)
        return program.dry(node.memo) if program is not None and program.hash == node.program else None

    def program(self, node: Node) -> Program | None:
        """The program of a component; None if its template has none."""
        known: Program | None = node.compiled
        if known is None or known.template.engine.debug:  # while templates are written, look again
            component = type(node.component)
            known = node.compiled = program_of(template_of(component), component)
        return known

    def render_block(self, tree: Canvas, node: Node, block: str, context: Mapping[str, Any]) -> str:
        """One ``{% block %}`` with ``context`` over the component's own. Raises ``ResultError`` naming the blocks."""
        template = template_of(type(node.component))
        scope = context_of(Placing(tree, node, whole=False))
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
        if not on_event_loop():
            return async_to_sync(awaited)(value)
        if inspect.iscoroutine(value):
            value.close()
        raise NeedsThread

    def inline(self, function: Callable[[], T], owner: object, undo: Callable[[], None] | None = None) -> T | None:
        """Try ``function`` on the event loop; None, now and from then on, for an owner that needs a thread.

        Django refuses database access on an event loop. A template may swallow that refusal (a comparison inside
        ``{% if %}`` does), so for all but the simplest templates the connections of this thread are looked at
        too: on the loop's own thread there are none unless somebody wanted one. Where there are some already (in
        a test, in a shell) that cannot be told, and a thread is used.
        """
        if owner in self.threaded:
            return None
        may_swallow = self.swallowing.get(owner)
        if may_swallow is None:
            may_swallow = self.swallowing[owner] = might_swallow(owner)
        if may_swallow and connections.all(initialized_only=True):
            return None
        try:
            value = function()
        except (SynchronousOnlyOperation, NeedsThread):
            value = None
        if may_swallow and forget_connections():
            value = None
        if value is None:
            self.threaded.add(owner)
            if undo is not None:
                undo()
        return value

    def surround(self, surroundings: Surroundings) -> AbstractContextManager[None]:
        return NOTHING if surroundings.usual else within(surroundings)


class RunInPlace(Run):
    """What has changed in a component of a page. Its scope and its placing are made for whom asks: few do."""

    __slots__ = ("node", "placed", "tree")

    def __init__(self, tree: Canvas, node: Node, dirty: frozenset[str] | None, template: Template) -> None:
        self.tree = tree
        self.node = node
        self.placed: Placing | None = None
        self.begin(node.component, dirty, template, wire=True)

    @property
    def scope(self) -> Scope:  # type: ignore[override]  # given, everywhere else
        return Scope(self.node.component, self.tree.surroundings)

    @property
    def placing(self) -> Placing:  # type: ignore[override]  # the same
        if self.placed is None:
            self.placed = Placing(self.tree, self.node, whole=False)
        return self.placed


def drawn(program: Program, placing: Placing) -> Drawing:
    """A component in whole, by its program. Nested components without a key keep the place they have."""
    node = placing.node
    was = node.memo if node.program == program.hash else None
    values, memo = program.fresh(Run(scope_of(placing), None, placing, program.template), was)
    html = page_html(program.block, values, placing.placeholder)
    return Drawing(html, memo, program.hash, shape(program.block, values), program.wrapped)


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


def forget_connections() -> bool:
    """Drop the database connections that this thread has got, none of which can have been used. True if any."""
    wanted = connections.all(initialized_only=True)
    for connection in wanted:
        del connections[connection.alias]
    return bool(wanted)


def might_swallow(owner: object) -> bool:
    """Whether the template of a component could hide that it was refused something."""
    is_component = isinstance(owner, type) and issubclass(owner, Component)
    return is_component and not is_simple(template_of(cast("type[Component]", owner)).nodelist)


def is_simple(nodes: NodeList) -> bool:
    """Whether a template is made of nothing but text, variables and loops: these let every error through."""
    return all(type(node) in SIMPLE and all(is_simple(inner) for inner in nodelists(node)) for node in nodes)


SIMPLE = (TextNode, VariableNode, ForNode)


def nodelists(node: TemplateNode) -> list[NodeList]:
    return [getattr(node, name) for name in node.child_nodelists if hasattr(node, name)]


inline_templates: dict[type, Template] = {}


def template_of(cls: type[Component]) -> Template:
    """The compiled template of a component class. Raises ``LocalError`` ``template.missing`` if there is none."""
    if cls in inline_templates:
        return inline_templates[cls]
    declared = declaration(cls)
    if declared.template is not None:
        made = inline_templates[cls] = Template(declared.template, engine=Engine.get_default(), name=declared.name)
        return made
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
    template = getattr(found, "template", None)  # of the backend; other engines have one too
    if not isinstance(template, Template):
        raise DeclarationError(
            f"{declared.name}: {declared.template_name} is not a Django template.",
            hint="Put the Django engine that finds it first in TEMPLATES.",
        )
    return template


def block_context(template: Template, context: Context) -> BlockContext:
    """The blocks of a template and of those it extends, nearest first."""
    blocks = BlockContext()
    nodelist = template.nodelist
    while True:
        found: list[Any] = nodelist.get_nodes_by_type(BlockNode)
        blocks.add_blocks({block.name: block for block in found})
        extends: list[Any] = nodelist.get_nodes_by_type(ExtendsNode)
        if not extends:
            return blocks
        nodelist = extends[0].get_parent(context).nodelist
