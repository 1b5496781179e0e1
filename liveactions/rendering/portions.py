"""Does what a dynamic piece renders stay inside the text, the attribute, the tag it stands in?"""

from __future__ import annotations

from liveactions.rendering.content import SPECIAL
from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Piece, Pieces, Scope, Text
from liveactions.rendering.source import contents
from liveactions.rendering.tokens import IN_TAG, MARK, SPACE, State, Tokenizer

__all__ = ["ends_name", "is_textual", "stays"]

KNOWN = SPECIAL | frozenset(
    "a abbr audio b bdi bdo canvas cite code data datalist del dfn dialog div em i ins kbd label legend map mark meter"
    " nobr optgroup option output p path picture progress q s samp slot small span strong sub sup svg time u var"
    " video".split()
)
"""Names of elements that are complete: a variable right behind one of them holds attributes, as Django's own do."""

BETWEEN_ATTRIBUTES = frozenset({State.BEFORE_NAME, State.NAME, State.AFTER_NAME, State.AFTER_VALUE, State.UNQUOTED})
QUOTES = {State.DOUBLE_QUOTED: '"', State.SINGLE_QUOTED: "'"}
ENDS: dict[State, frozenset[State]] = {
    **dict.fromkeys(IN_TAG, BETWEEN_ATTRIBUTES),
    **{state: frozenset({state}) for state in QUOTES},
    **dict.fromkeys((State.TAG_OPEN, State.END_TAG_OPEN, State.TAG_NAME), frozenset({State.TAG_NAME})),
}
"""In which states a portion may end that begins in this one; if not mentioned, in the same."""


def stays(piece: Piece, tokenizer: Tokenizer) -> bool:
    """Whichever of its contents it renders: does it end in no other state than it begins, and complete no token?"""
    allowed = ENDS.get(tokenizer.state, frozenset({tokenizer.state}))
    quote = QUOTES.get(tokenizer.state)
    for pieces in contents(piece):
        if quote and has(pieces, quote):
            return False
        fork = tokenizer.fork()
        if not is_quiet(pieces, fork) or (pieces and fork.state not in allowed):
            return False
    return True


def has(pieces: Pieces, sign: str) -> bool:
    return any(
        sign in piece.text if isinstance(piece, Text) else any(has(inside, sign) for inside in contents(piece))
        for piece in pieces
    )


def is_quiet(pieces: Pieces, tokenizer: Tokenizer) -> bool:
    return all(is_passed(piece, tokenizer) for piece in pieces)


def is_passed(piece: Piece, tokenizer: Tokenizer) -> bool:
    if isinstance(piece, Scope):
        return is_quiet(piece.pieces, tokenizer)
    if not isinstance(piece, Text) and not stays(piece, tokenizer):
        return False
    return not any(tokenizer.feed(piece.text if isinstance(piece, Text) else MARK, 0))


def is_textual(piece: Piece) -> bool:
    """Is it, among child nodes, part of the text around it?"""
    return all_text(piece) and stays(piece, Tokenizer())


def all_text(piece: Piece) -> bool:
    if isinstance(piece, Leaf):
        return piece.text
    inside = contents(piece)
    return not isinstance(piece, Embed) and all(all_text(each) for pieces in inside for each in pieces)


def ends_name(piece: Piece, name: str) -> bool:
    """Directly behind ``<name``: is it attributes, not more of the name?"""
    return name.lower() in KNOWN or begins_with_space(piece)


def begins_with_space(piece: Piece) -> bool:
    if isinstance(piece, Text):
        return piece.text[:1] in SPACE
    if isinstance(piece, (Branch, Loop, Scope)):
        return all(begins_with_space(pieces[0]) for pieces in contents(piece) if pieces)
    return False
