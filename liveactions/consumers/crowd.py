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
"""Milliseconds between which pages are asked to try again."""

IN_A_SECOND = 500
"""Pages that a process lets in with ease. Of a crowd that is larger than it takes on at once, the others are asked to
come one after the other, as fast as that: who is turned away has cost nearly as much as who is let in."""


@contextmanager
def joining(pages: Pages) -> Iterator[None]:
    """Within it, a page joins. Raises ``server.busy`` if too many do, or too many are here."""
    if len(pages.connections) > conf().max_sockets:
        raise busy("This server has as many connections as it may.", retry_ms=much_later())
    if pages.joining >= conf().max_joining:
        raise busy("Too many pages connect at this moment.", retry_ms=turn_of_its_own(pages))
    pages.joining += 1
    try:
        yield
    finally:
        pages.joining -= 1


def check_user(pages: Pages, user: Any) -> None:
    """Raises ``server.busy`` if this user has as many pages open here as one may have."""
    pk = getattr(user, "pk", None)
    if pk is not None and pages.users[pk] >= conf().max_user_pages:
        raise busy("This user has as many pages open as one may have.", retry_ms=much_later())


def busy(message: str, retry_ms: int) -> LiveActionsError:
    figures.TURNED_AWAY.count += 1
    return LiveActionsError(message, code="server.busy", retry_ms=retry_ms)


def turn_of_its_own(pages: Pages) -> int:
    """After how many milliseconds one that is turned away is to come again: behind everybody who was before."""
    now = pages.host.now()
    pages.turn_at = max(pages.turn_at, now + SOON / 1000) + 1 / IN_A_SECOND
    return int((pages.turn_at - now) * 1000)


def much_later() -> int:
    return 10 * random.randint(SOON, LATE)  # noqa: S311  # nothing is to be kept secret


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
        if len(self.pool.backlog) + page.host.quotas.coming >= limits.max_waiting or self.lag.last > limits.max_lag:
            return True
        pages, most = page.quota.pages, limits.max_user_pending
        # First what is quick to know: few pages cannot have as many.
        return len(pages) * limits.max_pending >= most and sum(len(each.open) for each in pages) >= most
