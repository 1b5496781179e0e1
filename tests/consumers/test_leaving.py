"""What stays behind when a page was left: nothing, however many come and go."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import weakref
from collections import Counter

import pytest

from liveactions import Component, Present, Toast, abroadcast, action, presence
from liveactions.runtime import Page
from liveactions.runtime.following import Following
from liveactions.wire.frames import Apply
from tests.wires import PATIENCE, Wire, pages


class Guestbook(Component):
    name = "leaving.guestbook"
    template = "<p>{{ n }} {{ here|length }}</p>"
    n: int = 0
    here: list[Present] = presence("leaving.guestbook")

    def topics(self):
        return ["leaving.guestbook"]

    @action
    async def sign(self):
        self.n += 1


HOUSE = tuple(f"liveactions.{folder}." for folder in ("runtime", "components", "rendering", "templating", "consumers"))
"""Where everything comes from that a page has. (A test keeps its own tabs.)"""

LOG = "liveactions.runtime.ports.Place"
"""What the log keeps of news for a while."""


def census() -> Counter[str]:
    """How many objects of each of these classes there are, and how many components."""
    gc.collect()
    names = (f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
    return Counter(name for name in names if name != LOG and name.startswith((*HOUSE, __name__)))


async def visits(connect, count: int) -> None:
    for _ in range(count):
        wire = await connect()
        await wire.place("leaving.guestbook")
        await wire.call(1, "sign")
        await abroadcast("leaving.guestbook", Toast("Signed"))
        await wire.next(Apply)
        await wire.leave()
        await wire.drop()
    while pages().host.attendance.rooms:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.01)


async def test_nothing_is_kept_of_pages_that_were_left(connect):
    await visits(connect, 5)
    before = census()
    await visits(connect, 25)
    assert census() - before == Counter()


@pytest.fixture
def no_collector():
    """Nothing is freed but what nobody holds any more."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


freed_here = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="What asyncio itself leaves to the collector differs between versions."
)


class Album(Component):
    """One in which another stands."""

    name = "leaving.album"
    template = "<div>{% load live %}{% live 'leaving.guestbook' %}</div>"


class Watched:
    """A page and its components, of which is seen when they are freed."""

    def __init__(self, page: Page) -> None:
        every = [page, *(node.component for node in page.tree.nodes.values())]
        self.references = [weakref.ref(each, self.freed) for each in every]
        self.count, self.all_are = len(every), asyncio.Event()

    def freed(self, _: object) -> None:
        self.count -= 1
        if not self.count:
            self.all_are.set()

    async def is_freed(self) -> None:
        await asyncio.wait_for(self.all_are.wait(), PATIENCE)


async def visited(connect, component: str) -> tuple[Wire, Watched]:
    wire = await connect()
    if component:
        await wire.place(component)
        await wire.call(max(wire.page.tree.nodes), "sign")
    return wire, Watched(wire.page)


@freed_here
@pytest.mark.parametrize("component", ["", "leaving.guestbook", "leaving.album"])
async def test_a_page_that_was_left_is_freed_without_the_garbage_collector(connect, no_collector, component):
    wire, watched = await visited(connect, component)
    await wire.leave()
    await wire.drop()
    await watched.is_freed()


@freed_here
async def test_a_page_that_was_kept_and_left_is_freed_without_the_garbage_collector(kept, connect, no_collector):
    wire, watched = await visited(connect, "leaving.guestbook")
    await wire.leave()
    await wire.drop()
    await watched.is_freed()


@freed_here
async def test_a_page_that_was_shown_the_door_is_freed_while_its_socket_still_has_to_end(connect, no_collector, caplog):
    caplog.set_level(logging.CRITICAL)  # else what was logged is kept, with the frames that it came from
    wire, watched = await visited(connect, "")
    wire.send(b"no frame")
    await watched.is_freed()
    assert not wire.gone
    await wire.drop()


@freed_here
async def test_a_page_that_another_process_holds_is_freed_here(connect, no_collector):
    wire, watched = await visited(connect, "leaving.guestbook")
    wire.page.give_away()
    pages().forget(wire.page)
    await wire.drop()
    await watched.is_freed()


async def test_a_page_that_ends_while_it_is_welcomed_is_welcomed_without_complaint(connect, caplog, monkeypatch):
    follow = Following.follow

    async def follow_and_end(self, stream, since=None):
        await follow(self, stream, since)
        self.page.end()
        await self.page.mailbox.idle()

    monkeypatch.setattr(Following, "follow", follow_and_end)
    wire = await connect()
    await wire.drop()
    assert caplog.messages == []
