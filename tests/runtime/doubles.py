"""Stand-ins for what a page session needs of the world."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Gate", "Paper", "SlowSocket"]


class Paper:
    """A socket that takes everything at once."""

    gone = False

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed: list[int] = []

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def close(self, code: int) -> None:
        self.closed.append(code)


class Gate:
    """Something to wait at. ``reached`` says that somebody waits."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def wait(self) -> None:
        self.reached.set()
        await self.opened.wait()

    def hold(self, work: Callable[[], object]) -> None:
        """Have ``work`` done when the gate is open."""

        async def passing() -> None:
            await self.wait()
            work()

        self.tasks.append(asyncio.get_running_loop().create_task(passing()))

    def open(self) -> None:
        self.opened.set()


class SlowSocket(Paper):
    """A socket that takes a frame only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Semaphore(0)

    async def send(self, data: bytes) -> None:
        await self.let.acquire()
        await super().send(data)
