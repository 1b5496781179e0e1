"""Evaluating a block: what evaluators are, what they are given, and in which order and scope they run.

This is the ground that the rest of a program stands on; what a text, a branch or a loop does is in other modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from liveactions.rendering.blocks import Block, Entered, Slot, Step
from liveactions.rendering.pieces import Text
from liveactions.templating.context import Scope, context_in

if TYPE_CHECKING:
    from django.template import Context, Template
    from django.template.defaulttags import ForNode

    from liveactions.components import Component

__all__ = [
    "EVERYTHING",
    "NOWHERE",
    "UNCHANGED",
    "BlockEvaluator",
    "Evaluator",
    "Frame",
    "Memo",
    "Placing",
    "Reading",
    "Run",
    "Setter",
    "framed",
    "pruned",
    "sequence_of",
]

Value = Any
Change = Any
Memo = Any
"""What is remembered of a slot or block: plain data (None, int, str, bytes, list), except for a loop's live columns."""

UNCHANGED: Final[Any] = type("Unchanged", (), {"__repr__": lambda _: "UNCHANGED", "__slots__": ()})()
"""The answer of a slot whose value is what the page has already."""

EVERYTHING: Final = "*"
"""Among positions or names: all of them, for what is done with the whole cannot be known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression, a slot or all within a slot reads.

    ``fields``: the component's state fields, through whatever names; None if that cannot be known, and then ``why``
    says why not. Empty: always the same.
    ``own``: the same without what is read only through the variables of loops around it; ``rows`` tells that part.
    ``rows``: by the name of a loop's variable the paths that are read of it: ``order.customer.name`` is
    ``{"order": {("customer", "name")}}``, and ``()`` is the variable itself. Only of loops around what was read.
    ``positions``: attributes of the innermost loop around it (``"counter"``, ``"first"``, ``"parentloop.counter"``),
    ``"*"`` for ``forloop`` as a whole.
    ``names``: every name that is looked up in the context; ``"*"`` for any.
    """

    fields: frozenset[str] | None = frozenset()
    own: frozenset[str] | None = frozenset()
    rows: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    positions: frozenset[str] = frozenset()
    why: str = ""
    names: frozenset[str] = frozenset()


class Placing(Protocol):
    """Where nested components are placed; they are known by keys of the component that they stand in."""

    def place(
        self, component: str | type[Component], params: Mapping[str, Any], key: object | None, before: str | None
    ) -> tuple[int, str]:
        """Place one. ``before`` is the key that stood in this slot. Returns its id and its key."""

    def html(self, id: int) -> str | None:  # noqa: A002  # the name of the thing
        """The whole HTML of a component if the page lacks it, else None."""

    def taken(self) -> tuple[str, ...]:
        """The keys that were placed, since this was last asked, while Django itself was rendering."""

    def drop(self, keys: Iterable[str]) -> None:
        """These do not stand any more where they stood."""


class Setter(Protocol):
    """Something in a template that writes nothing, and does something to the context: ``{% url … as name %}``."""

    reading: Reading
    sets: frozenset[str]
    before: int

    def execute(self, run: Run) -> None: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """The setters among the nodes of one list, in order. Each is executed before what comes after it is evaluated."""

    setters: tuple[Setter, ...] = ()
    forced: bool = False
    """All are executed at every turn, for what they do is seen beyond the list."""


NOWHERE: Final = Frame()
NONE: Final[frozenset[str]] = frozenset()
NOTHING: Final[Mapping[ForNode, Any]] = MappingProxyType({})


