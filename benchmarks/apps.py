"""The ASGI application under measurement: ours, and the floors beside it, each at a path of its own."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site")

from liveactions.asgi import get_asgi_application

live = get_asgi_application()

from channels.consumer import AsyncConsumer  # noqa: E402  # after Django is set up
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402

sockets: set[Any] = set()
"""Of the bare fan-out: one subscriber a process, bytes written to every socket."""


async def raw_echo(scope: Any, receive: Any, send: Any) -> None:
    """Nothing but ASGI."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


async def fan_out(scope: Any, receive: Any, send: Any) -> None:
    """The floor of a broadcast: whatever one socket says is written to all. ``b"go <n>"`` says it n times."""
    await receive()
    await send({"type": "websocket.accept"})
    sockets.add(send)
    text = b"Message 000000 of a broadcast benchmark, padded to a usual length, frame included."
    try:
        while (message := await receive())["type"] == "websocket.receive":
            for _ in range(int(message["bytes"].split()[1])):
                for other in sockets:
                    await other({"type": "websocket.send", "bytes": text})
    finally:
        sockets.discard(send)


class StockEcho(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(bytes_data=bytes_data)


class StockGroup(AsyncWebsocketConsumer):
    groups = ["bench"]  # noqa: RUF012  # as Channels documents it

    async def bench_message(self, message: dict[str, Any]) -> None:
        await self.send(text_data=message["text"])


class Bare(AsyncConsumer):
    """A consumer that only stays connected."""

    async def websocket_connect(self, message: Any) -> None:
        await self.send({"type": "websocket.accept"})


DOORS = {
    "/raw": raw_echo,
    "/fan": fan_out,
    "/stock": StockEcho.as_asgi(),
    "/group": StockGroup.as_asgi(),
    "/bare": Bare.as_asgi(),
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    door = DOORS.get(scope.get("path", ""), live) if scope["type"] == "websocket" else live
    await door(scope, receive, send)
