"""Loops whose rows are told by what they read: only where that has changed a row is evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from operator import is_
from typing import Any, Final, NamedTuple

from liveactions.rendering.blocks import Values
from liveactions.rendering.layout import NEW, Layout
from liveactions.templating.columns import (
    ALWAYS,
    Column,
    Path,
    Rows,
    Seen,
    alike,
    column_of,
    compared,
    is_as_it_was,
    kept,
    renewed,
)
from liveactions.templating.keys import Dried, Keys, arrangement, explicit, key_reader, keys_of
from liveactions.templating.nodes import Looped
from liveactions.templating.passes import Passes
from liveactions.templating.row_reads import Outer, RowReads, Slots
from liveactions.templating.scanning import KEY, Others, Scan
from liveactions.templating.slots import UNCHANGED, BlockEvaluator, Change, Run
from liveactions.templating.staging import Walk, change_of, flat, where
from liveactions.templating.tables import DIGEST, UNKNOWN, Table, digests_of, remembered_all
from liveactions.templating.trails import ASK, follow
from liveactions.templating.writing import Due, Found, Writer

__all__ = ["Tracked"]


class Around(NamedTuple):
    """What the rows read from around the loop."""

    values: Sequence[Any] = ()
    strange: bool = False


News = tuple[Keys, "Layout | None", Sequence[Sequence[Any]], Mapping[int, Seen]]
"""Rows as they are now: their keys, how they are made of those before (None if they are the same), what was kept of
these as they stand now, and the columns in which something is another object than that."""

NOTHING: Final = Around()
NONE: Final[Mapping[int, Any]] = {}


class Tracked:
    """The rows of a loop of which everything is known that they depend on."""

    __slots__ = ("key", "key_in", "names", "part", "passes", "paths", "readers", "reads", "variable", "writer")

    def __init__(self, part: Looped, block: BlockEvaluator, reads: RowReads) -> None:
        self.part = part
        self.writer = Writer(part, block, reads)
        self.reads = reads
        self.paths: tuple[Path, ...] = tuple(reads.paths)
        self.readers: tuple[Slots, ...] = tuple(reads.paths.values())
        self.variable = part.node.loopvars[0] if len(part.node.loopvars) == 1 else ""
        self.key = block.block.key
        self.key_in = key_reader(block.block)
        inside = {*part.node.loopvars, "forloop"}
        self.names = frozenset().union(*(each.names for each in block.readings)) - inside
        """Names of what is around the loop."""
        self.passes = Passes(reads, self.variable, self.key)

    def values(self, run: Run, walk: Walk, rows: Rows) -> list[Values]:
        """The values of all rows, where no memo is kept."""
        cells = [column_of(rows, path, run.context).values for path in self.paths]
        return self.writer.all(run, walk, cells, range(len(walk.items)))

    def fresh(self, run: Run, walk: Walk, rows: Rows) -> tuple[list[Values], Table]:
        """The values of all rows, and what is remembered of them."""
        around = self.around(run)
        columns = [column_of(rows, path, run.context) for path in self.paths]
        run.strange = False
        values = self.writer.all(run, walk, [column.values for column in columns], range(len(walk.items)))
        keeps = [kept(column) for column in columns]
        keys = self.automatic_keys(walk, rows) if self.key is None else self.keys_in(values, run)
        remains = [keep.values for keep in keeps]
        return values, Table(
            self.kept_once(rows, keys, remains),
            remains,
            around.values,
            self.noted(values, self.noting([number for number, keep in enumerate(keeps) if keep.opaque])),
            digests_of(values),
            frozenset(number for number, keep in enumerate(keeps) if not keep.lacking),
            strange=walk.strange or any(keep.strange for keep in keeps),
            unsure=bool(self.reads.unlike) and (around.strange or run.strange),
        )

    def again(self, run: Run, walk: Walk, rows: Rows, keys: Keys | Dried, digests: bytes) -> tuple[Change, Table]:
        """Everything is evaluated, and what differs from these digests is sent."""
        values, table = self.fresh(run, walk, rows)
        plan = arrangement(keys, table.keys)
        origins = range(len(values)) if plan is None else plan.origins
        resent = [
            (row, [-1, values[row]])
            for row, origin in enumerate(origins)
            if origin != NEW and digest(digests, origin) != digest(table.digests, row)
        ]
        return change_of(plan, values, resent), table

    def change(self, run: Run, walk: Walk, rows: Rows, memo: Table) -> tuple[Change, Table]:
        """What is different from ``memo``."""
        around = self.around(run)
        is_open = self.is_open(run, walk, memo)
        same: News = (memo.keys, None, memo.columns, NONE)
        keys, plan, before, seen = self.news(run, walk, rows, memo) if is_open else same
        cells, columns = [*before], [*before]
        strange, opaque, lacking = walk.strange, [], []
        for number, each in seen.items():
            cells[number], columns[number] = each.cells, each.values
            strange = strange or each.strange
            if each.opaque:
                opaque.append(number)
            if each.lacking:
                lacking.append(number)
        bare = memo.bare
        if lacking or not bare.issuperset(seen):
            bare = bare.union(seen).difference(lacking)
        due = self.due(run, memo, around, seen, plan)
        if plan is None and not due:
            return UNCHANGED, settled(memo, keys, columns, around.values, bare, strange=strange)
        run.strange = False
        coming = (
            {} if plan is None else dict(zip(plan.fresh, self.writer.all(run, walk, cells, plan.fresh), strict=True))
        )
        found = self.writer.some(run, walk, cells, due)
        noting = self.noting(opaque) if is_open else memo.outputs
        outputs = self.outputs(memo, plan, noting, found, coming) if noting else NONE
        table = Table(
            keys if plan is None else self.kept_once(rows, keys, columns),
            columns,
            around.values,
            outputs,
            self.digests(memo, plan, found, coming),
            bare,
            strange,
            bool(self.reads.unlike) and (around.strange or run.strange or memo.unsure),
        )
        sent = [(row, flat(slots.items())) for row, slots in found.items() if slots]
        return change_of(plan, coming, sent), table

    # What has changed --------------------------------------------------------------------------------------------

    def is_open(self, run: Run, walk: Walk, memo: Table) -> bool:
        """Whether the rows may be others, or hold something else."""
        fields = self.part.reading.fields
        sure = run.dirty is not None and fields is not None and fields.isdisjoint(run.dirty)
        return not sure or walk.strange or memo.strange or len(walk.items) != len(memo.keys.values)

    def news(self, run: Run, walk: Walk, rows: Rows, memo: Table) -> News:
        """Which rows there are now, and what they hold."""
        keys, plan, columns = memo.keys, None, memo.columns
        scan, others = self.passes.others(walk.items, memo, keys, columns)
        if scan is None or not scan.is_keyed(others):
            keys = self.keys(run, walk, rows, memo)
            plan = arrangement(memo.keys, keys)
        if plan is not None:
            columns = [plan.applied(column, ALWAYS) for column in columns]
            scan, others = self.passes.others(walk.items, memo, keys, columns)
        return keys, plan, columns, self.seen(run, rows, columns, scan, others)

    def seen(
        self, run: Run, rows: Rows, columns: Sequence[Sequence[Any]], scan: Scan | None, others: Others
    ) -> dict[int, Seen]:
        """The columns in which something is another object than before, by their numbers."""
        found = {number: renewed(columns[number], each) for number, each in others.items() if number != KEY}
        for number in range(len(columns)) if scan is None else scan.left:
            if (each := compared(rows, self.paths[number], columns[number], run.context)) is not None:
                found[number] = each
        return found

    def around(self, run: Run) -> Around:
        """The values of what is read from around the loop; `ALWAYS` for what cannot be compared."""
        if not self.reads.outer and not run.loose:
            return NOTHING
        found = [outer_value(run, way) for way in self.reads.outer]
        loose = bool(run.loose) and not run.loose.isdisjoint(self.names)
        return Around([value for value, _ in found], loose or any(strange for _, strange in found))

    def due(self, run: Run, memo: Table, around: Around, seen: Mapping[int, Seen], plan: Layout | None) -> Due:
        """What has to be evaluated in rows that were there before."""
        due: dict[int, Sequence[int]] = {}
        for number, each in seen.items():
            add(due, self.readers[number], each.changed)
        if plan is not None:
            for affected, slots in self.reads.positions:
                add(due, slots, sorted(affected(plan.origins, len(memo.keys.values))))
        if self.reads.unlike:
            count = len(memo.keys.values) if plan is None else len(plan.origins)
            add(due, self.everywhere(run, memo, around), range(count))
        if plan is not None:
            fresh = frozenset(plan.fresh)
            due = {slot: [row for row in rows if row not in fresh] for slot, rows in due.items()}
        return due

    def everywhere(self, run: Run, memo: Table, around: Around) -> Slots:
        """Slots that have to be evaluated in every row, for something around the loop has changed."""
        if memo.unsure or around.strange:
            return self.reads.unlike
        dirty = run.dirty
        slots = [
            number
            for number, fields in enumerate(self.reads.fields)
            if fields and (dirty is None or not fields.isdisjoint(dirty))
        ]
        changed = [
            slots
            for slots, new, old in zip(self.reads.outer.values(), around.values, memo.outer, strict=True)
            if not alike(new, old)
        ]
        return frozenset(slots).union(*changed)

    # Keys -------------------------------------------------------------------------------------------------------

    def keys(self, run: Run, walk: Walk, rows: Rows, memo: Table) -> Keys:
        if self.key is None:
            if self.is_primary_key_as_it_was(rows, memo):
                return memo.keys
            return self.automatic_keys(walk, rows, memo.keys)
        if self.is_key_as_it_was(rows, memo):
            return memo.keys
        cells = [column_of(rows, path, run.context).values for path in self.paths]
        found = self.writer.some(run, walk, cells, {self.key: range(len(walk.items))})
        return self.keys_in(list(found.values()), run)

    def automatic_keys(self, walk: Walk, rows: Rows, was: Keys | None = None) -> Keys:
        return keys_of(walk.items, pairs=walk.pairs, was=was, of_type=self.type_of(rows))

    def type_of(self, rows: Rows) -> type | None:
        """The type of all rows."""
        return rows.variable(self.variable).kind if self.variable else None

    def is_primary_key_as_it_was(self, rows: Rows, memo: Table) -> bool:
        """Whether the rows are known by something that is among their columns, and that is as it was."""
        number = self.passes.key_column(self.type_of(rows), memo.keys.kind)
        return number is not None and is_as_it_was(rows, self.paths[number], memo.columns[number])

    def kept_once(self, rows: Rows, keys: Keys, columns: Sequence[Sequence[Any]]) -> Keys:
        """The keys, without a list of their own if they are a column anyway."""
        number = self.passes.key_column(self.type_of(rows), keys.kind)
        if number is None or not all(map(is_, keys.values, columns[number])):
            return keys
        return Keys(keys.kind, columns[number])

    def is_key_as_it_was(self, rows: Rows, memo: Table) -> bool:
        """Whether the columns that ``live-key`` is made of, and nothing else, are what they were."""
        tellers = self.passes.key_tellers or ()
        return (
            bool(tellers)
            and len(rows.items) == len(memo.keys.values)
            and all(is_as_it_was(rows, self.paths[number], memo.columns[number]) for number in tellers)
        )

    def keys_in(self, values: Sequence[Any], run: Run) -> Keys:
        return explicit([self.key_in(row[self.key]) for row in values], where(self.part, run))

    # Remembering ------------------------------------------------------------------------------------------------

    def noting(self, opaque: Sequence[int]) -> Slots:
        """The slots whose values are remembered: those that cannot be told from the columns."""
        return self.reads.unlike.union(*[self.readers[number] for number in opaque]) if opaque else self.reads.unlike

    def noted(self, values: Sequence[Values], slots: Slots) -> dict[int, Sequence[Any]]:
        known: dict[Any, Any] = {}
        return {slot: remembered_all((row[slot] for row in values), known) for slot in slots}

    def outputs(
        self,
        memo: Table,
        plan: Layout | None,
        noting: Iterable[int],
        found: Found,
        coming: Mapping[int, Values],
    ) -> dict[int, Sequence[Any]]:
        """What is remembered of values now. Takes out of ``found`` what is remembered already."""
        outputs: dict[int, Sequence[Any]] = {}
        for slot in noting:
            old = memo.outputs.get(slot) or [None] * len(memo.keys.values)
            now = list(old) if plan is None else plan.applied(old, None)
            known = {each: each for each in now if each is not None}
            fresh = {row: values[slot] for row, values in coming.items()}
            fresh.update((row, values[slot]) for row, values in found.items() if slot in values)
            for row, remembered in zip(fresh, remembered_all(fresh.values(), known), strict=True):
                if now[row] == remembered and row in found:
                    del found[row][slot]
                now[row] = remembered
            outputs[slot] = now
        return outputs

    def digests(self, memo: Table, plan: Layout | None, found: Found, coming: Mapping[int, Values]) -> bytes:
        was = memo.digests if plan is None else b"".join(moved_digests(memo.digests, plan, coming.values()))
        now = None
        for row, values in found.items():
            if values and digest(was, row) != UNKNOWN:
                now = now or bytearray(was)
                now[row * DIGEST : (row + 1) * DIGEST] = UNKNOWN
        return was if now is None else bytes(now)


def add(due: dict[int, Sequence[int]], slots: Slots, rows: Sequence[int]) -> None:
    """These slots are due in these rows too."""
    for slot in slots if rows else ():
        due[slot] = sorted({*due[slot], *rows}) if slot in due else rows


def settled(
    memo: Table,
    keys: Keys,
    columns: Sequence[Sequence[Any]],
    outer: Sequence[Any],
    bare: frozenset[int],
    *,
    strange: bool,
) -> Table:
    """A table of which nothing looks different. New objects are taken over, so that the old ones can go."""
    same = keys is memo.keys and strange == memo.strange and all(map(is_, columns, memo.columns))
    return memo if same else replace(memo, keys=keys, columns=columns, outer=outer, bare=bare, strange=strange)


def moved_digests(digests: bytes, plan: Layout, coming: Iterable[Values]) -> Iterator[bytes]:
    rows = iter(coming)
    for start, length in plan.runs:
        if start == NEW:
            yield digests_of(islice(rows, length))
        else:
            yield digests[start * DIGEST : (start + length) * DIGEST]


def outer_value(run: Run, way: Outer) -> tuple[Any, bool]:
    """What stands at ``way`` around the loop, and whether it has to be looked at every turn."""
    name, *bits = way
    value, plain = follow(run.context.get(name), tuple(bits))
    if value is ASK:
        return ALWAYS, not plain
    keep = kept(Column([value]))
    return keep.values[0], keep.strange or name in run.loose


def digest(digests: bytes, row: int) -> bytes:
    return digests[row * DIGEST : (row + 1) * DIGEST]
