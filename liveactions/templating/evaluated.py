"""Loops whose rows are all evaluated, in order, each compared slot by slot with what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from liveactions.rendering.blocks import Values
from liveactions.rendering.layout import NEW
from liveactions.templating.columns import Path as RowPath
from liveactions.templating.columns import Rows, column_of, kept
from liveactions.templating.keys import Dried, Keys, arrangement, explicit, key_reader, keys_of
from liveactions.templating.nodes import Looped
from liveactions.templating.slots import BlockEvaluator, Change, Memo, Run, pruned
from liveactions.templating.staging import Walk, change_of, staged, where

__all__ = ["Evaluated", "Stack", "is_dried_stack"]

EACH: Final = "each"


@dataclass(frozen=True, slots=True)
class Stack:
    """The memos of the rows of a loop. None is the memo of a row of which nothing is known.

    ``strange``: something was not reached through data alone; ``restless``: that, or a row says the same of itself.
    """

    keys: Keys | Dried
    rows: Sequence[Memo | None]
    strange: bool = False
    restless: bool = False

    def dried(self, block: BlockEvaluator) -> list[Any]:
        """As plain data: ``["each", keys, memos, strange, restless]``."""
        keys = self.keys.dried() if isinstance(self.keys, Keys) else self.keys
        return [EACH, keys, [None if row is None else block.dry(row) for row in self.rows], self.strange, self.restless]

    @classmethod
    def of_dried(cls, memo: Sequence[Any]) -> Stack:
        return cls(*memo[1:])


def is_dried_stack(memo: Any) -> bool:
    """Is this what ``Stack.dried`` makes?"""
    return isinstance(memo, list) and memo[0] == EACH


class Evaluated:
    """The rows of a loop that depend on something that is not known, or on one another."""

    __slots__ = ("block", "key", "key_in", "part", "paths")

    def __init__(self, part: Looped, block: BlockEvaluator) -> None:
        self.part = part
        self.block = block
        self.key = early_key(block)
        self.key_in = key_reader(block.block)
        variables = part.node.loopvars
        self.paths = sorted(
            {RowPath(name, bits) for each in block.readings for name in variables for bits in each.rows.get(name, ())}
        )

    def values(self, run: Run, walk: Walk) -> list[Values]:
        """The values of all rows, where no memo is kept."""
        return [self.block.values(run) for _ in self.each(run, walk)]

    def fresh(self, run: Run, walk: Walk, rows: Rows | None, was: Stack | None) -> tuple[list[Values], Stack]:
        """The values of all rows, and their memos. ``was`` is what stood there: components in it stay."""
        keys = self.keys(run, walk, was)
        stood = self.stood(run, was, keys)
        found = [self.block.fresh(run, stood[row]) for row in self.each(run, walk)]
        return [values for values, _ in found], self.stack(run, walk, rows, keys, [memo for _, memo in found])

    def change(self, run: Run, walk: Walk, rows: Rows | None, memo: Stack) -> tuple[Change, Stack]:
        """What is different from ``memo``."""
        keys = self.keys(run, walk, memo)
        plan = arrangement(memo.keys, keys)
        self.drop_missing(run, memo, plan.origins if plan is not None else None)
        dirty = run.dirty
        if plan is not None or self.is_open(run, walk, memo):
            run.dirty = None  # what the fields say of a row is said of the row that was there
        try:
            fresh, sent, memos = self.rows(run, walk, memo, list(plan.origins if plan else range(len(memo.rows))))
        finally:
            run.dirty = None if run.altered else dirty
        return change_of(plan, fresh, sent), self.stack(run, walk, rows, keys, memos)

    def rows(
        self, run: Run, walk: Walk, memo: Stack, origins: Sequence[int]
    ) -> tuple[dict[int, Values], list[tuple[int, Any]], list[Memo]]:
        """The values of new rows, the changes of those that were there, and all memos."""
        fresh: dict[int, Values] = {}
        sent: list[tuple[int, Any]] = []
        memos: list[Memo] = []
        for row in self.each(run, walk):
            old = None if origins[row] == NEW else memo.rows[origins[row]]
            if old is not None:
                changes, new = self.block.change(run, old)
            else:
                values, new = self.block.fresh(run, None)
                changes = [-1, values]
                if origins[row] == NEW:
                    fresh[row], changes = values, []
            if changes:
                sent.append((row, changes))
            memos.append(new)
        return fresh, sent, memos

    def each(self, run: Run, walk: Walk) -> Iterator[int]:
        """One row after the other, in its context."""
        with staged(self.part, run, walk) as stage:
            for row in range(len(walk.items)):
                stage.enter(row)
                yield row

    def is_open(self, run: Run, walk: Walk, memo: Stack) -> bool:
        """Whether the rows may be others, or hold something else, or depend on one another."""
        fields = self.part.reading.fields
        return (
            walk.strange
            or memo.strange
            or self.block.stateful
            or run.dirty is None
            or fields is None
            or not fields.isdisjoint(run.dirty)
        )

    def keys(self, run: Run, walk: Walk, was: Stack | None) -> Keys:
        if self.key is None:
            old = was.keys if was is not None and isinstance(was.keys, Keys) else None
            return keys_of(walk.items, pairs=walk.pairs, was=old)
        wanted = frozenset({self.key})
        found = [self.key_in(self.block.pick(run, wanted)[0][1]) for _ in self.each(run, walk)]
        return explicit(found, where(self.part, run))

    def stood(self, run: Run, was: Stack | None, keys: Keys) -> Sequence[Memo | None]:
        """For each row what stood there before."""
        if was is None:
            return [None] * len(keys.values)
        plan = arrangement(was.keys, keys)
        self.drop_missing(run, was, None if plan is None else plan.origins)
        return was.rows if plan is None else [None if origin == NEW else was.rows[origin] for origin in plan.origins]

    def drop_missing(self, run: Run, was: Stack, origins: Sequence[int] | None) -> None:
        """Say that the components in rows that are gone do not stand there any more."""
        if self.block.places and origins is not None:
            for row in sorted(set(range(len(was.rows))) - set(origins)):
                self.block.drop(run, was.rows[row])

    def stack(self, run: Run, walk: Walk, rows: Rows | None, keys: Keys, memos: Sequence[Memo]) -> Stack:
        strange = walk.strange or self.is_strange(run, rows)
        return Stack(keys, memos, strange, strange or any(map(self.block.restless, memos)))

    def is_strange(self, run: Run, rows: Rows | None) -> bool:
        """Whether something that the rows read of themselves is not known to be data."""
        if rows is None:
            return True
        return any(kept(column_of(rows, path, run.context)).strange for path in self.paths)


def early_key(block: BlockEvaluator) -> int | None:
    """The slot of the key, if it can be looked at before the turn of its row: that would be a turn of its own to a
    ``{% cycle %}`` and to what sets a name, and their rows could not be told from one another as they should."""
    key = block.block.key
    if key is None or not block.stateful:
        return key
    alone = not block.frame.setters and pruned(block.block.steps, frozenset({key})) == (key,)
    return key if alone and not block.evaluators[key].stateful else None
