"""The figures to reach, each with the load that it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.faults import deeds
from tests.faults.running import Scenario
from tests.faults.swarm import Load
from tests.faults.world import Plan

__all__ = ["GOALS", "halved", "marathon"]

L200 = Load(pages=200, news=50, calls=1.0, said_every=50)
L1000 = Load(pages=1000, news=10, calls=0.1, said_every=50)
THREE = ("daphne", "uvicorn", "daphne")

TABLE = (
    Scenario(
        "G1",
        "a random worker of three is killed every ten seconds",
        deeds.again(deeds.kill_a_worker, 6, 10),
        Plan(L1000, THREE, people=2),
        60,
        limits={"usable p50": 0.5, "usable p99": 1.5, "usable max": 2.5, "mounted afresh": 0},
        told=("displaced", "back p50", "back p99", "in doubt"),
        patience=30,
    ),
    Scenario(
        "G2",
        "calls under cuts and kills: each is done once",
        deeds.together(deeds.again(deeds.kill_a_worker, 6, 10), deeds.cut_at_any_byte(40_000, 60)),
        Plan(Load(pages=200, news=2, calls=8.0, repeat=0.05, actions=("book", "book_in_a_thread", "save"))),
        60,
        limits={"mounted afresh": 0},
        told=("in doubt", "call p99"),
        patience=30,
    ),
    Scenario(
        "G3",
        "Redis is killed again and again",
        deeds.again(deeds.kill_redis(0.5), 10, 4),
        Plan(L200),
        40,
        limits={"sockets lost": 0, "mounted afresh": 0, "resumes p99": 0.3},
        told=("not acknowledged", "publish max"),
        patience=30,
    ),
    Scenario(
        "G4",
        "Redis loses everything it had",
        deeds.again(deeds.flush_redis, 3, 5),
        Plan(L1000),
        15,
        limits={"sockets lost": 0, "mounted afresh": 0, "noticed p99": 1.0, "publish max": 1.0, "growth": 32},
        news_lost=True,
        patience=30,
    ),
    Scenario(
        "G6",
        "a thousand who have signed in come back at once",
        deeds.again(deeds.cut_all_pages, 3, 8),
        Plan(replace(L1000, calls=0.1), signed_in=1000),
        24,
        limits={"back p99": 2.0, "queries": 300, "mounted afresh": 0},
        told=("usable p99", "attempts max"),
        patience=30,
    ),
    Scenario(
        "G7",
        "three workers are replaced, one after the other",
        deeds.replace_all_workers,
        Plan(L1000, THREE),
        20,
        limits={"longest gap": 1.0, "mounted afresh": 0},
        told=("in doubt",),
        patience=30,
    ),
    Scenario(
        "G10",
        "all catch up with what they have missed",
        deeds.stay_away(5),
        Plan(replace(L1000, news=20)),
        10,
        limits={"mounted afresh": 0},
        told=("longest gap",),
        patience=30,
    ),
    Scenario(
        "G11",
        "one order for everybody under three publishers",
        deeds.again(deeds.cut_all_pages, 4, 4),
        Plan(Load(pages=200, news=90, publishers=3, calls=0.2), THREE),
        16,
        told=("delivery p99",),
        patience=30,
    ),
)

GOALS: Mapping[str, Scenario] = {each.number: each for each in TABLE}


def marathon(seconds: float, people: int = 3) -> Scenario:
    """Everything at random for so long, before the eyes of so many people."""
    return Scenario(
        "G18",
        "everything at random",
        deeds.at_random(seconds, 4),
        Plan(Load(pages=300, news=20, calls=0.5, repeat=0.02), THREE, people=people),
        seconds,
        told=("in doubt", "sockets lost", "growth"),
        patience=60,
    )


def halved(scenario: Scenario) -> Scenario:
    """For a machine of two cores: half the pages, and the zeros stay."""
    load = scenario.plan.load
    return replace(scenario, plan=replace(scenario.plan, load=replace(load, pages=load.pages // 2)))
