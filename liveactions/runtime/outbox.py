"""The one way out of a page session: frames in order, written by whoever adds them unless the socket is slow."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from liveactions.runtime.eager import start
from liveactions.runtime.ports import Transport

__all__ = ["Outbox"]

logger = logging.getLogger("liveactions")


class Outbox:
    """What waits to go out over the present socket. Without one, frames are dropped here: they are kept elsewhere.

    ``limit`` is in bytes; a page over it is too slow, and ``overflowed`` tells.
    """

    __slots__ = ("frames", "limit", "overflowed", "size", "task", "transport", "writing")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.frames: deque[bytes] = deque()
        self.size = 0
        self.transport: Transport | None = None
        self.writing = False
        self.overflowed = False
        self.task: asyncio.Task[None] | None = None

    def attach(self, transport: Transport) -> None:
        self.detach()
        self.transport = transport

    def detach(self) -> None:
        self.transport = None
        self.frames.clear()
        self.size = 0
        self.overflowed = False

    def push(self, frame: bytes) -> None:
        """Send ``frame`` after those before it. Never waits, never raises."""
        if self.transport is None or self.overflowed:
            return
        self.frames.append(frame)
        self.size += len(frame)
        if self.writing:
            self.overflowed = self.size > self.limit
            return
        self.writing = True
        self.task = start(self.write())

    async def write(self) -> None:
        try:
            while self.frames and self.transport is not None:
                frame = self.frames.popleft()
                self.size -= len(frame)
                await self.transport.send(frame)
        except Exception as error:  # noqa: BLE001  # each server has its own way to say that the peer has gone
            logger.debug("A frame could not be sent: %r", error)
            self.detach()
        finally:
            self.writing = False
            self.task = None

    async def flushed(self) -> None:
        """Wait until everything that was pushed is with the server."""
        while self.task is not None:
            await asyncio.wait({self.task})
