"""What a program looks like, for a person: each slot, where it stands, what it reads and how it is tracked."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from django.db.models import Model

from liveactions.components import declaration
from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.pieces import Branch, Loop, Pieces, Scope, Text
from liveactions.templating.loops import LoopEvaluator
from liveactions.templating.nodes import Part, Printed
from liveactions.templating.probes import Probe, Use
from liveactions.templating.program import Outcome, Program, Refused
from liveactions.templating.trails import is_told_by_fields
from liveactions.templating.slots import EVERYTHING, BlockEvaluator, Evaluator, Reading

__all__ = ["Danger", "SlotReport", "dangers", "explained", "lines", "reports"]


@dataclass(frozen=True, slots=True)
class SlotReport:
    """One slot. ``depth``: in how many branches and loops it stands; ``number``: in its block.

    ``reads`` are state fields, ``rows`` paths of a loop's variables (``order.title``). ``tracked``: it is skipped while
    none of them has changed; else ``why`` says why not. ``keyed`` is for loops: how rows are told apart.
    """

    depth: int
    number: int
    kind: str
    place: str
    template: str
    line: int
    source: str
    reads: tuple[str, ...]
    rows: tuple[str, ...]
    tracked: bool
    why: str
    keyed: str = ""


def reports(program: Program, component: type) -> list[SlotReport]:
    """All slots of a program, in the order of the template; what is inside a branch or loop comes right after it."""
    return list(in_block(program.evaluator, component, 0, compared=False))


def in_block(block: BlockEvaluator, component: type, depth: int, *, compared: bool) -> Iterator[SlotReport]:
    """``compared``: the block is a row of a loop that compares what its rows read."""
    for number, (slot, evaluator) in enumerate(zip(block.block.slots, block.evaluators, strict=True)):
        yield report(slot, evaluator, component, depth, number, compared=compared)
        loop = getattr(evaluator, "inner", evaluator)
        inner = loop.tracked is not None if isinstance(loop, LoopEvaluator) else compared
        for each in getattr(evaluator, "blocks", ()):
            yield from in_block(each, component, depth + 1, compared=inner)


def report(
    slot: Slot, evaluator: Evaluator, component: type, depth: int, number: int, *, compared: bool
) -> SlotReport:
    parts = parts_of(slot)
    reading = evaluator.reading
    reads = reading.own if compared else evaluator.reads
    why = next((doubt for part in parts if (doubt := doubted(part, component))), "") if reads is not None else reading.why
    return SlotReport(
        depth=depth,
        number=number,
        kind=slot.kind.name.lower(),
        place=slot.place,
        template=parts[0].template if parts else "",
        line=min((part.line for part in parts if part.line), default=0),
        source=" ".join(part.source for part in parts),
        reads=tuple(sorted(reads or ())),
        rows=tuple(row_paths(reading)),
        tracked=not why,
        why=why,
        keyed=keyed(evaluator, slot) if slot.kind is Kind.LOOP else "",
    )


def parts_of(slot: Slot) -> list[Part]:
    """The dynamic parts of a slot, in order."""
    if not isinstance(slot.source, tuple):
        return [slot.source]
    return [piece.payload for piece in slot.source if not isinstance(piece, Text)]


def row_paths(reading: Reading) -> Iterator[str]:
    for variable in sorted(reading.rows):
        yield from sorted(".".join((variable, *path)) for path in reading.rows[variable])
    yield from sorted("forloop" if position == EVERYTHING else f"forloop.{position}" for position in reading.positions)


def keyed(evaluator: Any, slot: Slot) -> str:
    if slot.blocks[0].key is not None:
        key = "live-key"
    else:
        key = "the primary key of a model instance, else by value, else by being the same object"
    loop: LoopEvaluator = getattr(evaluator, "inner", evaluator)
    if loop.tracked is None:
        return f"rows are told apart by {key}; each is evaluated at every turn"
    columns = sorted({path for each in loop.blocks[0].readings for path in row_paths(each)})
    return f"rows are told apart by {key}, and compared by {', '.join(columns) or 'nothing: they are all alike'}"


# ── What the annotations of fields tell ──


def doubted(part: Part, component: type) -> str:
    """Why a part may have to be evaluated at every turn although the fields that it reads are known; "" if not."""
    fields = declaration(component).fields
    sentences = (through(fields[probe.name].annotation, probe) for probe in part.whole if probe.name in fields)
    return next(filter(None, sentences), "")


def through(annotation: Any, probe: Probe) -> str:
    """What a path that begins at a field with this annotation leads through that is not data."""
    kind, way = class_in(annotation), probe.name
    for bit in probe.path:
        found = None if kind is None else inspect.getattr_static(kind, bit, None)
        if kind is None or found is None or is_told_by_fields(kind, bit):
            return ""
        way = f"{way}.{bit}"
        for what, is_one in NOT_DATA.items():
            if is_one(found):
                return f"{way} is a {what} of {kind.__name__}, which may lead anywhere"
        kind = None
    if kind is not None and probe.use is Use.WHOLE and issubclass(kind, Model):
        return f"{way} is an object of {kind.__name__}: how it is written may depend on anything"
    return ""


def class_in(annotation: Any) -> type | None:
    """The class of an annotation, None left aside; None if there is more than one, or none of our concern."""
    kinds = [kind for kind in (get_args(annotation) or (annotation,)) if kind is not type(None)]
    found = kinds[0] if len(kinds) == 1 and get_origin(annotation) in UNIONS else annotation
    return found if inspect.isclass(found) and not found.__module__ == "builtins" else None


UNIONS: Final = frozenset({None, Union, UnionType})
NOT_DATA: Final[dict[str, Callable[[Any], bool]]] = {
    "property": lambda found: isinstance(found, property) or hasattr(found, "func"),
    "relation": lambda found: hasattr(found, "get_queryset") or hasattr(found, "rel"),
    "method": inspect.isroutine,
}


# ── As text ──


def explained(name: str, outcome: Outcome, component: type) -> dict[str, Any]:
    """What ``manage.py live explain --json`` writes."""
    if isinstance(outcome, Refused):
        return {"component": name, "program": None, "why": outcome.why, "slots": [], "dangers": []}
    return {
        "component": name,
        "program": outcome.hash,
        "wrapped": outcome.wrapped,
        "form": len(outcome.form),
        "slots": [asdict(each) for each in reports(outcome, component)],
        "dangers": [asdict(each) for each in dangers(outcome)],
    }


def lines(name: str, outcome: Outcome, component: type) -> Iterator[str]:
    """What ``manage.py live explain`` writes."""
    if isinstance(outcome, Refused):
        yield f"{name}: no program. It is rendered by Django as a whole, and the page is morphed."
        yield f"  {outcome.why}"
        return
    found = reports(outcome, component)
    tracked = sum(1 for each in found if each.tracked)
    yield f"{name}: program {outcome.hash}, {len(outcome.form)} bytes; {tracked} of {len(found)} slots are tracked."
    if outcome.wrapped:
        yield "  Its template has not exactly one element at the top, so <live-root> stands around everything."
    for each in found:
        yield from slot_lines(each)
    for danger in dangers(outcome):
        yield f"  ! {where(danger.template, danger.line)}: {danger.sentence}"


def slot_lines(each: SlotReport) -> Iterator[str]:
    indent = "  " * (each.depth + 1)
    place = each.kind if each.place == each.kind else f"{each.kind}, {each.place}"
    yield f"{indent}{each.number}  {place}, {where(each.template, each.line)}: {shortened(each.source)}"
    indent += "   "
    if each.keyed:
        yield f"{indent}{each.keyed}"
    if not each.tracked:
        yield f"{indent}evaluated at every turn: {each.why}"
        return
    reads = (*each.reads, *each.rows)
    yield f"{indent}reads {', '.join(reads)}" if reads else f"{indent}constant"


def where(template: str, line: int) -> str:
    return f"{template or 'line'}:{line}" if template else f"line {line}"


LENGTH: Final = 80
"""Characters of a slot's source that are shown."""


def shortened(source: str) -> str:
    return source if len(source) <= LENGTH else f"{source[: LENGTH - 1]}…"


# ── Dangerous places ──


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

UNQUOTED: Final = "{} stands in an unquoted attribute: a space in it begins another attribute. Put quotes around the value."
CODE: Final = {
    "content of <script>": (
        "{} stands in a <script>, where Django's escaping means nothing. "
        "Put the value into an attribute or a {{% … |json_script %}} and read it from there, or use |escapejs in quotes."
    ),
    "content of <style>": (
        "{} stands in a <style>, where Django's escaping means nothing. Use a class, or a style attribute with a number."
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
        yield from ((part, ADDRESS.format(part.source, name)) for part in parts if part in first and not is_checked(part))


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


NUMBERS: Final = frozenset({"length", "floatformat", "unlocalize", "filesizeformat", "pluralize", "yesno", "divisibleby"})
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
