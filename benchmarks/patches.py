"""What a change costs a page in Chromium: the shipped client with a patch, against idiomorph with the whole HTML."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, Page, Route, async_playwright

from benchmarks.orders import CHANGES, OrderTable, Shown, edit, orders
from benchmarks.report import Row, show
from liveactions.templating import form_of
from liveactions.wire import encode, items_to_wire
from liveactions.wire.frames import OWN, Answer, Apply, Streams, Welcome
from scripts.verify import chromium
from tests.browser.people import FLAGS

ROUNDS = 7
PATCHES = 40
"""Frames in a round."""
MORPHS = 3

T = TypeVar("T", bound="Tab")
HERE = Path(__file__).parent
PACKAGE = HERE.parent / "liveactions"
CLIENT = PACKAGE / "static" / "liveactions" / "liveactions.js"
IDIOMORPH = PACKAGE / "js" / "node_modules" / "idiomorph" / "dist" / "idiomorph.min.js"
ADDRESS = "http://127.0.0.1:9"
"""Nobody listens there: the browser is given every answer by us."""


async def main() -> int:
    path = chromium()
    if path is None or not IDIOMORPH.exists():
        print("Chromium or the client's packages (npm ci in liveactions/js) are missing: no patches are measured.")
        return 1
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            return max([await one_cell(browser), await order_of_rows(browser), bundle()])
        finally:
            await browser.close()


# Reports ------------------------------------------------------------------------------------------------------


async def one_cell(browser: Browser) -> int:
    async with opened(LiveTab, browser, 1000) as live, opened(PlainTab, browser, 1000) as plain:
        found = [(await live.play([edit] * PATCHES), await plain.play([edit] * MORPHS)) for _ in range(ROUNDS)]
        ours, theirs = map(statistics.median, zip(*found, strict=True))
        writes = [await live.writes(edit)]
    # idiomorph would take minutes for these
    async with opened(LiveTab, browser, 10_000) as live:
        many = statistics.median([await live.play([edit] * PATCHES) for _ in range(ROUNDS)])
        writes.append(await live.writes(edit))
    rows = [
        Row("1,000 rows: idiomorph, the whole HTML", theirs, "us", 1.0),
        Row("1,000 rows: the patch, from the socket to the DOM", ours, "us", theirs / ours, 100.0, at_least=True),
        Row("the same, of half a millisecond", ours, "us", ours / 500, 1.0),
        Row("10,000 rows: the patch, of half a millisecond", many, "us", many / 500, 1.0),
    ]
    rows += [written(f"{count:,} rows", account, 1) for count, account in zip((1000, 10_000), writes, strict=True)]
    return show("One cell of a table in Chromium", rows)


async def order_of_rows(browser: Browser) -> int:
    """Rows that come, go and move."""
    rows = []
    for name, change in CHANGES.items():
        async with opened(LiveTab, browser, 1000) as live, opened(PlainTab, browser, 1000) as plain:
            writes = await live.writes(change)
            ours, theirs = await live.play([change] * 9), await plain.play([change] * MORPHS)
        rows += [
            Row(f"{name}: idiomorph, the whole HTML", theirs, "us", 1.0),
            Row(f"{name}: the patch", ours, "us", theirs / ours, 1.0, at_least=True),
            written(name, writes, MOVED[name]),
        ]
    return show("The order of 1,000 rows in Chromium", rows)


MOVED = {"insert at the head": 1, "swap two": 2, "remove one": 1, "reverse": 999}
"""How many rows have to be touched."""


def written(name: str, account: dict[str, int], expected: int) -> Row:
    total = sum(account.values())
    what = ", ".join(f"{count} {kind}" for kind, count in account.items() if count)
    return Row(f"{name}: writes ({what or 'nothing'}), of {expected}", total, "", total / expected, 1.0)


def bundle() -> int:
    """What the browser loads, compressed. The core is the wire, programs and the morph for the rest."""
    modules = ("./wire/codec", "./wire/connection", "./programs", "./morph")
    entry = {"contents": "".join(f'export * from "{name}";' for name in modules), "resolveDir": "src", "loader": "ts"}
    program = (
        f"import {{ bundle }} from './build.mjs'; console.log((await bundle({{ stdin: {json.dumps(entry)} }})).code)"
    )
    core = subprocess.run(
        ["node", "--input-type=module", "-e", program], cwd=PACKAGE / "js", capture_output=True, check=True
    ).stdout
    sizes = [len(gzip.compress(code, 9, mtime=0)) / 1024 for code in (core, CLIENT.read_bytes())]
    rows = [
        Row("the core, of 15 KiB", sizes[0], "KiB", sizes[0] / 15, 1.0),
        Row("everything", sizes[1], "KiB", sizes[1] / sizes[0]),
    ]
    return show("The client, compressed", rows)


# Pages --------------------------------------------------------------------------------------------------------

Change = Callable[[Any], None]
PRECISE = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""Lets the browser's clock tell microseconds."""


