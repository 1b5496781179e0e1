"""What each user takes of a process: who has much to do, on however many pages, does not hold up the others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["Quota", "Quotas"]


class Quota:
    """The pages of one user, and the threads that they have."""

    __slots__ = ("__weakref__", "pages", "taken", "waiting")

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        """Those that were not ended yet."""
        self.taken = 0
        """Threads that work for these pages."""
        self.waiting: list[asyncio.Future[None]] = []

    async def turn(self) -> None:
        """Wait until somebody gives back a thread, which then is the caller's, after those who came before."""
        given = asyncio.get_running_loop().create_future()
        self.waiting.append(given)
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled():
                self.give_back()  # it was given, and nobody was there to take it
            raise

    def give_back(self) -> None:
        """One thread is not used any more: it is the next one's who waits."""
        while self.waiting:
            given = self.waiting.pop(0)
            if not given.done():
                given.set_result(None)
                return
        self.taken -= 1


class Quotas:
    """The quota of each user who has a page here."""

    def __init__(self) -> None:
        self.by_user: WeakValueDictionary[Any, Quota] = WeakValueDictionary()
        self.coming = 0
        """Calls of anybody that were taken and will need a thread, and have not come so far."""

    def join(self, page: Page, pk: Any) -> Quota:
        """The quota of the user with this primary key, which the page has a part in. A page of nobody has its own."""
        quota = self.by_user.get(pk)
        if quota is None:
            quota = Quota()
        if pk is not None:
            self.by_user[pk] = quota
        quota.pages.add(page)
        return quota
