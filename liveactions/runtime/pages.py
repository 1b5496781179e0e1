"""The page sessions of this process: found by their resume token, pinged, and ended when nobody comes back."""

from __future__ import annotations

import asyncio
import hmac
import logging
from itertools import cycle

from liveactions.runtime.page import Host, Page
from liveactions.runtime.ports import Transport
from liveactions.runtime.tree import Surroundings
from liveactions.wire.frames import Hello

__all__ = ["Pages"]

logger = logging.getLogger("liveactions")

PORTIONS = 10
"""Pings are spread over the heartbeat in this many portions."""


class Pages:
    """Every page session of the process. One task serves all their heartbeats."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.by_token: dict[str, Page] = {}
        self.portions: list[set[Page]] = [set() for _ in range(PORTIONS)]
        """Every page in one of them, so that each has its turn once a heartbeat whoever comes and goes."""
        self.task: asyncio.Task[None] | None = None

    async def open(self, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page:
        """The page session of a new connection: the one it resumes, or a new one."""
        page = self.find(hello, surroundings)
        if page is not None:
            page.hang_up("page.elsewhere", "A newer socket speaks for this page.")
            if await page.resume(transport, hello):
                return page
            self.forget(page)
        page = Page(self.host, surroundings)
        self.by_token[page.token] = page
        min(self.portions, key=len).add(page)
        self.keep_beating()
        await page.welcome(transport, hello)
        return page

    def find(self, hello: Hello, surroundings: Surroundings) -> Page | None:
        """The session that a resume token names; it must be the same user's."""
        if not hello.resume or not isinstance(hello.resume[0], str):
            return None
        page = self.by_token.get(hello.resume[0])
        if page is None or page.ended or not hmac.compare_digest(page.token, hello.resume[0]):
            return None
        return page if same_user(page.tree.surroundings.user, surroundings.user) else None

    def forget(self, page: Page) -> None:
        self.by_token.pop(page.token, None)
        for portion in self.portions:
            portion.discard(page)
        page.end()

    # Heartbeats ---------------------------------------------------------------------------------------------

    def keep_beating(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.beat())

    async def beat(self) -> None:
        """Ping every page once a heartbeat, a portion at a time; ends when there is no page."""
        for portion in cycle(self.portions):
            if not self.by_token:
                return
            await asyncio.sleep(self.host.limits.heartbeat / PORTIONS)
            for page in list(portion):
                self.check_safely(page)

    def check_safely(self, page: Page) -> None:
        try:
            self.check(page)
        except Exception:  # the heartbeat of all pages must go on
            logger.exception("The heartbeat of page %s failed.", page.page_id)

    def check(self, page: Page) -> None:
        """One page's heartbeat: ping it, drop its socket if it is silent, end it if it stays away."""
        limits = self.host.limits
        now = self.host.now()
        silent = now - page.seen
        if now - page.checked >= limits.recheck:
            page.recheck()
        if page.ended:
            self.forget(page)
        elif page.outbox.overflowed:
            self.drop(page, "page.slow", "This page takes too long to read what it is told.")
        elif page.connected and silent > 2.5 * limits.heartbeat:
            self.drop(page, "page.silent", "Nothing was heard of this page.")
        elif page.connected:
            page.ping()
        elif silent > limits.resume_window:
            self.forget(page)

    def drop(self, page: Page, code: str, message: str) -> None:
        logger.info("The socket of page %s is closed: %s.", page.page_id, code)
        page.hang_up(code, message, retry_ms=0)


def same_user(one: object, other: object) -> bool:
    return getattr(one, "pk", None) == getattr(other, "pk", None)
