"""Reads one list of pieces: the slots in it, and the elements that cannot be told apart into slots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from liveactions.rendering.assembly import Find
from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.content import (
    ESCAPABLE,
    Element,
    attribute_name,
    displaced,
    left_open,
    template_around,
    text_displaced,
)
from liveactions.rendering.elements import Choice, Open, Walk, first
from liveactions.rendering.parting import begins_with_text
from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Pieces
from liveactions.rendering.portions import is_textual, stays
from liveactions.rendering.source import Dynamic, Source, contents, is_blank
from liveactions.rendering.tokens import MARK, SPACE, Attribute, Comment, State, Tag, said

__all__ = ["MakeBlock", "Misfit", "Reading"]

MakeBlock = Callable[[Pieces, Element], Block]
"""Makes the block of a nested list, or raises `Misfit`. The element is the one that it stands in."""

PLAIN_NAME = re.compile(r"[A-Za-z_:][\w:.-]*", re.ASCII)
"""Attributes that a script can set by their name in every browser; `@click` is none."""

UNFINISHED = re.compile(r"(?:&#?[0-9A-Za-z]*|\r)\Z")
"""An entity or a line end that might go on in what follows."""

RESERVED = re.compile(r"<!--(?:live@.*|[\[\]|])-->", re.DOTALL)
"""The comments by which a browser finds slots."""

DROPS_NEWLINE = frozenset({"pre", "listing"})
"""The first newline in them is not part of their text. (Nor in a textarea, whose value is its source.)"""


class Misfit(Exception):
    """A list cannot be a block. ``element``, which is around it, is the smallest that might hold it as a whole."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.name)
        self.element = element


