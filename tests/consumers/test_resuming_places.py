"""Where a page that comes back stands in its streams: what is still to come counts as nothing that it has."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import Toast, abroadcast
from liveactions.bus.hub import Hub
from liveactions.wire.frames import Ping
from tests.consumers.moves import GATES, toasts, until
from tests.runtime.doubles import Gate


async def said(page, text):
    """Have the team told this, until the page's process has heard it."""
    line = page.host.hub.lines["team.7"]
    before = line.place.offset
    await abroadcast("team.7", Toast(text))
    await until(lambda: line.place.offset > before)


async def told_until(wire, text):
    while text not in toasts(wire):
        await wire.frame()
    return toasts(wire)


class Stop(Gate):
    """``passed`` says that who has waited here has gone on, and follows."""

    def __init__(self):
        super().__init__()
        self.passed = asyncio.Event()


@pytest.fixture
def stopped(monkeypatch):
    """Who follows a stream again waits: the next one at each of the gates that are named for it."""
    follow = Hub.follow
    gates: dict[str, list[Stop]] = {}

    async def late(self, stream, follower, since=None):
        waiting = gates.get(stream)
        if since is None or not waiting:
            return await follow(self, stream, follower, since)
        gate = waiting.pop(0)
        await gate.wait()
        try:
            return await follow(self, stream, follower, since)
        finally:
            gate.passed.set()

    monkeypatch.setattr(Hub, "follow", late)

    def at(stream):
        gates.setdefault(stream, []).append(gate := Stop())
        GATES[f"{stream} {len(GATES)}"] = gate
        return gate

    return at


async def test_a_page_that_catches_up_is_not_told_that_it_has_what_is_still_to_come(two, stopped):
    wire = await two.tab()
    await wire.drop()
    await abroadcast("team.7", Toast("meanwhile"))
    gate = stopped("@all")
    again = await two.back(wire, cut=False)
    await gate.reached.wait()
    await said(again.page, "just now")
    again.page.ping()
    asked = await again.next(Ping)
    assert "team.7" not in (asked.positions or {})
    gate.open()
    assert await told_until(again, "just now") == ["meanwhile", "just now"]
    again.page.ping()
    asked = await again.next(Ping)
    assert (asked.positions or {})["team.7"] == again.page.following.places["team.7"].offset


async def test_a_page_that_comes_back_twice_at_once_is_told_what_it_missed_and_in_order(two, stopped):
    wire = await two.tab()
    await wire.drop()
    await abroadcast("team.7", Toast("meanwhile"))
    first = stopped("team.7")
    await two.back(wire, cut=False)
    await first.reached.wait()
    second = stopped("@all")
    again = await two.back(wire, cut=False)
    await second.reached.wait()
    first.open()
    await first.passed.wait()
    await asyncio.sleep(0)
    await said(again.page, "just now")
    second.open()
    await abroadcast("team.7", Toast("later"))
    assert await told_until(again, "later") == ["meanwhile", "just now", "later"]
