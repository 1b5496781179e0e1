"""A site that offers files, for servers of the tests: ``/offer?<bytes>`` answers with the address of a new one.

``/memory`` answers with the bytes of memory that the process has in use. ``WRAPPED=1`` puts two layers of middleware
around the site.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from asgiref.sync import sync_to_async

from liveactions import Download
from liveactions.asgi import get_asgi_application
from liveactions.files import offer

site = get_asgi_application()

STEP = 65_536
FILENAME = "Übersicht Mai.bin"


def content(size: int) -> Iterator[bytes]:
    """Bytes of which no two pieces are the same."""
    for start in range(0, size, STEP):
        yield (start.to_bytes(8, "big") * (STEP // 8))[: min(STEP, size - start)]


def offered(query: bytes) -> str:
    return str(offer(Download.from_chunks(FILENAME, content(int(query))), None).url)


def memory(_: bytes) -> str:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return str(pages * os.sysconf("SC_PAGE_SIZE"))


QUESTIONS = {"/offer": offered, "/memory": memory}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    question = QUESTIONS.get(scope.get("path", ""))
    if question is None:
        await site(scope, receive, wrapped(send) if os.environ.get("WRAPPED") else send)
        return
    body = (await sync_to_async(question, thread_sensitive=False)(scope["query_string"])).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def wrapped(send: Any) -> Any:
    async def counting(label: str, message: dict[str, Any]) -> None:
        assert label
        await send(message)

    return partial(counting, "middleware")
