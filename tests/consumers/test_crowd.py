"""More than a process can take on is refused at once, with the time after which to try again."""

from __future__ import annotations

import asyncio
from threading import Event, Semaphore
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User

from liveactions import Component, action, store
from liveactions.consumers import process
from liveactions.runtime.lag import Lag
from liveactions.threads import runner
from liveactions.wire.frames import Bye, Call, Hello
from tests.runtime.doubles import Gate
from tests.wires import Closed, Wire, pages, refusal

pytestmark = pytest.mark.django_db(transaction=True)


GATES: dict[str, Gate] = {}
STARTED, RELEASE = Semaphore(0), Event()


class Busy(Component):
    name = "crowd.busy"
    template = "<p></p>"

    @action
    def work(self):
        pass

    @action
    async def think(self):
        pass

    @action
    async def wait(self):
        await GATES["wait"].wait()

    @action
    def block(self):
        STARTED.release()
        RELEASE.wait(10)


async def turned_away(wire: Wire) -> int:
    """How long a new socket with the cookies of ``wire`` is asked to wait. Milliseconds."""
    other = Wire({}, None)
    other.scope["headers"] = wire.scope["headers"]
    await other.dial()
    other.send(Hello("test"))
    bye = await other.next(Bye)
    assert bye.code == "server.busy"
    with pytest.raises(Closed) as closed:
        await other.frame()
    assert closed.value.code == 4429
    await other.drop()
    return bye.retry_ms


async def test_a_process_has_so_many_sockets_and_no_more(connect, settings):
    settings.LIVEACTIONS = {"MAX_SOCKETS": 2}
    one, _ = await connect(), await connect()
    assert await turned_away(one) > 0
    await one.drop()
    assert (await connect()).page.connected


async def test_so_many_pages_join_at_a_time_and_the_others_a_little_later(connect, settings):
    settings.LIVEACTIONS = {"MAX_JOINING": 2}
    wire = await connect()
    pages().joining = 2
    assert 250 <= await turned_away(wire) <= 1000
    pages().joining = 0
    assert (await connect()).page.connected
    while pages().joining:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)


async def test_those_who_are_turned_away_are_asked_to_come_one_after_the_other(connect, settings, clock):
    settings.LIVEACTIONS = {"MAX_JOINING": 2}
    wire = await connect()
    pages().joining += 2
    first, second, third = [await turned_away(wire) for _ in range(3)]
    assert 250 <= first < second < third < first + 50
    clock.move(60)
    assert await turned_away(wire) == first
    pages().joining -= 2


