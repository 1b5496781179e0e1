"""The values of rows: those that are plain from columns, all at once, and the rest by the template, row by row."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from liveactions.rendering.blocks import Values
from liveactions.templating.cells import Texts, escaped, key_of, written
from liveactions.templating.nodes import Looped
from liveactions.templating.row_reads import Cell, Part, RowReads, Slots
from liveactions.templating.slots import BlockEvaluator, Run, pruned
from liveactions.templating.staging import Walk, staged

__all__ = ["Due", "Found", "Writer"]

Due = Mapping[int, Sequence[int]]
"""By slot the rows in which it has to be evaluated, ascending."""

Found = dict[int, dict[int, Any]]
"""By row and slot the values that were evaluated."""

Cells = Sequence[Sequence[Any]]
"""For each path that the rows read, the values in all rows."""


TEXT: Final = frozenset({str})
"""Written without a context, which is not made for it."""


class Writer:
    """Evaluates slots of the rows of a loop. Sets ``run.strange`` if one of them met what is not data."""

    __slots__ = ("block", "part", "reads", "slots")

    def __init__(self, part: Looped, block: BlockEvaluator, reads: RowReads) -> None:
        self.part = part
        self.block = block
        self.reads = reads
        self.slots: Slots = frozenset(range(len(block.evaluators)))

    def all(self, run: Run, walk: Walk, cells: Cells, which: Sequence[int]) -> list[Values]:
        """All values of these rows."""
        if not self.slots or not which:
            return [[] for _ in which]
        texts = [self.texts(run, slot, cells, which) for slot in sorted(self.slots)]
        rows = [list(row) for row in zip(*texts, strict=True)]
        if any(None in column for column in texts):
            self.fill(run, walk, cells, which, rows)
        return rows  # type: ignore[return-value]  # a list of values is a sequence of values

    def fill(
        self,
        run: Run,
        walk: Walk,
        cells: Cells,
        which: Sequence[int],
        rows: Sequence[list[Any]],
    ) -> None:
        """Evaluate what could not be told from the columns."""
        rest = {
            row: left
            for row, values in zip(which, rows, strict=True)
            if (left := {slot for slot, value in enumerate(values) if value is None})
        }
        found = self.by_template(run, walk, cells, rest)
        for row, values in zip(which, rows, strict=True):
            for slot, value in found.get(row, {}).items():
                values[slot] = value

    def some(self, run: Run, walk: Walk, cells: Cells, due: Due) -> Found:
        """The values of these slots of these rows, rows and slots ascending."""
        found: Found = {}
        rest: dict[int, set[int]] = {}
        for slot in sorted(due):
            texts = self.texts(run, slot, cells, due[slot])
            for place, row in enumerate(due[slot]):
                text = texts[place]
                if text is None:
                    rest.setdefault(row, set()).add(slot)
                else:
                    found.setdefault(row, {})[slot] = text
        if rest:
            for row, values in self.by_template(run, walk, cells, dict(sorted(rest.items()))).items():
                found[row] = dict(sorted({**found.get(row, {}), **values}.items()))
        return dict(sorted(found.items())) if len(due) > 1 or rest else found

    def by_template(self, run: Run, walk: Walk, cells: Cells, due: Mapping[int, set[int]]) -> Found:
        """The same, by the template: once for all rows that read the same."""
        known: dict[Hashable, Any] = {}
        found: Found = {}
        strange = run.strange
        if not due:
            return found
        with staged(self.part, run, walk) as stage:
            for row, slots in due.items():
                values = found[row] = {}
                keys = {slot: self.told_by(slot, row, cells) for slot in slots}
                values.update((slot, known[key]) for slot, key in keys.items() if key in known)
                missing = frozenset(slots - values.keys())
                if not missing:
                    continue
                stage.enter(row)
                run.strange = False
                for slot, value in self.picked(run, missing):
                    values[slot] = value
                    if keys[slot] is not None and not run.strange:
                        known[keys[slot]] = value
                strange = strange or run.strange
        run.strange = strange
        return found

    def told_by(self, slot: int, row: int, cells: Cells) -> Hashable:
        """What tells the value of a slot in this row; None if more does than can be compared."""
        paths = self.reads.told.get(slot)
        if paths is None:
            return None
        keys = [key_of(cells[path][row]) for path in paths]
        return None if None in keys else (slot, *keys)

    def picked(self, run: Run, slots: Slots) -> list[tuple[int, Any]]:
        """The values of these slots of the present row. ``run.strange`` is set if one of them met what is not data."""
        found: list[tuple[int, Any]] = []

        def evaluate(slot: int) -> None:
            found.append((slot, self.block.evaluators[slot].value(run)))

        self.block.walk(run, pruned(self.block.block.steps, slots), evaluate, finish=self.block.frame.forced)
        return found

    def texts(self, run: Run, slot: int, cells: Cells, which: Sequence[int]) -> Texts:
        """The values of a slot in these rows; None where it takes the template to tell."""
        parts = self.reads.plain.get(slot)
        if parts is None:
            return [None] * len(which)
        if len(parts) == 1:
            return self.part_texts(run, parts[0], cells, which)
        columns = [self.part_texts(run, part, cells, which) for part in parts]
        return [None if None in row else "".join(row) for row in zip(*columns, strict=True)]

    def part_texts(self, run: Run, part: Part, cells: Cells, which: Sequence[int]) -> Texts:
        if not isinstance(part, Cell):
            return [part] * len(which)
        column = cells[part.path]
        values = column if len(which) == len(column) else [column[row] for row in which]
        if not part.filters and TEXT.issuperset(map(type, values)):
            return escaped(values, autoescape=run.escapes)
        return written(values, run.context, part.filters)
