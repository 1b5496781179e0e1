"""Where a run needs a sign of its end: where text may follow in the page that is not the run's.

The browser has one text node for all the text that stands together. A run that has it to itself needs no sign; nor
does one that is always in brackets. In front of brackets one does: a run may be empty, and these are not its own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.pieces import Text

__all__ = ["begins_with_text", "is_markup", "part"]

NO_TEXT = re.compile(r"<(?!template)[a-zA-Z/!?]", re.IGNORECASE)
"""A template may be a shadow root, which leaves no node between the texts around it."""


def begins_with_text(block: Block, *, follows: bool = False, at: int = 0) -> bool:
    """May text, or the brackets of a run, be the first that stands from ``statics[at]`` on? ``follows``: it may be
    behind the block."""
    if block.statics[at]:
        return NO_TEXT.match(block.statics[at]) is None
    if at == len(block.slots):
        return follows
    slot = block.slots[at]
    behind = begins_with_text(block, follows=follows, at=at + 1)
    if slot.kind is Kind.BRANCH or slot.kind is Kind.LOOP:
        return behind or any(begins_with_text(inner, follows=behind) for inner in slot.blocks)
    return slot.kind is Kind.RUN


def is_markup(slot: Slot) -> bool:
    """Does the value of this RUN always have a ``<`` in it, so that the page always has brackets around it?"""
    return any(isinstance(piece, Text) and "<" in piece.text for piece in slot.source)


def part(block: Block, *, follows: bool = False) -> Block:
    """The block with ``parted`` said for every run. ``follows``: text may stand behind the block."""
    slots = tuple(
        part_slot(slot, follows=begins_with_text(block, follows=follows, at=at))
        for at, slot in enumerate(block.slots, 1)
    )
    return replace(block, slots=slots)


def part_slot(slot: Slot, *, follows: bool) -> Slot:
    match slot.kind:
        case Kind.RUN:
            return replace(slot, parted=follows and not is_markup(slot))
        case Kind.BRANCH:
            return replace(slot, blocks=tuple(part(block, follows=follows) for block in slot.blocks))
        case Kind.LOOP:
            (row,) = slot.blocks
            return replace(slot, blocks=(part(row, follows=begins_with_text(row, follows=follows) or follows),))
        case _:
            return slot
