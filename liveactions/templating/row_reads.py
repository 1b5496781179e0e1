"""What the rows of a loop depend on, slot by slot: told once for each loop, when its template is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import ne
from typing import Any, Final

from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.pieces import Branch, Leaf, Text
from liveactions.templating.cells import Filters, filters_alone
from liveactions.templating.columns import Path
from liveactions.templating.nodes import Conditional, Printed
from liveactions.templating.slots import EVERYTHING, BlockEvaluator, Reading

__all__ = ["Outer", "RowReads", "Slots", "row_reads"]

Slots = frozenset[int]
"""Numbers of slots of a row."""

Way = tuple[str, tuple[str, ...]]
"""A variable of the loop and the path from there."""

Outer = tuple[str, ...]
"""A name of something around the loop (the variable of a loop further out, its ``forloop``), and the way from there."""


@dataclass(slots=True)
class Cell:
    """Of a plain slot: the number of the path whose value is written there, through these filters."""

    path: int
    filters: Filters


Part = str | Cell
"""What a plain slot is made of."""

Moved = Callable[[Sequence[int], int], Iterable[int]]
"""Takes for each row the old number of it, and how many there were; gives the rows where something is different."""


@dataclass(frozen=True, slots=True)
class RowReads:
    """Everything that the rows of a loop depend on, and which slots each of it matters to."""

    paths: Mapping[Path, Slots]
    outer: Mapping[Outer, Slots]
    positions: Sequence[tuple[Moved, Slots]]
    fields: Sequence[frozenset[str]]
    """For each slot the component's fields that it reads itself, not through a row."""
    plain: Mapping[int, tuple[Part, ...]]
    """Slots that are nothing but texts and values of paths."""
    told: Mapping[int, tuple[int, ...]]
    """Slots that are told by paths, and by what is the same for all rows: where the values of these paths are alike, so
    is what comes of them."""
    unlike: Slots
    """Slots that read more than the row: what came of them is remembered."""


def row_reads(block: BlockEvaluator, readings: Sequence[Reading], variables: Sequence[str]) -> RowReads | None:
    """What the rows of a loop over these variables depend on. None if that cannot be known slot by slot."""
    if block.stateful or block.places or any(slot.kind is Kind.LOOP for slot in slots_in(block.block)):
        return None
    if not all(is_known(each) for each in readings):
        return None
    slots = block.block.slots
    certain = frozenset(way for slot in slots for way in sure_ways(slot))
    paths = {
        Path(name, bits, certain=(name, bits) in certain): slots
        for (name, bits), slots in paths_of(readings, variables).items()
    }
    outer = outer_of(readings, variables)
    own = [each.own or frozenset() for each in readings]
    return RowReads(
        paths,
        outer,
        positions_of(readings),
        own,
        plain_slots(block, list(paths)),
        told_slots(readings, paths),
        frozenset(number for number, fields in enumerate(own) if fields).union(*outer.values()),
    )


def slots_in(block: Block) -> Iterator[Slot]:
    for slot in block.slots:
        yield slot
        for inner in slot.blocks:
            yield from slots_in(inner)


def is_known(reading: Reading) -> bool:
    return reading.own is not None and all(map(is_position, reading.positions))


def is_position(position: str) -> bool:
    return position.rpartition(".")[2] not in (EVERYTHING, PARENT)


PARENT: Final = "parentloop"


# ── What is looked up in every row ──


def sure_ways(slot: Slot) -> Iterator[Way]:
    """What a slot looks up whatever stands in a row."""
    if slot.kind is Kind.BRANCH:
        yield from first_of(slot.source)
    elif slot.kind not in (Kind.LOOP, Kind.COMPONENT):
        for piece in slot.source:
            if isinstance(piece, Leaf) and isinstance(piece.payload, Printed):
                yield from ways_of(piece.payload.reading)
            elif isinstance(piece, Branch):
                yield from first_of(piece.payload)


def ways_of(reading: Reading) -> Iterator[Way]:
    for name, paths in reading.rows.items():
        for bits in paths:
            yield name, bits


def first_of(part: Any) -> Iterator[Way]:
    """What a condition looks up first: whether it goes on depends on that."""
    condition: Any = part.conditions[0].test if isinstance(part, Conditional) else None
    while getattr(condition, "first", None) is not None:
        condition = condition.first
    lookups = getattr(getattr(getattr(condition, "value", None), "var", None), "lookups", None) or ("",)
    way = (lookups[0], tuple(lookups[1:]))
    if way in ways_of(part.reading):
        yield way