class Run:
    """One evaluation of a program, or of a part of it.

    ``dirty``: the state fields that have changed; None: everything may have. ``wire``: a component's value is
    ``[id, html or None]`` as it travels, else its id.
    """

    __slots__ = (
        "altered",
        "dirty",
        "done",
        "frame",
        "loose",
        "made",
        "placing",
        "scope",
        "sequences",
        "state",
        "strange",
        "template",
        "wire",
    )

    def __init__(
        self, scope: Scope, dirty: frozenset[str] | None, placing: Placing, template: Template, *, wire: bool = False
    ) -> None:
        self.scope = scope
        self.placing = placing
        self.begin(scope.component, dirty, template, wire=wire)

    def begin(self, component: Component, dirty: frozenset[str] | None, template: Template, *, wire: bool) -> None:
        self.dirty = dirty
        self.template = template
        self.wire = wire
        self.state: Mapping[str, Any] = component.__dict__
        """The component's own attributes, where its fields are."""
        self.made: Context | None = None
        self.strange = False
        """Set by what writes text when it met something that is not known to be data: a property, a relation …"""
        self.loose = NONE
        """Names in the context whose values were reached by something that is not known to be data."""
        self.altered = False
        """A tag has given a value of its own to a name that means something else: names are looked up by Django."""
        self.frame = NOWHERE
        self.done = 0
        self.sequences = NOTHING
        """What a branch has found that its loop is to go through."""

    def found(self, node: ForNode, sequence: Any) -> None:
        self.sequences = {**self.sequences, node: sequence}

    def taken(self, node: ForNode) -> Any:
        """What was found for a loop, once."""
        sequence = self.sequences[node]
        self.sequences = {each: found for each, found in self.sequences.items() if each is not node}
        return sequence

    @property
    def escapes(self) -> bool:
        """Whether what is not marked as safe is escaped."""
        return self.made is None or bool(self.made.autoescape)

    @property
    def context(self) -> Context:
        """As it is while Django renders the template. Made for whom needs it first: plain fields are read without."""
        if self.made is None:
            context = self.made = context_in(self.scope, self.placing)
            context.template, context.template_name = self.template, self.template.name
            context.render_context.template = self.template
            context.render_context.push()
        return self.made

    @context.setter
    def context(self, other: Context) -> None:
        self.made = other

    def ready(self, before: int) -> None:
        """Execute the setters of the present frame up to the number ``before``, unless they have been."""
        while self.done < before:
            setter = self.frame.setters[self.done]
            self.done += 1
            setter.execute(self)

    def alter(self) -> None:
        """A tag has changed what a name means, or may have: from here on everything is evaluated."""
        self.altered = True
        self.dirty = None


def sequence_of(run: Run, node: ForNode) -> Any:
    """What a ``{% for %}`` goes through, as Django makes it: it has a length. A generator is asked once."""
    if node in run.sequences:
        return run.taken(node)
    sequence: Any = node.sequence
    values = sequence.resolve(run.context, ignore_failures=True)
    if values is None:
        return []
    return values if hasattr(values, "__len__") else list(values)


class Evaluator(Protocol):
    """One slot: evaluates it, and compares it with what the page has."""

    @property
    def reads(self) -> frozenset[str] | None:
        """The state fields that anything in the slot reads; None: it is evaluated at every turn."""

    @property
    def why(self) -> str:
        """Why what it reads is not known; "" if it is."""

    @property
    def reading(self) -> Reading:
        """What anything in the slot reads, in full."""

    @property
    def stateful(self) -> bool:
        """Whether evaluating it depends on what was evaluated before, or has an effect on what comes after."""

    @property
    def places(self) -> bool:
        """Whether a nested component may stand in it: then its memo has to be kept."""

    def value(self, run: Run) -> Value:
        """Its value alone, where no memo is kept. Not for one that ``places``."""

    def fresh(self, run: Run, was: Memo | None) -> tuple[Value, Memo]:
        """Its value. ``was`` is what stood in this place before, if anything did: components in it stay."""

    def change(self, run: Run, memo: Memo) -> tuple[Change, Memo]:
        """What is different from ``memo``, which stays as it is; ``UNCHANGED`` if nothing is."""

    def restless(self, memo: Memo) -> bool:
        """Whether it has to be evaluated at every turn, whatever ``reads`` says, because of what it met."""

    def keys(self, memo: Memo) -> Iterator[str]:
        """The keys of the components in it."""

    def dry(self, memo: Memo) -> Memo:
        """The memo as plain data."""


class ScopePayload(Protocol):
    """What `Entered` carries: a tag that does something to the context around its content."""

    before: int
    frame: Frame
    forced: bool

    def enter(self, run: Run) -> Any:
        """Returns what ``leave`` needs. If it raises, it has left already."""

    def leave(self, run: Run, token: Any) -> None: ...


Steps = tuple[Step, ...]
PLANS: Final = 64
"""How many different sets of changed fields a block remembers the steps of."""
ALTERED: Final = -1
"""Among the restless slots: a tag has altered names, so that nothing in the block could be told by what it reads."""


