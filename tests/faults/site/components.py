"""The one component: its state says what was done and heard, in order, in a few characters."""

from __future__ import annotations

import asyncio
import os
import time
import zlib
from functools import lru_cache
from typing import Any

from django.conf import settings

from liveactions import Component, Event, Present, action, broadcast, field, on, presence
from tests.faults.site.models import Effect

__all__ = ["NEWS", "Till"]

NEWS = "news"
"""The topic of all news, and the name of the event by which a page is told of one."""


class Till(Component):
    """Counts calls and news, and keeps a running checksum of each."""

    name = "faults.till"
    template = """
      <section data-till="{{ count }} {{ trail }} {{ heard }} {{ heard_trail }}" data-seen="{{ seen }}">
        <output id="count">{{ count }}</output>
        <input id="free">
        <input id="bound" live-model="text">
        <button id="go" type="button" live-click="book" live-value-call="pressed">Book</button>
      </section>
    """

    count: int = 0
    trail: int = 0
    heard: int = 0
    heard_trail: int = 0
    seen: str = ""
    text: str = field("", bind=True)
    if settings.FAULTS_VERSION > 1:
        since: int = 2
        """What the code before did not have."""
    if settings.FAULTS_PRESENCE:
        here: list[Present] = presence(NEWS)

    def mount(self) -> None:
        """What the data says when the page is rendered: the last news of each publisher."""
        latest = sorted(settings.FAULTS_FOLDER.glob("latest-*"))
        self.seen = ",".join(f"{file.name[7:]}:{int(file.read_text() or 0)}" for file in latest)

    def topics(self) -> list[str]:
        return [NEWS]

    @on("said")
    def hear(self, message: str) -> None:
        self.heard += 1
        self.heard_trail = zlib.crc32(message.encode(), self.heard_trail)

    @action
    async def book(self, call: str) -> None:
        """An effect outside the database."""
        self.done(call)

    @action
    def book_in_a_thread(self, call: str) -> None:
        self.done(call)

    @action(atomic=True)
    def save(self, call: str) -> None:
        """An effect in the database, in the transaction of the call."""
        Effect.objects.create(call=call)
        self.note(call)

    @action(atomic=True)
    def announce(self, call: str, publisher: int, serial: int) -> None:
        """An effect in the database, of which everybody is told after the commit."""
        Effect.objects.create(call=call)
        self.note(call)
        broadcast(NEWS, Event(NEWS, {"publisher": publisher, "serial": serial, "text": call, "said": False}))

    @action
    async def linger(self, call: str, seconds: float = 0.2) -> None:
        """An effect in the middle of a long action."""
        await asyncio.sleep(seconds / 2)
        self.done(call)
        await asyncio.sleep(seconds / 2)

    @action
    def linger_in_a_thread(self, call: str, seconds: float = 0.2) -> None:
        time.sleep(seconds)
        self.done(call)

    @action
    def hoard(self, call: str, size: int = 0) -> None:
        """Memory, one MiB after the other: so many of them, or until its process is killed."""
        held = []
        for _ in range(size):
            held.append(os.urandom(2**20))
            time.sleep(0.005)
        self.done(call)

    @action
    async def stall(self, call: str, seconds: float = 2.0) -> None:
        """What nobody should write: it blocks the loop of its process."""
        time.sleep(seconds)  # noqa: ASYNC251  # that is the fault
        self.done(call)

    @action
    async def shout(self, call: str, size: int = 0) -> Event:
        """An answer of so many characters."""
        self.note(call)
        return Event("shouted", {"text": "a" * size})

    @action(atomic=True)
    def shout_and_save(self, call: str, size: int = 0) -> Event:
        """The same, with an effect in the database."""
        Effect.objects.create(call=call)
        self.note(call)
        return Event("shouted", {"text": "a" * size})

    @action
    async def fail(self, call: str) -> None:
        """Nothing outside is done; what was changed is taken back."""
        self.note(call)
        raise RuntimeError(f"{call} was asked to fail")

    def done(self, call: str) -> None:
        os.write(ledger(), f"{call}\n".encode())
        self.note(call)

    def note(self, call: str) -> None:
        self.count += 1
        self.trail = zlib.crc32(call.encode(), self.trail)


@lru_cache(maxsize=1)
def ledger() -> Any:
    """The file of the effects that no database knows of: lines are appended whole, whoever else writes."""
    return os.open(settings.FAULTS_FOLDER / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
