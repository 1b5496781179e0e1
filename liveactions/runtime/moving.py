"""What processes tell one another of pages that have moved: who takes pages says so, and who had them lets them go.

Nothing depends on it, for a page is held under a fence; but without it a page whose socket is gone would be held where
it was until its time is over. Pages come in crowds when a process has ended, so they are told of together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from liveactions.results import Audience
from liveactions.runtime.ports import Hub, Place

__all__ = ["Moving"]

TOGETHER: Final = 0.1
"""Seconds for which those that come are gathered."""

STREAM: Final = Audience("@moved")
EVENT: Final = "@pages.moved"


class Moving:
    """Of one process. ``taken(page_id, fence)`` is called for each page that another one has taken.

    ``tell`` is that of the host, and this the hub's ``Follower``.
    """

    page_id = "@moving"

    def __init__(self, hub: Hub, tell: Callable[..., Any], taken: Callable[[str, int], None]) -> None:
        self.hub = hub
        self.tell = tell
        self.taken = taken
        self.listens = False
        self.came: dict[str, int] = {}
        self.timer: asyncio.TimerHandle | None = None

    async def listen(self) -> None:
        """Hear of pages that leave this process. Idempotent."""
        if not self.listens:
            self.listens = True
            await self.hub.follow(STREAM.stream, self)

    def has_come(self, page_id: str, fence: int) -> None:
        """This process has taken a page, under this fence; others are told soon."""
        self.came[page_id] = fence
        if self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(TOGETHER, self.tell_others)

    def tell_others(self) -> None:
        self.timer, came, self.came = None, self.came, {}
        self.tell(STREAM, event=EVENT, fences=came)

    # The hub's follower -----------------------------------------------------------------------------------------

    def deliver(self, stream: str, place: Place, frame: bytes) -> None:
        """There are no frames in this stream."""

    def hear(self, _: str, event: str, payload: Mapping[str, Any], __: Place) -> None:
        for page_id, fence in payload["fences"].items() if event == EVENT else ():
            self.taken(page_id, fence)

    def lost(self, stream: str) -> None:
        """Their fences will tell the pages of which nothing was heard."""
