"""Where a stream ends, for tests of the log."""

from __future__ import annotations

from liveactions.bus.log import Log
from liveactions.runtime.ports import Place

__all__ = ["end_of"]


async def end_of(log: Log, stream: str) -> Place:
    (place,) = await log.places([stream])
    return place
