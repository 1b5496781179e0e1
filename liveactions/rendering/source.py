"""A list of pieces as one line of source: every dynamic piece is one character in it, scopes are stretches of it.

So a tag that begins in one scope and ends in another is a tag, and what belongs together is found by its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from liveactions.rendering.blocks import Entered, Step
from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Piece, Pieces, Scope, Text
from liveactions.rendering.tokens import MARK

__all__ = ["Dynamic", "Source", "Stretch", "contents", "is_blank", "steps_of"]

Dynamic = Leaf | Branch | Loop | Embed


@dataclass(slots=True, eq=False)
class Stretch:
    """Where a scope stands, and in which other one."""

    scope: Scope
    outer: Stretch | None
    start: int
    end: int = -1


class Source:
    """``text``: the source, with `MARK` for each dynamic piece. ``dynamics``: these pieces, by their place in it."""

    def __init__(self, pieces: Pieces) -> None:
        self.dynamics: dict[int, Dynamic] = {}
        self.scope_at: dict[int, Stretch | None] = {}
        self.parts: list[tuple[int, str]] = []
        self.length = 0
        self.flatten(pieces, None)
        self.text = "".join(text for _, text in self.parts)
        self.places = list(self.dynamics)

    def flatten(self, pieces: Pieces, scope: Stretch | None) -> None:
        for piece in pieces:
            if isinstance(piece, Scope):
                stretch = Stretch(piece, scope, self.length)
                self.flatten(piece.pieces, stretch)
                stretch.end = self.length
            elif isinstance(piece, Text):
                self.append(piece.text)
            else:
                self.dynamics[self.length] = piece
                self.scope_at[self.length] = scope
                self.append(MARK)

    def append(self, text: str) -> None:
        self.parts.append((self.length, text))
        self.length += len(text)

    def within(self, start: int, end: int) -> list[int]:
        """The places of the dynamic pieces from ``start`` to before ``end``."""
        return self.places[bisect_left(self.places, start) : bisect_left(self.places, end)]

    def scope_in(self, place: int, start: int, end: int) -> Stretch | None:
        """The scope of a piece as it is seen from the range that it is part of: scopes that lie in it are pieces
        themselves, what is in them is not seen."""
        scope = self.scope_at[place]
        while scope is not None and self.lies_in(scope, start, end):
            scope = scope.outer
        return scope

    def lies_in(self, scope: Stretch, start: int, end: int) -> bool:
        return start <= scope.start and scope.end <= end

    def scopes_in(self, start: int, end: int) -> list[Stretch | None]:
        """The scopes in which a range would have to be evaluated; more than one: it cannot be, as a whole."""
        return list(dict.fromkeys(self.scope_in(place, start, end) for place in self.within(start, end)))

    def cover(self, start: int, end: int) -> Pieces:
        """The pieces that make up a range. It has not more than one of `scopes_in`."""
        found: list[Piece] = []
        at = start
        for place in self.within(start, end):
            if place < at:  # in a scope that has been taken as a whole
                continue
            whole = self.widest(place, start, end)
            stop = place if whole is None else whole.start
            found += text_piece(self.text[at:stop])
            found.append(self.dynamics[place] if whole is None else whole.scope)
            at = place + 1 if whole is None else whole.end
        return (*found, *text_piece(self.text[at:end]))

    def widest(self, place: int, start: int, end: int) -> Stretch | None:
        """The widest scope around a piece that lies in the range."""
        widest, scope = None, self.scope_at[place]
        while scope is not None and self.lies_in(scope, start, end):
            widest, scope = scope, scope.outer
        return widest

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A range cut into ranges with one of `scopes_in` each; text between two belongs to the first."""
        begun, current = start, None
        places = self.within(start, end)
        for index, place in enumerate(places):
            scope = self.scope_in(place, start, end)
            if index and scope is not current:
                cut = place if (whole := self.widest(place, start, end)) is None else whole.start
                yield begun, cut
                begun = cut
            current = scope
        if places:
            yield begun, end


def text_piece(text: str) -> tuple[Text, ...]:
    return (Text(text),) if text else ()


def contents(piece: Piece) -> tuple[Pieces, ...]:
    """What a container may render."""
    if isinstance(piece, Branch):
        return piece.alternatives
    if isinstance(piece, Loop):
        return (piece.body,)
    return (piece.pieces,) if isinstance(piece, Scope) else ()


def is_blank(piece: Piece) -> bool:
    """Does it render to white space only, whatever its values are?"""
    if isinstance(piece, Text):
        return not piece.text.strip()
    inside = contents(piece)
    return not isinstance(piece, (Leaf, Embed)) and all(is_blank(each) for pieces in inside for each in pieces)


def steps_of(scopes: Iterable[Stretch | None]) -> tuple[Step, ...]:
    """In which order the slots 0, 1, 2 … are evaluated, each in its scope; neighbours enter a scope together."""
    return nested([(number, chain_of(scope)) for number, scope in enumerate(scopes)])


def chain_of(scope: Stretch | None) -> list[Stretch]:
    return [] if scope is None else [*chain_of(scope.outer), scope]


def nested(numbered: list[tuple[int, list[Stretch]]]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for scope, group in groupby(numbered, key=lambda each: each[1][0] if each[1] else None):
        if scope is None:
            steps += [number for number, _ in group]
        else:
            steps.append(Entered(scope.scope.payload, nested([(number, chain[1:]) for number, chain in group])))
    return tuple(steps)
