"""``{% for %}`` over a stream: only rows of items that were given since are evaluated, the others are not touched.

Nothing is remembered of a row but its key, and the components in it. So what a row shows besides its item is as it was
when the item was given; but if a field that the rows read is another one than it was, all of them are rendered again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from django.template.defaulttags import CycleNode, IfChangedNode

from liveactions.components.streams import Key, Stream
from liveactions.components.tracking import freeze
from liveactions.errors import DeclarationError
from liveactions.rendering.blocks import Values
from liveactions.rendering.layout import layout
from liveactions.rendering.memo import remembered
from liveactions.templating.nodes import Content, Looped
from liveactions.templating.slots import EVERYTHING, BlockEvaluator, Change, Memo, Run
from liveactions.templating.staging import Walk, change_of, staged, where

__all__ = ["Stood", "Streamed", "is_streamed"]

STREAM: Final = "stream"


class Stood(NamedTuple):
    """What a page has of a loop: the keys of the rows, their memos if components stand in them, and what all read."""

    keys: Sequence[Any] = ()
    memos: Sequence[Memo | None] | None = None
    own: str | bytes = ""

    @classmethod
    def of_memo(cls, memo: Memo) -> Stood:
        return cls(*memo[1:4])

    @classmethod
    def of_others(cls, memos: Sequence[Memo | None]) -> Stood:
        """Rows that were not a stream's: none of them stays."""
        return cls([object() for _ in memos], memos)

    def memo(self, *, strange: bool) -> list[Any]:
        """As plain data: ``["stream", keys, memos or None, own, strange]``."""
        return [STREAM, *self, strange]

    def by_key(self) -> dict[Any, Memo | None]:
        return {} if self.memos is None else dict(zip(self.keys, self.memos, strict=True))


def is_streamed(memo: Any) -> bool:
    """Is this what ``Stood.memo`` makes?"""
    return isinstance(memo, list) and memo[0] == STREAM


class Streamed:
    """The rows of a loop over a stream."""

    __slots__ = ("block", "fields", "part", "unfit")

    def __init__(self, part: Looped, block: BlockEvaluator) -> None:
        self.part = part
        self.block = block
        self.fields = sorted(field for reading in block.readings for field in reading.own or ())
        """The state fields that the rows read themselves, and not through their item."""
        self.unfit = unfit(part, block)

    def fresh(self, run: Run, walk: Walk, stood: Stood) -> tuple[list[Values], Memo]:
        """The values of all rows. ``stood`` is what was there before: components in it stay."""
        values, now = self.rows(run, walk, stood, every=True)
        return list(values.values()), now.memo(strange=walk.strange)

    def change(self, run: Run, walk: Walk, stood: Stood) -> tuple[Change, Memo]:
        """What is different from what ``stood`` there."""
        values, now = self.rows(run, walk, stood, every=stood.own != self.own(run))
        plan = layout(stood.keys, now.keys)
        fresh = frozenset(plan.fresh if plan else ())
        renewed = [(row, [-1, found]) for row, found in values.items() if row not in fresh]
        return change_of(plan, values, renewed), now.memo(strange=walk.strange)

    def rows(self, run: Run, walk: Walk, stood: Stood, *, every: bool) -> tuple[dict[int, Values], Stood]:
        """Evaluate the rows whose items are pending, and those that the page lacks; or ``every`` row."""
        if self.unfit:
            raise DeclarationError(
                f"{where(self.part, run)}: the rows of a stream read {self.unfit}, but they stay as they are "
                "when others come and go.",
                code="template.position",
                hint="Count and mark rows in CSS (counter(), :first-child, :nth-child()), or loop over a list.",
            )
        stream: Stream[Any] = walk.items  # type: ignore[assignment]  # that is why this was called
        known = frozenset(stood.keys)
        items = stream.found(key for key in stream.keys if every or key in stream.pending or key not in known)
        keys = list(reversed(stream.keys) if self.part.node.is_reversed else stream.keys)
        memos = stood.by_key()
        values: dict[int, Values] = {}
        for row in self.each(run, walk, keys, items):
            values[row], memo = self.evaluate(run, memos.get(keys[row]))
            memos[keys[row]] = memo
        for key in memos.keys() - set(keys):
            self.block.drop(run, memos[key])
        kept = [memos[key] for key in keys] if self.block.places else None
        return values, Stood(keys, kept, self.own(run))

    def evaluate(self, run: Run, was: Memo | None) -> tuple[Values, Memo | None]:
        if not self.block.places:
            return self.block.values(run), None
        values, memo = self.block.fresh(run, was)
        return values, self.block.dry(memo)

    def each(self, run: Run, walk: Walk, keys: Sequence[Key], items: dict[Key, Any]) -> Iterator[int]:
        """One after the other the rows whose item is there, in their context."""
        if not items:
            return
        with staged(self.part, run, replace(walk, items=[items.get(key) for key in keys])) as stage:
            for row, key in enumerate(keys):
                if key in items:
                    stage.enter(row)
                    yield row

    def own(self, run: Run) -> str | bytes:
        """What the rows read of the component's state, in a form that differs when it does."""
        return remembered(repr([freeze(run.state.get(field)) for field in self.fields])) if self.fields else ""


def unfit(part: Looped, block: BlockEvaluator) -> str:
    """What the rows of this loop read that changes when other rows do; "" if there is nothing."""
    for reading in block.readings:
        for position in sorted(reading.positions - {EVERYTHING}):
            return f"forloop.{position}"
        for variable in sorted(reading.rows.keys() - set(part.node.loopvars)):
            return f"{variable}, of a loop around them"
    return remembering(part.contents[0])


def remembering(content: Content, *, nested: bool = False) -> str:
    """The tag in it that depends on the rows before; "" if there is none."""
    for part in content.parts:
        if isinstance(part.node, CycleNode) and part.stateful:
            return "{% cycle %}"
        if isinstance(part.node, IfChangedNode) and not nested:
            return "{% ifchanged %}"
        for inner in part.contents:
            if found := remembering(inner, nested=nested or isinstance(part, Looped)):
                return found
    return ""
