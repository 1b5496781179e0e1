"""The end of a process, for its pages. What real servers do is in tests/operations/test_ending.py."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import Component, action
from liveactions.runtime.draining import drain
from liveactions.wire.frames import Bye, Call
from tests.runtime.doubles import Gate
from tests.wires import pages

gates: list[Gate] = []


class Desk(Component):
    name = "draining.desk"
    template = "<p>{{ n }}</p>"
    n: int = 0

    @action
    async def hold(self):
        await gates[-1].wait()
        self.n += 1

    @action
    def count(self):
        self.n += 1


@pytest.fixture
def gate() -> Gate:
    gates.append(Gate())
    return gates[-1]


async def test_a_page_at_rest_is_asked_to_come_back_at_once(connect):
    wire = await connect()
    await wire.place("draining.desk")
    await asyncio.gather(drain(pages(), spread=0, patience=5), leaves(wire))


async def leaves(wire):
    bye = await wire.next(Bye)
    assert (bye.code, bye.retry_ms) == ("server.draining", 0)
    await wire.drop()


async def test_it_leaves_when_what_runs_has_ended_and_without_a_vault_what_waits_as_well(connect, gate):
    wire = await connect()
    await wire.place("draining.desk")
    held = asyncio.ensure_future(wire.call(1, "hold"))
    await gate.reached.wait()
    draining = asyncio.ensure_future(drain(pages(), spread=0, patience=5))
    while wire.page.leaving is None:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)
    assert wire.page.connected
    gate.open()
    assert "1</p>" in str((await held).items)
    await leaves(wire)
    await draining


async def test_what_does_not_end_in_time_holds_nobody_up(connect, gate):
    wire = await connect()
    await wire.place("draining.desk")
    wire.send(Call(2, wire.ack, 1, "hold", {}))
    await gate.reached.wait()
    await asyncio.gather(drain(pages(), spread=0, patience=0.05), leaves(wire))
    gate.open()


async def test_from_its_moment_on_nothing_more_is_taken(connect):
    wire = await connect()
    await wire.place("draining.desk")
    page = wire.page
    page.begin_nothing()
    taken = page.taken.last
    page.receive(Call(taken + 1, wire.ack, 1, "count", {}))
    await page.finished()
    assert page.taken.last == taken
    assert page.tree.nodes[1].component.n == 0
