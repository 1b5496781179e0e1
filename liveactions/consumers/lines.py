"""The line under a socket, as far as its server lets it be found: what ASGI has no words for.

An application can neither say that it has enough to do for now, nor that it wants to be rid of a connection. daphne
takes apart whatever comes, and keeps it for an application that does not come to its turn meanwhile; uvicorn waits with
a close until the other side has read everything; and neither tells of a message that never ends, or of pings without
an end. So a line stands between the transport and the protocol of the server, where both are known:

* it is read in small portions, so that many who send much share the loop with everybody else;
* it is not read while what has come was not taken yet;
* what comes without ever becoming a message is noticed;
* it is written to at once, where daphne would make three system calls of a frame, a round of the loop later;
* it can be broken off.

Behind a server that is not known here a socket has no line, and is what ASGI makes of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from threading import local
from time import thread_time
from typing import Any

from liveactions.consumers.masks import SWIFT, autobahns
from liveactions.consumers.turnstile import turnstile

__all__ = ["NO_LINE", "Line", "line_of"]

LEAST, PORTION = 256, 2048
"""Bytes that are read at a time: so many at least and at most, and between them as many as are taken apart in a slice.
A kilobyte of empty pings costs as much as hundreds of one message."""

SLICE = 0.00025
"""Seconds for which a socket is read before others have their turn."""

GRACE = 0.005
"""Seconds that may be spent on what is no message yet, and on top for each of its bytes what its mask may cost."""

A_PIECE = 0.000_01
"""What is read of fewer bytes than the least is not worth a look at the clock: it takes about so many seconds."""

LONG = 0.002
"""Seconds that one portion takes at most; if it was more, something else came in between, as the garbage collector."""

SLACK = 8 * PORTION
"""Bytes that may come on top of the longest message before there is one: headers, and what was read with the next."""

SHORT = 0xFFFF
"""Bytes of the longest message that is written at once."""

HEADS = tuple(bytes((0x82, size)) for size in range(126))
"""What stands before a binary message of so many bytes: that it is one, whole and not masked (RFC 6455, 5.2)."""

OPEN = 3
"""The state of autobahn's protocol in which it sends messages."""

WASTE = 0x100000
"""Bytes that are read at a time of what nobody wants: it is thrown away, and read on so that it is noticed when the
other side goes."""

LAST_WORDS = 2.0
"""Seconds that the other side has to hear that it is over, and why."""


class Line:
    """The line of a socket whose server is not known: nothing can be done with it."""

    __slots__ = ()

    is_endless = False
    """Whether more has come than the longest message without that there was one. The last one that is received then is
    empty, and was made here."""

    @property
    def is_ahead(self) -> bool:
        """Whether something may have come that was not taken."""
        return True

    def taken(self) -> None:
        """A message that had come over it was taken."""

    def write(self, data: bytes) -> bool:  # noqa: ARG002  # whose line is known writes it
        """Write a message, after all that the server has written. False, and nothing is done, if that is for the
        server to do."""
        return False

    def pause(self) -> None:
        """Read no further until ``taken`` is called and nothing waits any more."""

    def ease(self) -> None:
        """Read no further as long as something waits that was not taken."""

    def stop(self) -> None:
        """Throw away what still comes."""

    def end(self) -> None:
        """Break it off, if the other side does not end it soon."""


NO_LINE = Line()


