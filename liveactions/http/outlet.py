"""Where a long answer leaves: only as fast as it is read, however slow that is.

Most servers make the sender wait. daphne's ``send`` never does: Twisted keeps what the network has not taken, without
a bound. But Twisted tells a *producer* when to pause, and daphne's request takes one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Outlet"]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

WRAPPINGS = 8
"""How many layers of middleware may stand between a server's ``send`` and ours."""


class Outlet:
    """The body of one answer, in an ``async with`` block. Begin the answer before, end it with ``finish``."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.receive = receive
        self.send = send
        self.request = twisted_request(send)
        self.room = asyncio.Event()
        self.room.set()
        self.gone = False
        """Whether nobody reads any more."""
        self.listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.listening = asyncio.get_running_loop().create_task(self.listen())
        if self.request is not None:
            self.request.registerProducer(self, True)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.listening is not None:
            self.listening.cancel()
        self.withdraw()

    async def listen(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass  # the rest of a request that nobody wants to know of
        self.stopProducing()

    async def write(self, data: bytes) -> None:
        """Send a piece of the body when there is room for it."""
        await self.room.wait()
        await self.send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self) -> None:
        self.withdraw()
        await self.send({"type": "http.response.body", "body": b""})

    def abort(self, reason: Exception) -> None:
        """Break the connection, so that nobody takes half a file for a whole one."""
        if self.request is None:
            raise reason
        self.request.loseConnection()  # daphne itself does not survive an exception after an answer has begun

    def withdraw(self) -> None:
        request, self.request = self.request, None
        if request is not None and request.channel is not None:
            request.unregisterProducer()

    # What Twisted asks of a producer ---------------------------------------------------------------------------

    def pauseProducing(self) -> None:  # noqa: N802
        self.room.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.room.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.gone = True
        self.room.set()


def twisted_request(send: Any) -> Any:
    """The request behind daphne's ``send``, which is a partial function of it; None behind that of another server."""
    layer = [send]
    for _ in range(WRAPPINGS):
        for each in layer:
            if hasattr(each, "registerProducer") and hasattr(each, "channel"):
                return each
        layer = [held for each in layer for held in held_by(each)]
    return None


def held_by(function: Any) -> Iterator[Any]:
    """What a function was given when it was made: the arguments of a partial one, the variables of a closure."""
    if isinstance(function, partial):
        yield from (function.func, *function.args)
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:
            pass  # a variable that has no value yet
