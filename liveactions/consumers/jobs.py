"""How a job finds its worker: it waits in the store, from which one worker takes it, and the bus says that it is there.

The channel layer alone would not do: one kind hands a message to every worker, the other keeps a hundred of them for a
minute, and neither tells what became of it. Taking from the store is atomic, so a job runs once each time it is put
there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from liveactions.bus import abroadcast
from liveactions.conf import conf
from liveactions.consumers.worker import ALIVE, CANCELLED, KEPT, LARGE, NEW, PRESENT, WAITING, WORKERS, Worker
from liveactions.errors import CallError
from liveactions.runtime import Host
from liveactions.runtime.ports import JobState
from liveactions.store import store
from liveactions.wire import load, pack

__all__ = ["StoredJobs", "rest"]

logger = logging.getLogger("liveactions")

workers: WeakKeyDictionary[asyncio.AbstractEventLoop, Worker] = WeakKeyDictionary()
"""The workers inside web processes, where no other is to be had."""

complained: set[str] = set()


class StoredJobs:
    """The ``Jobs`` of a server process."""

    async def start(self, job: Mapping[str, Any], host: Host) -> None:
        await store().put(WAITING + job["id"], bytes(pack(dict(job))), KEPT)
        await self.remind(job["id"], host)

    async def remind(self, job_id: str, host: Host) -> None:
        if await is_somebody_there():
            await abroadcast(WORKERS, event=NEW, on_commit=False, job=job_id)
        else:
            own_worker(host).offer(job_id)

    async def state(self, job_id: str) -> JobState:
        if await store().get(ALIVE + job_id) is not None:
            return "running"
        return "gone" if await store().get(WAITING + job_id) is None else "waiting"

    async def withdraw(self, job_id: str) -> bool:
        return await store().take(WAITING + job_id) is not None

    async def fetched(self, key: str) -> list[Any]:
        kept = await store().take(LARGE + key)
        if kept is None:
            raise CallError("What the worker has made is no longer kept.", code="call.lost")
        array: list[Any] = load(kept)
        return array

    async def cancel(self, job_id: str) -> None:
        if await self.withdraw(job_id):
            return
        if (own := workers.get(asyncio.get_running_loop())) is not None:
            own.cancel(job_id)
        await abroadcast(WORKERS, event=CANCELLED, on_commit=False, job=job_id)


async def is_somebody_there() -> bool:
    """Whether a worker process runs. With everything in one process there is none."""
    if not conf().redis_url:
        return False
    if await store().get(PRESENT) is not None:
        return True
    if "worker" not in complained:
        complained.add("worker")
        logger.warning("No worker runs (manage.py live worker): background actions run in the web processes.")
    return False


async def rest(grace: float) -> None:
    """If the running event loop has a worker inside: have it take nothing more, and wait for what it does."""
    if (own := workers.get(asyncio.get_running_loop())) is not None:
        await own.rest(grace)


def own_worker(host: Host) -> Worker:
    loop = asyncio.get_running_loop()
    if loop not in workers:
        workers[loop] = Worker(host)
    return workers[loop]
