"""A page that does not read what it is sent: what it is spared, and that nothing is lost when it reads again."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import Component, Toast, abroadcast, action, on, signal
from liveactions.bus.hub import Hub
from liveactions.runtime.outbox import QUESTION
from liveactions.wire.frames import Answer, Apply, Bye, Ping, Pong
from tests.wires import Closed, items, pages


class Board(Component):
    name = "slow.board"
    template = "<p>{{ n }}</p>"
    n: int = 0
    colour: str = signal("")

    def topics(self):
        return ["slow.board"]

    @on("counted")
    def counted(self, n: int):
        self.n = n
        self.colour = f"c{n}"

    @action
    def count(self):
        self.n += 1


@pytest.fixture
def _small(settings):
    settings.LIVEACTIONS = {"WINDOW": 2000, "MAX_OUTBOX": 2000}


pytestmark = pytest.mark.usefixtures("_small")


async def stuck(wire, witness):
    """Have so much said to a page which does not answer that its window is full."""
    wire.deaf = True
    while not wire.page.outbox.paused:
        await abroadcast("slow.board", Toast("x" * 300))
        await witness.next(Apply)


async def told_until(wire, text):
    """Everything that is performed until this is said."""
    told = []
    while text not in str(told[-1:]):
        frame = await wire.frame()
        if isinstance(frame, Apply | Answer):
            told += items(frame)
    return told


async def test_what_changes_meanwhile_is_rendered_once_as_it_is_by_then(connect):
    wire, witness = await connect(), await connect()
    for each in (wire, witness):
        await each.place("slow.board")
    await stuck(wire, witness)
    for n in range(1, 51):
        await abroadcast("slow.board", event="counted", n=n)
    await told_until(witness, "c50")
    await wire.page.mailbox.idle()
    assert wire.page.tree.nodes[1].component.n == 50
    wire.deaf = False
    wire.send(Pong(wire.ack))
    told = [each for each in await told_until(wire, "c50") if not isinstance(each[1], Toast)]
    assert len(told) == 2
    assert "50</p>" in str(told[0])


async def test_a_call_is_answered_meanwhile_and_what_it_changed_follows(connect):
    wire, witness = await connect(), await connect()
    for each in (wire, witness):
        await each.place("slow.board")
    await stuck(wire, witness)
    calling = asyncio.ensure_future(wire.call(1, "count"))
    while wire.page.tree.nodes[1].component.n == 0:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)
    await wire.page.mailbox.idle()
    wire.deaf = False
    wire.send(Pong(wire.ack))
    answer = await calling
    assert (answer.refusal, answer.items) == (None, [])
    await told_until(wire, "1</p>")


async def test_news_that_were_left_out_come_from_the_log_in_order_and_once(connect):
    wire, witness = await connect(), await connect()
    for each in (wire, witness):
        await each.place("slow.board")
    await stuck(wire, witness)
    for n in range(60):
        await abroadcast("slow.board", Toast(f"{n:03} {'x' * 100}"))
        await witness.next(Apply)
    assert wire.page.following.shed_from
    assert wire.page.outbox.size <= 2000
    wire.deaf = False
    wire.send(Pong(wire.ack))
    told = [each[1].message[:3] for each in await told_until(wire, "059 ") if isinstance(each[1], Toast)]
    assert [each for each in told if each != "xxx"] == [f"{n:03}" for n in range(60)]
    assert not wire.page.following.shed_from


async def test_a_page_that_reads_nothing_for_a_while_is_disconnected_and_one_that_reads_slowly_is_not(connect, clock):
    wire, slow, witness = await connect(), await connect(), await connect()
    for each in (wire, slow, witness):
        await each.place("slow.board")
    await stuck(wire, witness)
    await stuck(slow, witness)
    for _ in range(20):
        await abroadcast("slow.board", Toast("x" * 150))
        await witness.next(Apply)
    for _ in range(2):
        clock.move(3)
        slow.page.outbox.answered()
        for each in (wire, slow):
            pages().judge(each.page)
    assert not wire.page.connected
    assert slow.page.connected
    with pytest.raises(Closed) as closed:
        await wire.next(Bye)
    assert closed.value.code == 4008


async def test_a_page_that_has_stalled_is_disconnected_though_little_waits_for_it(connect, clock):
    wire = await connect()
    await wire.place("slow.board")
    wire.deaf = True
    await abroadcast("slow.board", Toast("x" * 300))
    await abroadcast("slow.board", Toast("x" * 300))
    await wire.next(Apply)
    pages().check(wire.page)
    assert not wire.page.outbox.paused, "the window is not full"
    clock.move(6)
    pages().judge(wire.page)
    assert await wire.bye() == ("page.slow", 4008)


def test_the_question_says_nothing_of_offsets():
    assert QUESTION == b"\x92\x01\x00"
    assert Ping(0).positions is None


def overstated(frames):
    """What ``PING`` said of streams beyond what had been sent of them by then."""
    sent = {}
    for frame in frames:
        if isinstance(frame, Apply) and frame.stream:
            sent[frame.stream] = frame.offset
        elif isinstance(frame, Ping):
            told = (frame.positions or {}).items()
            yield from (f"{stream} {offset}" for stream, offset in told if offset > sent.get(stream, offset))


@pytest.mark.parametrize("when", ["before news are left out", "when they were left out", "while they are fetched"])
async def test_a_page_is_never_told_that_it_was_sent_what_was_left_out(connect, when, monkeypatch):
    wire, witness = await connect(), await connect()
    for each in (wire, witness):
        await each.place("slow.board")
    await stuck(wire, witness)
    if when == "before news are left out":
        await abroadcast("slow.board", Toast("first"))
        await witness.next(Apply)
        wire.page.ping()
    for n in range(60):
        await abroadcast("slow.board", Toast(f"{n:03} {'x' * 100}"))
        await witness.next(Apply)
    assert wire.page.following.shed_from
    if when == "when they were left out":
        wire.page.ping()
    if when == "while they are fetched":
        follow = Hub.follow

        async def asked_meanwhile(self, stream, follower, since=None, **how):
            monkeypatch.setattr(Hub, "follow", follow)
            wire.page.ping()
            return await follow(self, stream, follower, since, **how)

        monkeypatch.setattr(Hub, "follow", asked_meanwhile)
    wire.deaf = False
    wire.send(Pong(wire.ack))
    await told_until(wire, "059 ")
    assert sum(isinstance(frame, Ping) for frame in wire.frames) > 1
    assert list(overstated(wire.frames)) == []