class Reading(Walk):
    """``finds``: the slots. ``problems``: elements that have to be, or to stand in, a RUN. ``comments``: from where to
    where. ``cuts``: the places of the containers that cut through tags."""

    def __init__(
        self, source: Source, context: Element, make_block: MakeBlock, choose: Choice = first, cuts: Iterable[int] = ()
    ) -> None:
        super().__init__(source, context, choose, set(cuts))
        self.make_block = make_block
        self.finds: list[Find] = []
        self.problems: list[Element] = []
        self.comments: list[tuple[int, int]] = []
        self.behind = 0
        self.newline: Open | None = None
        self.certain = True

    # ── what is read ──

    def go(self) -> None:
        super().go()
        self.gap(self.source.length, seam=isinstance(self.context, Open))
        if self.current is not self.context or self.tokenizer.state is not State.DATA:
            raise self.misfit()

    def misfit(self) -> Misfit:
        """The list opens or closes what stands outside of it."""
        return Misfit(min((self.context, *self.problems), key=lambda element: element.depth))

    def comment(self, comment: Comment) -> None:
        self.gap(comment.start)
        self.pass_by(comment.end)
        self.comments.append((comment.start, comment.end))
        if comment.dropped or MARK in comment.text or RESERVED.fullmatch(comment.text):
            self.problems.append(self.current)

    def open(self, tag: Tag) -> Open:
        self.gap(tag.start)
        touched = displaced(tag.name.lower(), self.current)
        if touched is not None:
            self.problems.append(touched)
        element = super().open(tag)
        self.pass_by(tag.end)
        if MARK in tag.name:
            self.problems.append(element)
        if element.own:
            self.finds += self.in_tag(tag, element)
        if element.name in DROPS_NEWLINE and not element.namespace:
            self.newline, self.certain = element, True
        return element

    def close(self, tag: Tag) -> Element | None:
        self.gap(tag.start)
        self.pass_by(tag.end)
        outer = self.opened(tag.name.lower())
        found = super().close(tag)
        if found is None and outer is not None:
            raise self.misfit()
        if found is None:
            self.problems.append(self.current)
        elif self.source.within(tag.start, tag.end):
            self.problems.append(found)
        return found

    def left_open(self, element: Element, outer: Element) -> None:
        self.problems.append(left_open(element, outer))

    def pass_by(self, end: int) -> None:
        """What stands up to ``end`` has been seen to."""
        self.newline = None
        if not self.foreign:
            self.behind = max(self.behind, end)

    # ── what is dynamic ──

    def dynamic(self, piece: Dynamic, place: int) -> None:
        if self.tokenizer.state is State.DATA:
            self.child(piece, place)
            return
        self.leave_name(piece)
        if place not in self.cuts and stays(piece, self.tokenizer):
            self.feed(MARK, place)
        else:
            self.cut(piece, place, self.current)

    def cut(self, piece: Dynamic, place: int, element: Element) -> None:
        """``piece`` changes what is open, or may not stand here."""
        self.cuts.add(place)
        self.problems.append(element)
        self.inline(piece, place)
        self.pass_by(place + 1)

    def child(self, piece: Dynamic, place: int) -> None:
        if place in self.cuts or template_around(self.current):
            self.cut(piece, place, self.current)
        elif not is_textual(piece):
            self.gap(place, seam=not isinstance(piece, Embed))
            self.region(piece, place)
            self.behind = place + 1

    def region(self, piece: Dynamic, place: int) -> None:
        """A slot among child nodes that is not text. Of a tag that is not known, and of a component, it is taken for
        granted that what they render may stand where they do: rows in a ``<tbody>``, say. Right in a ``<table>``, rows
        would get a ``<tbody>`` that nobody wrote."""
        if self.current.name == "table" and isinstance(piece, (Leaf, Embed)):
            self.problems.append(self.current)
        if isinstance(piece, Leaf):
            self.stand(place, Slot(Kind.RUN, (piece,), place="html"))
            self.might_begin_with_newline()
        elif isinstance(piece, Embed):
            self.stand(place, Slot(Kind.COMPONENT, piece.payload, place="component"))
            self.newline = None
        else:
            self.container(piece, place)

    def container(self, piece: Branch | Loop, place: int) -> None:
        blocks, misfits = [], []
        for pieces in contents(piece):
            try:
                blocks.append(self.make_block(pieces, self.current))
            except Misfit as misfit:
                misfits.append(misfit.element)
        if misfits:
            self.cut(piece, place, min(misfits, key=lambda element: element.depth))
            return
        kind = Kind.LOOP if isinstance(piece, Loop) else Kind.BRANCH
        self.stand(place, Slot(kind, piece.payload, blocks=tuple(blocks), place=kind.name.lower()))
        if any(begins_with_text(block) for block in blocks):
            self.might_begin_with_newline()
        self.certain = False

    def stand(self, place: int, slot: Slot) -> None:
        self.finds.append(Find(place, place + 1, slot, self.source.scope_at[place]))

    def might_begin_with_newline(self) -> None:
        if self.newline is not None:
            self.problems.append(self.newline)
            self.newline = None

    # ── text ──

    def gap(self, until: int, *, seam: bool = False) -> None:
        """Between two tags, or a tag and a region: what has not been seen to up to ``until`` is text. ``seam``: what
        comes next may begin with text."""
        start, self.behind = self.behind, max(self.behind, until)
        if self.foreign or start >= until:
            return
        if isinstance(self.current, Open) and self.current.is_text_only:
            self.content(self.current, start, until)
        else:
            self.text(start, until, seam=seam)

    def content(self, element: Open, start: int, end: int) -> None:
        if not self.source.within(start, end):
            return
        scopes = self.source.scopes_in(start, end)
        if len(scopes) > 1 or template_around(element):
            self.problems.append(element)
            return
        slot = Slot(
            Kind.CONTENT,
            self.source.cover(start, end),
            raw=element.name not in ESCAPABLE,
            place=f"content of <{element.name}>",
        )
        self.finds.append(Find(start, end, slot, scopes[0], named=element.named, cut=(start, end)))

    def text(self, start: int, end: int, *, seam: bool) -> None:
        places = self.source.within(start, end)
        touched = text_displaced(self.current)
        if touched is not None and not self.is_blank(start, end):
            self.problems.append(touched)
        if seam and not places and UNFINISHED.search(self.source.text, start, end):
            self.problems.append(self.current)
        start = self.behind_newline(start)
        for run, stop in self.source.runs(start, end):
            (scope,) = self.source.scopes_in(run, stop)
            self.finds.append(Find(run, stop, Slot(Kind.RUN, self.source.cover(run, stop)), scope))

    def is_blank(self, start: int, end: int) -> bool:
        source = self.source
        return not source.text[start:end].replace(MARK, "").strip(SPACE) and all(
            is_blank(source.dynamics[place]) for place in source.within(start, end)
        )

    def behind_newline(self, start: int) -> int:
        """A newline that the parser drops is not part of the run that follows it."""
        sign = self.source.text[start]
        if self.newline is None:
            return start
        if sign == MARK or (sign in "\r\n" and not self.certain):
            self.problems.append(self.newline)
        self.newline = None
        if sign not in "\r\n":
            return start
        return start + (2 if self.source.text.startswith("\r\n", start) else 1)

    # ── tags ──

    def in_tag(self, tag: Tag, element: Open) -> Iterator[Find]:
        places = self.source.within(tag.named, tag.end)
        if not places or not self.cuts.isdisjoint(places):
            return
        if template_around(element.parent):
            self.problems.append(element)
            return
        dynamic = [each for each in tag.attributes if self.source.within(each.start, each.end)]
        if self.are_settable(tag, dynamic, places):
            for attribute in dynamic:
                yield self.attribute(attribute, element)
        else:
            yield from self.whole_tag(tag, element, dynamic)

    def are_settable(self, tag: Tag, dynamic: list[Attribute], places: list[int]) -> bool:
        """Can each of the ``dynamic`` attributes be a slot of its own?"""
        names = [each.name.lower() for each in tag.attributes]
        return (
            len(set(names)) == len(names)
            and all(each.quoted and PLAIN_NAME.fullmatch(each.name) for each in dynamic)
            and all(len(self.source.scopes_in(each.value, each.value_end)) <= 1 for each in dynamic)
            and sum(len(self.source.within(each.value, each.value_end)) for each in dynamic) == len(places)
        )

    def attribute(self, attribute: Attribute, element: Open) -> Find:
        start, end = attribute.value, attribute.value_end
        name = attribute_name(attribute.name, element.namespace)
        slot = Slot(Kind.ATTRIBUTE, self.source.cover(start, end), name=name, place=f"attribute {name}")
        (scope,) = self.source.scopes_in(start, end)
        before = self.source.text[element.named : attribute.start]
        cut = (element.named + len(before.rstrip(SPACE)), attribute.end)
        return Find(start, end, slot, scope, named=element.named, cut=cut)

    def whole_tag(self, tag: Tag, element: Open, dynamic: list[Attribute]) -> Iterator[Find]:
        closes = tag.self_closing and bool(element.namespace)
        start, end = tag.named, tag.end - (2 if closes else 1)
        bare = next((each.name.lower() for each in dynamic if each.value >= 0 and not each.quoted), None)
        scopes = self.source.scopes_in(start, end)
        # An unquoted value may be empty; then it is what comes next, and be it the slash that closes the element.
        if len(scopes) > 1 or (closes and bare):
            self.problems.append(element.parent or element)
            return
        place = f"unquoted attribute {said(bare)}" if bare else f"tag <{said(element.name)}>"
        slot = Slot(Kind.TAG, self.source.cover(start, end), place=place)
        yield Find(start, end, slot, scopes[0], named=tag.named, cut=(start, end))
