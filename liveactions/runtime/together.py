"""What many ask for at once is asked for together: by one asking for all, and where that is dear, not too often."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Together"]

K = TypeVar("K")
V = TypeVar("V")

MOST = 256
"""Keys in one asking."""

PACE = 0.25
"""Seconds between two askings of what is dear, so that more come together; but …"""

AT_ONCE = 8
"""… after a while in which nobody asked, so many may follow each other without a pause."""


class Together(Generic[K, V]):
    """Answers keys, as ``ask`` does for many of them: in their order, an exception in place of what it could not tell.

    Nobody is answered by an asking that had begun before: what they are told is not older than their question. One
    asking at a time, of at most ``most`` keys; ``pace`` is seconds between two, as told above.
    """

    def __init__(
        self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V | Exception]]], *, most: int = MOST, pace: float = PACE
    ) -> None:
        self.ask = ask
        self.most = most
        self.pace = pace
        self.waiting: deque[tuple[K, asyncio.Future[V]]] = deque()
        self.task: asyncio.Task[None] | None = None
        self.earned = 0.0
        """The time at which, with a pause after each, the next asking would be due."""

    async def get(self, key: K) -> V:
        """What ``ask`` tells of ``key``; raises what it raises, or tells in place of it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V] = loop.create_future()
        self.waiting.append((key, answer))
        if self.task is None:
            self.task = loop.create_task(self.work())
        return await answer

    async def work(self) -> None:
        try:
            while self.waiting:
                await self.pause()
                batch = [self.waiting.popleft() for _ in range(min(self.most, len(self.waiting)))]
                if batch := [each for each in batch if not each[1].done()]:
                    await self.answer(batch)
        finally:
            self.task = None

    async def pause(self) -> None:
        now = asyncio.get_running_loop().time()
        self.earned = max(self.earned, now) + self.pace
        if (wait := self.earned - now - AT_ONCE * self.pace) > 0:
            await asyncio.sleep(wait)

    async def answer(self, batch: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        told: Sequence[V | Exception]
        try:
            told = await self.ask([key for key, _ in batch])
        except Exception as error:  # noqa: BLE001  # it belongs to those who wait
            told = [error] * len(batch)
        except BaseException:  # the process ends
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), value in zip(batch, told, strict=True):
            if answer.done():
                continue
            if isinstance(value, Exception):
                answer.set_exception(value)
            else:
                answer.set_result(value)
