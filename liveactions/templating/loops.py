"""``{% for %}`` at work: a slot whose value is the values of its rows.

There are three ways to go about it. Where everything is known that a row depends on, the rows are compared by what they
read (`tracked`). Everywhere else (nested loops and components, tags with a memory, names that nobody declared) every
row is evaluated and compared by what came of it (`evaluated`). Of a stream only the news are evaluated (`streams`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from liveactions.components.streams import Stream
from liveactions.rendering.blocks import Slot, Values
from liveactions.templating.evaluated import Evaluated, Stack, is_dried_stack
from liveactions.templating.nodes import Looped
from liveactions.templating.row_reads import RowReads, row_reads
from liveactions.templating.slots import BlockEvaluator, Change, Memo, Reading, Run
from liveactions.templating.staging import apart, walk_of
from liveactions.templating.streams import Stood, Streamed, is_streamed
from liveactions.templating.tables import Table, is_dried_table
from liveactions.templating.tracked import Tracked

__all__ = ["LoopEvaluator", "loop_evaluator"]


class LoopEvaluator:
    """A LOOP slot. Its memo is a `Table` or a `Stack`, or one of them dried; of a stream it is always dry."""

    __slots__ = (
        "blocks",
        "evaluated",
        "part",
        "places",
        "reading",
        "reads",
        "slot",
        "stateful",
        "streamed",
        "tracked",
        "why",
    )

    def __init__(self, slot: Slot, part: Looped, block: BlockEvaluator, reads: RowReads | None) -> None:
        self.slot = slot
        self.blocks = (block,)
        self.part = part
        self.reading: Reading = part.total()
        self.reads = self.reading.fields
        self.why = self.reading.why if self.reads is None else ""
        self.stateful = part.stateful or block.stateful
        self.places = part.places or block.places
        self.evaluated = Evaluated(part, block)
        self.tracked = None if reads is None else Tracked(part, block, reads)
        self.streamed = Streamed(part, block)

    def value(self, run: Run) -> list[Values]:
        """The values of all rows, where no memo is kept."""
        walk = walk_of(self.part, run)
        if isinstance(walk.items, Stream):
            return self.streamed.fresh(run, walk, Stood())[0]
        rows = apart(self.part, run, walk)
        if self.tracked is None or rows is None:
            return self.evaluated.values(run, walk)
        return self.tracked.values(run, walk, rows)

    def fresh(self, run: Run, was: Memo | None) -> tuple[list[Values], Memo]:
        """The values of all rows, and what is remembered of them."""
        walk = walk_of(self.part, run)
        if isinstance(walk.items, Stream):
            return self.streamed.fresh(run, walk, Stood() if was is None else stood_of(was))
        rows = apart(self.part, run, walk)
        if self.tracked is None or rows is None:
            return self.evaluated.fresh(run, walk, rows, None if was is None else stack_of(was))
        return self.tracked.fresh(run, walk, rows)

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        """``[layout, row, changes, …]``."""
        walk = walk_of(self.part, run)
        if isinstance(walk.items, Stream):
            return self.streamed.change(run, walk, stood_of(memo))
        rows = apart(self.part, run, walk)
        if self.tracked is None or rows is None:
            return self.evaluated.change(run, walk, rows, stack_of(memo))
        if isinstance(memo, Table):
            return self.tracked.change(run, walk, rows, memo)
        if is_dried_table(memo):
            return self.tracked.again(run, walk, rows, memo[1], memo[2])
        return self.tracked.again(run, walk, rows, stack_of(memo).keys, b"")

    def restless(self, memo: Memo) -> bool:
        """Whether something in it was not reached through data alone."""
        return bool(memo[-1] if isinstance(memo, list) else memo.restless)

    def keys(self, memo: Memo) -> Iterator[str]:
        """The keys of the components in it."""
        if self.places:
            for row in stack_of(memo).rows:
                yield from self.evaluated.block.keys(row)

    def dry(self, memo: Memo) -> Memo:
        """``["rows", keys, digests, restless]``, ``["each", keys, memos, strange, restless]`` or ``["stream", …]``."""
        if isinstance(memo, Table):
            return memo.dried()
        return memo.dried(self.evaluated.block) if isinstance(memo, Stack) else memo


def stack_of(memo: Memo) -> Stack:
    """A memo, of whatever form, as memos of rows; nothing is known of the rows of a table but their keys."""
    if isinstance(memo, Stack):
        return memo
    if isinstance(memo, Table):
        return Stack(memo.keys, [None] * len(memo.keys.values), memo.strange, memo.restless)
    if is_dried_stack(memo):
        return Stack.of_dried(memo)
    if is_streamed(memo):
        rows = Stood.of_memo(memo).memos or [None] * len(memo[1])
        return Stack(memo[:2], rows, memo[-1], memo[-1])
    keys: Sequence[Any] = memo[1]
    count = keys[1] if isinstance(keys[1], int) else len(keys[1])
    return Stack(list(keys), [None] * count, memo[3], memo[3])


def stood_of(memo: Memo) -> Stood:
    """The same for a stream, which can do nothing with the rows of anything else."""
    return Stood.of_memo(memo) if is_streamed(memo) else Stood.of_others(stack_of(memo).rows)


def loop_evaluator(slot: Slot, node: Any, block: BlockEvaluator, readings: Sequence[Reading]) -> LoopEvaluator:
    """The evaluator of a LOOP slot: ``block`` is a row, ``readings`` what each of its slots reads."""
    return LoopEvaluator(slot, slot.source, block, row_reads(block, readings, node.loopvars))
