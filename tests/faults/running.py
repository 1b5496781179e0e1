"""One run: a world, its load, what is done to it, and what came of it."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.faults.checker import Violation, check
from tests.faults.deeds import Deed, nothing
from tests.faults.figures import Evidence, measure
from tests.faults.world import Plan, World

__all__ = ["Figure", "Outcome", "Scenario", "in_one_world", "run"]

SHOWN = 4
"""Of many violations of one kind so many are told one by one."""

LEAD = 0.5
"""Seconds of load before anything is done."""

UNHURRIED = {"HEARTBEAT": 4.0}
"""Where no socket is to be lost, pages and processes have twice the usual time to hear of one another: a busy machine
is no fault. It is still less than sites give them."""


@dataclass(frozen=True)
class Scenario:
    """What is done to which world, and what must come of it. ``number`` is that of the fault, or of the goal."""

    number: str
    title: str
    deed: Deed = nothing
    plan: Plan = field(default_factory=Plan)
    seconds: float = 4.0
    """How long the load lasts, at least as long as the deed."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Figures, and the most that they may be. A limit of 0 is a promise: more than that is a violation."""
    told: tuple[str, ...] = ()
    """Figures that are only told."""
    news_lost: bool = False
    """Whether news may be missing, where the page is told so."""
    sessions_lost: bool = False
    """Whether components may be mounted afresh."""
    parts: tuple[Scenario, ...] = ()
    """The scenarios that this one is made of, if it is made of several."""
    patience: float = 15.0
    """Seconds after which everything must have come to rest."""


def in_one_world(first: Scenario, *others: Scenario) -> Scenario:
    """All of these, one after the other, on the pages and processes of the first one.

    What was promised by all of them, and what each of them allows, is what the whole run is judged by.
    """
    each = (first, *others)
    zeros = {name: limit for name, limit in first.limits.items() if not limit and all(name in o.limits for o in others)}
    return replace(
        first,
        number="+".join(one.number for one in each),
        title="; ".join(one.title for one in each),
        limits=zeros,
        told=(),
        news_lost=any(one.news_lost for one in each),
        sessions_lost=any(one.sessions_lost for one in each),
        parts=each,
    )


@dataclass(frozen=True)
class Figure:
    """What was measured. ``limit`` None: there is none."""

    name: str
    measured: float
    limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        if self.measured <= self.limit:
            return "reached"
        return "missed" if self.limit else "violated"


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    scenario: Scenario
    seed: int
    figures: list[Figure]
    violations: list[Violation]
    seconds: float

    @property
    def broken(self) -> list[str]:
        """What was promised and does not hold."""
        zeros = [
            f"{each.name} is {each.measured:g}, and was to be 0" for each in self.figures if each.verdict == "violated"
        ]
        return [*summed_up(self.violations), *zeros]

    def line(self) -> str:
        """As one line of JSON."""
        load = self.scenario.plan.load
        told = {
            "run": self.scenario.number,
            "title": self.scenario.title,
            "seed": self.seed,
            "pages": load.pages,
            "servers": list(self.scenario.plan.servers),
            "seconds": round(self.seconds, 1),
            "figures": {each.name: round(each.measured, 4) for each in self.figures},
            "missed": [each.name for each in self.figures if each.verdict == "missed"],
            "violations": self.broken,
        }
        return json.dumps(told, ensure_ascii=False)


def summed_up(violations: Sequence[Violation]) -> list[str]:
    """The first of each kind, and how many more there are."""
    lines: list[str] = []
    for invariant in sorted({each.invariant for each in violations}):
        same = [str(each) for each in violations if each.invariant == invariant]
        lines += same[:SHOWN]
        if len(same) > SHOWN:
            lines.append(f"{invariant}: {len(same) - SHOWN} more, on {len({each.who for each in violations})} pages")
    return lines


async def run(scenario: Scenario, seed: int = 1, pages: int | None = None) -> Outcome:
    """Do it, with so many pages if that is said."""
    began = time.monotonic()
    plan = scenario.plan
    if pages is not None:
        plan = replace(plan, load=replace(plan.load, pages=pages))
        scenario = replace(scenario, plan=plan)
    if "sockets lost" in scenario.limits:
        plan = replace(plan, settings=UNHURRIED | dict(plan.settings))
    async with World(plan, seed) as world:
        for part in scenario.parts or (scenario,):
            await play(part, world)
        growth, queries = world.growth(), await world.all_queries() - world.queries_before
        await world.end_publishers()
        await world.swarm.settle(scenario.patience)
        await world.heard_out(scenario.patience)
        await world.swarm.ask_states(scenario.patience)
        history = await world.history()
        evidence = Evidence(history, world.marks, growth, queries, world.measured, world.aside)
    names = dict.fromkeys([*scenario.limits, *scenario.told, "deliveries", "calls", "effects"])
    figures = [Figure(name, measure(name, evidence), scenario.limits.get(name)) for name in names]
    violations = check(history, news_lost=scenario.news_lost, sessions_lost=scenario.sessions_lost)
    return Outcome(scenario, seed, figures, violations, time.monotonic() - began)


async def play(scenario: Scenario, world: World) -> None:
    """Load, and in the midst of it the deed."""
    typing = [
        asyncio.create_task(person.act(LEAD + scenario.seconds, random.Random(f"{world.seed}:{index}")))
        for index, person in enumerate(world.people)
    ]
    acting = asyncio.create_task(world.swarm.act(scenario.plan.load, LEAD + scenario.seconds))
    world.mark("begin")
    await asyncio.sleep(LEAD)
    await scenario.deed(world)
    await asyncio.gather(acting, *typing)
