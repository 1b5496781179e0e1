"""Every fault once: what is done, under which load, and what must hold all the same.

The invariants (``checker``) hold in every one of them, without being named. A scenario names what is particular to
it: figures that must be 0, and what may be lost as long as the page is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.faults import deeds
from tests.faults.proxy import BLACKHOLE, Mode
from tests.faults.running import Scenario
from tests.faults.swarm import Load
from tests.faults.world import Plan

__all__ = ["FAULTS"]

BUSY = Plan(Load(pages=50, calls=4.0))
NO_SOCKET = {"sockets lost": 0}
NOBODY_AFRESH = {"mounted afresh": 0}

TABLE = (
    # Server processes
    Scenario(
        "F1",
        "a worker is killed in the middle of everything",
        deeds.kill_a_worker,
        Plan(Load(pages=50), people=1),
        limits={"usable p99": 1.0, "usable max": 1.5},
        told=("back p50", "in doubt"),
    ),
    Scenario(
        "F2",
        "a worker is killed while long actions run",
        deeds.kill_a_worker,
        Plan(Load(pages=50, actions=("linger", "linger_in_a_thread"))),
        told=("in doubt",),
    ),
    Scenario(
        "F3",
        "a worker is killed between the commit and the answer",
        deeds.kill_a_worker,
        Plan(Load(pages=50, calls=6.0, actions=("save",))),
        limits={"in doubt": 0},
    ),
    Scenario(
        "F4",
        "a worker is killed between the commit and the news of it",
        deeds.kill_a_worker,
        Plan(Load(pages=50, calls=1.0, news=2.0, actions=("announce",))),
        limits={"not announced": 0, "in doubt": 0},
    ),
    Scenario("F5", "all workers are replaced, one after the other", deeds.replace_all_workers, told=("longest gap",)),
    Scenario(
        "F6",
        "actions fail",
        plan=Plan(Load(pages=50, calls=4.0, actions=("fail", "book", "fail"))),
        limits=NO_SOCKET,
    ),
    Scenario(
        "F7",
        "actions take long",
        plan=Plan(Load(pages=50, calls=1.0, actions=("linger", "linger_in_a_thread", "book"))),
        limits=NO_SOCKET | {"delivery p99": 0.05},
    ),
    Scenario("F9", "an action blocks the loop of its process", deeds.stall_a_loop(2), limits=NO_SOCKET),
    Scenario("F11", "a worker is frozen, and wakes up when its pages have gone", deeds.freeze_a_worker(3), BUSY, 5),
    Scenario(
        "F12",
        "every thread is busy",
        plan=Plan(Load(pages=100, calls=1.0, actions=("linger_in_a_thread",))),
        limits=NO_SOCKET,
        told=("delivery p99",),
    ),
    # Redis
    Scenario(
        "F15",
        "Redis is killed and comes back with what it had",
        deeds.kill_redis(0.5),
        limits=NO_SOCKET | NOBODY_AFRESH | {"resumes p99": 0.3},
        told=("not acknowledged",),
    ),
    Scenario(
        "F16",
        "Redis is killed and comes back with nothing",
        deeds.kill_redis(0.5, lost=True),
        Plan(Load(pages=50), journal=False, people=1),
        limits=NO_SOCKET | NOBODY_AFRESH | {"noticed p99": 1.0},
        news_lost=True,
    ),
    Scenario(
        "F17",
        "Redis is away for a while",
        deeds.kill_redis(4),
        seconds=6,
        limits=NO_SOCKET | NOBODY_AFRESH | {"resumes p99": 2.0, "growth": 32},
        told=("call p99",),
    ),
    Scenario(
        "F18",
        "the link to Redis stands still",
        deeds.break_redis_links(BLACKHOLE, 3),
        seconds=5,
        limits=NO_SOCKET | NOBODY_AFRESH | {"publish max": 1.0, "resumes p99": 1.0},
    ),
    Scenario(
        "F19",
        "the connections to Redis lead nowhere, and nobody is told",
        deeds.forget_redis_links,
        seconds=5,
        limits=NO_SOCKET | NOBODY_AFRESH,
    ),
    Scenario(
        "F20",
        "sentinels make another Redis the master",
        deeds.fail_over,
        Plan(Load(pages=50), replica=True),
        6,
        limits=NO_SOCKET | NOBODY_AFRESH | {"resumes p99": 3.0},
    ),
    Scenario(
        "F21",
        "another Redis becomes the master, and has not heard everything",
        deeds.fail_over_with_a_lost_tail,
        Plan(Load(pages=50), replica=True),
        limits=NO_SOCKET | NOBODY_AFRESH,
        news_lost=True,
    ),
    Scenario("F22", "Redis has no memory left", deeds.fill_redis, limits=NO_SOCKET | NOBODY_AFRESH),
    Scenario(
        "F24",
        "Redis closes the connections of its subscribers",
        deeds.again(deeds.end_subscribers, 4, 0.8),
        limits=NO_SOCKET | NOBODY_AFRESH,
        told=("delivery p99",),
    ),
    Scenario(
        "F25",
        "Redis is slow",
        deeds.break_redis_links(Mode(delay=0.1), 3),
        limits=NO_SOCKET | NOBODY_AFRESH,
        told=("call p99",),
    ),
    Scenario(
        "F26",
        "everything in Redis is deleted",
        deeds.flush_redis,
        limits=NO_SOCKET | NOBODY_AFRESH | {"noticed p99": 1.0},
        news_lost=True,
    ),
    # The network and the browser
    Scenario("F28", "connections are cut at any byte", deeds.cut_at_any_byte(6_000, 4), BUSY, 5),
    Scenario("F29", "connections lead nowhere, and nobody is told", deeds.vanish, seconds=6, told=("longest gap",)),
    Scenario(
        "F31",
        "pages are offline for a while, and are typed in",
        deeds.stay_away(2),
        Plan(Load(pages=50), people=1),
        told=("longest gap",),
    ),
    Scenario(
        "F32",
        "all pages come back at once",
        deeds.cut_all_pages,
        Plan(Load(pages=100, calls=1.0), signed_in=True),
        limits=NOBODY_AFRESH | {"back p99": 2.0},
        told=("usable p99", "queries", "attempts max"),
    ),
    Scenario(
        "F35",
        "pages sleep, and everything comes at once",
        deeds.hold_pages(3),
        Plan(Load(pages=50, news=40)),
        limits=NO_SOCKET,
    ),
    # Data, order, time
    Scenario(
        "F46",
        "every second call is sent twice",
        deeds.cut_all_pages,
        Plan(Load(pages=50, calls=4.0, repeat=0.5, actions=("book", "book_in_a_thread", "save", "linger"))),
    ),
    Scenario(
        "F48",
        "three publishers speak to one topic at once",
        deeds.again(deeds.cut_all_pages, 3, 1),
        Plan(Load(pages=50, news=90, publishers=3, calls=0.5)),
    ),
    Scenario(
        "F51",
        "pages are opened while news are said",
        deeds.open_more(60),
        Plan(Load(pages=10, news=100, calls=0.5)),
    ),
    Scenario(
        "F52",
        "what was missed is no longer kept",
        deeds.stay_away(2),
        Plan(Load(pages=50, news=40), env={"FAULTS_LOG_LENGTH": "20"}),
        5,
        limits=NOBODY_AFRESH,
        news_lost=True,
    ),
)

FAULTS: Mapping[str, Scenario] = {each.number: each for each in TABLE}
