"""The one way out of a page session: frames in order, written by whoever adds them unless the socket is slow."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any

from liveactions.runtime.eager import go_on, start
from liveactions.runtime.ports import Transport

__all__ = ["Outbox"]

logger = logging.getLogger("liveactions")


class Outbox:
    """What waits to go out over the present socket. Without one, frames are dropped here: they are kept elsewhere.

    ``limit`` is in bytes; a page over it is too slow, and ``overflowed`` tells. A send that never ends holds up
    the frames of its own socket only: the next socket is written to at once.

    A frame that is pushed with ``hold`` waits until it is released, and what comes after it waits behind it.
    """

    __slots__ = ("frames", "held", "last", "limit", "overflowed", "size", "task", "transport", "writing")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.frames: deque[bytes] = deque()
        self.held: deque[tuple[int, bytes]] = deque()
        """What may not go out yet, each frame with the number of the last one that it has to wait for."""
        self.last = 0
        """The number of the frame that was held last; it goes up over all sockets."""
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
        self.held.clear()
        self.size = 0
        self.overflowed = False
        self.writing = False
        self.task = None

    def push(self, frame: bytes, *, hold: bool = False) -> None:
        """Send ``frame`` after those before it. Never waits, never raises."""
        if self.overflowed:
            return
        if hold or self.held:
            self.hold(frame, own=hold)
        else:
            self.go(frame)

    def hold(self, frame: bytes, *, own: bool) -> None:
        self.last += own
        if self.transport is not None:
            self.held.append((self.last, frame))
            self.size += len(frame)
            self.overflowed = self.size > self.limit and len(self.held) > 1

    def release(self, number: int) -> None:
        """What was held up to the frame with this number may go out."""
        held = self.held
        while held and held[0][0] <= number:
            frame = held.popleft()[1]
            self.size -= len(frame)
            self.go(frame)

    def go(self, frame: bytes) -> None:
        if self.writing:
            self.frames.append(frame)
            self.size += len(frame)
            self.overflowed = self.size > self.limit
        elif self.transport is not None:
            self.send(self.transport, frame)

    def send(self, transport: Transport, frame: bytes) -> None:
        """Write at once. Only if the socket makes us wait there is something to wait with: a task."""
        work = transport.send(frame)
        try:
            waiting_for = work.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001  # each server has its own way to say that the peer has gone
            self.failed(transport, error)
            return
        self.writing = True
        self.task = asyncio.get_running_loop().create_task(self.write(transport, work, waiting_for))

    async def write(self, transport: Transport, work: Coroutine[Any, Any, None], waiting_for: Any) -> None:
        try:
            await go_on(work, waiting_for)
            while self.transport is transport and self.frames:
                frame = self.frames.popleft()
                self.size -= len(frame)
                await transport.send(frame)
        except Exception as error:  # noqa: BLE001  # as above
            self.failed(transport, error)
        finally:
            if self.transport is transport:
                self.writing = False
                self.task = None

    def failed(self, transport: Transport, error: Exception) -> None:
        logger.debug("A frame could not be sent: %r", error)
        if self.transport is transport:
            self.detach()

    def close(self, code: int, farewell: bytes) -> None:
        """Close the socket, without waiting for it, and go on without one. What was held is not sent.

        ``farewell`` goes out before, unless the socket does not take it.
        """
        transport = self.transport
        self.held.clear()
        self.push(farewell)
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