class Tab:
    """A page with the table, and the component on the server's side of it."""

    script: Path
    tag: str
    prologue = ""

    def __init__(self, page: Page, rows: int) -> None:
        self.page = page
        self.shown = Shown(OrderTable, orders=orders(rows))
        self.html = self.shown.render({"live-token": "t"})

    async def open(self) -> None:
        await self.page.route(f"{ADDRESS}/**", self.answer)
        await self.page.add_init_script((HERE / "patches.js").read_text() + self.prologue)
        await self.page.goto(f"{ADDRESS}/")

    async def answer(self, route: Route) -> None:
        """Whatever the browser asks for."""
        name = route.request.url.removeprefix(ADDRESS)
        program = form_of(Path(name).stem)
        if program is not None:
            await route.fulfill(body=program, content_type="application/json", headers=PRECISE)
        elif name == "/script.js":
            await route.fulfill(path=self.script, content_type="text/javascript", headers=PRECISE)
        else:
            body = f"<!doctype html><title>bench</title><body>{self.html}{self.tag}</body>"
            await route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=PRECISE)

    async def check(self) -> None:
        """What was measured has done what it should."""
        assert await self.page.evaluate("html => bench.isLike(html)", self.shown.django()), (
            "the page is not as it should be"
        )


class LiveTab(Tab):
    """One with the shipped client, which is told by patches."""

    script = CLIENT
    tag = """<script type="module" src="/script.js" data-live='{"path": "/live/"}'></script>"""

    async def open(self) -> None:
        self.offset = 2
        await super().open()
        await self.page.wait_for_function("document.documentElement.dataset.liveStatus === 'live'")
        await self.play([edit] * 2)  # the program is there, and the component is bound
        await self.check()

    @property
    def prologue(self) -> str:
        """What the socket answers to ``HELLO`` and to ``MOUNT``."""
        hello = [Welcome("token", False, 0, 0, 600_000, "page"), Streams(OWN, 1, {})]
        replies = [[text_of(encode(frame)) for frame in frames] for frames in (hello, [Answer(OWN, 2, 1, [])])]
        return f"bench.replies = {json.dumps(replies)};"

    def frames(self, changes: list[Change]) -> list[str]:
        return [self.frame(change) for change in changes]

    def frame(self, change: Change) -> str:
        self.offset += 1
        return text_of(encode(Apply(OWN, self.offset, items_to_wire(self.shown.items(change)))))

    async def play(self, changes: list[Change]) -> float:
        return await self.page.evaluate("frames => bench.play(frames)", self.frames(changes))

    async def writes(self, change: Change) -> dict[str, int]:
        return await self.page.evaluate("frame => bench.writes(() => bench.play([frame]))", self.frame(change))


class PlainTab(Tab):
    """One with nothing but idiomorph, which is given the HTML of Django."""

    script = IDIOMORPH
    tag = '<script src="/script.js"></script>'

    async def play(self, changes: list[Change]) -> float:
        htmls = []
        for change in changes:
            change(self.shown.component)
            htmls.append(self.shown.django())
        return await self.page.evaluate("htmls => bench.morph(htmls)", htmls)


@asynccontextmanager
async def opened(kind: type[T], browser: Browser, rows: int) -> AsyncIterator[T]:
    tab = kind(await browser.new_page(), rows)
    await tab.open()
    try:
        yield tab
        await tab.check()
    finally:
        await tab.page.close()


def text_of(frame: bytes) -> str:
    return b64encode(frame).decode()