async def test_a_user_has_so_many_pages_and_others_are_not_concerned(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PAGES": 2}
    ana = await User.objects.acreate(username="ana")
    ben = await User.objects.acreate(username="ben")
    wires = [await connect(ana) for _ in range(2)]
    assert await turned_away(wires[0]) > 0
    assert (await connect(ben)).page.connected
    assert (await connect()).page.connected
    pages().forget(wires[0].page)
    assert (await connect(ana)).page.connected


async def test_a_page_that_comes_back_is_not_one_more(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PAGES": 1}
    wire = await connect(await User.objects.acreate(username="ana"))
    await wire.drop()
    again = Wire({}, None)
    again.scope["headers"] = wire.scope["headers"]
    again.ack = wire.ack
    assert (await again.open([wire.token, wire.ack, {}])).recovered
    await again.drop()


async def test_calls_are_refused_at_once_while_too_much_waits_for_a_thread(connect, settings):
    settings.LIVEACTIONS = {"MAX_WAITING": 5}
    wire = await connect()
    await wire.place("crowd.busy")
    release = Event()
    pool = runner().pool
    stuck = [asyncio.ensure_future(runner().run(release.wait)) for _ in range(pool.size + 5)]
    try:
        while len(pool.backlog) < 5:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0)
        told = refusal(await wire.call(1, "work"))
        assert (told.code, told.fault, told.detail) == ("page.busy", "server", {"retry_ms": 1000})
    finally:
        release.set()
        await asyncio.gather(*stuck)
    assert (await wire.call(1, "work")).refusal is None


@pytest.mark.parametrize(("action", "code"), [("work", "page.busy"), ("think", None)])
async def test_calls_that_will_need_a_thread_count_before_they_have_come_so_far(connect, settings, action, code):
    """They wait until it is written down that they begin, all in the same moment."""
    settings.LIVEACTIONS = {"MAX_WAITING": 3, "CHECKPOINT": True}
    wires = [await connect() for _ in range(4)]
    for wire in wires:
        await wire.place("crowd.busy")
    gate, write = Gate(), type(store.vault()).write

    async def late(vault, writings):
        await gate.wait()
        return await write(vault, writings)

    with patch.object(type(store.vault()), "write", late):
        begun = [wire.ask(Call, 1, action, {}) for wire in wires]
        while any(wire.page.taken.last < number for wire, number in zip(wires, begun, strict=True)):  # noqa: ASYNC110
            await asyncio.sleep(0)  # nobody tells
        gate.open()
        told = [await wire.answer(number) for wire, number in zip(wires, begun, strict=True)]
    assert [each.refusal and refusal(each).code for each in told] == [None, None, None, code]


async def test_calls_are_refused_while_the_event_loop_is_late(connect, settings, monkeypatch):
    settings.LIVEACTIONS = {"MAX_LAG": 0.2}
    wire = await connect()
    await wire.place("crowd.busy")
    monkeypatch.setattr(Lag, "tick", lambda self: None)
    process.lag().last = 0.3
    assert refusal(await wire.call(1, "think")).code == "page.busy"
    process.lag().last = 0.0
    assert (await wire.call(1, "think")).refusal is None


async def test_the_pages_of_one_user_have_so_many_calls_together_and_others_are_not_concerned(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PENDING": 4, "MAX_PENDING": 2}
    GATES["wait"] = Gate()
    ana, ben = await User.objects.acreate(username="ana"), await User.objects.acreate(username="ben")
    one, two, three, his, anyone = [await connect(user) for user in (ana, ana, ana, ben, None)]
    for wire in (one, two, three, his, anyone):
        await wire.place("crowd.busy")
    begun = [wire.ask(Call, 1, "wait", {}) for wire in (one, one, two, two)]
    told = refusal(await three.call(1, "think"))
    assert (told.code, told.detail) == ("page.busy", {"retry_ms": 1000})
    assert (await his.call(1, "think")).refusal is None
    assert (await anyone.call(1, "think")).refusal is None
    GATES["wait"].open()
    for wire, number in zip((one, one, two, two), begun, strict=True):
        assert (await wire.answer(number)).refusal is None
    assert (await three.call(1, "think")).refusal is None


async def test_what_a_page_that_has_ended_had_begun_does_not_count(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PENDING": 2, "MAX_PENDING": 1}
    GATES["wait"] = Gate()
    ana = await User.objects.acreate(username="ana")
    one, two = await connect(ana), await connect(ana)
    for wire in (one, two):
        await wire.place("crowd.busy")
    for _ in range(2):
        one.ask(Call, 1, "wait", {})
    await GATES["wait"].reached.wait()
    while len(one.page.open) < 2:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)
    assert refusal(await two.call(1, "think")).code == "page.busy"
    one.page.revoke()
    assert (await two.call(1, "think")).refusal is None
    GATES["wait"].open()


async def test_forty_slow_actions_of_one_user_leave_threads_to_the_others(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_THREADS": runner().pool.size // 2}
    RELEASE.clear()
    ana, ben = await User.objects.acreate(username="ana"), await User.objects.acreate(username="ben")
    hers = await asyncio.gather(*(connect(ana) for _ in range(40)))
    his = await connect(ben)
    for wire in (*hers, his):
        await wire.place("crowd.busy")
    begun = [wire.ask(Call, 1, "block", {}) for wire in hers]
    try:
        for _ in range(runner().pool.size // 2):
            assert await asyncio.to_thread(STARTED.acquire, timeout=10)
        assert (await his.call(1, "work")).refusal is None
        assert not STARTED.acquire(blocking=False)
        assert not runner().pool.backlog, "the others of hers wait elsewhere"
    finally:
        RELEASE.set()
    for wire, number in zip(hers, begun, strict=True):
        assert (await wire.answer(number)).refusal is None
    assert hers[0].page.quota.taken == 0
