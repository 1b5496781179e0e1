"""What is kept of shared components: the same promises, kept in memory and in Redis."""

from __future__ import annotations

import asyncio
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation

from liveactions.bus.memory import MemoryLog
from liveactions.bus.redis import RedisLog
from liveactions.bus.states import STEPPED, MemoryStates, RedisStates
from liveactions.components import STREAM
from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Hold, Step
from liveactions.store import close_clients
from tests.bus.ends import end_of

AGE = 600


@pytest.fixture
async def states(log):
    return (RedisStates if isinstance(log, RedisLog) else MemoryStates)(log, AGE, lambda _: None)


@pytest.fixture
def key():
    return f"poll.{secrets.token_hex(4)}"


def step(key, since, data=b"state", version=None, body=b"", **payload):
    return Step(key, since, since + 1 if version is None else version, data, body, payload)


async def test_what_was_never_taken_is_not_kept(states, key):
    assert await states.load(key) is None


async def test_the_latest_step_is_kept(states, key):
    await states.take(step(key, 0, b"one"))
    await states.take(step(key, 1, b"two"))
    kept = await states.load(key)
    assert (kept.version, kept.data) == (2, b"two")


async def test_who_knows_the_latest_version_is_not_given_it_again(states, key):
    await states.take(step(key, 0, b"one"))
    assert (await states.load(key, 1)).data == b""
    assert (await states.load(key, 7)).data == b"one"


async def test_of_two_steps_from_one_version_one_is_taken_and_the_other_learns_of_it(states, key):
    await states.take(step(key, 0, b"one"))
    outcomes = await asyncio.gather(*(states.take(step(key, 1, data)) for data in (b"a", b"b")))
    won = [taken for taken in outcomes if taken.entry is not None]
    lost = [taken for taken in outcomes if taken.entry is None]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].kept.version == 2
    assert lost[0].kept.data == won[0].kept.data


async def test_of_many_threads_that_make_the_first_version_one_does(states, key):
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(states.take_now, step(key, 0, b"%d" % each)) for each in range(16)]
        outcomes = [await asyncio.wrap_future(each) for each in work]
    assert sum(taken.entry is not None for taken in outcomes) == 1
    assert len({taken.kept.data for taken in outcomes}) == 1


async def test_a_step_is_in_the_log_where_it_says(states, log, key):
    first = await states.take(step(key, 0))
    second = await states.take(step(key, 1, body=b"items", version=2, who="ana"))
    (entry,) = await log.read(STREAM + key, first.kept.place, 10)
    assert entry == second.entry
    assert (entry.body, entry.event, entry.payload) == (b"items", STEPPED, {"who": "ana"})
    assert (await states.load(key)).place == entry.place == await end_of(log, STREAM + key)


async def test_a_step_that_was_not_taken_is_not_in_the_log(states, log, key):
    place = (await states.take(step(key, 0))).kept.place
    await states.take(step(key, 0))
    assert await end_of(log, STREAM + key) == place


# Steps that transactions make


def held(key, since, mark=b"mark", data=b"state"):
    return step(key, since, data)._replace(hold=Hold("default", mark))


async def hold(states, wanted):
    return await sync_to_async(states.hold_now)(wanted)


async def let_go(states, key, mark=b"mark"):
    await sync_to_async(states.let_go_now)(key, Hold("default", mark))


async def test_while_one_step_is_held_no_other_is_taken(states, key):
    await states.take(step(key, 0, b"one"))
    mine = held(key, 1, data=b"mine")
    assert await hold(states, mine) is None
    refused = [await states.take(step(key, 1)), await states.take(held(key, 1, b"other"))]
    refused.append(await hold(states, held(key, 1, b"other")))
    assert [(each.entry, each.hold, each.kept.data) for each in refused] == [(None, mine.hold, b"one")] * 3
    assert (await states.take(mine)).kept.version == 2
    assert (await states.take(step(key, 2))).kept.version == 3


async def test_who_holds_a_step_may_say_so_again(states, key):
    await states.take(step(key, 0))
    assert [await hold(states, held(key, 1)) for _ in range(2)] == [None, None]


async def test_a_step_of_a_version_that_is_not_the_latest_cannot_be_held(states, key):
    await states.take(step(key, 0, b"one"))
    await states.take(step(key, 1, b"two"))
    refused = await hold(states, held(key, 1))
    assert (refused.kept.version, refused.kept.data, refused.hold) == (2, b"two", None)
    assert (await hold(states, held(f"{key}.never", 1))).kept.version == 0