class Metered(Line):
    """A line on which what comes is counted. ``transport`` is that of the server, which had ``inner`` for its protocol;
    in ``waiting`` are the messages that nobody has taken yet."""

    __slots__ = (
        "ending",
        "gone",
        "inner",
        "is_endless",
        "most",
        "paused",
        "queues",
        "spent",
        "stopped",
        "transport",
        "untold",
        "used",
        "waiting",
    )

    def __init__(self, transport: Any, inner: Any, waiting: asyncio.Queue[Any], max_frame: int) -> None:
        self.transport = transport
        self.inner = inner
        self.waiting = waiting
        self.most = max_frame + SLACK
        self.paused = self.queues = self.gone = False
        """Why nothing is read: something was not taken, others have their turn, or nobody is there any more."""
        self.is_endless = self.stopped = False
        self.used = 0.0
        """Seconds that it took to take apart what has come since its last turn."""
        self.untold, self.spent = 0, 0.0
        """Bytes that have come since the last message, and the seconds that it took to take them apart."""
        self.ending: asyncio.TimerHandle | None = None
        self.read_by(LEAST)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @property
    def is_ahead(self) -> bool:
        return not self.waiting.empty()

    def taken(self) -> None:
        self.untold, self.spent = 0, 0.0
        if self.paused and not self.is_ahead:
            self.paused = False
            self.read_on()

    def pause(self) -> None:
        if not self.paused:
            self.paused = True
            self.read_nothing()

    def ease(self) -> None:
        if self.is_ahead:
            self.pause()

    def stop(self) -> None:
        self.stopped = True
        self.read_by(WASTE)
        if self.paused:
            self.paused = False
            self.read_on()

    def heard(self, data: bytes, take_apart: Callable[[bytes], None]) -> None:
        """This has come."""
        if len(data) < LEAST:
            take_apart(data)
            self.came(len(data), A_PIECE)
            return
        began = thread_time()
        take_apart(data)
        took = thread_time() - began
        self.read_by(min(PORTION, max(LEAST, int(len(data) * SLICE / took))) if took else PORTION)
        self.came(len(data), took)

    def came(self, size: int, took: float) -> None:
        """So many bytes have come, and it took so many seconds to take them apart."""
        self.untold, self.spent = (0, 0.0) if self.is_ahead else (self.untold + size, self.spent + min(took, LONG))
        if (self.untold > self.most or (self.spent > GRACE and self.takes_long)) and not self.is_endless:
            self.is_endless = True
            self.stop()
            self.waiting.put_nowait({"type": "websocket.receive", "bytes": b""})
            return
        self.used += took
        if self.used > SLICE:
            self.used = 0.0
            self.queue()

    @property
    def takes_long(self) -> bool:
        """Whether what is no message yet has cost more than one would."""
        return self.spent > GRACE + self.untold * self.a_byte

    @property
    def a_byte(self) -> float:
        """Seconds that the server may spend on a byte of one large message."""
        return SWIFT

    def queue(self) -> None:
        """Read on when others had their turn."""
        if not (self.paused or self.queues or turnstile().passes()):
            self.queues = True
            self.read_nothing()
            turnstile().put(self.has_turn, leaves=self.stopped)

    def has_turn(self) -> None:
        self.queues = False
        self.read_on()

    def read_on(self) -> None:
        if not (self.paused or self.queues or self.gone):
            self.resume()

    def end(self) -> None:
        self.ending = asyncio.get_running_loop().call_later(LAST_WORDS, self.abort)

    def ended(self) -> None:
        self.gone = True
        if self.ending is not None:
            self.ending.cancel()

    def read_by(self, portion: int) -> None:
        """Read so many bytes at a time."""
        raise NotImplementedError

    def read_nothing(self) -> None:
        raise NotImplementedError

    def resume(self) -> None:
        raise NotImplementedError

    def abort(self) -> None:
        raise NotImplementedError


class AsyncioLine(Metered, asyncio.BufferedProtocol):
    """Of uvicorn, which itself reads nothing while something was not taken. What is read goes into a buffer of ours:
    the loops of asyncio and uvloop would read a quarter of a megabyte at a time."""

    __slots__ = ("portion",)

    def __init__(self, transport: Any, inner: Any, waiting: asyncio.Queue[Any], max_frame: int) -> None:
        super().__init__(transport, inner, waiting, max_frame)
        transport.set_protocol(self)

    def read_by(self, portion: int) -> None:
        self.portion = portion

    def get_buffer(self, _: int) -> memoryview:
        return here.buffer[: self.portion]

    def buffer_updated(self, size: int) -> None:
        if self.stopped:
            self.queue()
        else:
            self.heard(bytes(here.buffer[:size]), self.inner.data_received)

    def eof_received(self) -> bool | None:
        return self.inner.eof_received()  # type: ignore[no-any-return]  # of a server

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self.ended()
        self.inner.connection_lost(error)

    def read_nothing(self) -> None:
        self.transport.pause_reading()

    def resume(self) -> None:
        if not self.is_ahead:  # else it is the server that reads on
            self.transport.resume_reading()

    def abort(self) -> None:
        self.transport.abort()


