"""Where synchronous work of a page is done: in a thread, or here where that is known to be harmless."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["here_or_thread", "in_thread"]

T = TypeVar("T")


async def in_thread(page: Page, function: Callable[[], T]) -> T:
    """Run synchronous work in a thread, in the page's surroundings, as one of those that its user may have."""

    def within() -> T:
        with page.host.renderer.surround(page.tree.surroundings):
            return function()

    quota = page.quota
    if quota.taken < page.host.limits.max_user_threads:
        quota.taken += 1
    else:
        await quota.turn()
    try:
        return await page.host.runner.run(within)
    finally:
        quota.give_back()


async def here_or_thread(
    page: Page, function: Callable[[], T], owner: object, undo: Callable[[], None] | None = None
) -> T:
    """Run synchronous work on the loop where that is known to be harmless, else in a thread.

    ``undo`` is called between a try on the loop that was given up and the run in a thread.
    """
    value = page.host.renderer.inline(function, owner, undo)
    return await in_thread(page, function) if value is None else value