async def test_what_was_let_go_is_anybodys_again(states, key):
    await states.take(step(key, 0))
    await hold(states, held(key, 1))
    await let_go(states, key, b"other")
    assert (await states.take(step(key, 1))).entry is None, "that was somebody else's to say"
    await let_go(states, key)
    assert (await states.take(step(key, 1))).entry is not None


async def test_a_held_step_is_taken_once_however_often_it_is_brought(states, log, key):
    await states.take(step(key, 0))
    mine = held(key, 1, secrets.token_bytes(9))
    await hold(states, mine)
    taken = await states.take(mine)
    await states.take(step(key, 2))
    assert (await states.take(mine)).entry == taken.entry
    assert ((await states.load(key)).version, (await end_of(log, STREAM + key)).offset) == (3, 3)


async def test_what_nobody_looks_at_is_forgotten_and_what_is_renewed_is_not(log, key):
    short = (RedisStates if isinstance(log, RedisLog) else MemoryStates)(log, 0.3, lambda _: None)
    await short.take(step(key, 0))
    await short.take(step(f"{key}.left", 0))

    async def left_is_forgotten() -> None:
        while await short.load(f"{key}.left") is not None:
            assert await short.renew([key]) == set()
            await asyncio.sleep(0.02)

    await asyncio.wait_for(left_is_forgotten(), 10)
    assert (await short.load(key)).version == 1


async def test_renewing_tells_what_is_not_kept(states, key):
    await states.take(step(key, 0))
    assert await states.renew([key, "never"]) == {"never"}
    assert await states.renew([]) == set()


async def test_the_first_to_claim_a_name_has_it(states):
    name = secrets.token_hex(4)
    assert [await states.claim(name, 60) for _ in range(3)] == [True, False, False]


async def test_a_claim_ends(states):
    name = secrets.token_hex(4)
    assert await states.claim(name, 0.05)

    async def claimed_again() -> None:
        while not await states.claim(name, 0.05):  # noqa: ASYNC110  # nobody tells when it ends
            await asyncio.sleep(0.01)

    await asyncio.wait_for(claimed_again(), 10)


@pytest.mark.redis
async def test_a_step_whose_answer_was_lost_is_not_taken_twice(redis_url, key, monkeypatch):
    log = RedisLog(redis_url, 1000, AGE, prefix=f"{{{secrets.token_hex(4)}}}")
    states = RedisStates(log, AGE, lambda _: None)
    module, calls = sys.modules[RedisStates.__module__], []
    real = module.ask

    async def once_without_an_answer(*arguments):
        answer = await real(*arguments)
        calls.append(answer)
        if len(calls) == 1:
            raise ConnectionError("lost on the way back")
        return answer

    monkeypatch.setattr(module, "ask", once_without_an_answer)
    taken = await states.take(step(key, 0))
    assert len(calls) == 2
    assert taken.entry is not None
    monkeypatch.undo()
    assert (await states.load(key)).version == 1
    assert (await end_of(log, STREAM + key)).offset == 1
    await close_clients()


@pytest.mark.redis
async def test_synchronous_code_may_not_hold_up_an_event_loop(redis_url, key):
    states = RedisStates(RedisLog(redis_url, 1000, AGE), AGE, lambda _: None)
    with pytest.raises(SynchronousOnlyOperation):
        states.load_now(key)
    with pytest.raises(SynchronousOnlyOperation):
        states.take_now(step(key, 0))
    assert await sync_to_async(states.load_now)(key) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda states, key: states.load(key),
        lambda states, key: states.take(step(key, 0)),
        lambda states, key: states.renew([key]),
        lambda states, key: states.claim(key, 1),
    ],
)
async def test_a_redis_that_is_away_is_said_to_be_away(key, ask):
    states = RedisStates(RedisLog("redis://127.0.0.1:1/0", 10, AGE), AGE, lambda _: None)
    with pytest.raises(BusUnavailable):
        await ask(states, key)
    await close_clients()


def test_more_than_there_is_room_for_push_out_what_was_renewed_longest_ago(key):
    states = MemoryStates(MemoryLog(10, AGE), AGE, lambda _: None, max_count=2)
    for name in "abc":
        states.take_now(step(name, 0))
    assert [states.load_now(name) is None for name in "abc"] == [True, False, False]
