"""Pages that go on in another process.

Two processes are two ``Pages`` with nothing in common but the vault and the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group

from liveactions import Component, Toast, action, field, on
from liveactions.consumers import process
from liveactions.runtime import Pages
from liveactions.threads import runner
from liveactions.wire.frames import Apply, Streams
from tests.runtime.doubles import Gate
from tests.wires import Wire, items

__all__ = ["DONE", "GATES", "Board", "Two", "kept", "positions_of", "redis_client", "toasts", "two", "until"]

DONE: list[str] = []
"""What actions have done to the world, in order: the effects."""
GATES: dict[str, Gate] = {}


class Board(Component):
    name = "resuming.board"
    template = "<p>{{ n }}{% for each in heard %}<i>{{ each }}</i>{% endfor %}</p>"
    n: int = 0
    heard: list[str] = field(default_factory=list)
    typed: str = field("", bind=True)
    groups: list[Group] = field(default_factory=list)

    def topics(self):
        return ["team.7"]

    def restored(self):
        pass

    @action
    async def count(self, by: int = 1):
        self.n += by
        DONE.append(f"count {by}")

    @action
    def count_in_a_thread(self):
        self.n += 1
        DONE.append("thread")

    @action
    async def wait(self, name: str):
        DONE.append(f"wait {name}")
        await GATES[name].wait()
        self.n += 100

    @action(parallel=True)
    async def wait_aside(self, name: str):
        DONE.append(f"aside {name}")
        await GATES[name].wait()

    @action
    async def ask(self):
        if await self.request.confirm("Sure?"):
            DONE.append("sure")

    @action
    def grow(self, size: int):
        self.heard = ["x" * size]

    @action
    def fetch(self):
        self.groups = list(Group.objects.order_by("pk"))

    @on("said")
    def hear(self, what: str):
        self.heard = [*self.heard, what]


class Outer(Component):
    name = "resuming.outer"
    template = "{% load live %}<section>{{ n }}{% live 'resuming.board' n=start key='a' %}</section>"
    n: int = 0
    start: int = 5

    @action
    async def count(self):
        self.n += 1


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def kept(request: pytest.FixtureRequest, settings: Any) -> str:
    """Pages are kept: in this process, or in Redis."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    url = "" if request.param == "memory" else request.getfixturevalue("redis_url")
    settings.LIVEACTIONS = {"REDIS_URL": url, "CHECKPOINT": True}
    return str(request.param)


@pytest.fixture
async def two(kept: str, connect: Any) -> AsyncIterator[Two]:
    DONE.clear()
    GATES.clear()
    made = Two(connect)
    yield made
    for gate in GATES.values():
        gate.open()
    for wire in made.wires:
        await wire.drop()
    for pages in made.all:
        for page in list(pages.by_id.values()):
            await page.mailbox.idle()
        assert pages.keeper is not None
        await pages.keeper.idle()


@pytest.fixture
async def redis_client(kept: str, settings: Any) -> Any:
    from liveactions.store.clients import client

    return None if kept == "memory" else client(settings.LIVEACTIONS["REDIS_URL"])


class Two:
    """Tabs, and processes that they can be brought to."""

    def __init__(self, connect: Any) -> None:
        self.connect = connect
        self.wires: list[Wire] = []
        self.all: list[Pages] = []

    async def tab(self, component: str = "resuming.board", user: Any = None, **params: Any) -> Wire:
        """A tab with a component, in the present process."""
        wire: Wire = await self.connect(user)
        if process.pages() not in self.all:
            self.all.append(process.pages())
        await wire.place(component, **params)
        return wire

    def move(self, **changes: Any) -> Pages:
        """From now on whoever connects comes to another process, whose host differs in this. It tells nobody."""
        host = replace(process.host(runner()), tell=lambda *_, **__: None)
        self.all.append(pages := Pages(replace(host, **changes)))
        process.adopt(pages)
        return pages

    async def back(self, wire: Wire, *, cut: bool = True, **options: Any) -> Wire:
        """The tab over a new socket, where it says where it stands."""
        if cut:
            await wire.drop()
        again = Wire({}, wire.user)
        again.scope["headers"] = options.get("headers", wire.scope["headers"])
        again.ack, again.number = options.get("ack", wire.ack), wire.number
        token = options.get("token", wire.token)
        again.welcome = await again.open([token, again.ack, options.get("positions", positions_of(wire))])
        again.frames = [*wire.frames, *again.frames]
        if not again.welcome.recovered:
            again.ack = again.number = 0
        self.wires.append(again)
        return again

    async def killed(self, wire: Wire, **options: Any) -> Wire:
        """The process of the tab is gone, and it comes back to another."""
        self.move()
        return await self.back(wire, **options)


def positions_of(wire: Wire) -> dict[str, list[Any]]:
    """The places that a page has reached, as it knows them."""
    places: dict[str, list[Any]] = {}
    for frame in wire.frames:
        if isinstance(frame, Streams):
            places = {name: list(place) for name, place in frame.streams.items()}
        elif isinstance(frame, Apply) and isinstance(frame.stream, str) and frame.stream in places:
            places[frame.stream][1] = frame.offset
    return places


async def until(condition: Callable[[], Any]) -> None:
    """Let the loop go on until ``condition()`` holds."""
    while not condition():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)


def toasts(wire: Wire) -> list[str]:
    """The messages that a page was told."""
    return [
        word.message
        for frame in wire.frames
        if isinstance(frame, Apply)
        for _, word in items(frame)
        if isinstance(word, Toast)
    ]
