"""The figures to reach, each with the load that it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.faults import deeds
from tests.faults.hostile import FLOODS
from tests.faults.proxy import BLACKHOLE
from tests.faults.running import Scenario
from tests.faults.swarm import Load
from tests.faults.world import Plan

__all__ = ["GOALS", "halved", "marathon"]

L200 = Load(pages=200, news=50, calls=1.0, said_every=50)
L1000 = Load(pages=1000, news=10, calls=0.1, said_every=50)
THREE = ("daphne", "uvicorn", "daphne")
USUAL = {"HEARTBEAT": 8.0, "RATE_BURST": 60, "RATE_PER_SECOND": 30.0}
"""What a site has that says nothing else; elsewhere here hearts beat faster, and pages may say more."""

TABLE = (
    Scenario(
        "G1",
        "a random worker of three is killed every ten seconds",
        deeds.again(deeds.kill_a_worker, 60, 10),
        Plan(L1000, THREE, people=2, fewest=True),
        600,
        limits={"usable p50": 0.5, "usable p99": 1.5, "usable max": 2.5, "mounted afresh": 0},
        told=("displaced", "back p50", "back p99", "in doubt"),
        patience=30,
    ),
    Scenario(
        "G2",
        "calls under cuts and kills: each is done once",
        deeds.together(deeds.again(deeds.kill_a_worker, 14, 10), deeds.cut_at_any_byte(40_000, 140)),
        Plan(Load(pages=200, news=2, calls=4.0, repeat=0.05, actions=("book", "book_in_a_thread", "save"))),
        140,
        limits={"mounted afresh": 0},
        told=("in doubt", "call p99"),
        patience=30,
    ),
    Scenario(
        "G3",
        "Redis is killed again and again",
        deeds.again(deeds.kill_redis(0.5), 50, 3.6),
        Plan(L200),
        180,
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
        "G4p",
        "Redis stands still for 5, 20 and 60 seconds",
        deeds.in_turn(
            *(deeds.in_turn(deeds.break_redis_links(BLACKHOLE, seconds), deeds.wait(4)) for seconds in (5, 20, 60))
        ),
        Plan(Load(pages=100, news=10, calls=0.2)),
        100,
        limits={"sockets lost": 0, "mounted afresh": 0, "publish max": 1.0, "resumes p99": 1.0, "growth": 32},
        patience=30,
    ),
    Scenario(
        "G4f",
        "sentinels make another Redis the master",
        deeds.fail_over,
        Plan(L200, replica=True, sentinels=True),
        8,
        limits={"sockets lost": 0, "mounted afresh": 0, "resumes p99": 3.0},
        patience=30,
    ),
    Scenario(
        "G5",
        "a tenth of the pages read nothing",
        deeds.stall_readers(100, 14, quiet=14),
        Plan(Load(pages=1000, news=5, calls=0.1, size=12_000), settings=USUAL),
        30,
        limits={"mounted afresh": 0, "each takes": 2.0, "disconnected": 10.0, "news slower": 1.1},
        told=("news p99 before", "news p99 meanwhile"),
        patience=40,
    ),
    Scenario(
        "G6",
        "a thousand who have signed in come back at once",
        deeds.again(deeds.cut_and_weigh, 3, 8),
        Plan(replace(L1000, actions=("book", "book_in_a_thread")), signed_in=1000),  # which send no query of their own
        24,
        limits={"back p99": 2.0, "queries": 300, "mounted afresh": 0},
        told=("usable p99", "attempts max", "server ms a page", "swarm ms a page"),
        patience=30,
    ),
    Scenario(
        "G7",
        "three workers are replaced, one after the other",
        deeds.replace_all_workers,
        Plan(L1000, THREE, fewest=True),
        20,
        limits={"longest gap": 1.0, "drain max": 10.0, "mounted afresh": 0, "in doubt": 0},
        patience=30,
    ),
    Scenario(
        "G7r",
        "three workers are replaced, and the balancer asks who is ready",
        deeds.replace_under_checks,
        Plan(L1000, THREE, settings={"DRAIN_DELAY": 1.0}, fewest=True),
        20,
        limits={"longest gap": 1.0, "drain max": 10.0, "mounted afresh": 0, "in doubt": 0},
        patience=30,
    ),
    *(
        Scenario(
            number,
            f"visitors who mean harm flood {server} in every way there is, for ten seconds",
            deeds.be_flooded(3, 10),
            Plan(Load(pages=50, news=10, calls=2.0), (server,), settings=USUAL),
            22,
            limits={
                "sockets lost": 0,
                **{f"{kind} closed": 1.0 for kind in FLOODS},
                "floods take": 20,
                "loop stall": 0.02,
                "calls slower": 2.0,
            },
            told=(
                *("call p99 before", "call p99 meanwhile", "calls before", "calls meanwhile"),
                *("loop late before", "loop late", "visits", "server ms a visit"),
            ),
            patience=30,
        )
        for number, server in (("G8", "daphne"), ("G8u", "uvicorn"))
    ),
    Scenario(
        "G9",
        "pages come and go",
        deeds.in_turn(deeds.be_idle(1000), deeds.come_and_go(100, 10, first=15)),
        Plan(Load(pages=0, news=1), ("daphne",)),
        limits={"KiB a page": 40, "MiB a 1000 visits": 1.0, "keys left": 0, "tasks left": 0},
    ),
    Scenario(
        "G10",
        "all catch up with what they have missed",
        deeds.stay_away(5),
        Plan(replace(L1000, news=20)),
        10,
        limits={"mounted afresh": 0, "caught up p99": 1.0},
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
    Scenario(
        "G12",
        "forty people sign out",
        deeds.sign_out(40),
        Plan(Load(pages=400, news=10, calls=0.2), THREE, signed_in=100),
        5,
        limits={"dismissed p99": 1.0, "dismissed others": 0, "mounted afresh": 0},
        patience=30,
    ),
    Scenario(
        "G12r",
        "people sign out while Redis is away",
        deeds.sign_out(20, redis_away=12),
        Plan(Load(pages=200, news=10, calls=0.2), signed_in=100),
        15,
        limits={"dismissed p99": 10.0, "dismissed others": 0, "mounted afresh": 0},
        patience=30,
    ),
    Scenario(
        "G13",
        "browsers sleep while a thousand news are said",
        deeds.freeze_browsers(10),
        Plan(Load(pages=10, news=100, calls=0.2), people=2, settings=USUAL),
        12,
        limits={"mounted afresh": 0, "current after": 0.5, "blocked": 0.1},
        patience=30,
    ),
    Scenario(
        "G14",
        "machines are switched off, and those who are left see who is there",
        deeds.vanish_for_good,
        Plan(Load(pages=20, news=1, calls=0.1), signed_in=40, presence=True, settings=USUAL),
        limits={"noticed dead": 15.0, "noticed by pages": 12.0, "presence wrong": 20.0},
        patience=60,
    ),
    Scenario(
        "G15",
        "five times as much is asked as can be done",
        deeds.measure_capacity(threads=4, takes=0.2),
        Plan(
            Load(pages=200, news=10, calls=1.0, actions=("linger_in_a_thread",)),
            settings={"THREADS": 4, "MAX_WAITING": 8},
        ),
        15,
        limits={"sockets lost": 0, "goodput lost": 0.2, "accepted p99": 1.0, "refused p99": 0.05, "recovery": 5.0},
        told=("refused",),
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
