"""What the builder is given: a template as a tree of pieces, in the order of its source.

A payload belongs to whoever made the piece; the builder hands it on and never looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Branch", "Embed", "Leaf", "Loop", "Piece", "Pieces", "Scope", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """Static source."""

    text: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """Renders to some HTML. ``text``: to text, with nothing but entities in it as a rule, so it may join a run;
    without, it may be anything (the output of a tag that is not known) and stands alone."""

    payload: Any
    text: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """Has content of its own that is always there: what is in it belongs to the block around it."""

    payload: Any
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Has one of several contents, or none."""

    payload: Any
    alternatives: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Has one content, any number of times."""

    payload: Any
    body: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    """A nested component: always exactly one element."""

    payload: Any


Piece = Text | Leaf | Scope | Branch | Loop | Embed
Pieces = tuple[Piece, ...]
