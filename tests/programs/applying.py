"""What a page does with changes, told in a few lines of Python: the reference that client and server are held to."""

from __future__ import annotations

from typing import Any

from liveactions.rendering.blocks import Block, Kind, Slot

__all__ = ["applied"]


def applied(block: Block, values: list[Any], changes: list[Any]) -> list[Any]:
    """The values of a block after ``changes``."""
    after = list(values)
    slots = changes[::2]
    assert slots == sorted(set(slots)), f"slots are not ascending: {slots}"
    for number, change in zip(slots, changes[1::2], strict=True):
        after[number] = of_slot(block.slots[number], after[number], change)
    return after


def of_slot(slot: Slot, value: Any, change: Any) -> Any:
    if slot.kind is Kind.BRANCH:
        return of_branch(slot, value, change)
    if slot.kind is Kind.LOOP:
        return of_loop(slot.blocks[0], value, change)
    if slot.kind is Kind.COMPONENT:
        assert isinstance(change[0], int) and (change[1] is None or isinstance(change[1], str)), change
        return change
    assert isinstance(change, str), change
    return change


def of_branch(slot: Slot, value: Any, change: Any) -> Any:
    if change is None:
        return None
    assert len(change) == 2, change
    if change[0] != -1:
        checked(slot.blocks[change[0]], change[1])
        return change
    assert value is not None, "changes inside a branch that is not there"
    return [value[0], applied(slot.blocks[value[0]], value[1], change[1])]


def of_loop(row: Block, rows: list[Any], change: list[Any]) -> list[Any]:
    layout, *inside = change
    after = list(rows) if layout is None else arranged(row, rows, layout)
    assert inside[::2] == sorted(set(inside[::2])), f"rows are not ascending: {inside[::2]}"
    for number, one in zip(inside[::2], inside[1::2], strict=True):
        if one[:1] == [-1]:
            after[number] = checked(row, one[1])
        else:
            assert one, "a row without changes"
            after[number] = applied(row, after[number], one)
    return after


def arranged(row: Block, rows: list[Any], layout: list[Any]) -> list[Any]:
    after: list[Any] = []
    taken: set[int] = set()
    for start, what in zip(layout[::2], layout[1::2], strict=True):
        if start == -1:
            after += [checked(row, values) for values in what]
            continue
        copied = range(start, start + what)
        assert what > 0 and copied.stop <= len(rows), f"rows {copied} of {len(rows)}"
        assert taken.isdisjoint(copied), f"rows {copied} are taken twice"
        taken.update(copied)
        after += [rows[number] for number in copied]
    return after


def checked(block: Block, values: list[Any]) -> list[Any]:
    assert len(values) == len(block.slots), f"{len(values)} values for {len(block.slots)} slots"
    return values
