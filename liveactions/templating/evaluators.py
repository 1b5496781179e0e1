"""Slots at work: a text, a branch, a nested component. (A loop has a module of its own.)"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from liveactions.rendering import filled
from liveactions.rendering.blocks import Block, Kind, Slot
from liveactions.rendering.memo import remembered
from liveactions.rendering.pieces import Piece, Text
from liveactions.templating.loops import loop_evaluator
from liveactions.templating.nodes import Chosen, Content, Embedded, Looped, Part, Printed, quickly
from liveactions.templating.reads import merged, untracked
from liveactions.templating.slots import (
    EVERYTHING,
    UNCHANGED,
    BlockEvaluator,
    Change,
    Evaluator,
    Frame,
    Memo,
    Reading,
    Run,
    Value,
)

__all__ = ["BranchEvaluator", "ComponentEvaluator", "FieldEvaluator", "Making", "Ready", "TextEvaluator"]


class SlotEvaluator:
    """What is the same for all: what is read."""

    __slots__ = ("names", "places", "reading", "reads", "slot", "stateful", "why")

    def __init__(self, slot: Slot, reading: Reading, *, stateful: bool, places: bool) -> None:
        self.slot = slot
        self.reading = reading
        self.reads = reading.fields
        self.why = reading.why if reading.fields is None else ""
        self.names = reading.names
        self.stateful = stateful
        self.places = places

    def is_loose(self, run: Run) -> bool:
        """Whether some name that it looks up has a value that no field can vouch for."""
        return bool(run.loose) and (EVERYTHING in self.names or not run.loose.isdisjoint(self.names))


# ── Text ──


class TextEvaluator(SlotEvaluator):
    """A slot whose value is a string.

    Its memo is what `remembered` makes of the string; or, if something met was not data, or components stand in it,
    ``[that, [keys of the components]]``, and then it is evaluated at every turn.
    """

    __slots__ = ("alone", "steps")

    def __init__(self, slot: Slot, *, wary: bool = False) -> None:
        parts: list[Part] = [piece.payload for piece in slot.source if not isinstance(piece, Text)]
        readings = [part.total() for part in parts]
        if wary and len({part.before for part in parts}) > 1:
            readings.append(untracked("a tag in the middle of it sets a name"))
        super().__init__(
            slot,
            merged(readings),
            stateful=any(part.stateful for part in parts),
            places=any(part.places for part in parts),
        )
        self.steps = tuple(map(step_of, slot.source))
        self.alone = None if len(self.steps) > 1 or isinstance(self.steps[0], str) else self.steps[0]

    def value(self, run: Run) -> str:
        if self.alone is not None:
            return self.alone(run)
        return "".join([step if isinstance(step, str) else step(run) for step in self.steps])

    def fresh(self, run: Run, was: Memo | None) -> tuple[Value, Memo]:
        value, memo = self.evaluated(run, was)
        return self.shown(run, value), memo

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        value, new = self.evaluated(run, memo)
        if new == memo:
            return UNCHANGED, memo
        same = (type(new) is list or type(memo) is list) and string_in(new) == string_in(memo)
        if same:
            return UNCHANGED, new
        return self.shown(run, value) if self.places else value, new

    def evaluated(self, run: Run, was: Memo | None) -> tuple[str, Memo]:
        if self.places:
            return self.with_components(run, was)
        run.strange = False
        value = self.value(run) if self.alone is None else self.alone(run)
        memo = remembered(value)
        return value, [memo, []] if (run.strange or run.loose) and not self.is_settled(run) else memo

    def shown(self, run: Run, value: str) -> str:
        """As it travels, with the components that the page lacks; or as it is composed."""
        return filled(value, run.placing.html) if run.wire and self.places else value

    def is_settled(self, run: Run) -> bool:
        """Whether the fields it reads can vouch for what was just evaluated."""
        return self.reads is None or not (run.strange or (run.loose and self.is_loose(run)))

    def with_components(self, run: Run, was: Memo | None) -> tuple[str, Memo]:
        """Components that were placed before and are not now do not stand here any more."""
        run.placing.taken()
        run.placing.drop(self.keys(was))
        value = self.value(run)
        return value, [remembered(value), list(run.placing.taken())]

    def restless(self, memo: Memo) -> bool:
        return type(memo) is list

    def keys(self, memo: Memo) -> Iterator[str]:
        return iter(memo[1] if type(memo) is list else ())

    def dry(self, memo: Memo) -> Memo:
        return memo


class FieldEvaluator(TextEvaluator):
    """A text that is one field of the component, as it is: ``{{ count }}``. Others cannot change what it says."""

    __slots__ = ("field",)

    def __init__(self, slot: Slot, field: str) -> None:
        super().__init__(slot)
        self.field = field

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        unsure = run.altered or run.loose or type(memo) is list
        value = None if unsure else quickly(run.state.get(self.field), run)
        if value is None:
            return super().change(run, memo)
        new = remembered(value)
        return (UNCHANGED, memo) if new == memo else (value, new)


def field_in(slot: Slot) -> str:
    """The field that a slot shows as it is; "" if there is more to it."""
    if len(slot.source) != 1 or isinstance(slot.source[0], Text):
        return ""
    part = slot.source[0].payload
    alone = isinstance(part, Printed) and part.is_field and not (part.before or part.filters or part.path)
    return part.name if alone else ""


def step_of(piece: Piece) -> str | Callable[[Run], str]:
    """What writes a piece."""
    if isinstance(piece, Text):
        return piece.text
    part: Part = piece.payload
    return part.turn if part.before else part.write


def string_in(memo: Memo) -> Any:
    return memo[0] if type(memo) is list else memo


# ── Branches ──

NOTHING: Final = -1


class BranchEvaluator(SlotEvaluator):
    """One of several blocks, or none.

    Its memo is ``[alternative or -1, the memo of its block, whether it was told by what is not data]``.
    """

    __slots__ = ("blocks", "condition", "part")

    def __init__(self, slot: Slot, part: Chosen, blocks: Sequence[BlockEvaluator]) -> None:
        reading = part.total()
        self.part = part
        self.blocks = tuple(blocks)
        self.condition = part.reading
        super().__init__(
            slot,
            reading,
            stateful=part.stateful or any(block.stateful for block in self.blocks),
            places=any(block.places for block in self.blocks),
        )

    def value(self, run: Run) -> Value:
        chosen = self.part.choose(run)
        return None if chosen < 0 else [chosen, self.blocks[chosen].values(run)]

    def fresh(self, run: Run, was: Memo | None) -> tuple[Value, Memo]:
        chosen, loose = self.chosen(run)
        stood = was[1] if was is not None and was[0] == chosen else None
        if was is not None and was[0] != chosen:
            self.drop(run, was)
        if chosen == NOTHING:
            return None, [NOTHING, None, loose]
        values, memo = self.blocks[chosen].fresh(run, stood)
        return [chosen, values], [chosen, memo, loose]

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        chosen, loose = self.chosen(run) if self.is_open(run, memo) else (memo[0], False)
        if chosen != memo[0]:
            self.drop(run, memo)
            return self.switched(run, chosen, loose=loose)
        if chosen == NOTHING:
            return UNCHANGED, memo if loose == memo[2] else [NOTHING, None, loose]
        changes, inner = self.blocks[chosen].change(run, memo[1])
        same = inner is memo[1] and loose == memo[2]
        return [-1, changes] if changes else UNCHANGED, memo if same else [chosen, inner, loose]

    def chosen(self, run: Run) -> tuple[int, bool]:
        run.strange = False
        chosen = self.part.choose(run)
        known = self.condition.fields is not None
        return chosen, known and (run.strange or self.is_loose(run))

    def is_open(self, run: Run, memo: Memo) -> bool:
        """Whether another alternative may have to be chosen."""
        fields = self.condition.fields
        return run.dirty is None or fields is None or memo[2] or not fields.isdisjoint(run.dirty)

    def switched(self, run: Run, chosen: int, *, loose: bool) -> tuple[Change, Memo]:
        if chosen == NOTHING:
            return None, [NOTHING, None, loose]
        values, inner = self.blocks[chosen].fresh(run, None)
        return [chosen, values], [chosen, inner, loose]

    def drop(self, run: Run, memo: Memo) -> None:
        if memo[0] != NOTHING:
            self.blocks[memo[0]].drop(run, memo[1])

    def restless(self, memo: Memo) -> bool:
        return bool(memo[2]) or (memo[0] != NOTHING and self.blocks[memo[0]].restless(memo[1]))

    def keys(self, memo: Memo) -> Iterator[str]:
        return iter(()) if memo[0] == NOTHING else self.blocks[memo[0]].keys(memo[1])

    def dry(self, memo: Memo) -> Memo:
        return memo if memo[0] == NOTHING else [memo[0], self.blocks[memo[0]].dry(memo[1]), memo[2]]


# ── Nested components ──


class ComponentEvaluator(SlotEvaluator):
    """A nested component. Its memo is ``[id, key, whether some parameter is not data]``."""

    __slots__ = ("part",)

    def __init__(self, slot: Slot, part: Embedded) -> None:
        super().__init__(slot, part.reading, stateful=False, places=True)
        self.part = part

    def value(self, run: Run) -> Value:
        return self.fresh(run, None)[0]

    def fresh(self, run: Run, was: Memo | None) -> tuple[Value, Memo]:
        memo = self.placed(run, was)
        return self.shown(run, memo[0]), memo

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        new = self.placed(run, memo)
        return UNCHANGED if new[0] == memo[0] else [new[0], run.placing.html(new[0])], memo if new == memo else new

    def placed(self, run: Run, was: Memo | None) -> Memo:
        run.strange = False
        before = None if was is None else was[1]
        if before is not None:
            run.placing.drop([before])
        placed, key = self.part.placed(run, before)
        return [placed, key, self.reads is not None and (run.strange or self.is_loose(run))]

    def shown(self, run: Run, placed: int) -> Value:
        """As it travels, or as it is composed."""
        return [placed, run.placing.html(placed)] if run.wire else placed

    def restless(self, memo: Memo) -> bool:
        return bool(memo[2])

    def keys(self, memo: Memo) -> Iterator[str]:
        return iter(() if memo is None else (memo[1],))

    def dry(self, memo: Memo) -> Memo:
        return memo


# ── All together ──


class Ready:
    """A slot before which a tag sets a name: that has to be done first."""

    __slots__ = ("before", "inner")

    def __init__(self, inner: Evaluator, before: int) -> None:
        self.inner = inner
        self.before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def value(self, run: Run) -> Value:
        run.ready(self.before)
        return self.inner.value(run)

    def fresh(self, run: Run, was: Memo | None) -> tuple[Value, Memo]:
        run.ready(self.before)
        return self.inner.fresh(run, was)

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        run.ready(self.before)
        return self.inner.change(run, memo)


class Making:
    """Makes the evaluators of blocks. ``wary``: some tag of the template might change what names mean."""

    def __init__(self, *, wary: bool) -> None:
        self.wary = wary

    def block(self, block: Block, frame: Frame) -> BlockEvaluator:
        return BlockEvaluator(block, [self.slot(slot) for slot in block.slots], frame, wary=self.wary)

    def slot(self, slot: Slot) -> Evaluator:
        maker = MAKERS.get(slot.kind)
        if maker is None:
            field = "" if self.wary else field_in(slot)
            return FieldEvaluator(slot, field) if field else TextEvaluator(slot, wary=self.wary)
        evaluator = maker(self, slot)
        before: int = slot.source.before
        return Ready(evaluator, before) if before else evaluator

    def branch(self, slot: Slot) -> Evaluator:
        part: Chosen = slot.source
        return BranchEvaluator(slot, part, self.inside(slot.blocks, part.contents))

    def loop(self, slot: Slot) -> Evaluator:
        part: Looped = slot.source
        (body,) = self.inside(slot.blocks, part.contents)
        return loop_evaluator(slot, part.node, body, body.readings)

    def component(self, slot: Slot) -> Evaluator:
        return ComponentEvaluator(slot, slot.source)

    def inside(self, blocks: Iterable[Block], contents: Iterable[Content]) -> list[BlockEvaluator]:
        return [self.block(block, content.frame) for block, content in zip(blocks, contents, strict=True)]


MAKERS: Final = {Kind.BRANCH: Making.branch, Kind.LOOP: Making.loop, Kind.COMPONENT: Making.component}
