"""What stays behind when a page was left: nothing, however many come and go."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

from liveactions import Component, Present, Toast, abroadcast, action, presence
from liveactions.wire.frames import Apply
from tests.wires import pages


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