class BlockEvaluator:
    """A block: its slots are evaluated in the order of the template, inside their scopes.

    Its memo is a list of the slots' memos and, last, the numbers of the restless slots, None if there is none.
    """

    __slots__ = (
        "befores",
        "block",
        "evaluators",
        "flat",
        "frame",
        "places",
        "plans",
        "reads",
        "simple",
        "stateful",
        "wary",
    )

    def __init__(
        self, block: Block, evaluators: Sequence[Evaluator], frame: Frame = NOWHERE, *, wary: bool = False
    ) -> None:
        self.block = block
        self.evaluators = tuple(evaluators)
        self.frame = frame
        self.wary = wary
        """Some tag of the template might alter names: whether a slot is skipped is decided when its turn comes."""
        self.reads = united(each.reads for each in self.evaluators)
        """The state fields that anything in it reads; None if some slot is evaluated at every turn."""
        self.stateful = frame.forced or any(each.stateful for each in self.evaluators)
        self.places = any(each.places for each in self.evaluators)
        self.flat = not frame.setters and all(type(step) is int for step in block.steps)
        self.simple = self.flat and not wary
        self.befores = [before_of(slot) for slot in block.slots]
        self.plans: dict[frozenset[str] | tuple[frozenset[str], tuple[int, ...]], Steps] = {}
        """The steps to take for a set of changed fields, or that and restless slots."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What each slot reads."""
        return tuple(each.reading for each in self.evaluators)

    def fresh(self, run: Run, was: Memo | None) -> tuple[list[Value], Memo]:
        """All values. ``was`` is the memo of what stood in this place before, if it was of this block."""
        values: list[Value] = [None] * len(self.evaluators)
        memo: list[Memo] = [None] * (len(self.evaluators) + 1)
        evaluators = self.evaluators

        def evaluate(slot: int) -> None:
            values[slot], memo[slot] = evaluators[slot].fresh(run, None if was is None else was[slot])

        if self.flat and was is None:
            for slot, each in enumerate(evaluators):
                values[slot], memo[slot] = each.fresh(run, None)
        else:
            self.walk(run, self.block.steps, evaluate, finish=True)
        memo[-1] = self.restless_in(run, memo, range(len(self.evaluators)))
        return values, memo

    def values(self, run: Run) -> list[Value]:
        """All values, where no memo is kept. Not for one that ``places``."""
        if self.flat:
            return [each.value(run) for each in self.evaluators]
        values: list[Value] = [None] * len(self.evaluators)

        def evaluate(slot: int) -> None:
            values[slot] = self.evaluators[slot].value(run)

        self.walk(run, self.block.steps, evaluate, finish=True)
        return values

    def change(self, run: Run, memo: Memo) -> tuple[list[Any], Memo]:
        """The changes, flat: ``[slot, change, …]``. The same memo if nothing about it is new."""
        restless = memo[-1]
        if self.wary and restless and ALTERED in restless:
            run.dirty = None
        steps = self.block.steps if self.wary else self.steps(run.dirty, restless)
        if not steps and not self.frame.forced:
            return [], memo
        return self.flatly(run, memo, steps) if self.simple else self.walking(run, memo, steps)

    def walking(self, run: Run, memo: Memo, steps: Steps) -> tuple[list[Any], Memo]:
        """``change`` where scopes stand between the slots, or what one does may concern the next."""
        changes: list[Any] = []
        news: dict[int, Memo] = {}
        evaluators, restless = self.evaluators, memo[-1]

        def evaluate(slot: int) -> None:
            if self.wary:
                run.ready(self.befores[slot] if run.frame.forced else 0)
                if not self.is_due(slot, run.dirty, restless or ()):
                    return
            old = memo[slot]
            change, new = evaluators[slot].change(run, old)
            if change is not UNCHANGED:
                changes.append(slot)
                changes.append(change)
            if new is not old:
                news[slot] = new

        if self.flat:
            for slot in steps:
                evaluate(slot)  # type: ignore[arg-type]  # there is no scope among the steps
        else:
            self.walk(run, steps, evaluate, finish=self.frame.forced)
        return changes, self.renewed(run, memo, news)

    def flatly(self, run: Run, memo: Memo, slots: Sequence[Any]) -> tuple[list[Any], Memo]:
        """The same where one slot simply comes after the other."""
        changes: list[Any] = []
        renewed = memo
        at_rest = memo[-1] is None
        evaluators = self.evaluators
        for slot in slots:
            old = memo[slot]
            change, new = evaluators[slot].change(run, old)
            if change is not UNCHANGED:
                changes += (slot, change)
            if new is not old:
                if renewed is memo:
                    renewed = list(memo)
                renewed[slot] = new
                at_rest = at_rest and (type(new) in AT_REST or not self.evaluators[slot].restless(new))
        if not at_rest:
            restless = self.restless_in(run, renewed, slots)  # one that was restless is among them
            if restless != memo[-1]:
                renewed = [*renewed[:-1], restless]
        return changes, renewed

    def pick(self, run: Run, slots: frozenset[int]) -> list[tuple[int, Value, Memo]]:
        """The values of these slots only, with their memos: ``[(slot, value, memo), …]``, slots ascending."""
        found: list[tuple[int, Value, Memo]] = []

        def evaluate(slot: int) -> None:
            found.append((slot, *self.evaluators[slot].fresh(run, None)))

        self.walk(run, pruned(self.block.steps, slots), evaluate, finish=self.frame.forced)
        return found

    def restless(self, memo: Memo | None) -> bool:
        """Whether anything in it has to be evaluated at every turn, because of what it met."""
        return memo is not None and memo[-1] is not None

    def keys(self, memo: Memo | None) -> Iterator[str]:
        """The keys of the components in it."""
        if memo is not None and self.places:
            for each, own in zip(self.evaluators, memo, strict=False):
                yield from each.keys(own)

    def drop(self, run: Run, memo: Memo | None) -> None:
        """Say that the components in it do not stand here any more."""
        keys = list(self.keys(memo))
        if keys:
            run.placing.drop(keys)

    def dry(self, memo: Memo) -> Memo:
        """The memo as plain data."""
        return [*(each.dry(own) for each, own in zip(self.evaluators, memo, strict=False)), memo[-1]]

    # How it is done ---------------------------------------------------------------------------------------------

    def is_due(self, slot: int, dirty: frozenset[str] | None, restless: Sequence[int]) -> bool:
        """Whether a slot has to be evaluated when these fields have changed."""
        reads = self.evaluators[slot].reads
        return dirty is None or reads is None or slot in restless or not reads.isdisjoint(dirty)

    def steps(self, dirty: frozenset[str] | None, restless: Sequence[int] | None) -> Steps:
        """The steps that have to be taken when these fields have changed."""
        if dirty is None:
            return self.block.steps
        key = (dirty, tuple(restless)) if restless else dirty
        if (found := self.plans.get(key)) is None:
            due = frozenset(slot for slot in range(len(self.evaluators)) if self.is_due(slot, dirty, restless or ()))
            if len(self.plans) >= PLANS:
                self.plans.clear()
            found = self.plans[key] = pruned(self.block.steps, due)
        return found

    def walk(self, run: Run, steps: Steps, evaluate: Evaluate, *, finish: bool) -> None:
        if not self.frame.setters:
            walk(run, steps, evaluate, finish=finish)
            return
        with framed(run, self.frame, finish=finish):
            walk(run, steps, evaluate, finish=finish)

    def renewed(self, run: Run, memo: Memo, news: Mapping[int, Memo]) -> Memo:
        if not news and run.altered == (memo[-1] is not None and ALTERED in memo[-1]):
            return memo
        renewed = list(memo)
        for slot, new in news.items():
            renewed[slot] = new
        before = [slot for slot in memo[-1] or () if slot != ALTERED]
        renewed[-1] = self.restless_in(run, renewed, sorted({*before, *news}))
        return renewed

    def restless_in(self, run: Run, memo: Sequence[Memo], slots: Iterable[int]) -> list[int] | None:
        """Which of these slots are restless; no other is."""
        evaluators = self.evaluators
        found = [slot for slot in slots if type(memo[slot]) not in AT_REST and evaluators[slot].restless(memo[slot])]
        if run.altered:
            found.append(ALTERED)
        return found or None


