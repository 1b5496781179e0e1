"""Where a stream ends, and a Redis that comes back without its end, for tests of the log."""

from __future__ import annotations

from liveactions.bus.log import Log
from liveactions.bus.redis import RedisLog
from liveactions.runtime.ports import Place
from liveactions.store.clients import client

__all__ = ["brought_back", "end_of", "written_down"]


async def end_of(log: Log, stream: str) -> Place:
    (place,) = await log.places([stream])
    return place


async def written_down(log: RedisLog) -> dict[bytes, bytes]:
    """All that Redis has of a log, as it would write it down."""
    redis = client(log.url)
    return {key: await redis.dump(key) for key in await redis.keys(f"{log.prefix}*")}


async def brought_back(log: RedisLog, before: dict[bytes, bytes]) -> None:
    """Redis has it as it was then. Nobody sees it halfway."""
    redis = client(log.url)
    pipe = redis.pipeline(transaction=True)
    pipe.delete(*before, *await redis.keys(f"{log.prefix}*"))
    for key, value in before.items():
        pipe.restore(key, 0, value)
    await pipe.execute()
