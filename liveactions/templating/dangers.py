"""Dangerous places: where a dynamic value could become code, although Django escapes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.pieces import Branch, Loop, Pieces, Scope, Text
from liveactions.templating.nodes import Part, Printed
from liveactions.templating.program import Program

__all__ = ["Danger", "dangers"]


@dataclass(frozen=True, slots=True)
class Danger:
    """A value stands where Django's escaping does not protect. ``sentence`` says what may happen, and what to do."""

    line: int
    template: str
    place: str
    sentence: str


def dangers(program: Program) -> list[Danger]:
    """The dangerous places of a program, in the order of the template."""
    return list(dict.fromkeys(dangers_in(program.block)))


def dangers_in(block: Block) -> Iterator[Danger]:
    for number, slot in enumerate(block.slots):
        element = element_before("".join(block.statics[: number + 1]))
        for part, sentence in threats(slot, element):
            yield Danger(part.line, part.template, slot.place, sentence)
        for inner in slot.blocks:
            yield from dangers_in(inner)


Threat = tuple[Part, str]

UNQUOTED: Final = (
    "{} stands in an unquoted attribute: a space in it begins another attribute. Put quotes around the value."
)
CODE: Final = {
    "content of <script>": (
        "{} stands in a <script>, where Django's escaping means nothing. "
        "Put the value into an attribute, or use |json_script, and read it from there; or use |escapejs in quotes."
    ),
    "content of <style>": (
        "{} stands in a <style>, where Django's escaping means nothing. Use a class, or a number in a style attribute."
    ),
}
HANDLER: Final = (
    "{} stands in the event handler {}: the browser undoes Django's escaping before it runs the code. "
    "Use live-{} or put the value into a data- attribute."
)
ADDRESS: Final = (
    "{} is the beginning of {}, so it may be a javascript: address. "
    "Use {{% url %}}, or begin the value with a scheme or a slash, or check it before."
)
DOCUMENT: Final = "{} stands in srcdoc, which is HTML again once Django's escaping is undone. Use src."


def threats(slot: Slot, element: str) -> Iterator[Threat]:
    parts = [part for part in printed_in(slot) if is_threat(part)]
    if slot.kind is Kind.TAG and slot.place.startswith("unquoted"):
        yield from ((part, UNQUOTED.format(part.source)) for part in parts)
    elif slot.kind is Kind.CONTENT and slot.place in CODE:
        yield from ((part, CODE[slot.place].format(part.source)) for part in parts if "escapejs" not in names_of(part))
    elif slot.kind is Kind.ATTRIBUTE:
        yield from in_attribute(slot, element, parts)


def in_attribute(slot: Slot, element: str, parts: list[Printed]) -> Iterator[Threat]:
    name = slot.name.lower()
    if name.startswith("on"):
        yield from ((part, HANDLER.format(part.source, name, name[2:])) for part in parts)
    elif name == "srcdoc":
        yield from ((part, DOCUMENT.format(part.source)) for part in parts)
    elif is_address(name, element):
        first = beginning(slot.source)
        yield from (
            (part, ADDRESS.format(part.source, name)) for part in parts if part in first and not is_checked(part)
        )


def is_address(attribute: str, element: str) -> bool:
    """Whether the browser may run what stands there if it begins with ``javascript:``."""
    return element in ADDRESSES.get(attribute, ()) or (attribute in {"formaction", "xlink:href"})


ADDRESSES: Final = {
    "href": frozenset({"a", "area", "base", "link"}),
    "action": frozenset({"form"}),
    "src": frozenset({"iframe", "embed", "frame", "script"}),
    "data": frozenset({"object"}),
}


def beginning(pieces: Pieces) -> set[Part]:
    """The parts that an attribute's value may begin with."""
    found: set[Part] = set()
    for piece in pieces:
        if isinstance(piece, Text):
            if piece.text.strip():
                break
            continue
        found.update(printed_under((piece,)))
        if not isinstance(piece, (Branch, Loop)):
            break
    return found


def is_threat(part: Printed) -> bool:
    """Whether it can be anything: not a constant, nor something that says that it is a number."""
    return part.reading.fields != frozenset() and not names_of(part) & NUMBERS


NUMBERS: Final = frozenset(
    {"length", "floatformat", "unlocalize", "filesizeformat", "pluralize", "yesno", "divisibleby"}
)
CHECKED: Final = frozenset({"urlencode", "slugify", "urlize"})


def is_checked(part: Printed) -> bool:
    """Whether an address comes from where addresses are made, or cannot hold a colon."""
    return bool(part.path[-1:] == ("get_absolute_url",) or names_of(part) & CHECKED)


def names_of(part: Printed) -> set[str]:
    return {name.removesuffix("_filter") for name in part.made_by}


def printed_in(slot: Slot) -> list[Printed]:
    return list(printed_under(slot.source)) if isinstance(slot.source, tuple) else []


def printed_under(pieces: Pieces) -> Iterator[Printed]:
    """The plain variables among pieces, and in what they hold."""
    for piece in pieces:
        if isinstance(piece, Text):
            continue
        if isinstance(piece.payload, Printed):
            yield piece.payload
        for inner in insides(piece):
            yield from printed_under(inner)


def insides(piece: Any) -> Iterable[Pieces]:
    if isinstance(piece, Branch):
        return piece.alternatives
    return [piece.body] if isinstance(piece, Loop) else [piece.pieces] if isinstance(piece, Scope) else []


START: Final = re.compile(r"<([A-Za-z][^\s/>]*)")


def element_before(html: str) -> str:
    """The element whose tag was begun last."""
    found = START.findall(html)
    return str(found[-1]).lower() if found else ""