Evaluate = Callable[[int], None]
AT_REST: Final = frozenset({str, bytes, type(None)})
"""What a memo is where there is nothing more to be remembered than the value."""


@contextmanager
def framed(run: Run, frame: Frame, *, finish: bool) -> Iterator[None]:
    """Inside a list of nodes with setters of its own. ``finish``: execute also those that nothing comes after."""
    outer, run.frame, run.done, loose = (run.frame, run.done), frame, 0, run.loose
    try:
        yield
        if finish or frame.forced:
            run.ready(len(frame.setters))
    finally:
        run.frame, run.done = outer
        if not frame.forced:
            run.loose = loose


def before_of(slot: Slot) -> int:
    """How many setters come before a slot, or before the first part of it."""
    if not isinstance(slot.source, tuple):
        return int(slot.source.before)
    return next((piece.payload.before for piece in slot.source if not isinstance(piece, Text)), 0)


def walk(run: Run, steps: Steps, evaluate: Evaluate, *, finish: bool) -> None:
    """Take the steps, inside their scopes. ``finish`` is for the frames of the scopes."""
    for step in steps:
        if isinstance(step, int):
            evaluate(step)
            continue
        scope: ScopePayload = step.payload
        if scope.before:
            run.ready(scope.before)
        token = scope.enter(run)
        try:
            if scope.frame.setters:
                with framed(run, scope.frame, finish=finish):
                    walk(run, step.steps, evaluate, finish=finish)
            else:
                walk(run, step.steps, evaluate, finish=finish)
        finally:
            scope.leave(run, token)


def pruned(steps: Iterable[Step], wanted: frozenset[int]) -> Steps:
    """The steps to these slots, and into scopes that hold one of them or have to be entered anyway."""
    kept: list[Step] = []
    for step in steps:
        if isinstance(step, int):
            if step in wanted:
                kept.append(step)
        elif (inner := pruned(step.steps, wanted)) or step.payload.forced:
            kept.append(Entered(step.payload, inner))
    return tuple(kept)


def united(reads: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """All of them together; None if one is not known."""
    found: frozenset[str] = frozenset()
    for each in reads:
        if each is None:
            return None
        found |= each
    return found