class Here(local):
    """What belongs to a thread: what was read is taken apart before anything else is read in it."""

    def __init__(self) -> None:
        self.buffer = memoryview(bytearray(WASTE))


here = Here()


class TwistedLine(Metered):
    """Of daphne, which reads on whatever waits, and writes nothing before the loop has come round."""

    __slots__ = ("writes",)

    def __init__(self, transport: Any, inner: Any, waiting: asyncio.Queue[Any], max_frame: int) -> None:
        super().__init__(transport, inner, waiting, max_frame)
        self.writes = takes_bytes_as_they_are(transport)
        untie(transport, inner)
        transport.protocol = self

    @property
    def a_byte(self) -> float:
        return autobahns()

    def read_by(self, portion: int) -> None:
        self.transport.bufferSize = portion

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # as Twisted calls it
        if self.stopped:
            self.queue()
        else:
            self.heard(data, self.inner.dataReceived)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  # as Twisted calls it
        self.ended()
        self.inner.connectionLost(reason)

    def write(self, data: bytes) -> bool:
        transport = self.transport
        ready = self.writes and self.inner.state == OPEN and not transport.disconnecting
        if not ready or len(data) > SHORT or has_more_to_write(transport):
            return False
        frame = framed(data)
        written = transport.writeSomeData(frame)
        if not isinstance(written, int):  # it is broken, as the server will see
            return False
        if written < len(frame):
            transport.write(frame[written:])
        return True

    def read_nothing(self) -> None:
        self.transport.pauseProducing()

    def resume(self) -> None:
        self.transport.resumeProducing()

    def abort(self) -> None:
        self.transport.abortConnection()


def untie(transport: Any, protocol: Any) -> None:
    """Open the two rings that daphne would leave behind with every socket, for the garbage collector: the request that
    became the socket and the HTTP channel that it came by know one another, and in what tells of its end the protocol
    finds itself."""
    requests = getattr(getattr(transport, "producer", None), "requests", None)
    if isinstance(requests, list):
        requests.clear()
    if (closed := getattr(protocol, "is_closed", None)) is not None:
        closed.addCallback(told_nothing)


def told_nothing(_: object) -> None: ...


def framed(data: bytes) -> bytes:
    """A message that is not longer than ``SHORT``, as autobahn would write it."""
    size = len(data)
    return (HEADS[size] if size < len(HEADS) else b"\x82\x7e" + size.to_bytes(2, "big")) + data


def takes_bytes_as_they_are(transport: Any) -> bool:
    """Whether a transport of Twisted is a bare socket: one with TLS hands on what it does not know to the socket below,
    so only its class is asked."""
    return hasattr(type(transport), "writeSomeData") and hasattr(transport, "_tempDataBuffer")


def has_more_to_write(transport: Any) -> bool:
    """Whether something waits in a transport of Twisted, which what is new must not overtake."""
    return bool(transport._tempDataBuffer or transport.dataBuffer)  # noqa: SLF001  # nothing public tells it


def line_of(receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]], max_frame: int) -> Line:
    """The line behind what a server has given to an application; ``NO_LINE`` if it is not to be found."""
    protocol = send.args[0] if isinstance(send, partial) and send.args else getattr(send, "__self__", None)
    transport: Any = getattr(protocol, "transport", None)
    waiting = getattr(protocol, "queue", getattr(receive, "__self__", None))
    if not isinstance(waiting, asyncio.Queue):
        return NO_LINE
    if hasattr(transport, "set_protocol") and transport.get_protocol() is protocol and not transport.is_closing():
        return AsyncioLine(transport, protocol, waiting, max_frame)
    if hasattr(transport, "abortConnection") and transport.protocol is protocol:
        return TwistedLine(transport, protocol, waiting, max_frame)
    return NO_LINE
