"""Puts a block together from its source and the slots that were found in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from liveactions.rendering.blocks import Block, Kind, Namespace, Slot
from liveactions.rendering.source import Stretch, steps_of

__all__ = ["Find", "assemble"]


@dataclass(frozen=True, slots=True)
class Find:
    """A slot that takes the source from ``start`` to ``end``, and is evaluated in ``scope``."""

    start: int
    end: int
    slot: Slot
    scope: Stretch | None
    named: int = -1
    """Where the name ends in the start tag of the element it belongs to; -1: it stands among child nodes."""
    cut: tuple[int, int] = (-1, -1)
    """If so: what a browser is not given of the source, which may be more than the slot takes."""


def assemble(
    text: str, finds: Sequence[Find], span: tuple[int, int], namespace: Namespace = "", key_at: int | None = None
) -> Block:
    """The block whose source is this span of ``text``. ``key_at``: `Find.named` of the element that may have a key."""
    start, end = span
    finds = sorted(finds, key=lambda find: find.start)
    starts = [find.start for find in finds] + [end]
    ends = [start] + [find.end for find in finds]
    return Block(
        statics=tuple(text[behind:before] for behind, before in zip(ends, starts, strict=True)),
        slots=tuple(find.slot for find in finds),
        steps=steps_of(find.scope for find in finds),
        namespace=namespace,
        key=key_of(text, finds, key_at),
        skeleton=skeleton(text, finds, start, end),
    )


KEY = re.compile(r"""(?:^|[\s"'/])live-key\s*=""")


def key_of(text: str, finds: Sequence[Find], named: int | None) -> int | None:
    """The slot that ``live-key`` of an element is, or stands in."""
    return next((number for number, find in enumerate(finds) if find.named == named and has_key(text, find)), None)


def has_key(text: str, find: Find) -> bool:
    if find.slot.kind is Kind.TAG:
        return KEY.search(text, find.start, find.end) is not None
    return find.slot.kind is Kind.ATTRIBUTE and find.slot.name == "live-key"


def skeleton(text: str, finds: Sequence[Find], start: int, end: int) -> str:
    edits: list[tuple[int, int, str]] = []
    numbers: dict[int, list[str]] = defaultdict(list)
    for number, find in enumerate(finds):
        if find.named < 0:
            edits.append((find.start, find.end, f"<!--live@{number}-->"))
        else:
            edits.append((*find.cut, ""))
            numbers[find.named].append(str(number))
    edits += [(named, named, f' live-slot="{" ".join(slots)}"') for named, slots in numbers.items()]
    return edited(text, sorted(edits), start, end)


def edited(text: str, edits: Sequence[tuple[int, int, str]], at: int, end: int) -> str:
    out: list[str] = []
    for start, stop, instead in edits:
        out += text[at:start], instead
        at = stop
    return "".join([*out, text[at:end]])
