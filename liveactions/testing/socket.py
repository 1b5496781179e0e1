"""One WebSocket to the real ``LiveConsumer``, in this process: no port, no bytes on a wire, the same frames."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from liveactions.conf import conf
from liveactions.consumers import LiveConsumer
from liveactions.consumers.live import SUBPROTOCOL
from liveactions.wire import decode, encode
from liveactions.wire.frames import SERVER_FRAMES, Frame, Ping, Pong

__all__ = ["Arrived", "Socket", "scope_of"]

MAX_BYTES = 64 * 1024 * 1024

Arrived = tuple[Frame, int]
"""A frame of the server and its size in bytes."""


class Socket:
    """What an ASGI server is to its application. Lives on the event loop; ``arrived`` is read from elsewhere.

    ``PING`` is answered here, at once, by what ``pong`` says: a test that stands in a debugger must not look dead.
    """

    def __init__(self, scope: Mapping[str, Any], pong: Callable[[], Pong]) -> None:
        self.scope = dict(scope)
        self.pong = pong
        self.sent: deque[dict[str, Any]] = deque([{"type": "websocket.connect"}])
        self.something = asyncio.Event()
        self.rests = asyncio.Event()
        self.news = asyncio.Event()
        self.arrived: deque[Arrived] = deque()
        self.accepted = False
        self.code: int | None = None
        """The code with which the server closed."""
        self.task = asyncio.get_running_loop().create_task(LiveConsumer.as_asgi()(self.scope, self.receive, self.send))
        self.task.add_done_callback(lambda _: self.news.set())

    # What the page does ---------------------------------------------------------------------------------------

    def push(self, data: bytes) -> None:
        """Send a frame."""
        self.put({"type": "websocket.receive", "bytes": data})

    async def cut(self, code: int = 1006) -> None:
        """End the connection, as a cable does that is pulled."""
        self.put({"type": "websocket.disconnect", "code": code})
        await asyncio.wait({self.task})

    async def idle(self) -> None:
        """Wait until the server has taken everything. Raises what the consumer raised."""
        resting = asyncio.ensure_future(self.rests.wait())
        await asyncio.wait({self.task, resting}, return_when=asyncio.FIRST_COMPLETED)
        resting.cancel()
        if self.task.done() and not self.task.cancelled() and (error := self.task.exception()):
            raise error

    async def more(self) -> None:
        """Wait until something has come that was not read yet, or the socket has ended."""
        while not self.arrived and not self.task.done():
            self.news.clear()
            await self.news.wait()

    # The ASGI side --------------------------------------------------------------------------------------------

    def put(self, message: dict[str, Any]) -> None:
        self.rests.clear()
        self.sent.append(message)
        self.something.set()

    async def receive(self) -> dict[str, Any]:
        while not self.sent:
            self.rests.set()
            self.something.clear()
            await self.something.wait()
        return self.sent.popleft()

    async def send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            self.accepted = True
        elif message["type"] == "websocket.close":
            self.code = message.get("code", 1000)
            self.put({"type": "websocket.disconnect", "code": self.code})
        else:
            self.take(message["bytes"])
        self.news.set()

    def take(self, data: bytes) -> None:
        frame = decode(data, SERVER_FRAMES, MAX_BYTES)
        if isinstance(frame, Ping):
            self.push(encode(self.pong()))
        else:
            self.arrived.append((frame, len(data)))


def scope_of(url: str, cookies: str) -> dict[str, Any]:
    """The ASGI scope of a socket that the page at ``url`` opens with these cookies."""
    place = urlsplit(url)
    secure = place.scheme == "https"
    host = place.hostname or "testserver"
    headers = {"host": place.netloc, "origin": f"{place.scheme}://{place.netloc}", "cookie": cookies}
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "wss" if secure else "ws",
        "path": conf().path,
        "raw_path": conf().path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": (host, place.port or (443 if secure else 80)),
        "subprotocols": [SUBPROTOCOL],
    }
