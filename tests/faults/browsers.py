"""People in front of real browsers, who type and press while things break. What their pages tell is checked as well."""

from __future__ import annotations

import asyncio
import random
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgpack
from playwright.async_api import Page, async_playwright

from scripts.verify import chromium
from tests.browser.people import FLAGS
from tests.faults.history import Called, Delivery, Diary, Message, Notice, State, Typed
from tests.faults.tab import NEWS, STREAMS, WELCOME

__all__ = ["Person", "people"]

LETTERS = "abcdefghijklmnopqrstuvwxyz "

JOURNAL = """
globalThis.news = [];
globalThis.heardAt = [];
addEventListener("news", ({ detail }) => {
  news.push([detail.publisher, detail.serial, detail.text, detail.said]);
  heardAt.push(Date.now());
});
globalThis.tasks = [];
const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
observer.observe({ entryTypes: ["longtask"] });
"""

CALL = """
async ([action, call]) => {
  const root = document.querySelector("[data-till]");
  const outcome = await liveactions.call(root, action, { call });
  return outcome.ok ? ["ok", root.dataset.till] : [outcome.refusal.code, ""];
}
"""

HEARD = "(serial) => heardAt[news.findIndex(([, each]) => each >= serial)]"

BLOCKED = """
(since) => Math.max(0, ...tasks.map(({ startTime, duration }) =>
  performance.timeOrigin + startTime + duration - Math.max(performance.timeOrigin + startTime, since)))
"""

READ = """
() => {
  const free = document.querySelector("#free"), { till, seen } = document.querySelector("[data-till]").dataset;
  const focused = document.activeElement === free;
  return { news, till, seen, stayed: globalThis.stayed, value: free.value, caret: focused ? free.selectionStart : -1 };
}
"""


class Person:
    """Somebody with the page of the till, who writes into a field of which the server knows nothing."""

    def __init__(self, name: str, page: Page) -> None:
        self.page = page
        self.text = ""
        self.diary = Diary(name)
        self.welcomed = self.followed = False
        self.calling = 0
        """Calls that were not answered yet."""
        page.on("websocket", lambda socket: socket.on("framereceived", self.received))

    def received(self, data: bytes | str) -> None:
        """A frame that tells the page anew where the news go on is noted, and one that its session was not found; the
        first one of each only says that they do, and that it begins."""
        kind, *fields = msgpack.unpackb(data) if isinstance(data, bytes) else (None,)
        if kind == WELCOME:
            if self.welcomed and not fields[1]:
                self.diary.notices.append(Notice(time.monotonic()))
                self.diary.mounted_at.append(len(self.diary.calls))
            self.welcomed = True
        if kind == STREAMS and NEWS in fields[2]:
            if self.followed:
                self.diary.notices.append(Notice(time.monotonic(), *fields[2][NEWS]))
            self.followed = True

    async def open(self) -> None:
        await self.page.goto("/")
        await self.page.wait_for_function("document.documentElement.dataset.liveStatus === 'live'")
        await self.page.evaluate("globalThis.stayed = true")
        await self.page.locator("#free").focus()

    async def act(self, seconds: float, chance: random.Random) -> None:
        """Type for so long, and have something done now and then; in the end go one letter back."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        calling: list[asyncio.Task[None]] = []
        while loop.time() < end:
            letter = chance.choice(LETTERS)
            await self.page.keyboard.type(letter)
            self.text += letter
            if chance.random() < 0.05:
                calling.append(loop.create_task(self.call()))
            await asyncio.sleep(0.05)
        await self.page.keyboard.press("ArrowLeft")
        if calling:
            _, late = await asyncio.wait(calling, timeout=20)
            for call in late:
                call.cancel()  # it was never answered, and is found to be so

    async def call(self) -> None:
        called = Called(f"{self.diary.name}-{len(self.diary.calls) + 1}", "book", time.monotonic())
        self.diary.calls.append(called)
        self.calling += 1
        called.outcome, till = await self.page.evaluate(CALL, ["book", called.call])
        self.calling -= 1
        called.ended = time.monotonic()
        if not self.calling:  # else the page may show what others have done, which were answered in the same moment
            called.shown = tuple(map(int, till.split()[:2])) or None

    async def heard(self, serial: int) -> float:
        """Wait until the page knows of this message, or a later one; since when it does, in seconds since 1970.

        The page tells: whoever looks on from outside hears of it behind all that the page was told.
        """
        at = await self.page.wait_for_function(HEARD, arg=serial)
        return float(await at.json_value()) / 1000

    async def blocked(self, since: float) -> float:
        """Seconds that the page's longest task since then (in seconds since 1970) has taken.

        Of one that had begun before only what came after counts: a page that sleeps in the midst of a task is not
        blocked by its sleep.
        """
        return float(await self.page.evaluate(BLOCKED, since * 1000)) / 1000

    async def look(self) -> Typed:
        """Write down what has come to the page; what stands in its field."""
        found = await self.page.evaluate(READ)
        pairs = [pair.split(":") for pair in found["seen"].split(",") if pair]
        self.diary.seen = {int(publisher): int(serial) for publisher, serial in pairs}
        for index, (publisher, serial, text, said) in enumerate(found["news"]):
            message, digest = Message(publisher, serial), zlib.crc32(text.encode())
            # A page's own code does not know of offsets: it has a history of its own.
            self.diary.heard.add(Delivery(self.diary.name, index + 1, message, digest, said, 0.0))
        self.diary.state = State(*map(int, found["till"].split()))
        meant = (self.text, max(0, len(self.text) - 1))
        return Typed(self.diary.name, meant, (found["value"] if found["stayed"] else "loaded again", found["caret"]))


@asynccontextmanager
async def people(url: str, count: int) -> AsyncIterator[list[Person]]:
    """So many people with a browser profile each, all of whose pages are open."""
    async with async_playwright() as playwright:
        path = await asyncio.to_thread(chromium)
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            found = []
            for number in range(count):
                context = await browser.new_context(base_url=url)
                await context.add_init_script(JOURNAL)
                found.append(Person(f"browser{number + 1}", await context.new_page()))
            await asyncio.gather(*(person.open() for person in found))
            yield found
        finally:
            await browser.close()
