"""From a template as pieces to blocks and slots.

A list of pieces is read as one line of source. A Branch or Loop in it whose contents are well-formed has blocks of its
own. What cuts through tags, or would not stay where it stands, is a problem of an element: the smallest one around it
whose tags both stand in the same list is rendered whole, as one RUN. Where there is none, the list cannot be a block,
and its container is a problem of the list around it; at the top, there is no plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from liveactions.rendering.assembly import Find, assemble
from liveactions.rendering.blocks import Block, Kind, Plan, Slot
from liveactions.rendering.content import Element, namespace_in, template_around
from liveactions.rendering.elements import Open, last
from liveactions.rendering.html import WRAPPER
from liveactions.rendering.parting import part
from liveactions.rendering.pieces import Piece, Pieces, Text
from liveactions.rendering.reading import Misfit, Reading
from liveactions.rendering.source import Source, contents, is_blank
from liveactions.rendering.tokens import MARK, SPACE, said

__all__ = ["build"]


NOT_SENT = re.compile("[\0\ud800-\udfff]")


def build(pieces: Sequence[Piece]) -> Plan | None:
    """The blocks of a template; None if no element can hold what is in it: then it is rendered and sent as a whole."""
    pieces = tuple(pieces)
    if not is_sendable(pieces):
        return None
    try:
        return plan(pieces, Element("", None))
    except Misfit:
        return None


def plan(pieces: Pieces, page: Element) -> Plan | None:
    reading = read(pieces, page)
    root = sole_root(reading)
    if root is None:
        return Plan(part(block_in(pieces, Element(WRAPPER, page))), wrapped=True)
    block = alone(reading, settled(reading), root)
    return Plan(part(block), wrapped=False) if block else None


def is_sendable(pieces: Pieces) -> bool:
    """Has it no characters that a parser drops or that cannot be written as UTF-8 (`MARK` is one of them)?"""
    return all(
        NOT_SENT.search(piece.text) is None
        if isinstance(piece, Text)
        else all(is_sendable(inside) for inside in contents(piece))
        for piece in pieces
    )


def read(pieces: Pieces, context: Element) -> Reading:
    reading = Reading(Source(pieces), context, block_in)
    reading.go()
    return reading


def block_in(pieces: Pieces, context: Element) -> Block:
    """The block of a list that stands in an element of another one; raises `Misfit`."""
    reading = read(pieces, context)
    return whole(reading, settled(reading))


def whole(reading: Reading, finds: Sequence[Find]) -> Block:
    source = reading.source
    first = next((element.named for element in reading.elements if element.parent is reading.context), None)
    return assemble(source.text, finds, (0, source.length), namespace_in(reading.context), first)


# ── the root ──


def sole_root(reading: Reading) -> Open | None:
    """The element that is all there is, but for white space and comments around it."""
    at_top = [element for element in reading.elements if element.parent is reading.context]
    if len(at_top) != 1 or at_top[0].end < 0:
        return None
    (root,) = at_top
    around = [(0, root.start), (root.end, reading.source.length)]
    return root if all(is_nothing(reading, start, end) for start, end in around) else None


def is_nothing(reading: Reading, start: int, end: int) -> bool:
    source, at, text = reading.source, start, ""
    for begins, ends in reading.comments:
        if start <= begins < end:
            text, at = text + source.text[at:begins], ends
    text += source.text[at:end]
    blank = all(is_blank(source.dynamics[place]) for place in source.within(start, end))
    return blank and not text.replace(MARK, "").strip(SPACE)


def alone(reading: Reading, finds: Sequence[Find], root: Open) -> Block | None:
    """The block of the root element and nothing else; None if it is rendered as a whole anyway."""
    inside = [find for find in finds if root.start <= find.start and find.end <= root.end]
    if any(find.start == root.start for find in inside):
        return None
    namespace = "" if root.name in {"svg", "math"} else root.namespace
    return assemble(reading.source.text, inside, (root.start, root.end), namespace, root.named)


# ── what is rendered as a whole ──


def settled(reading: Reading) -> list[Find]:
    """The slots of a list, with RUNs for its problems; raises `Misfit` if one of them has no element here."""
    if not reading.problems:
        return reading.finds
    runs = [whole_element(reading, element) for element in holders(reading)]
    finds = [*reading.finds, *runs]
    return [find for find in finds if not any(lies_in(find, run) for run in runs)]


def lies_in(find: Find, run: Find) -> bool:
    return find is not run and run.start <= find.start and find.end <= run.end


def whole_element(reading: Reading, element: Open) -> Find:
    source, start, end = reading.source, element.start, element.end
    slot = Slot(Kind.RUN, source.cover(start, end), place=f"element <{said(element.name)}>")
    return Find(start, end, slot, next(iter(source.scopes_in(start, end)), None))


def holders(reading: Reading) -> list[Open]:
    """The smallest elements of the list that hold its problems, whatever is rendered by what cuts through tags."""
    readings = [reading]
    if reading.cuts:
        readings.append(Reading(reading.source, reading.context, block_in, last, reading.cuts))
        readings[-1].go()
    closed = set.intersection(*(each.ranges() for each in readings))
    found = [holder(each, problem, closed) for each in readings for problem in each.problems]
    outside = [element for element in found if not isinstance(element, Open) or element.walk not in readings]
    if outside:
        raise Misfit(min(outside, key=lambda element: element.depth))
    return list({element.start: element for element in found if isinstance(element, Open)}.values())


def holder(reading: Reading, element: Element, closed: set[tuple[int, int]]) -> Element:
    """``element``, or the first one around it, that can be rendered as a whole or does not belong to this list."""
    while isinstance(element, Open) and element.walk is reading and not is_whole(element, closed):
        element = element.parent or reading.context
    return element


def is_whole(element: Open, closed: set[tuple[int, int]]) -> bool:
    start, end = element.start, element.end
    in_one_scope = len(element.walk.source.scopes_in(start, end)) <= 1
    return (start, end) in closed and in_one_scope and not template_around(element.parent)
