"""The ASGI application under measurement: ours, and the floors beside it, each at a path of its own."""

from __future__ import annotations

import asyncio
import os
from itertools import count
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site")

from liveactions.asgi import get_asgi_application

live = get_asgi_application()

from channels.consumer import AsyncConsumer  # noqa: E402  # after Django is set up
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

from liveactions.results import Patch  # noqa: E402
from liveactions.wire import answer_frame, decode, items_to_wire  # noqa: E402

sockets: set[Any] = set()
subscribers: set[Any] = set()


async def raw_echo(scope: Any, receive: Any, send: Any) -> None:
    """Nothing but ASGI."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


class Link(asyncio.Protocol):
    """A connection to Redis, and nothing else."""

    answer: asyncio.Future[None]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.answer.set_result(None)

    async def exchange(self) -> None:
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(b"PING\r\n")
        await self.answer


async def echo_after_redis(scope: Any, receive: Any, send: Any) -> None:
    """An echo for which Redis is asked as often as for a call that is kept."""
    redis = urlsplit(os.environ["REDIS_URL"])
    _, link = await asyncio.get_running_loop().create_connection(Link, redis.hostname, redis.port)
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await link.exchange()
        await link.exchange()
        await send({"type": "websocket.send", "bytes": message["bytes"]})


async def frames(scope: Any, receive: Any, send: Any) -> None:
    """Our frames with no page behind them: each call is read, and answered with the same patch."""
    await receive()
    await send({"type": "websocket.accept"})
    for offset in count(1):
        if (message := await receive())["type"] != "websocket.receive":
            return
        call: Any = decode(message["bytes"])
        items = items_to_wire([(call.component, Patch([0, "1"]))])
        await send({"type": "websocket.send", "bytes": answer_frame(offset, call.number, items, None)})


async def fan_out(scope: Any, receive: Any, send: Any) -> None:
    """The floor of a broadcast: one subscriber a process, which writes the bytes to every socket."""
    await receive()
    await send({"type": "websocket.accept"})
    if not subscribers:
        subscribers.add(asyncio.create_task(subscribe()))
    sockets.add(send)
    try:
        while (await receive())["type"] == "websocket.receive":
            pass
    finally:
        sockets.discard(send)


async def subscribe() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("fan", channel)
    while True:
        message = await layer.receive(channel)
        for send in list(sockets):
            await send({"type": "websocket.send", "bytes": message["frame"]})


class StockEcho(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(bytes_data=bytes_data)


class StockGroup(AsyncJsonWebsocketConsumer):
    groups = ["bench"]

    async def bench_message(self, message: dict[str, Any]) -> None:
        await self.send_json({"text": message["text"]})


class StockGroupOnCore(StockGroup):
    """The same on the layer that Channels' own documentation installs."""

    channel_layer_alias = "core"


class Bare(AsyncConsumer):
    """A consumer that only stays connected."""

    async def websocket_connect(self, message: Any) -> None:
        await self.send({"type": "websocket.accept"})


DOORS = {
    "/raw": raw_echo,
    "/after_redis": echo_after_redis,
    "/frames": frames,
    "/fan": fan_out,
    "/stock": StockEcho.as_asgi(),
    "/group": StockGroup.as_asgi(),
    "/group_core": StockGroupOnCore.as_asgi(),
    "/bare": Bare.as_asgi(),
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    door = DOORS.get(scope.get("path", ""), live) if scope["type"] == "websocket" else live
    await door(scope, receive, send)
