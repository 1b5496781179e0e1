"""What a page session does when its turn has come, besides calls: fields, mounts, whole components, leaving.

The golden conversations of ``protocol/`` show each turn; here stands what they cannot show.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from liveactions import Component, Signals, action, field, signal
from liveactions.results import Whole
from liveactions.runtime.turns import nothing
from liveactions.wire.frames import Call
from tests.wires import items, refusal

# Bound fields ------------------------------------------------------------------------------------------------------


async def test_a_write_that_fails_is_undone(connect):
    class Finder(Component):
        template = "<p>{{ query }}{{ n }}</p>"
        query: str = field("", bind=True)
        n: int = 0

        def updated(self, changed):
            self.n += 1
            if self.query == "fail":
                raise ZeroDivisionError

        @action
        def show(self): ...

    wire = await connect()
    await wire.place("tests.finder")
    assert items(await wire.set(1, query="a")) == [(1, Whole('<p live-id="1">a1</p>'))]
    assert refusal(await wire.set(1, query="fail")).code == "action.failed"
    assert items(await wire.call(1, "show")) == []
    assert items(await wire.set(1, query="b")) == [(1, Whole('<p live-id="1">b2</p>'))]


async def test_writing_is_all_or_nothing(connect):
    class Entry(Component):
        template = "<p>{{ name }}{{ age }}</p>"
        name_: str = ""
        age: int = field(0, bind=True)
        city: str = field("", bind=True)

    wire = await connect()
    await wire.place("tests.entry")
    assert refusal(await wire.set(1, city="Rome", age="old")).detail == {"path": "age"}
    assert refusal(await wire.set(1, city="Rome", name_="x")).code == "state.readonly"
    assert wire.page.tree.nodes[1].component.city == ""


async def test_a_signal_that_is_written_is_told_to_the_browser(connect):
    class Bell(Component):
        template = "<p></p>"
        unread: int = signal(0, bind=True)

        def updated(self, changed):
            self.unread = min(self.unread, 9)

    wire = await connect()
    await wire.place("tests.bell")
    assert items(await wire.set(1, unread=50)) == [(1, Signals({"unread": 9}))]


# Whole components --------------------------------------------------------------------------------------------------


class Inner(Component):
    name = "turns.inner"
    template = "<i>{{ n }}</i>"
    n: int = 0

    @action
    def count(self):
        self.n += 1


class Outer(Component):
    name = "turns.outer"
    template = '{% load live %}<p>{% live "turns.inner" %}</p>'


async def test_a_resync_sends_a_component_with_all_inside(connect):
    wire = await connect()
    await wire.place("turns.outer")
    await wire.call(3, "count")
    whole = '<p live-id="1"><i live-id="3">1</i></p>'
    assert items(await wire.resync(1)) == [(1, Whole(whole))]
    assert items(await wire.resync(3)) == [(3, Whole('<i live-id="3">1</i>'))]
    assert items(await wire.resync()) == [(1, Whole(whole))]
    assert items(await wire.call(3, "count")) == [(3, Whole('<i live-id="3">2</i>'))]


async def test_a_component_inside_another_one_cannot_be_unmounted_alone(connect):
    wire = await connect()
    await wire.place("turns.outer")
    await wire.unmount(3)
    assert sorted(wire.page.tree.nodes) == [1, 3]
    await wire.unmount(1)
    assert wire.page.tree.nodes == {}


async def test_a_rendering_that_fails_is_answered_like_any_failure(connect):
    class Fragile(Component):
        template = "<p>{{ check }}</p>"

        def check(self):
            return broken[0] and 1 / 0

    broken = [0]
    wire = await connect()
    await wire.place("tests.fragile")
    broken[0] = 1
    assert refusal(await wire.resync()).code == "action.failed"
    broken[0] = 0
    assert (await wire.resync()).refusal is None


# The end of the process ----------------------------------------------------------------------------------------------


async def test_when_the_process_ends_no_further_turn_is_taken(connect):
    ran: list[Any] = []
    begun = asyncio.Event()

    class Working(Component):
        template = "<p></p>"

        @action
        async def work(self):
            begun.set()
            await asyncio.Event().wait()

        @action
        async def next(self):
            ran.append("x")

    wire = await connect()
    await wire.place("tests.working")
    wire.ask(Call, 1, "work", {})
    wire.ask(Call, 1, "next", {})
    await begun.wait()
    task = wire.page.mailbox.task
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ran == []
    wire.page.mailbox.close(nothing)


# Leaving -----------------------------------------------------------------------------------------------------------


async def test_one_component_that_cannot_unmount_does_not_keep_the_others(connect, caplog):
    log = []

    class Clinging(Component):
        template = "<p></p>"
        n: int = 0

        def unmount(self):
            log.append(self.n)
            raise ZeroDivisionError

    wire = await connect()
    await wire.place("tests.clinging", n=1)
    html = await wire.embed("tests.clinging", n=2)
    await wire.mount(html, base=2)
    why = refusal(await wire.unmount(1, 3, 99))
    assert why.code == "action.failed"
    assert log == [1, 2]
    assert wire.page.tree.nodes == {}
