"""The page sessions of this process: found by their resume token, pinged, and ended when nobody comes back."""

from __future__ import annotations

import asyncio
import hmac
import logging

from liveactions.runtime.page import Host, Page
from liveactions.runtime.ports import Transport
from liveactions.runtime.tree import Surroundings
from liveactions.wire.frames import Hello

__all__ = ["Pages"]

logger = logging.getLogger("liveactions")

SLICES = 10
"""Pings are spread over the heartbeat in this many portions."""


class Pages:
    """Every page session of the process. One task serves all their heartbeats."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.by_token: dict[str, Page] = {}
        self.task: asyncio.Task[None] | None = None

    async def open(self, hello: Hello, transport: Transport, surroundings: Surroundings) -> Page:
        """The page session of a new connection: the one it resumes, or a new one."""
        page = self.find(hello, surroundings)
        if page is not None and await self.take_over(page, hello, transport):
            return page
        if page is not None:
            await self.forget(page)
        page = Page(self.host, surroundings)
        self.by_token[page.token] = page
        self.keep_beating()
        await page.welcome(transport, hello)
        return page

    def find(self, hello: Hello, surroundings: Surroundings) -> Page | None:
        """The session that a resume token names; it must be the same user's."""
        if not hello.resume or not isinstance(hello.resume[0], str):
            return None
        page = self.by_token.get(hello.resume[0])
        if page is None or not hmac.compare_digest(page.token, hello.resume[0]):
            return None
        return page if same_user(page.tree.surroundings.user, surroundings.user) else None

    async def take_over(self, page: Page, hello: Hello, transport: Transport) -> bool:
        old = page.outbox.transport
        if old is not None:
            page.detach()
            await old.close(4001)
        return await page.resume(transport, hello)

    async def forget(self, page: Page) -> None:
        self.by_token.pop(page.token, None)
        await page.end()

    # Heartbeats ---------------------------------------------------------------------------------------------

    def keep_beating(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.beat())

    async def beat(self) -> None:
        """Ping every page once a heartbeat, a portion at a time; ends when there is no page."""
        portion = 0
        while self.by_token:
            await asyncio.sleep(self.host.limits.heartbeat / SLICES)
            for page in list(self.by_token.values())[portion::SLICES]:
                await self.check(page)
            portion = (portion + 1) % SLICES

    async def check(self, page: Page) -> None:
        """One page's heartbeat: ping it, drop its socket if it is silent, end it if it stays away."""
        limits = self.host.limits
        silent = self.host.now() - page.seen
        if page.outbox.overflowed:
            await self.drop(page, "page.slow", 4008)
        elif page.connected and silent > 2.5 * limits.heartbeat:
            await self.drop(page, "page.silent", 4001)
        elif page.connected:
            page.ping()
        elif silent > limits.resume_window:
            await self.forget(page)

    async def drop(self, page: Page, why: str, code: int) -> None:
        logger.info("The socket of page %s is closed: %s.", page.page_id, why)
        transport = page.outbox.transport
        page.detach()
        if transport is not None:
            await transport.close(code)


def same_user(one: object, other: object) -> bool:
    return getattr(one, "pk", None) == getattr(other, "pk", None)
