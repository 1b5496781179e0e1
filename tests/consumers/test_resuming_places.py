"""Where a page that comes back stands in its streams: what is still to come counts as nothing that it has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from liveactions import Toast, abroadcast
from liveactions.bus.hub import Hub
from liveactions.errors import BusUnavailable
from liveactions.wire.frames import Ping
from tests.consumers.moves import GATES, positions_of, toasts, until
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

    async def late(self, stream, follower, since=None, **how):
        waiting = gates.get(stream)
        if since is None or not waiting:
            return await follow(self, stream, follower, since, **how)
        gate = waiting.pop(0)
        await gate.wait()
        try:
            return await follow(self, stream, follower, since, **how)
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


@contextmanager
def unread(hub: Any) -> Iterator[None]:
    """Within it nothing can be read of the log, and this is known."""
    error = BusUnavailable("Redis is away.")
    with ExitStack() as stack:
        for question in ("read", "read_since", "places", "changes", "survey"):
            stack.enter_context(patch.object(type(hub.log), question, side_effect=error))
        hub.unreachable(error)
        for line in hub.lines.values():
            line.forget()  # what was read for others a moment ago
        yield
    hub.look(hub.lines["team.7"])


async def test_what_a_page_missed_while_it_cannot_be_had_is_told_when_it_can(two):
    wire = await two.tab()
    hub = wire.page.host.hub
    page = wire.page
    await wire.drop()
    await said(page, "one")
    with unread(hub):
        again = await two.back(wire, cut=False)
        assert (await again.call(1, "count")).refusal is None
        again.page.ping()
        asked = await again.next(Ping)
        assert (asked.positions or {}).get("team.7", 0) <= positions_of(wire)["team.7"][1]
        assert toasts(again) == []
        await two.back(again)  # once more, and it is told once all the same
    last = two.wires[-1]
    await said(page, "two")
    assert await told_until(last, "two") == ["one", "two"]
    assert last.page.tree.nodes[1].component.n == 1


async def test_what_components_have_heard_they_do_not_hear_again_where_the_news_of_their_page_came_later(two):
    wire = await two.tab()
    page = wire.page
    await wire.drop()
    await abroadcast("team.7", Toast("one"), event="said", what="one")
    await until(lambda: page.tree.nodes[1].component.heard == ["one"])
    with unread(page.host.hub):
        again = await two.back(wire, cut=False)
        assert (await again.call(1, "count")).refusal is None
        third = await two.killed(again)
    assert third.welcome.recovered
    await said(third.page, "two")
    assert await told_until(third, "two") == ["one", "two"]
    assert (await third.call(1, "count")).refusal is None  # behind what it might hear
    assert third.page.tree.nodes[1].component.heard == ["one"]
