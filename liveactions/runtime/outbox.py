"""The one way out of a page session: frames in order, written by whoever adds them unless the socket is slow.

Not every server says when a socket is slow: daphne takes whatever it is given into memory. So the page does. After
every so many bytes a ``PING`` goes out, and the ``PONG`` that answers it says that everything before it was read. At
most ``window`` bytes are under way unread; what comes on top waits here, where it can be counted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from liveactions.runtime.eager import go_on, start
from liveactions.runtime.ports import Place, Transport
from liveactions.wire import encode, is_ping
from liveactions.wire.frames import Ping

__all__ = ["QUESTION", "Outbox", "sent"]

logger = logging.getLogger("liveactions")

QUESTION = encode(Ping(0))
"""Asks how far the page has read, and says nothing of offsets: what waits here may not be known to it yet."""

PORTIONS = 4
"""A window is asked for in this many portions, so that a page that reads is never waited for."""

Entry = tuple[bytes, tuple[str, Place] | None]
"""A frame, and where it may be had again, so that it can be left out here; None for one that must arrive."""


def nobody(*_: object) -> None:
    """Whom nothing is told."""


class Outbox:
    """What waits to go out over the present socket. Without one, frames are dropped here: they are kept elsewhere.

    ``limit`` is how many bytes may wait behind the first frame that does. Over it, frames that may be had again are
    left out, and ``shed`` is told from where on; if that is not enough, the page is too slow, and ``overflowed`` tells.
    A send that never ends holds up the frames of its own socket only: the next socket is written to at once.

    A frame that is pushed with ``hold`` waits until it is released, and what comes after it waits behind it.

    ``window`` is how many bytes may be unread; while so many are, nothing is written. From then on, or from when frames
    were left out, the outbox is ``paused`` until nothing waits any more; ``on_change`` is called at both ends. ``now``
    is the clock by which a page is slow.
    """

    __slots__ = (
        "asked",
        "calm",
        "frames",
        "full",
        "held",
        "last",
        "limit",
        "now",
        "on_change",
        "overflowed",
        "paused",
        "read",
        "shed",
        "size",
        "task",
        "transport",
        "waiting_since",
        "window",
        "writing",
        "written",
    )

    def __init__(
        self,
        limit: int,
        window: int = 1 << 62,
        on_change: Callable[[], None] = nobody,
        shed: Callable[[dict[str, Place]], None] = nobody,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = limit
        self.window = window
        self.on_change = on_change
        self.now = now
        self.shed = shed
        """Told of which streams frames were left out, and the place of the first in each."""
        # Lists, though they are emptied from the front: they are short or empty, and an empty deque takes 760 bytes.
        self.frames: list[Entry] = []
        self.held: list[tuple[int, Entry]] = []
        """What may not go out yet, each frame with the number of the last one that it has to wait for."""
        self.last = 0
        """The number of the frame that was held last; it goes up over all sockets."""
        self.size = 0
        self.transport: Transport | None = None
        self.writing = False
        self.overflowed = False
        self.full = self.paused = False
        self.calm = 0
        """Below so many bytes written there is nothing to ask the page, and no need to stop."""
        self.written = self.read = 0
        """Bytes over the present socket, and how many of them the page has read as far as is known."""
        self.asked: list[int] = []
        """What was written before each PING that was not answered yet."""
        self.waiting_since = 0.0
        """When the first of these PINGs, or frames, began to wait, or the page was last seen to read."""
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
        self.written = self.read = 0
        self.asked.clear()
        self.weigh()

    # What goes out --------------------------------------------------------------------------------------------

    def push(self, frame: bytes, *, hold: bool = False, source: tuple[str, Place] | None = None) -> None:
        """Send ``frame`` after those before it. Never waits, never raises.

        ``source`` is the stream and the place where it may be had again; then it may be left out when too much waits.
        """
        if self.overflowed:
            return
        if hold or self.held:
            self.hold((frame, source), own=hold)
        elif self.writing or self.full:
            self.wait((frame, source))
        elif self.transport is not None:
            self.send(self.transport, frame)

    def hold(self, entry: Entry, *, own: bool) -> None:
        self.last += own
        if self.transport is not None:
            self.held.append((self.last, entry))
            self.size += len(entry[0])
            if self.is_overfull:
                self.make_room()

    def release(self, number: int) -> None:
        """What was held up to the frame with this number may go out."""
        held = self.held
        while held and held[0][0] <= number:
            entry = held.pop(0)[1]
            self.size -= len(entry[0])
            if self.writing or self.full:
                self.wait(entry)
            elif self.transport is not None:
                self.send(self.transport, entry[0])

    def wait(self, entry: Entry) -> None:
        self.begin_to_wait()
        self.frames.append(entry)
        self.size += len(entry[0])
        if self.is_overfull:
            self.make_room()

    @property
    def is_overfull(self) -> bool:
        """Whether too much waits. The first frame does not count: however large it may be, there is room for one."""
        if self.size <= self.limit:
            return False
        first = self.frames[0] if self.frames else self.held[0][1]
        return self.size - len(first[0]) > self.limit

    def make_room(self) -> None:
        """Too much waits: leave out what may be left out. If that is not enough, the page is too slow."""
        left_out: dict[str, Place] = {}
        for _, source in [*self.frames, *(entry for _, entry in self.held)]:
            if source is not None:
                left_out.setdefault(*source)
        self.frames = [modest(entry) for entry in self.frames if entry[1] is None]
        self.held = [(number, modest(entry)) for number, entry in self.held if entry[1] is None]
        self.size = sum(len(frame) for frame, _ in self.frames) + sum(len(frame) for _, (frame, _) in self.held)
        self.overflowed = self.is_overfull
        if left_out:
            self.shed(left_out)
        self.weigh(shed=True)

    def send(self, transport: Transport, frame: bytes) -> None:
        """Write at once. Only if the socket makes us wait there is something to wait with: a task."""
        written = self.written + len(frame)
        if written < self.calm and not is_ping(frame):
            self.written = written
            work = transport.send(frame)
        else:
            work = self.count(transport, frame)
        if work is None:
            return
        try:
            waiting_for = work.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001  # each server has its own way to say that the peer has gone
            self.failed(transport, error)
            return
        self.begin_to_wait()
        self.writing = True
        self.task = asyncio.get_running_loop().create_task(self.write(transport, work, waiting_for))

    async def write(self, transport: Transport, work: Coroutine[Any, Any, None], waiting_for: Any) -> None:
        try:
            await go_on(work, waiting_for)
            while self.transport is transport and self.frames and not self.full:
                frame, _ = self.frames.pop(0)
                self.size -= len(frame)
                if (more := self.count(transport, frame)) is not None:
                    await more
        except Exception as error:  # noqa: BLE001  # as above
            self.failed(transport, error)
        finally:
            if self.transport is transport:
                self.writing = False
                self.task = None
                self.weigh()

    def failed(self, transport: Transport, error: Exception) -> None:
        logger.debug("A frame could not be sent: %r", error)
        if self.transport is transport:
            self.detach()

    # What is read ---------------------------------------------------------------------------------------------

    def count(self, transport: Transport, frame: bytes) -> Coroutine[Any, Any, None] | None:
        """Send ``frame``, and with it the question how far the page has read, if it is time for that."""
        self.written += len(frame)
        due = self.written - (self.asked[-1] if self.asked else self.read) >= self.window // PORTIONS
        if due or is_ping(frame):
            self.begin_to_wait()
            self.asked.append(self.written)
        self.weigh()
        return sent(transport, frame, QUESTION) if due and not is_ping(frame) else transport.send(frame)

    def begin_to_wait(self) -> None:
        if not self.waits:
            self.waiting_since = self.now()

    @property
    def waits(self) -> bool:
        """Whether it is the page's turn: to answer a PING, or to let its socket take what waits here."""
        return bool(self.asked or self.frames or self.writing)

    def answered(self) -> None:
        """The page has answered a PING: what was written before it is read, and as much may follow."""
        if self.asked:
            self.read = self.asked.pop(0)
            self.waiting_since = self.now()
            self.weigh()
            self.go_on()

    @property
    def reads_nothing(self) -> bool:
        """Whether what is waited for is that the page reads, and not only a word of it."""
        return self.paused or self.writing or bool(self.frames) or self.written - self.read >= self.window // PORTIONS

    def go_on(self) -> None:
        while self.frames and not self.writing and not self.full and self.transport is not None:
            frame, _ = self.frames.pop(0)
            self.size -= len(frame)
            self.send(self.transport, frame)
        self.weigh()

    def weigh(self, *, shed: bool = False) -> None:
        self.full = self.written - self.read >= self.window
        next_question = (self.asked[-1] if self.asked else self.read) + self.window // PORTIONS
        self.calm = min(next_question, self.read + self.window)
        paused = self.full or shed or (self.paused and bool(self.frames))
        if paused is not self.paused:
            self.paused = paused
            self.on_change()

    # The end --------------------------------------------------------------------------------------------------

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

    def free(self) -> None:
        """Nobody is to be told any more what becomes of it."""
        self.on_change = self.shed = nobody

    async def flushed(self) -> None:
        """Wait until everything that was pushed is with the server."""
        while self.task is not None:
            await asyncio.wait({self.task})


def modest(entry: Entry) -> Entry:
    """What still waits where something before it was left out: of that a ``PING`` must not say that it was sent."""
    return (QUESTION, None) if is_ping(entry[0]) else entry


async def sent(transport: Transport, *frames: bytes) -> None:
    """Send frames, one after the other. Raises what the server has to say of a peer that has gone."""
    for frame in frames:
        if (work := transport.send(frame)) is not None:
            await work


async def shut(transport: Transport, code: int) -> None:
    try:
        await transport.close(code)
    except Exception as error:  # noqa: BLE001  # each server has its own way to say that it is closed already
        logger.debug("A socket could not be closed: %r", error)