# ── Who reads what ──


def paths_of(readings: Iterable[Reading], variables: Sequence[str]) -> dict[Way, Slots]:
    found: dict[Way, Slots] = {}
    for number, reading in enumerate(readings):
        for name in sorted(reading.rows.keys() & set(variables)):
            for bits in sorted(reading.rows[name]):
                found[name, bits] = found.get((name, bits), frozenset()) | {number}
    return found


def outer_of(readings: Iterable[Reading], variables: Sequence[str]) -> dict[Outer, Slots]:
    found: dict[Outer, Slots] = {}
    for number, reading in enumerate(readings):
        ways = [(name, *bits) for name, paths in reading.rows.items() if name not in variables for bits in paths]
        ways += [("forloop", *each.split(".")[1:]) for each in reading.positions if each.startswith(f"{PARENT}.")]
        for way in sorted(ways):
            found[way] = found.get(way, frozenset()) | {number}
    return found


def positions_of(readings: Sequence[Reading]) -> list[tuple[Moved, Slots]]:
    return [
        (moved, slots)
        for name, moved in POSITIONS.items()
        if (slots := frozenset(number for number, each in enumerate(readings) if name in each.positions))
    ]


def plain_slots(block: BlockEvaluator, paths: Sequence[Path]) -> dict[int, tuple[Part, ...]]:
    # In a scope a name, or how a value is written, may be another.
    open_slots = [step for step in block.block.steps if isinstance(step, int)]
    numbers = {(path.variable, path.bits): number for number, path in enumerate(paths)}
    found = {slot: plain_parts(block.block.slots[slot], numbers) for slot in open_slots}
    return {slot: parts for slot, parts in found.items() if parts is not None}


def told_slots(readings: Sequence[Reading], paths: Mapping[Path, Slots]) -> dict[int, tuple[int, ...]]:
    return {
        slot: tuple(number for number, slots in enumerate(paths.values()) if slot in slots)
        for slot, reading in enumerate(readings)
        if not reading.positions
    }


def plain_parts(slot: Slot, numbers: Mapping[Way, int]) -> tuple[Part, ...] | None:
    if slot.kind in (Kind.BRANCH, Kind.LOOP, Kind.COMPONENT):
        return None
    parts = tuple(plain_part(piece, numbers) for piece in slot.source)
    return None if None in parts else parts  # type: ignore[return-value]  # there is no None among them


def plain_part(piece: Any, numbers: Mapping[Way, int]) -> Part | None:
    if isinstance(piece, Text):
        return piece.text
    if not (isinstance(piece, Leaf) and isinstance(piece.payload, Printed)):
        return None
    part, reading = piece.payload, piece.payload.reading
    way = (part.name, tuple(part.path))
    if way not in numbers or list(ways_of(reading)) != [way] or reading.own or reading.positions:
        return None
    if not filters_alone(part.filters):
        return None
    return Cell(numbers[way], tuple(part.filters))


# ── Positions ──


def counted(origins: Sequence[int], _: int) -> Iterable[int]:
    return compress(count(), map(ne, origins, count()))


def counted_back(origins: Sequence[int], before: int) -> Iterable[int]:
    return compress(count(), map(ne, origins, count(before - len(origins))))


def first(origins: Sequence[int], _: int) -> Iterable[int]:
    return at_an_end(origins, 0, 0)


def last(origins: Sequence[int], before: int) -> Iterable[int]:
    return at_an_end(origins, len(origins) - 1, before - 1)


def at_an_end(origins: Sequence[int], end: int, old_end: int) -> Iterable[int]:
    """The row that is at the end now, and the one that was, unless it is the same."""
    if not origins or origins[end] == old_end:
        return ()
    return (end, origins.index(old_end)) if old_end in origins else (end,)


def length(origins: Sequence[int], before: int) -> Iterable[int]:
    return range(len(origins)) if len(origins) != before else ()


POSITIONS: Final[Mapping[str, Moved]] = {
    "counter": counted,
    "counter0": counted,
    "revcounter": counted_back,
    "revcounter0": counted_back,
    "first": first,
    "last": last,
    "length": length,
}
"""What of ``forloop`` changes in which rows when rows come, go and move. (Anything else is never there.)"""
