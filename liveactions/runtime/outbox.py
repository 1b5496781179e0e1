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

    ``limit`` is in bytes; a page over it is too slow, and ``overflowed`` tells. A send that never ends holds up
    the frames of its own socket only: the next socket is written to at once.
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
        self.writing = False
        self.task = None

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
        self.task = start(self.write(self.transport))

    async def write(self, transport: Transport) -> None:
        try:
            while self.transport is transport and self.frames:
                frame = self.frames.popleft()
                self.size -= len(frame)
                await transport.send(frame)
        except Exception as error:  # noqa: BLE001  # each server has its own way to say that the peer has gone
            logger.debug("A frame could not be sent: %r", error)
            if self.transport is transport:
                self.detach()
        finally:
            if self.transport is transport:
                self.writing = False
                self.task = None

    def close(self, code: int) -> None:
        """Close the socket, without waiting for it, and go on without one."""
        transport = self.transport
        self.detach()
        if transport is not None:
            start(shut(transport, code))

    async def flushed(self) -> None:
        """Wait until everything that was pushed is with the server."""
        while self.task is not None:
            await asyncio.wait({self.task})


async def shut(transport: Transport, code: int) -> None:
    try:
        await transport.close(code)
    except Exception as error:  # noqa: BLE001  # each server has its own way to say that it is closed already
        logger.debug("A socket could not be closed: %r", error)
