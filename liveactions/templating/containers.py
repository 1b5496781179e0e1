"""Tags around a content that can be told apart from them: what is made of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.template.base import Node
from django.template.defaulttags import CycleNode, IfNode, WithNode

from liveactions.rendering.pieces import Branch, Loop, Scope, Text
from liveactions.templating import probes
from liveactions.templating.nodes import (
    Changed,
    Chosen,
    Condition,
    Conditional,
    Content,
    Cycled,
    Emptiness,
    Looped,
    Part,
)
from liveactions.templating.probes import Probe, Use, exported, probes_of
from liveactions.templating.reads import Binding, Names, given, merged, of_condition, path_of, untracked
from liveactions.templating.scopes import Given, Named, Overridden, Pushed, Scoped
from liveactions.templating.sheets import Handler, Maker, Place, Sheet, force
from liveactions.templating.slots import EVERYTHING, NOWHERE

__all__ = ["changed", "condition", "cycle", "loop", "naming", "overridden", "seen_whole", "switched", "with_"]

# ── Branches ──


def condition(maker: Maker, node: IfNode, sheet: Sheet) -> None:
    """``{% if %}``."""
    place = sheet.place.inside(row=False)
    readings = [of_condition(each, place.names) for each, _ in node.conditions_nodelists]
    reading = maker.noted(merged([*readings, place.ambient]))
    conditions = tuple(test_of(maker, each, place.names) for each, _ in node.conditions_nodelists)
    contents = tuple(maker.content(nodes, place, sheet) for _, nodes in node.conditions_nodelists)
    branch(maker, sheet, Conditional(node, reading, contents, conditions))


def test_of(maker: Maker, condition: Any, names: Names) -> Condition:
    """The condition of an ``{% if %}``; None is that of an ``{% else %}``."""
    if condition is None:
        return Condition(None)
    bare: Any = getattr(condition, "value", None)  # of one that is nothing but an expression
    lookup = None if path_of(bare) is None else maker.lookup(bare.var, names)
    return Condition(condition, probes.of_condition(condition, names), lookup)


def branch(maker: Maker, sheet: Sheet, part: Chosen) -> None:
    """A tag with several contents. If it only sets names, Django does that as a whole."""
    if is_idle(part):
        sheet.leaks = [leak for leak in sheet.leaks if leak.since >= 0]
        maker.done(sheet, part, part.reading)
        if not any(content.pieces for content in part.contents):
            return
        for content in part.contents:
            content.frame = NOWHERE
    sheet.add(Branch(part, tuple(content.pieces for content in part.contents)), part)
    maker.leaked(sheet)


def is_idle(part: Chosen) -> bool:
    """Whether a branch is there for the names that are set in it, and writes nothing but white space at most."""
    if not any(content.frame.setters for content in part.contents):
        return False
    # What has a memory would answer something else when it is asked again, for the white space.
    empty = not any(content.pieces for content in part.contents)
    return empty or (not part.stateful and all(map(is_blank, part.contents)))


def is_blank(content: Content) -> bool:
    """Whether nothing but white space is written."""
    return all(isinstance(piece, Text) and piece.text.isspace() for piece in content.pieces)


def changed(maker: Maker, node: Any, sheet: Sheet) -> None:
    """With names it is a branch; without, its content has to be written to know whether it is new."""
    place = sheet.place.inside(row=False)
    lists = [node.nodelist_true, node.nodelist_false] if node.nodelist_false else [node.nodelist_true]
    contents = tuple(maker.content(nodes, place, sheet) for nodes in lists)
    expressions = node._varlist  # noqa: SLF001  # Django gives no other name to it
    reading = maker.read(expressions, place, untracked("{% ifchanged %} depends on what came before"))
    if expressions:
        branch(maker, sheet, Changed(node, reading, contents=contents, stateful=True))
        return
    maker.leaf(sheet, Part(node, reading, contents=contents, stateful=True), text=False)
    maker.leaked(sheet)


# ── Loops ──


def loop(maker: Maker, node: Any, sheet: Sheet) -> None:
    """``{% for %}``. With ``{% empty %}`` it is a branch: the loop alone, or what stands there without rows."""
    place = sheet.place
    reading = maker.read([node.sequence], place)
    looks = probes_of([node.sequence], place.names, Use.PASSED)
    names = place.names.looping(node.loopvars, reading)
    row = rows(maker, node, place.inside(names=names, row=not place.loops, loops=place.loops + 1))
    whole = (*probes_of([node.sequence], place.names, Use.WHOLE), *row.probes)
    lookup = None if path_of(node.sequence) is None else maker.lookup(node.sequence.var, place.names)
    part = Looped(node, reading, looks, (row,), whole=whole, lookup=lookup)
    if node.nodelist_empty:
        or_empty(maker, sheet, part)
    elif row.pieces:
        sheet.add(Loop(part, row.pieces), part)
    else:
        maker.done(sheet, part)


def or_empty(maker: Maker, sheet: Sheet, part: Looped) -> None:
    node: Any = part.node
    only = Content((Loop(part, part.contents[0].pieces),), probes=part.whole)
    otherwise = alone(node, maker.content(node.nodelist_empty, sheet.place.inside(row=False)))
    whole = (*part.whole, *otherwise.probes)
    emptiness = Emptiness(node, part.reading, part.probes, (only, otherwise), whole=whole)
    sheet.add(Branch(emptiness, (only.pieces, otherwise.pieces)), emptiness)


def rows(maker: Maker, node: Any, place: Place) -> Content:
    """The content of a loop. With one variable, all rows share a layer of names: what one sets, the next one sees."""
    row = maker.content(node.nodelist_loop, place)
    needs = row.needs()
    if len(node.loopvars) > 1 or not row.gives or not (EVERYTHING in needs or row.gives & needs):
        return row
    why = "{} is set in the row before"
    before = {name: Binding(untracked(why.format(name))) for name in sorted(row.gives - {EVERYTHING, *node.loopvars})}
    row = maker.content(node.nodelist_loop, place.inside(names=place.names.binding(before), row=False))
    force([row, *row.givers])
    return row


def alone(node: Node, content: Content) -> Content:
    """A content in a layer of names of its own."""
    if not content.parts and not content.frame.setters:
        return content
    part = Pushed(node, contents=(content,))
    return Content((Scope(part, content.pieces),), probes=content.probes)


def cycle(maker: Maker, node: CycleNode, sheet: Sheet) -> None:
    """Where every row comes by just once, the number of the row tells the value."""
    reading = maker.read(node.cyclevars, sheet.place)
    once = maker.cycles.get(id(node)) == 1 and not node.variable_name and not node.silent
    if once and sheet.place.row:
        position = sheet.place.names["forloop"].at("forloop", ("counter0",))
        looks = probes_of(node.cyclevars, sheet.place.names, Use.WHOLE)
        maker.leaf(sheet, Cycled(node, maker.noted(merged([reading, position])), looks))
        return
    memory = merged([reading, untracked("{% cycle %} depends on what came before")])
    maker.leaf(sheet, Part(node, memory, stateful=True))
    if node.variable_name:
        why = f"{node.variable_name} is set by {{% cycle %}}, which depends on what came before"
        sheet.bind({node.variable_name: Binding(untracked(why))})


# ── Names ──


def with_(maker: Maker, node: WithNode, sheet: Sheet) -> None:
    bound, own = naming(maker, node.extra_context, sheet.place)
    content = maker.content(node.nodelist, sheet.place.inside(names=sheet.place.names.binding(bound)))
    maker.scope(sheet, Named(node, contents=(content,), given=own, whole=seen_whole(own, bound, content, sheet)))


def naming(maker: Maker, expressions: Mapping[str, Any], place: Place) -> tuple[dict[str, Binding], dict[str, Given]]:
    """What names stand for, and how their values are found."""
    bound = {name: given(each, place.names) for name, each in expressions.items()}
    own = {
        name: Given(each, maker.read([each], place), probes_of([each], place.names, Use.PASSED))
        for name, each in expressions.items()
    }
    return bound, own


def seen_whole(
    own: Mapping[str, Given], bound: dict[str, Binding], content: Content, sheet: Sheet
) -> tuple[Probe, ...]:
    made = [each.expression for name, each in own.items() if not bound[name].alias]
    return (*probes_of(made, sheet.place.names, Use.WHOLE), *exported(content.probes, bound))


# ── How values are written ──


def switched(part: type[Scoped]) -> Handler:
    def handler(maker: Maker, node: Any, sheet: Sheet) -> None:
        maker.scope(sheet, part(node, contents=(maker.content(node.nodelist, sheet.place, sheet),)))
        maker.leaked(sheet)

    return handler


def overridden(kind: type[Overridden], attribute: str) -> Handler:
    def handler(maker: Maker, node: Any, sheet: Sheet) -> None:
        place, expression = sheet.place, getattr(node, attribute)
        reading = maker.read([expression], place)
        part = kind(node, reading, probes_of([expression], place.names, Use.WHOLE))
        ambient = merged([place.ambient, replace(reading, names=reading.names | {part.mark})])
        part.contents = (maker.content(node.nodelist, place.inside(ambient=ambient), sheet),)
        part.__post_init__()
        maker.scope(sheet, part)
        maker.leaked(sheet)

    return handler
