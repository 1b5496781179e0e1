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
        number, html = change
        assert isinstance(number, int) and (html is None or isinstance(html, str)), change
        return number
    assert isinstance(change, str), change
    return change


def of_branch(slot: Slot, value: Any, change: Any) -> Any:
    if change is None:
        return None
    alternative, inside = change
    if alternative != -1:
        return [alternative, taken(slot.blocks[alternative], inside)]
    assert value is not None, "changes inside a branch that is not there"
    assert inside, "a branch without changes"
    return [value[0], applied(slot.blocks[value[0]], value[1], inside)]


def of_loop(row: Block, rows: list[Any], change: list[Any]) -> list[Any]:
    layout, *inside = change
    after = list(rows) if layout is None else arranged(row, rows, layout)
    numbers = inside[::2]
    assert numbers == sorted(set(numbers)), f"rows are not ascending: {numbers}"
    for number, one in zip(numbers, inside[1::2], strict=True):
        assert one, "a row without changes"
        after[number] = taken(row, one[1]) if one[0] == -1 else applied(row, after[number], one)
    return after


def arranged(row: Block, rows: list[Any], layout: list[Any]) -> list[Any]:
    after: list[Any] = []
    left = set(range(len(rows)))
    for start, what in zip(layout[::2], layout[1::2], strict=True):
        if start == -1:
            after += [taken(row, values) for values in what]
            continue
        copied = range(start, start + what)
        assert what > 0 and left.issuperset(copied), f"of {len(rows)} rows there are not, or not any more: {copied}"
        left.difference_update(copied)
        after += [rows[number] for number in copied]
    return after


def taken(block: Block, values: list[Any]) -> list[Any]:
    """Values as they travel → as they are composed, where a component is its id."""
    return [taken_one(slot, value) for slot, value in zip(block.slots, values, strict=True)]


def taken_one(slot: Slot, value: Any) -> Any:
    if slot.kind is Kind.COMPONENT:
        return of_slot(slot, None, value)
    if slot.kind is Kind.LOOP:
        return [taken(slot.blocks[0], row) for row in value]
    if slot.kind is Kind.BRANCH and value is not None:
        return of_branch(slot, None, value)
    return value
