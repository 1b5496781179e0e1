"""From blocks and values to HTML, and what a browser has to know beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from liveactions.rendering.blocks import Block, Kind, Plan, Slot, Values

__all__ = ["client_form", "html", "page_html", "program_hash", "shape"]

Component = Callable[[int], str]
"""From the id of a nested component to its HTML."""

# ── HTML ──


def html(block: Block, values: Values, component: Component) -> str:
    """What Django renders, byte for byte."""
    out: list[str] = []
    write(block, values, component, out, anchors=False)
    return "".join(out)


def page_html(block: Block, values: Values, component: Component) -> str:
    """The same, with what a browser needs to find its slots: comments around a run that is more than text, and behind
    one that other text may follow."""
    out: list[str] = []
    write(block, values, component, out, anchors=True)
    return "".join(out)


def write(block: Block, values: Values, component: Component, out: list[str], *, anchors: bool) -> None:
    for at, (slot, value) in enumerate(zip(block.slots, values, strict=True)):
        out.append(block.statics[at])
        if isinstance(value, str):
            is_run = anchors and slot.kind is Kind.RUN
            out.append(anchored(slot, value, block.statics[at + 1]) if is_run else value)
        elif slot.kind is Kind.LOOP:
            for row in value:
                write(slot.blocks[0], row, component, out, anchors=anchors)
        elif slot.kind is Kind.COMPONENT:
            out.append(component(value))
        elif value is not None:
            alternative, inside = value
            write(slot.blocks[alternative], inside, component, out, anchors=anchors)
    out.append(block.statics[-1])


def anchored(slot: Slot, value: str, behind: str) -> str:
    """A run as a browser finds it. Where its parent ends right behind it, its HTML needs no end of its own."""
    if "<" in value:
        value = f"<!--[-->{value}" if behind.startswith("</") else f"<!--[-->{value}<!--]-->"
    return f"{value}<!--|-->" if slot.parted else value


# ── the shape ──

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
ONE_SIGN = 30


def shape(block: Block, values: Values) -> str:
    """In document order, for each branch its alternative + 1, or 0 for nothing, and for each loop its number of rows;
    behind each what is inside. A number below 30 is one sign, another ``.`` base 36 ``.``."""
    return "".join(map(written, numbers(block, values)))


def numbers(block: Block, values: Values) -> Iterator[int]:
    for number in shaped(block):
        slot, value = block.slots[number], values[number]
        if slot.kind is Kind.LOOP:
            yield len(value)
            if shaped(slot.blocks[0]):
                for row in value:
                    yield from numbers(slot.blocks[0], row)
        elif value is None:
            yield 0
        else:
            alternative, inside = value
            yield alternative + 1
            yield from numbers(slot.blocks[alternative], inside)


def shaped(block: Block) -> list[int]:
    return [number for number, slot in enumerate(block.slots) if slot.blocks]


def written(number: int) -> str:
    return DIGITS[number] if number < ONE_SIGN else f".{base_36(number)}."


def base_36(number: int) -> str:
    more, digit = divmod(number, 36)
    return (base_36(more) if more else "") + DIGITS[digit]


# ── what a browser is given of a program ──


def client_form(plan: Plan) -> bytes:
    """The blocks as a browser has them, in JSON: ``{"wrapped": …, "blocks": [[skeleton, slots, namespace], …]}``; the
    outermost first, nested ones meant by their number."""
    blocks: list[Any] = []
    put(plan.block, blocks)
    form = {"wrapped": plan.wrapped, "blocks": blocks}
    return json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()


def put(block: Block, blocks: list[Any]) -> int:
    """Append a block and those in it; the number it has got."""
    number = len(blocks)
    blocks.append(None)
    slots = [slot_form(slot, [put(inner, blocks) for inner in slot.blocks]) for slot in block.slots]
    blocks[number] = [block.skeleton, slots, block.namespace]
    return number


def slot_form(slot: Slot, blocks: list[int]) -> list[Any]:
    more: Mapping[Kind, list[Any]] = {
        Kind.RUN: [1] if slot.parted else [],
        Kind.ATTRIBUTE: [slot.name],
        Kind.CONTENT: [1] if slot.raw else [],
        Kind.BRANCH: [blocks],
        Kind.LOOP: blocks,
    }
    return [int(slot.kind), *more.get(slot.kind, [])]


def program_hash(form: bytes) -> str:
    """Eight characters that tell one program from any other, fit for a URL."""
    return base64.urlsafe_b64encode(hashlib.blake2b(form, digest_size=6).digest()).decode()
