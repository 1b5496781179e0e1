"""More than a process can take on is refused at once, with the time after which to try again."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from django.contrib.auth.models import User

from liveactions import Component, action
from liveactions.consumers import process
from liveactions.runtime.lag import Lag
from liveactions.threads import runner
from liveactions.wire.frames import Bye, Hello
from tests.wires import Closed, Wire, pages, refusal

pytestmark = pytest.mark.django_db(transaction=True)


class Busy(Component):
    name = "crowd.busy"
    template = "<p></p>"

    @action
    def work(self):
        pass

    @action
    async def think(self):
        pass


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


async def test_a_user_has_so_many_pages_and_others_are_not_concerned(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PAGES": 2}
    ana = await User.objects.acreate_user("ana")
    ben = await User.objects.acreate_user("ben")
    wires = [await connect(ana) for _ in range(2)]
    assert await turned_away(wires[0]) > 0
    assert (await connect(ben)).page.connected
    assert (await connect()).page.connected
    pages().forget(wires[0].page)
    assert (await connect(ana)).page.connected


async def test_a_page_that_comes_back_is_not_one_more(connect, settings):
    settings.LIVEACTIONS = {"MAX_USER_PAGES": 1}
    wire = await connect(await User.objects.acreate_user("ana"))
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


async def test_calls_are_refused_while_the_event_loop_is_late(connect, settings, monkeypatch):
    settings.LIVEACTIONS = {"MAX_LAG": 0.2}
    wire = await connect()
    await wire.place("crowd.busy")
    monkeypatch.setattr(Lag, "tick", lambda self: None)
    process.lag().last = 0.3
    assert refusal(await wire.call(1, "think")).code == "page.busy"
    process.lag().last = 0.0
    assert (await wire.call(1, "think")).refusal is None
