"""What a ``{% for %}`` goes through, and the context of each of its rows: both as Django makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import django

from liveactions.components.streams import Stream
from liveactions.rendering.blocks import Values
from liveactions.rendering.layout import Layout
from liveactions.templating.columns import Rows, rows_of
from liveactions.templating.nodes import Looped, annotated
from liveactions.templating.slots import UNCHANGED, Change, Run

if TYPE_CHECKING:
    from django.template import Context

__all__ = ["Stage", "Walk", "apart", "change_of", "flat", "staged", "walk_of", "where"]


@dataclass(slots=True)
class Walk:
    """What a loop goes through, this time.

    ``items`` may be a `Stream`, which keeps none. ``pairs``: the items of one dict. ``strange``: it was not reached
    through data alone.
    """

    items: Sequence[Any]
    pairs: bool
    strange: bool


def walk_of(part: Looped, run: Run) -> Walk:
    """Evaluate the sequence of a loop."""
    run.strange = False
    values = part.sequence(run)
    items = values if type(values) in IN_ORDER else list(values)
    if part.node.is_reversed and type(values) is not Stream:
        items = list(reversed(values))
    loose = bool(run.loose) and not run.loose.isdisjoint(part.reading.names)
    return Walk(items, type(values) is DICT_ITEMS, run.strange or loose)


IN_ORDER: Final = frozenset({list, tuple, Stream})
DICT_ITEMS: Final[type] = type({}.items())


def apart(part: Looped, run: Run, walk: Walk) -> Rows | None:
    """The rows with what each variable stands for in them; None where that takes Django to tell."""
    try:
        return rows_of(walk.items, part.node.loopvars)
    except ValueError as error:
        annotated(part.node, error, run)


class Stage:
    """The context of one row after the other, in any order."""

    __slots__ = ("context", "depth", "items", "loop", "names")

    def __init__(self, context: Context, names: Sequence[str], items: Sequence[Any]) -> None:
        around = context.get("forloop", {})
        self.context = context
        self.names = names
        self.items = items
        context.push()
        self.depth = len(context.dicts)
        self.loop: dict[str, Any] = {"parentloop": around}
        if HAS_LENGTH:
            self.loop["length"] = len(items)
        context["forloop"] = self.loop

    def enter(self, row: int) -> None:
        """From here on the context is that of this row."""
        length = len(self.items)
        del self.context.dicts[self.depth :]
        self.loop.update(
            counter0=row,
            counter=row + 1,
            revcounter=length - row,
            revcounter0=length - row - 1,
            first=row == 0,
            last=row == length - 1,
        )
        if len(self.names) == 1:
            self.context[self.names[0]] = self.items[row]
        else:
            self.context.update(unpacked(self.items[row], self.names))


HAS_LENGTH: Final = django.VERSION >= (6, 0)


def unpacked(item: Any, names: Sequence[str]) -> dict[str, Any]:
    try:
        length = len(item)
    except TypeError:
        length = 1
    if length != len(names):
        raise ValueError(f"Need {len(names)} values to unpack in for loop; got {length}. ")
    return dict(zip(names, item, strict=False))


@contextmanager
def staged(part: Looped, run: Run, walk: Walk) -> Iterator[Stage]:
    """Inside the loop. Afterwards the context is what it was, whatever has happened."""
    context, loose = run.context, run.loose
    depth = len(context.dicts)
    names = frozenset(part.node.loopvars)
    run.loose = loose - names  # what they stand for is looked at by the loop itself
    try:
        yield Stage(context, part.node.loopvars, walk.items)
    finally:
        del context.dicts[depth:]
        run.loose = loose


def where(part: Looped, run: Run) -> str:
    """The component and the template, for a message."""
    scope = run.context.dicts[1] if len(run.context.dicts) > 1 else None
    component = getattr(scope, "component", None)
    names = [type(component).__qualname__] if component is not None else []
    template = part.template or run.context.template_name or "its template"
    return f"{', '.join([*names, template])}, line {part.line}"


def change_of(
    plan: Layout | None, values: Sequence[Values] | Mapping[int, Values], rows: Sequence[tuple[int, Any]]
) -> Change:
    """The change of a loop as it travels: its layout with the ``values`` of new rows, and what is new in the others."""
    if plan is None and not rows:
        return UNCHANGED
    layout = None if plan is None else plan.wire(values[row] for row in plan.fresh)
    return [layout, *flat(rows)]


def flat(changes: Iterable[tuple[int, Any]]) -> list[Any]:
    """``[number, change, …]``"""
    found: list[Any] = []
    for each in changes:
        found += each
    return found
