"""The other real door without a socket: an event stream and posts, and a page that speaks frames over them.

A ``StreamWire`` is a ``Wire`` in everything but the way its frames go.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from liveactions.fallback import serve_frames, serve_stream
from liveactions.wire import encode, from_line, pack, to_line
from liveactions.wire.frames import Frame
from tests.wires import Wire

__all__ = ["Response", "StreamWire", "events_in", "fetch", "post"]

Response = tuple[int, dict[str, str], bytes]


async def fetch(door: Any, scope: dict[str, Any], body: bytes = b"") -> Response:
    """Status, headers and body of what an HTTP door answers."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await door(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def events_in(text: str) -> list[tuple[str, str]]:
    """The events of a piece of a stream: name and data."""
    found = []
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields.get("event", "message"), fields["data"]))
    return found


def http_scope(wire: Wire, method: str, path: str, **headers: str) -> dict[str, Any]:
    """A request of the same browser; like one, it says its origin only where it may do something."""
    mine = [(name, value) for name, value in wire.scope["headers"] if method == "POST" or name != b"origin"]
    more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    query = ",".join(wire.scope["subprotocols"]).encode()
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": query,
        "headers": [*mine, *more],
    }


async def post(wire: Wire, address: str, body: bytes) -> Response:
    return await fetch(serve_frames, http_scope(wire, "POST", "/live/frames", x_live_stream=address), body)


class StreamWire(Wire):
    """One tab whose WebSocket is blocked. What it is told is kept as a socket would have brought it."""

    address = ""
    posts: asyncio.Queue[bytes]
    posting: asyncio.Task[None] | None = None

    async def dial(self) -> dict[str, Any]:
        self.posts = asyncio.Queue()
        scope = http_scope(self, "GET", "/live/stream")
        self.inbox.put_nowait({"type": "http.request"})
        self.task = asyncio.get_running_loop().create_task(serve_stream(scope, self.inbox.get, self.hear))
        self.posting = asyncio.get_running_loop().create_task(self.post_on())
        self.task.add_done_callback(lambda _: self.posting and self.posting.cancel())
        return await self.message()

    async def hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            if message["status"] != 200:
                await self.take({"type": "websocket.accept"})  # what it is refused with follows
            return
        for name, data in events_in(message.get("body", b"").decode()):
            await getattr(self, f"hear_{name}")(data)

    async def hear_open(self, data: str) -> None:
        self.address = data
        await self.take({"type": "websocket.accept"})

    async def hear_message(self, data: str) -> None:
        await self.take({"type": "websocket.send", "bytes": from_line(data.encode())})

    async def hear_close(self, data: str) -> None:
        await self.take({"type": "websocket.close", "code": int(data)})

    async def post_on(self) -> None:
        """One post after the other, as a page does it: each with all that was said while the last was under way."""
        while True:
            lines = [await self.posts.get()]
            while not self.posts.empty():
                lines.append(self.posts.get_nowait())
            status, _, body = await post(self, self.address, b"\n".join(lines))
            if status != 204:
                await self.hear({"type": "http.response.body", "body": body})

    def send(self, frame: Frame | list[Any] | bytes | str) -> None:
        if isinstance(frame, str):
            self.posts.put_nowait(frame.encode())
            return
        data = encode(frame) if isinstance(frame, Frame) else frame if isinstance(frame, bytes) else pack(frame)
        self.posts.put_nowait(line_of(data))

    async def drop(self) -> None:
        self.inbox.put_nowait({"type": "http.disconnect"})
        if self.task is not None:
            await asyncio.wait_for(self.task, 10)


def line_of(data: bytes) -> bytes:
    """The line of any msgpack that a hostile page might send, deep as it is."""
    try:
        return to_line(data).encode()
    except (RecursionError, ValueError):
        depth = data.count(b"\x91")
        return ("[" * depth + json.dumps(None) + "]" * depth).encode()
