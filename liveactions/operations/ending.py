"""How a web process ends that is told to: its pages go on elsewhere first, then its server ends as ever.

Servers do this in ways of their own: uvicorn closes all sockets at once, and daphne drops them where it does not fail
in between (``KeyError: 'application_instance'`` for a second after each new connection, daphne 4.2). So SIGTERM is
taken before they see it, and handed on to them when nothing is left to lose.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Collection
from typing import Any

from liveactions.bus import close_hub
from liveactions.conf import conf
from liveactions.consumers import jobs
from liveactions.consumers.process import pages
from liveactions.operations.condition import begin_draining
from liveactions.runtime.draining import by, drain

__all__ = ["Ending", "end_gracefully"]

logger = logging.getLogger("liveactions")

INSISTING = 1.0
"""Seconds after which another SIGTERM means: at once. Some supervisors send it twice in the same moment."""

Handler = Callable[[int, Any], Any]


class Ending:
    """Stands before the server's own handler of SIGTERM: the first one drains, another one kills."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, server: Handler, requests: Collection[asyncio.Task[Any]]
    ) -> None:
        self.loop = loop
        self.server = server
        self.requests = requests
        self.asked: float | None = None
        self.task: asyncio.Task[None] | None = None

    def signalled(self, number: int, _: Any) -> None:
        """The handler. It may interrupt anything, so it only rings."""
        now = self.loop.time()
        if self.asked is None:
            self.asked = now
            self.loop.call_soon_threadsafe(self.begin)
        elif now - self.asked > INSISTING:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    def begin(self) -> None:
        self.task = self.loop.create_task(self.end())

    async def end(self) -> None:
        try:
            await self.drain()
        except Exception:
            logger.exception("The process ends with something undone.")
        finally:
            self.server(signal.SIGTERM, None)

    async def drain(self) -> None:
        """Send the pages elsewhere, finish what has begun, and hand over what others are still to hear."""
        begin_draining()
        await asyncio.sleep(conf().drain_delay)  # until whoever shares out connections has seen it, and sends none here
        patience = conf().drain_timeout
        deadline = self.loop.time() + patience
        logger.info("The process ends: its pages go elsewhere within %s s.", patience)
        await drain(pages(), conf().drain_spread, patience)
        await by(deadline, self.answered())
        await jobs.rest(max(0.0, deadline - self.loop.time()))
        await close_hub()

    async def answered(self) -> None:
        """Wait until every HTTP request has been answered."""
        while self.requests:
            await asyncio.wait(self.requests)


def end_gracefully(requests: Collection[asyncio.Task[Any]]) -> Ending | None:
    """Stand before the server's handler of SIGTERM; ``requests`` are what it would be a pity to cut off.

    None where there is nothing to stand before: no server has set a handler, or ``DRAIN_TIMEOUT`` is 0.
    """
    if threading.current_thread() is not threading.main_thread() or not conf().drain_timeout:
        return None
    server = signal.getsignal(signal.SIGTERM)
    if not callable(server):
        return None
    ending = Ending(asyncio.get_running_loop(), server, requests)
    signal.signal(signal.SIGTERM, ending.signalled)
    return ending
