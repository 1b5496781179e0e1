"""Numbers that only grow, and how they are told.

Adding to one is a load and a store, no lock and no call: ``FRAMES.count += 1``. A thread switch between the two could
lose a count (CPython with its lock does not switch there); figures are for judging, not for accounting.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Literal, NamedTuple

__all__ = ["BOUNDS", "Calls", "Counter", "Family", "Kind", "Sample"]

Kind = Literal["counter", "gauge", "histogram"]

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds up to which a call belongs to a bucket of the histogram."""


class Sample(NamedTuple):
    """One number: ``suffix`` follows the name of its family, ``labels`` tell it from its sisters."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(NamedTuple):
    """A figure with its meaning. ``name`` has no unit and no suffix of its own but those written in it."""

    name: str
    kind: Kind
    about: str
    samples: Iterable[Sample]


class Counter:
    """A number that only grows. Add to ``count`` where something happens."""

    __slots__ = ("about", "count", "labels", "name")

    def __init__(self, name: str, about: str = "", labels: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.about = about
        self.labels = labels or {}
        self.count = 0

    @property
    def sample(self) -> Sample:
        return Sample(self.count, self.labels)


class Line:
    """The calls of one action."""

    __slots__ = ("buckets", "outcomes", "seconds")

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0


class Calls:
    """Calls by component, action and outcome, and how long they took."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: dict[tuple[str, str], Line] = {}

    def note(self, component: str, action: str, outcome: str, seconds: float) -> None:
        """One call has been answered. Every word is one of a bounded set: nothing that a browser makes up."""
        line = self.lines.get((component, action))
        if line is None:
            line = self.lines[component, action] = Line()
        outcomes = line.outcomes
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        line.buckets[bisect_left(BOUNDS, seconds)] += 1
        line.seconds += seconds

    def counted(self) -> Iterator[Sample]:
        """How many there were."""
        for (component, action), line in list(self.lines.items()):
            for outcome, count in list(line.outcomes.items()):
                yield Sample(count, {"component": component, "action": action, "outcome": outcome})

    def timed(self) -> Iterator[Sample]:
        """How long they took, as a histogram."""
        for (component, action), line in list(self.lines.items()):
            labels = {"component": component, "action": action}
            totals = list(accumulate(line.buckets))
            for bound, total in zip((*map(str, BOUNDS), "+Inf"), totals, strict=True):
                yield Sample(total, {**labels, "le": bound}, "_bucket")
            yield Sample(line.seconds, labels, "_sum")
            yield Sample(totals[-1], labels, "_count")
