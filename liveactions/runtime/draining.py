"""The end of a process, for its pages: each goes on elsewhere, at a moment when nothing runs for it here.

A page is served until its moment has come. Then nothing more is begun for it: what has begun is finished, calls that
had not are left to the next process, what the page was told is kept, and only then it is asked to come back. So a page
is without a connection only for as long as it takes to make a new one.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from typing import Any

from liveactions.errors import LiveActionsError
from liveactions.metrics import figures
from liveactions.runtime.page import Page
from liveactions.runtime.pages import Pages

__all__ = ["drain", "ending", "kept_at_last"]

logger = logging.getLogger("liveactions")

PARTING = 1.0
"""Seconds that a socket which was closed has for the other side to close it as well."""


async def drain(pages: Pages, spread: float, patience: float) -> None:
    """Send all pages elsewhere, one after another over ``spread`` seconds. Nothing is waited for beyond ``patience``.

    From the first moment no page is let in. What still runs at the end is lost: ``call.lost`` says so to its page.
    """
    pages.draining = True
    deadline = asyncio.get_running_loop().time() + patience
    leaving = list(pages.by_id.values())
    random.shuffle(leaving)
    pause = min(spread, patience) / max(1, len(leaving))
    await asyncio.gather(*(sent_away(page, index * pause, deadline) for index, page in enumerate(leaving)))
    if pages.connections:
        await asyncio.wait(pages.connections, timeout=PARTING)


async def sent_away(page: Page, moment: float, deadline: float) -> None:
    """Have ``page`` leave in ``moment`` seconds; while an action waits for its user's answer, it still may be given."""
    await asyncio.sleep(moment)
    await by(deadline, page.questions.answered())
    page.begin_nothing()
    if not await by(deadline, page.finished()):
        logger.warning("Page %s leaves while something runs for it: %s.", page.page_id, sorted(page.open))
    if page.keeping is not None and not page.keeping.is_to_wait:
        await page.keeping.stored()
    if page.connected:
        figures.DRAINED.count += 1
        page.hang_up("server.draining", str(ending()), retry_ms=0)


async def kept_at_last(pages: Pages, deadline: float) -> None:
    """Wait until the vault has what pages were told while it was away: where they have gone, that is waited for."""
    if pages.keeper is not None and not await by(deadline, pages.keeper.idle()):
        logger.warning("The process ends before all that its pages were told could be kept.")


async def by(deadline: float, work: Coroutine[Any, Any, None]) -> bool:
    """Whether ``work`` was done by this time of the loop; what it waits for goes on either way."""
    try:
        await asyncio.wait_for(work, max(0.0, deadline - asyncio.get_running_loop().time()))
    except asyncio.TimeoutError:  # not the built-in one before Python 3.11
        return False
    return True


def ending() -> LiveActionsError:
    """What a page is told that comes to a process which ends: to try again at once, which leads it to another one."""
    return LiveActionsError("This server is ending; another one goes on.", code="server.draining", retry_ms=0)
