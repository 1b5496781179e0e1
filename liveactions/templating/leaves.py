"""Tags that write something, or give a name a value: what is made of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.template.base import Node, TextNode, Token, TokenType, VariableNode
from django.template.defaulttags import (
    CsrfTokenNode,
    FilterNode,
    RegroupNode,
    ResetCycleNode,
    SpacelessNode,
    TemplateTagNode,
    VerbatimNode,
)
from django.template.library import InclusionNode, SimpleNode
from django.templatetags.cache import CacheNode
from django.templatetags.i18n import BlockTranslateNode

from liveactions.rendering.pieces import Embed, Text
from liveactions.templating.nodes import Embedded, Part, Printed
from liveactions.templating.probes import Probe, Use, needs_probe, probes_of
from liveactions.templating.reads import derived, given, impurity, merged, of_expression, untracked
from liveactions.templating.sheets import Maker, Sheet
from liveactions.templating.slots import EVERYTHING

__all__ = [
    "Wording",
    "block_translation",
    "cached",
    "csrf",
    "filtered",
    "first_word",
    "has_no_tags",
    "inclusion",
    "nothing",
    "regroup",
    "reset_cycle",
    "simple",
    "spaceless",
    "template_tag",
    "text",
    "unknown",
    "variable",
    "verbatim",
]

# ── Text ──


def text(_: Maker, node: TextNode, sheet: Sheet) -> None:
    static(sheet, node.s)


def verbatim(_: Maker, node: VerbatimNode, sheet: Sheet) -> None:
    static(sheet, node.content)


def template_tag(_: Maker, node: TemplateTagNode, sheet: Sheet) -> None:
    static(sheet, node.mapping.get(node.tagtype, ""))


def static(sheet: Sheet, source: str) -> None:
    if source:
        sheet.pieces.append(Text(source))


def nothing(_: Maker, node: Node, sheet: Sheet) -> None:
    """A tag that is only for whoever reads the template."""


# ── Text made of expressions ──


def variable(maker: Maker, node: VariableNode, sheet: Sheet) -> None:
    expression, names = node.filter_expression, sheet.place.names
    reading = maker.read([expression], sheet.place)
    whole = probes_of([expression], names, Use.WHOLE)
    arguments = probes_of(filter_arguments(expression), names, Use.WHOLE)
    maker.leaf(sheet, Printed(node, reading, arguments, whole, maker.lookup(expression.var, names)))


@dataclass(frozen=True, slots=True)
class Wording:
    """A tag that writes a text made of expressions; or, with ``as``, gives it to a name."""

    expressions: Callable[[Any], Iterable[Any]]
    asvar: str = "asvar"
    why: str = ""
    """Why the same expressions do not always make the same text."""
    text: Callable[[Any], bool] = lambda _: True
    """Whether it writes no tags."""

    def __call__(self, maker: Maker, node: Any, sheet: Sheet) -> None:
        expressions = [each for each in self.expressions(node) if each is not None]
        more = [untracked(self.why)] if self.why else []
        reading = maker.read(expressions, sheet.place, *more)
        looks = probes_of(expressions, sheet.place.names, Use.WHOLE)
        name = getattr(node, self.asvar, None)
        if name:
            maker.sets(sheet, node, [name], reading, looks=looks)
        else:
            maker.leaf(sheet, Part(node, reading, looks), text=self.text(node))


def has_no_tags(*tokens: Any) -> bool:
    return not any("<" in str(token) for token in tokens)


def block_translation(maker: Maker, node: BlockTranslateNode, sheet: Sheet) -> None:
    tokens: list[Token] = [*(node.singular or ()), *(node.plural or ())]
    own = {name: given(each, sheet.place.names) for name, each in node.extra_context.items()}
    if node.countervar:
        own[node.countervar] = given(node.counter, sheet.place.names)
    inner = sheet.place.names.binding(own)
    used = [token.contents for token in tokens if token.token_type == TokenType.VAR]
    expressions = [*node.extra_context.values(), *filter(None, (node.counter, node.message_context))]
    reading = maker.read(expressions, sheet.place, *(inner[name].at(name, ()) for name in used))
    looks = (
        *probes_of(expressions, sheet.place.names, Use.WHOLE),
        *(Probe(name, (), Use.WHOLE) for name in used if name not in own and needs_probe(inner[name])),
    )
    if node.asvar:
        maker.sets(sheet, node, [node.asvar], reading, looks=looks)
    else:
        plain = has_no_tags(*(token.contents for token in tokens))
        maker.leaf(sheet, Part(node, reading, looks), text=plain)


def csrf(maker: Maker, node: CsrfTokenNode, sheet: Sheet) -> None:
    reading = maker.noted(sheet.place.names["csrf_token"].at("csrf_token", ()))
    maker.leaf(sheet, Part(node, reading), text=False)


# ── Tags around a content that is theirs ──


def filtered(maker: Maker, node: FilterNode, sheet: Sheet) -> None:
    """The content goes through filters, and could be anything afterwards."""
    content = maker.content(node.nodelist, sheet.place.inside(row=False), sheet)
    own = derived(content.total())
    inner = sheet.place.names.binding({"var": own})
    arguments = tuple(filter_arguments(node.filter_expr))
    reading = maker.noted(merged([of_expression(node.filter_expr, inner), sheet.place.ambient]))
    part = Part(node, reading, probes_of(arguments, sheet.place.names, Use.WHOLE), (content,))
    as_a_whole(maker, sheet, part)


def filter_arguments(expression: Any) -> Iterator[Any]:
    """The arguments of the filters in an expression."""
    for _, arguments in expression.filters:
        yield from (value for is_variable, value in arguments if is_variable)


def spaceless(maker: Maker, node: SpacelessNode, sheet: Sheet) -> None:
    as_a_whole(maker, sheet, Part(node, contents=(maker.content(node.nodelist, sheet.place.inside(row=False), sheet),)))


def cached(maker: Maker, node: CacheNode, sheet: Sheet) -> None:
    """What it writes is what it found in the cache."""
    content = maker.content(node.nodelist, sheet.place.inside(row=False), sheet)
    reading = untracked("what {% cache %} writes comes from the cache", EVERYTHING)
    as_a_whole(maker, sheet, Part(node, reading, contents=(content,), stateful=content.stateful))


def as_a_whole(maker: Maker, sheet: Sheet, part: Part) -> None:
    """A tag whose content cannot be told apart from what the tag makes of it."""
    part.whole = (*part.probes, *part.contents[0].probes)
    is_text = all(isinstance(piece, Text) and "<" not in piece.text for piece in part.contents[0].pieces)
    maker.leaf(sheet, part, text=is_text)
    maker.leaked(sheet)


# ── Names ──


def regroup(maker: Maker, node: RegroupNode, sheet: Sheet) -> None:
    names = sheet.place.names
    target = maker.read([node.target], sheet.place)
    inner = names.binding({node.var_name: derived(target)})
    reading = maker.noted(merged([target, of_expression(node.expression, inner)]))
    looks = probes_of([node.target], names, Use.WHOLE)
    maker.sets(sheet, node, [node.var_name], reading, looks=looks)


def reset_cycle(maker: Maker, node: ResetCycleNode, sheet: Sheet) -> None:
    maker.sets(sheet, node, [EVERYTHING], untracked("{% resetcycle %} has an effect on what comes after"))


# ── Tags of applications ──


def simple(maker: Maker, node: SimpleNode, sheet: Sheet) -> None:
    """A simple tag: a function of its arguments, of which only its author knows whether it looks elsewhere."""
    place = sheet.place
    arguments = [*node.args, *node.kwargs.values()]
    why = impurity(node.func)
    looks = probes_of(arguments, place.names, Use.WHOLE)
    if is_live(node) and node.target_var is None:
        part = Embedded(
            node, maker.read(arguments, place), probes_of(arguments, place.names, Use.PASSED), places=True, whole=looks
        )
        sheet.add(Embed(part), part)
        return
    if why and node.takes_context:
        takes_context(maker, node, sheet, why)
        return
    reading = maker.read(arguments, place, *([untracked(why)] if why else []))
    if node.target_var:
        maker.sets(sheet, node, [node.target_var], reading, looks=looks)
    else:
        maker.leaf(sheet, Part(node, reading, looks), text=False)


def takes_context(maker: Maker, node: SimpleNode, sheet: Sheet, why: str) -> None:
    """It is given the context, and may do to it what it likes."""
    if not node.target_var:
        unknown(maker, node, sheet, why)
        return
    maker.guard.needed = True
    maker.sets(sheet, node, [node.target_var], untracked(why, EVERYTHING), guard=maker.guard)


LIVE: Final = ("liveactions.templatetags.live", "live")


def is_live(node: SimpleNode) -> bool:
    """Whether it is ``{% live %}``. It is told by its name, for it lives on the floor above."""
    return (node.func.__module__, node.func.__name__) == LIVE


def inclusion(maker: Maker, node: InclusionNode, sheet: Sheet) -> None:
    """Its template is given nothing but what the function makes of the arguments."""
    why = impurity(node.func)
    if why and node.takes_context:
        unknown(maker, node, sheet, why)
        return
    arguments = [*node.args, *node.kwargs.values()]
    reading = maker.read(arguments, sheet.place, *([untracked(why)] if why else []))
    looks = probes_of(arguments, sheet.place.names, Use.WHOLE)
    maker.leaf(sheet, Part(node, reading, looks, places=True), text=False)


def unknown(maker: Maker, node: Node, sheet: Sheet, why: str = "") -> None:
    """A tag that nobody knows anything about."""
    maker.guard.needed = True
    why = why or f"nothing is known about what {first_word(node)} reads"
    part = Part(node, untracked(why, EVERYTHING), stateful=True, places=True, guard=maker.guard)
    maker.leaf(sheet, part, text=False)


def first_word(node: Node) -> str:
    words = node.token.split_contents() if node.token is not None else [type(node).__name__]
    return f"{{% {words[0]} %}}"
