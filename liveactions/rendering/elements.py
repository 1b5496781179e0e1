"""Which elements are open while a list of pieces is read."""

from __future__ import annotations

from collections.abc import Callable

from liveactions.rendering.content import TEXT_ONLY, VOID, Element, namespace_in
from liveactions.rendering.pieces import Branch, Piece, Pieces, Text
from liveactions.rendering.portions import ends_name
from liveactions.rendering.source import Dynamic, Source, contents
from liveactions.rendering.tokens import MARK, Comment, State, Tag, Tokenizer

__all__ = ["Choice", "Open", "Walk", "first", "last"]

Choice = Callable[[Piece], Pieces]
"""Which of its contents a container that cuts through tags is taken to render."""


def first(piece: Piece) -> Pieces:
    return contents(piece)[0] if contents(piece) else ()


def last(piece: Piece) -> Pieces:
    """The last one of several; nothing of a single one, which may as well not be there."""
    return piece.alternatives[-1] if isinstance(piece, Branch) and len(piece.alternatives) > 1 else ()


class Open(Element):
    """An element whose start tag has been read, at ``start``; its name ends at ``named``. ``end`` is behind its end
    tag, -1 as long as there is none that stands in the same list as the start tag does."""

    __slots__ = ("end", "named", "own", "start", "walk")

    def __init__(self, tag: Tag, parent: Element, walk: Walk, *, own: bool) -> None:
        super().__init__(tag.name.lower(), parent)
        self.start = tag.start
        self.named = tag.named
        self.end = -1
        self.own = own
        self.walk = walk

    @property
    def is_empty(self) -> bool:
        return self.name in VOID and not self.namespace

    @property
    def is_text_only(self) -> bool:
        return self.name in TEXT_ONLY and not self.namespace


class Walk:
    """Goes through the source of a list, with ``context`` around it, and closes every element by its end tag only.

    ``foreign``: what is read stands inside a container that cuts through tags, not in the list itself.
    """

    def __init__(self, source: Source, context: Element, choose: Choice, cuts: set[int]) -> None:
        self.source = source
        self.context = context
        self.choose = choose
        self.cuts = cuts
        self.elements: list[Open] = []
        self.foreign = False
        self.tokenizer = Tokenizer()
        self.enter(context)

    def go(self) -> None:
        at = 0
        for place, piece in self.source.dynamics.items():
            self.feed(self.source.text[at:place], at)
            self.dynamic(piece, place)
            at = place + 1
        self.feed(self.source.text[at:], at)

    def feed(self, text: str, at: int) -> None:
        for token in self.tokenizer.feed(text, at, 0 if self.foreign else 1):
            if isinstance(token, Comment):
                self.comment(token)
            elif token.closing:
                self.close(token)
            else:
                self.open(token)

    def dynamic(self, piece: Dynamic, place: int) -> None:
        if place in self.cuts:
            self.inline(piece, place)
        else:
            self.leave_name(piece)
            self.feed(MARK, place)

    def leave_name(self, piece: Dynamic) -> None:
        tokenizer = self.tokenizer
        if tokenizer.state is State.TAG_NAME and ends_name(piece, tokenizer.read.lstrip("</")):
            tokenizer.end_name()

    def inline(self, piece: Piece, place: int) -> None:
        """Read what a container is taken to render as if it stood in its place."""
        outside, self.foreign = self.foreign, True
        for each in self.choose(piece):
            if isinstance(each, Text):
                self.feed(each.text, place)
            elif contents(each):
                self.inline(each, place)
            else:
                self.feed(MARK, place)
        self.foreign = outside

    def comment(self, comment: Comment) -> None:
        """Nothing is opened or closed by it."""

    def open(self, tag: Tag) -> Open:
        element = Open(tag, self.current, self, own=not self.foreign and self.source.text[tag.start] != MARK)
        self.elements.append(element)
        if element.is_empty or (element.namespace and tag.self_closing):
            self.ended(element, tag)
        else:
            self.enter(element)
            if element.is_text_only:
                self.tokenizer.text_only(element.name)
        return element

    def close(self, tag: Tag) -> Element | None:
        """The element that is closed, and with it all that is open in it; None if it is not one of this list."""
        found = self.opened(tag.name.lower())
        if not isinstance(found, Open) or found.walk is not self:
            return None
        while self.current is not found:
            self.left_open(self.current, found)
            self.enter(self.current.parent or self.context)
        self.ended(found, tag)
        self.enter(found.parent or self.context)
        return found

    def opened(self, name: str) -> Element | None:
        element: Element | None = self.current
        while element is not None and element.name != name:
            element = element.parent
        return element

    def left_open(self, element: Element, outer: Element) -> None:
        """It is open where ``outer`` is closed."""

    def ended(self, element: Open, tag: Tag) -> None:
        if element.own and not self.foreign and self.source.text[tag.start] != MARK:
            element.end = tag.end

    def enter(self, element: Element) -> None:
        self.current = element
        self.tokenizer.foreign = bool(namespace_in(element))

    def ranges(self) -> set[tuple[int, int]]:
        """From where to where the elements go whose tags both stand in the list."""
        return {(element.start, element.end) for element in self.elements if element.end >= 0}
