"""What a program looks like, for a person: each slot, where it stands, what it reads and how it is tracked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from django.db.models import Model

from liveactions.components import declaration, shared_class
from liveactions.rendering.blocks import Kind, Slot
from liveactions.rendering.pieces import Text
from liveactions.templating.dangers import Danger, dangers
from liveactions.templating.loops import LoopEvaluator
from liveactions.templating.nodes import Part
from liveactions.templating.probes import Probe, Use
from liveactions.templating.program import Outcome, Program, Refused
from liveactions.templating.slots import EVERYTHING, BlockEvaluator, Evaluator, Reading
from liveactions.templating.trails import is_told_by_fields

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


def report(slot: Slot, evaluator: Evaluator, component: type, depth: int, number: int, *, compared: bool) -> SlotReport:
    parts = parts_of(slot)
    reading = evaluator.reading
    reads = reading.own if compared else evaluator.reads
    doubts = (doubted(part, component) for part in parts)
    why = reading.why if reads is None else next(filter(None, doubts), "")
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
    return found if inspect.isclass(found) and found.__module__ != "builtins" else None


UNIONS: Final = frozenset({None, Union, UnionType})
NOT_DATA: Final[dict[str, Callable[[Any], bool]]] = {
    "property": lambda found: isinstance(found, property) or hasattr(found, "func"),
    "relation": lambda found: hasattr(found, "get_queryset") or hasattr(found, "rel"),
    "method": lambda found: callable(found) or isinstance(found, classmethod),
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
    if shared_class(component):
        yield f"{name} is shared: rendered once for all who see it, without user, perms, csrf_token and request."
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
