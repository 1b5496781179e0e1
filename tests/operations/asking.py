"""An HTTP request to one ASGI application."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

LOCAL = ("127.0.0.1", 5000)


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def ask(door, *, method: str = "GET", path: str = "/live/x", client: Any = LOCAL, **headers: str) -> Response:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await door({"type": "http", "method": method, "path": path, "headers": given, "client": client}, None, send)
    start, body = sent
    return Response(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"])
