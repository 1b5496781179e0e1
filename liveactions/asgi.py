"""The ASGI application of a site: Django over HTTP, live pages over WebSocket.

In ``asgi.py``::

    from liveactions.asgi import get_asgi_application

    application = get_asgi_application()
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.conf import settings

if TYPE_CHECKING:
    from liveactions.operations.ending import Ending

__all__ = ["LiveApplication", "get_asgi_application"]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def get_asgi_application(websocket: Application | None = None) -> LiveApplication:
    """In place of Django's function of the same name; sets Django up.

    ``websocket`` is an ASGI application for WebSocket paths other than ours (a Channels ``URLRouter``).
    With ``DEBUG`` and ``django.contrib.staticfiles``, static files are served too.
    """
    django.setup(set_prefix=False)
    from django.core.asgi import get_asgi_application as get_django

    from liveactions.conf import conf
    from liveactions.consumers import LiveConsumer
    from liveactions.consumers.process import keep_balanced, keep_sweeping
    from liveactions.fallback import serve_frames, serve_stream
    from liveactions.http import serve_file, serve_program
    from liveactions.operations import (
        make_room,
        serve_health,
        serve_metrics,
        serve_readiness,
        set_aside,
        spare_printouts,
        when_running,
    )

    http: Any = get_django()
    if settings.DEBUG and apps.is_installed("django.contrib.staticfiles"):
        from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

        http = ASGIStaticFilesHandler(http)
    folders = {
        "programs": serve_program,
        "files": serve_file,
        "stream": serve_stream,
        "frames": serve_frames,
        "health": serve_health,
        "ready": serve_readiness,
        "metrics": serve_metrics,
    }

    def begin() -> None:
        keep_sweeping()
        keep_balanced()

    make_room()
    when_running(begin)
    spare_printouts()
    live = LiveConsumer.as_asgi()
    return LiveApplication(http, live, folders, conf().path, websocket, begin=begin, set_aside=set_aside)


class LiveApplication:
    """Hands each connection to whom it is for. ``folders`` are the doors that stand below the path of the socket.

    ``begin`` is called for each: servers differ in how they say that they have begun, or do not say it.
    ``set_aside`` is called for each socket: by the first one a page was served, so most of the site is loaded.
    """

    def __init__(
        self,
        http: Application,
        live: Application,
        folders: Mapping[str, Application],
        path: str,
        websocket: Application | None,
        *,
        begin: Callable[[], None] = lambda: None,
        set_aside: Callable[[], None] = lambda: None,
    ) -> None:
        self.begin = begin
        self.set_aside = set_aside
        self.http = http
        self.live = live
        self.path = path
        self.folders = {f"{path.rstrip('/')}/{name}/": door for name, door in folders.items()}
        self.websocket = websocket or refuse
        self.doors = {"http": self.request, "websocket": self.socket, "lifespan": lifespan}
        self.requests: set[asyncio.Task[Any]] = set()
        """One for each HTTP request that is being answered."""
        self.ending: Ending | None = None
        self.started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.started:
            self.start()
        self.begin()
        await self.doors[scope["type"]](scope, receive, send)

    def start(self) -> None:
        """With the first connection: the server has set its handlers of signals by now."""
        from liveactions.operations.ending import end_gracefully

        self.started = True
        self.ending = end_gracefully(self.requests)

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = f"{scope['path']}/"
        door = next((door for folder, door in self.folders.items() if path.startswith(folder)), self.http)
        task = asyncio.current_task()
        assert task is not None
        self.requests.add(task)
        try:
            await door(scope, receive, send)
        finally:
            self.requests.discard(task)

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.set_aside()
        door = self.live if scope["path"] == self.path else self.websocket
        await door(scope, receive, send)


async def refuse(_: Scope, receive: Receive, send: Send) -> None:
    """No WebSocket lives at this path."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


async def lifespan(_: Scope, receive: Receive, send: Send) -> None:
    """Nothing has to be started; at the end the bus hands over what it still has, and closes its connections."""
    from liveactions.bus import close_hub
    from liveactions.operations import begin_draining

    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            begin_draining()
            await close_hub()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
