"""Templates in templates: ``include``, ``extends`` and ``block``."""

from __future__ import annotations

from typing import Any

from django.template import Template, TemplateDoesNotExist
from django.template.base import Node, TextNode, VariableNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode, construct_relative_path

from liveactions.templating.containers import naming, seen_whole
from liveactions.templating.leaves import first_word, unknown, variable
from liveactions.templating.reads import Binding, path_of, untracked
from liveactions.templating.scopes import Extended, InBlock, Included
from liveactions.templating.sheets import Blocks, Maker, Place, Sheet, Uncompilable, cycles_in

__all__ = ["block", "extends", "include", "variable_or_block"]


def include(maker: Maker, node: IncludeNode, sheet: Sheet) -> None:
    """A template whose name stands there is walked in its place, unless it is in itself."""
    place = sheet.place
    template = included(maker, node, place)
    if template is None:
        unknown(maker, node, sheet, f"{first_word(node)} names a template that is only known when it is rendered")
        return
    bound, own = naming(maker, node.extra_context, place)
    names = place.names.alone(bound) if node.isolated_context else place.names.binding(bound)
    inner = Place(names, template, place.ambient, None, (*place.templates, place.template), loops=place.loops)
    maker.cycles.update(cycles_in(template.nodelist))
    try:
        content = maker.content(template.nodelist, inner)
    except Uncompilable as reason:
        unknown(maker, node, sheet, f"{first_word(node)} names a template that cannot be told in advance: {reason}")
        return
    whole = seen_whole(own, bound, content, sheet)
    part = Included(node, contents=(content,), given=own, whole=whole, template_object=template)
    maker.scope(sheet, part)


def included(maker: Maker, node: IncludeNode, place: Place) -> Template | None:
    name = constant(node.template)
    if name is None:
        return None
    try:
        path: Any = construct_relative_path(node.origin.template_name, name)  # type: ignore[arg-type]
        template = maker.engine.get_template(path)
    except Exception:  # noqa: BLE001  # whatever it is, rendering will raise it
        return None
    around = [same.origin for same in (*place.templates, place.template)]
    if type(template) is not Template or template.origin in around:
        return None
    maker.sources.append(template)
    return template


def constant(expression: Any) -> str | None:
    """The string that an expression is; None if it takes a context to tell."""
    if expression.filters or not isinstance(expression.var, str):
        return None
    return str(expression.var)


# ── Inheritance ──


def extends(maker: Maker, node: ExtendsNode, sheet: Sheet) -> None:
    """The outermost template is walked, with the blocks that those below put into it."""
    templates, levels = [sheet.place.template], [node.blocks]
    here: ExtendsNode | None = node
    seen = [node.origin]
    while here is not None:
        parent = parent_of(maker, here, seen)
        templates.append(parent)
        here = next((each for each in parent.nodelist if isinstance(each, ExtendsNode)), None)
        levels.append(here.blocks if here is not None else blocks_in(parent))
    maker.sources += templates[1:]
    root = templates[-1]
    found: dict[str, tuple[tuple[BlockNode, Template], ...]] = {}
    for template, level in zip(templates, levels, strict=True):
        for name, own in level.items():
            found[name] = ((own, template), *found.get(name, ()))
    leading = [each for middle in templates[1:-1] for each in middle.nodelist if isinstance(each, TextNode)]
    for each in templates:
        maker.cycles.update(cycles_in(each.nodelist))
    inner = sheet.place.inside(template=root, blocks=Blocks(found))
    content = maker.content([*leading, *root.nodelist], inner, sheet)
    maker.scope(sheet, Extended(node, contents=(content,), root=root, levels=tuple(levels)))
    maker.leaked(sheet)


def parent_of(maker: Maker, node: ExtendsNode, seen: list[Any]) -> Template:
    name = constant(node.parent_name)
    if name is None:
        raise Uncompilable("It extends a template whose name is only known when it is rendered.")
    try:
        template, origin = maker.engine.find_template(name, skip=seen)
    except TemplateDoesNotExist:
        raise Uncompilable(f"It extends {name}, which does not exist.") from None
    seen.append(origin)
    return template


def blocks_in(template: Template) -> dict[str, BlockNode]:
    found: list[Any] = template.nodelist.get_nodes_by_type(BlockNode)
    return {block.name: block for block in found}


def block(maker: Maker, node: BlockNode, sheet: Sheet) -> None:
    """The content that the nearest template gives the block, or its own."""
    place = sheet.place
    if place.blocks is None:
        in_block(maker, sheet, node, node.name, (node, place.template))
        return
    found = place.blocks.nodes.get(node.name) or ((node, place.template),)
    in_block(maker, sheet, node, node.name, found[-1])


def variable_or_block(maker: Maker, node: VariableNode, sheet: Sheet) -> None:
    """A variable; ``{{ block.super }}`` is another block, in truth."""
    if path_of(node.filter_expression) != ("block", "super") or not super_block(maker, node, sheet):
        variable(maker, node, sheet)


def super_block(maker: Maker, node: VariableNode, sheet: Sheet) -> bool:
    """``{{ block.super }}``: the same block of the template further out. False where that is for Django to say."""
    place = sheet.place
    if place.blocks is None or not place.names["block"].block:
        return False
    name = place.blocks.present
    if found := place.blocks.nodes.get(name):
        sheet.place = place.inside(row=False)  # the same nodes may be walked again for another {{ block.super }}
        in_block(maker, sheet, node, name, found[-1])
        sheet.place = sheet.place.inside(row=place.row)
    return bool(name)  # where there is none further out, it writes nothing


def in_block(maker: Maker, sheet: Sheet, node: Node, name: str, nearest: tuple[BlockNode, Template]) -> None:
    content_of, template = nearest
    blocks = None if sheet.place.blocks is None else sheet.place.blocks.taken(name)
    names = sheet.place.names.binding({"block": Binding(untracked("block is not data"), block=True)})
    content = maker.content(content_of.nodelist, sheet.place.inside(names=names, template=template, blocks=blocks))
    maker.scope(sheet, InBlock(node, contents=(content,), name=name))
