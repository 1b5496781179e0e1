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

__all__ = ["FAULTS", "RARE"]

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
    Scenario(
        "F5",
        "all workers are replaced, one after the other",
        deeds.replace_all_workers,
        Plan(Load(pages=50, actions=("book", "save", "linger")), settings={"DRAIN_SPREAD": 1.0}),
        limits=NOBODY_AFRESH | {"in doubt": 0, "longest gap": 1.0, "drain max": 10.0},
    ),
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
    Scenario(
        "F8",
        "pages lose their connection while their actions run, and come back to the same process",
        deeds.again(deeds.cut_all_pages, 3, 0.7),
        Plan(Load(pages=50, calls=3.0, actions=("linger", "linger_in_a_thread")), ("uvicorn",)),
        limits=NOBODY_AFRESH | {"in doubt": 0},
    ),
    Scenario("F9", "an action blocks the loop of its process", deeds.stall_a_loop(3.5), limits=NO_SOCKET),
    Scenario(
        "F10",
        "a worker is killed because it has taken too much memory",
        deeds.exhaust_memory(64),
        Plan(Load(pages=50)),
        2.5,
        limits={"not killed": 0},
        told=("usable p99", "in doubt"),
    ),
    Scenario("F11", "a worker is frozen, and wakes up when its pages have gone", deeds.freeze_a_worker(3), BUSY, 5),
    Scenario(
        "F12",
        "every thread is busy",
        plan=Plan(Load(pages=100, news=5, calls=1.0, actions=("linger_in_a_thread",))),
        limits=NO_SOCKET,
        told=("delivery p99",),
    ),
    Scenario(
        "F13",
        "a new version of the code is deployed while pages are open, and the old one again",
        deeds.in_turn(deeds.deploy(2), deeds.deploy(1)),
        Plan(Load(pages=50), settings={"DRAIN_SPREAD": 0.5}),
        limits=NOBODY_AFRESH | {"in doubt": 0},
    ),
    Scenario(
        "F14",
        "a tab comes back whose client is too old",
        deeds.come_with_an_old_client,
        limits=NO_SOCKET | {"told otherwise": 0, "came again": 0},
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
        Plan(Load(pages=50), replica=True, sentinels=True),
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
        "F23",
        "Redis throws away what it likes",
        deeds.evict,
        limits=NO_SOCKET | NOBODY_AFRESH,
        news_lost=True,
    ),
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
    Scenario(
        "F27",
        "the doorbells move to another Redis, and not all processes have heard of it",
        deeds.move_doorbells,
        Plan(Load(pages=50), settings={"DRAIN_SPREAD": 0.5}, other=True),
        limits=NOBODY_AFRESH | {"in doubt": 0},
        told=("delivery p99",),
    ),
    Scenario(
        "F55",
        "Redis comes back, and before anything is written all pages come to other processes",
        deeds.in_turn(deeds.break_redis_links(BLACKHOLE, 2), deeds.cut_all_pages),
        seconds=4,
        limits=NOBODY_AFRESH,
        told=("longest gap",),
    ),
    Scenario(
        "F56",
        "one process cannot reach Redis, and pages come and go meanwhile in the midst of their calls",
        deeds.together(deeds.isolate_a_worker(5), deeds.again(deeds.cut_all_pages, 8, 0.7)),
        Plan(Load(pages=50, calls=4.0, actions=("book", "linger", "linger_in_a_thread")), people=1),
        seconds=6,
        told=("mounted afresh", "in doubt", "longest gap"),
        sessions_lost=True,
    ),
    Scenario(
        "F57",
        "nobody reaches Redis, and pages lose their connections as it goes away and twice meanwhile",
        deeds.together(
            deeds.again(deeds.cut_all_pages, 3, 1.0),
            deeds.in_turn(deeds.wait(0.1), deeds.break_redis_links(BLACKHOLE, 4)),
        ),
        Plan(Load(pages=50, calls=2.0), people=1),
        seconds=6,
        told=("mounted afresh", "in doubt", "longest gap"),
        sessions_lost=True,
    ),
    Scenario(
        "F58",
        "Redis is killed before it has written down the last of what it had answered, and counts on",
        deeds.in_turn(deeds.kill_redis(0.5, unwritten=20_000), deeds.wait(1.5), deeds.kill_redis(0.1, unwritten=1_000)),
        Plan(Load(pages=50), people=1),
        seconds=5,
        limits=NO_SOCKET,
        told=("mounted afresh", "in doubt"),
        news_lost=True,
        sessions_lost=True,
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
        Plan(Load(pages=100, calls=1.0), signed_in=100),
        limits=NOBODY_AFRESH | {"back p99": 2.0},
        told=("usable p99", "queries", "attempts max"),
    ),
    Scenario(
        "F33",
        "all pages have missed the same, and ask for it at once",
        deeds.be_missed(1.5),
        Plan(Load(pages=100, news=40, calls=0.2)),
        2,
        limits=NOBODY_AFRESH | {"reads a worker": 10.0},
    ),
    Scenario(
        "F35",
        "pages sleep, and everything comes at once",
        deeds.hold_pages(3),
        Plan(Load(pages=50, news=40), settings={"HEARTBEAT": 8.0}),
        limits=NO_SOCKET,
    ),
    Scenario(
        "F40",
        "some pages read nothing for a while",
        deeds.stall_readers(10, 6),
        Plan(Load(pages=30, size=12_000)),
        8,
        limits=NOBODY_AFRESH | {"each takes": 2.0, "disconnected": 7.0},
        told=("news slower",),
    ),
    Scenario(
        "F41",
        "a proxy cuts every connection over which nothing comes",
        deeds.wait(6),
        Plan(Load(pages=20, news=0, calls=0), network=Mode(idle=3), settings={"HEARTBEAT": 2.0}),
        6,
        limits=NO_SOCKET,
    ),
    Scenario(
        "F42",
        "a proxy lets no WebSocket pass",
        deeds.cut_all_pages,
        Plan(Load(pages=0), people=1, network=Mode(no_upgrade=True)),
    ),
    Scenario(
        "F43",
        "every socket is changed for a new one when it is old",
        plan=Plan(Load(pages=50, actions=("book", "save", "linger")), settings={"SOCKET_AGE": 6.0}, people=1),
        seconds=8,
        limits=NOBODY_AFRESH | {"in doubt": 0, "longest gap": 1.0},
        told=("sockets lost",),
    ),
    Scenario(
        "F44",
        "somebody with five tabs signs out in one of them",
        deeds.sign_out(1),
        Plan(Load(pages=50), signed_in=10),
        limits={"dismissed p99": 1.0, "dismissed others": 0},
    ),
    # Data, order, time
    Scenario(
        "F46",
        "every second call is sent twice",
        deeds.cut_all_pages,
        Plan(Load(pages=50, calls=4.0, repeat=0.5, actions=("book", "book_in_a_thread", "save", "linger"))),
    ),
    Scenario(
        "F47",
        "those who say something hear it before their own answer",
        plan=Plan(Load(pages=30, calls=2.0, actions=("announce",))),
        limits=NO_SOCKET | {"not announced": 0},
    ),
    Scenario(
        "F48",
        "three publishers speak to one topic at once",
        deeds.again(deeds.cut_all_pages, 3, 1),
        Plan(Load(pages=50, news=90, publishers=3, calls=0.5)),
    ),
    Scenario(
        "F49",
        "the clock of one process is an hour ahead, that of the other an hour behind",
        deeds.again(deeds.cut_all_pages, 2, 1),
        Plan(Load(pages=50), clocks=(3600, -3600)),
        limits=NOBODY_AFRESH,
        told=("in doubt",),
    ),
    Scenario(
        "F50",
        "the clock of a process jumps by 25 hours",
        deeds.set_clocks(90_000, 0),
        Plan(Load(pages=50), clocks=(0, 0)),
        limits=NOBODY_AFRESH,
        told=("sockets lost", "in doubt"),
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
        Plan(Load(pages=50, news=40), settings={"LOG_LENGTH": 20}),
        5,
        limits=NOBODY_AFRESH,
        news_lost=True,
    ),
    Scenario(
        "F53",
        "more is answered than a page is sent, and more is said than a frame may hold",
        deeds.in_turn(deeds.ask_for_too_much, deeds.wait(1), deeds.say_too_much),
        limits=NOBODY_AFRESH | {"told otherwise": 0, "lost for an answer": 0, "attempts max": 1},
        told=("sockets lost",),
    ),
    Scenario(
        "F54",
        "messages with nothing in them",
        deeds.say_nothing,
        limits=NO_SOCKET | {"told otherwise": 0},
    ),
)

FAULTS: Mapping[str, Scenario] = {each.number: each for each in TABLE}

RARE = frozenset({"F27"})
"""What takes long and seldom changes: not among those that are quick."""
