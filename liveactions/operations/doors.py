"""Three addresses for machines: ``health``, ``ready`` and ``metrics``, below the path of the socket.

They ask for no session, no host name and no database: a probe comes from anywhere, and often.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any

from liveactions.conf import conf
from liveactions.consumers.admission import headers_of
from liveactions.metrics import CONTENT_TYPE, exposition
from liveactions.operations.condition import reasons
from liveactions.operations.gauges import families

__all__ = ["serve_health", "serve_metrics", "serve_readiness"]

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

JSON = "application/json"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""A request with one of these has come through a proxy, which may itself be on this machine."""


async def serve_health(scope: Scope, _: Any, send: Send) -> None:
    """200 as long as this event loop answers. Who gets no answer should end the process."""
    await respond(scope, send, 200, JSON, json.dumps({"alive": True}))


async def serve_readiness(scope: Scope, _: Any, send: Send) -> None:
    """200 if more pages may come, else 503 with the reasons."""
    found = await reasons()
    told = {"ready": not found, "reasons": [reason._asdict() for reason in found]}
    await respond(scope, send, 503 if found else 200, JSON, json.dumps(told))


async def serve_metrics(scope: Scope, _: Any, send: Send) -> None:
    """The figures of this process, as Prometheus reads them, for whom the setting ``METRICS`` names."""
    wanted = conf().metrics
    if not wanted:
        await respond(scope, send, 404, JSON, json.dumps({"error": 'LIVEACTIONS["METRICS"] is not set.'}))
    elif may_read(scope, wanted):
        await respond(scope, send, 200, CONTENT_TYPE, exposition(families()))
    else:
        await respond(scope, send, 401, JSON, json.dumps({"error": "The figures are not for everybody."}))


def may_read(scope: Mapping[str, Any], wanted: str) -> bool:
    """Whether a request says the token, or, where that is enough, comes from this machine without a proxy between."""
    headers = headers_of(scope)
    if wanted == "local":
        return is_here(scope.get("client")) and not any(name in headers for name in FORWARDED)
    scheme, _, said = headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), wanted.encode())


def is_here(client: Any) -> bool:
    """Whether an ASGI ``client`` is on this machine. A Unix socket has none: its other end is, but is often a proxy."""
    try:
        return ip_address(client[0]).is_loopback
    except (TypeError, ValueError, IndexError):
        return False


async def respond(scope: Scope, send: Send, status: int, kind: str, body: str) -> None:
    if scope["method"] not in ("GET", "HEAD"):
        status, kind, body = 405, JSON, json.dumps({"error": "Only GET."})
    data = body.encode()
    headers = {
        "content-type": kind,
        "content-length": str(len(data)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **({"www-authenticate": "Bearer"} if status == 401 else {}),
    }
    await send({"type": "http.response.start", "status": status, "headers": [*map(encoded, headers.items())]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else data})


def encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    return header[0].encode(), header[1].encode()
