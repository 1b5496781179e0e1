"""What is done when a server begins, first of all: room before the door for everybody who comes at once.

The system keeps connections that a server has not accepted yet, as many as the server has asked for: uvicorn 2,048, and
daphne, because Twisted does, 50. Of those that find no room nothing is heard, and they knock again after 1, 3, 7 …
seconds: a thousand pages that came back to a daphne in the same moment took more than four seconds, and take half a
second with room for all of them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["make_room", "when_running"]

logger = logging.getLogger("liveactions")

BACKLOG = 2048
"""Connections that may wait to be accepted. The system may have a limit of its own (Linux: ``net.core.somaxconn``)."""


def make_room() -> None:
    """Have daphne listen with room for many, as soon as it listens. Under other servers there is nothing to do."""
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is not None:
        reactor.callWhenRunning(widen, reactor)


def when_running(begin: Callable[[], None]) -> None:
    """Have daphne call ``begin`` on its event loop, as soon as that runs. Other servers say that they have begun."""
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is not None:
        reactor.callWhenRunning(reactor.callLater, 0, begin)


def widen(reactor: Any) -> None:
    for reader in reactor.getReaders():
        listening = getattr(reader, "socket", None)
        if listening is not None and hasattr(reader, "backlog"):
            try:
                listening.listen(BACKLOG)  # again: then only the room changes
            except OSError as error:
                logger.info("There is room for %s connections that wait, and no more: %s", reader.backlog, error)
