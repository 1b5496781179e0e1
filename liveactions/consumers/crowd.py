"""How much this process takes on: sockets, pages of one user, pages that join at a time, and work for its threads.

What is too much is refused at once, with the time after which to try again. A process that takes everything on answers
nobody in time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from liveactions.conf import conf
from liveactions.errors import LiveActionsError
from liveactions.metrics import figures
from liveactions.runtime import Page, Pages
from liveactions.runtime.lag import Lag
from liveactions.runtime.pool import Pool

__all__ = ["Load", "check_user", "joining"]

SOON, LATE = 250, 1_000
"""Milliseconds between which pages are asked to try again that come while too many others do."""


@contextmanager
def joining(pages: Pages) -> Iterator[None]:
    """Within it, a page joins. Raises ``server.busy`` if too many do, or too many are here."""
    if len(pages.connections) > conf().max_sockets:
        raise busy("This server has as many connections as it may.", wait=10)
    if pages.joining >= conf().max_joining:
        raise busy("Too many pages connect at this moment.")
    pages.joining += 1
    try:
        yield
    finally:
        pages.joining -= 1


def check_user(pages: Pages, user: Any) -> None:
    """Raises ``server.busy`` if this user has as many pages open here as one may have."""
    pk = getattr(user, "pk", None)
    if pk is not None and pages.users[pk] >= conf().max_user_pages:
        raise busy("This user has as many pages open as one may have.", wait=10)


def busy(message: str, wait: int = 1) -> LiveActionsError:
    figures.TURNED_AWAY.count += 1
    retry_ms = wait * random.randint(SOON, LATE)  # noqa: S311  # nothing is to be kept secret
    return LiveActionsError(message, code="server.busy", retry_ms=retry_ms)


class Load:
    """What there is to do: for the threads of the process, on an event loop, and for each user."""

    __slots__ = ("lag", "pool")

    def __init__(self, pool: Pool, lag: Lag) -> None:
        self.pool = pool
        self.lag = lag

    def is_too_much(self, page: Page) -> bool:
        """Whether no more calls of this page are to be taken for now.

        Too much waits for a thread, the event loop is late, or too many calls of the page's user run or wait.
        """
        limits = conf()
        if len(self.pool.backlog) >= limits.max_waiting or self.lag.last > limits.max_lag:
            return True
        pages, most = page.quota.pages, limits.max_user_pending
        # First what is quick to know: few pages cannot have as many.
        return len(pages) * limits.max_pending >= most and sum(len(each.open) for each in pages) >= most
