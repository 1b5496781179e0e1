"""An ASGI application that writes messages over a socket as a page session does, and says who has written them."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import django

django.setup()

from liveactions.consumers.lines import line_of  # noqa: E402  # only now
from liveactions.consumers.live import Socket  # noqa: E402  # as above
from liveactions.runtime.outbox import sent  # noqa: E402  # as above


async def application(scope, receive, send) -> None:
    """Each message that comes asks for others: ``[[size, …], pings]``. The last one that goes says how many of them
    the line has taken. ``listens`` asks for nothing but to be noticed when it goes, and ``who has gone`` how many were.
    """
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    protocol = send.args[0] if isinstance(send, partial) else None
    line = Counted(line_of(receive, send, 1 << 20))
    socket = Socket(receive, send, line)
    while (message := await receive())["type"] == "websocket.receive":
        if message["text"] == "listens":
            await until_gone(socket)
            return
        if message["text"] == "who has gone":
            await send({"type": "websocket.send", "text": str(len(GONE))})
            continue
        sizes, pings = json.loads(message["text"])
        line.written = 0
        for number, size in enumerate(sizes):
            if pings and number % 3 == 0:
                protocol.sendPing(b"are you there?")
            await sent(socket, content(number, size))
        await send({"type": "websocket.send", "text": json.dumps(line.written)})


GONE = []
"""Those who were noticed to have gone while nobody asked what they say."""


async def until_gone(socket) -> None:
    socket.line.pause()  # as while it waits for its turn
    socket.listen()
    while not socket.gone:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.01)
    GONE.append(socket)


class Counted:
    """A line, and how many messages it has taken."""

    def __init__(self, line) -> None:
        self.line = line
        self.written = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.line, name)

    def write(self, data: bytes) -> bool:
        done = self.line.write(data)
        self.written += done
        return done


def content(number: int, size: int) -> bytes:
    return (b"%d," % number * size)[:size]
