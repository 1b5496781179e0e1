"""The server's side of the kit: real page sessions, whose code runs in the thread of the test, and is watched."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.db import connections

from liveactions.bus import attendance, hub
from liveactions.bus.process import courier
from liveactions.consumers import process
from liveactions.results import Error, Result
from liveactions.runtime import Node, Page, Pages
from liveactions.runtime.node import Drawing
from liveactions.runtime.ports import Canvas, Renderer, Runner, Translator
from liveactions.testing.commits import run_committed

__all__ = ["Server", "Watch", "serve"]

T = TypeVar("T")


class Watch:
    """What the server did, for tests that ask: renders by page, queries, and exceptions of the application."""

    def __init__(self) -> None:
        self.renders: Counter[str] = Counter()
        self.queries: list[str] = []
        self.errors: list[Exception] = []

    def forget(self) -> None:
        self.renders.clear()
        self.queries.clear()
        self.errors.clear()

    # Django calls this round every query of the test's thread.

    def __call__(self, execute: Callable[..., T], sql: str, params: Any, many: bool, context: Any) -> T:  # noqa: FBT001
        self.queries.append(sql)
        return execute(sql, params, many, context)

    def begin(self) -> None:
        for connection in connections.all():
            connection.execute_wrappers.append(self)

    def end(self) -> None:
        for connection in connections.all(initialized_only=True):
            if self in connection.execute_wrappers:
                connection.execute_wrappers.remove(self)


class WatchedRenderer:
    """A renderer that counts."""

    def __init__(self, renderer: Renderer, watch: Watch) -> None:
        self.renderer = renderer
        self.watch = watch

    def draw(self, tree: Canvas, node: Node) -> Drawing:
        self.watch.renders[tree.page] += 1
        return self.renderer.draw(tree, node)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.renderer, name)


class WatchedTranslator:
    """A translator that remembers what it was asked about: the cause of a refusal."""

    def __init__(self, translator: Translator, watch: Watch) -> None:
        self.translator = translator
        self.watch = watch

    def error(self, exception: Exception) -> tuple[str, Error] | None:
        self.watch.errors.append(exception)
        return self.translator.error(exception)

    def foreign(self, value: Any) -> Result | None:
        return self.translator.foreign(value)

    def traceback(self, exception: Exception) -> str | None:
        return self.translator.traceback(exception)


class CommittingRunner:
    """Runs what waits for a commit at the end of every piece of synchronous work."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    async def run(self, function: Callable[[], T]) -> T:
        def whole() -> T:
            try:
                return function()
            finally:
                run_committed()

        return await self.runner.run(whole)


BEAT = 0.005
"""Seconds after which it is looked again whether actions still run."""


class Server:
    """The page sessions of one event loop. Its coroutines run on that loop."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def session(self, token: str) -> Page | None:
        """The page session of a resume token."""
        return self.pages.by_id.get(token.partition(".")[0])

    async def stirred(self) -> bool:
        """Wait for everything that is going on; True if there was anything."""
        busy = await self.welcomed_all()
        busy = await news_are_on_their_way() or busy
        busy = await attendance().settled() or busy
        busy = await self.pages.host.sharing.settled() or busy
        if self.pages.keeper is not None:
            await self.pages.keeper.idle()
        for page in list(self.pages.by_id.values()):
            busy = await is_working(page) or busy
        return busy

    async def welcomed_all(self) -> bool:
        """Wait for those who have said HELLO; True if there was anybody."""
        busy = self.pages.joining > 0
        while self.pages.joining:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(BEAT)
        return busy

    async def close(self) -> None:
        """End every page session."""
        for page in list(self.pages.by_id.values()):
            await self.end(page)
        process.by_loop.pop(asyncio.get_running_loop(), None)

    async def end(self, page: Page) -> None:
        """End a page session, if it has not ended yet: what still runs is cancelled, and its components unmount."""
        for call in list(page.open.values()):
            if call.cancel is not None:
                call.cancel()
        self.pages.forget(page)
        await page.mailbox.idle()


async def serve(runner: Runner, watch: Watch) -> Server:
    """Make the running event loop a server whose synchronous code runs in ``runner``."""
    host = process.host(CommittingRunner(runner))
    limits = replace(host.limits, rate_burst=1_000_000)  # a test is faster than any person
    host = replace(
        host,
        renderer=WatchedRenderer(host.renderer, watch),
        translator=WatchedTranslator(host.translator, watch),
        limits=limits,
    )
    process.adopt(pages := Pages(host))
    return Server(pages)


async def is_working(page: Page) -> bool:
    busy = False
    while work := under_way(page):
        busy = True
        # Nobody tells when an action stops to wait for its user.
        await asyncio.wait(work, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
    await page.outbox.flushed()
    return busy


def under_way(page: Page) -> set[asyncio.Future[None]]:
    """The tasks of a page, unless all that they do is to wait for answers of its user."""
    asked = sum(question.answer is not None and not question.answer.done() for question in page.questions.kept.values())
    here = set() if page.mailbox.busy is None else {page.mailbox.busy}
    return here | page.tasks if here or len(page.tasks) > asked else set()


async def news_are_on_their_way() -> bool:
    """Bring every followed stream to where the log says it is. True if one was behind."""
    tour = courier().tour
    posting = tour is not None and not tour.done()
    if tour is not None and posting:
        await asyncio.wait({tour})
    mine = hub()
    places = (await mine.log.survey(list(mine.lines))).places if mine.lines else {}
    behind = [line for name, line in list(mine.lines.items()) if line.placed and line.place != places.get(name)]
    for line in behind:
        line.doubtful = True
        await mine.mended(line)
    return posting or bool(behind)
