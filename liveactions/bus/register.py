"""Where every process writes down who is in its pages, topic by topic, and reads what the others have written.

What a process wrote counts for as long as it renews its one **lease**: a process that dies without a word is gone when
its lease ends. Leases are keys' times to live, so no clock of any host matters.

Keys in Redis, with the hash tag of the log::

    {live}:here:<topic>      hash    process → what it wrote
    {live}:lease:<process>   string  lives as long as the process renews it
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from redis.asyncio.client import Pipeline

from liveactions.store.clients import transaction

__all__ = ["MemoryRegister", "RedisRegister", "Register"]

MANY = 500
"""Topics that are asked about in one go."""

OUTLIVES = 20
"""Leases after which a topic that no process has renewed is forgotten."""


class Register(Protocol):
    """``lease`` is seconds. Raises ``BusUnavailable`` from every method when it cannot be reached."""

    lease: float

    async def write(self, topic: str, process: str, people: bytes | None) -> None:
        """What ``process`` says about a topic, in place of what it said before; None: nobody is left there."""

    async def read(self, topic: str) -> dict[str, bytes]:
        """What every process with a lease says about a topic."""

    async def renew(self, process: str, topics: Sequence[str]) -> set[str]:
        """Renew the lease. Returns the topics that have to be written again: they were forgotten, or not believed."""

    async def alive(self, processes: Collection[str]) -> set[str]:
        """Those of ``processes`` that have a lease."""

    async def end(self, process: str) -> None:
        """Give the lease back."""


class MemoryRegister:
    """A ``Register`` in this process, for its event loops."""

    def __init__(self, lease: float) -> None:
        self.lease = lease
        self.leases: dict[str, float] = {}
        self.topics: dict[str, dict[str, bytes]] = {}

    async def write(self, topic: str, process: str, people: bytes | None) -> None:
        self.leases[process] = time.monotonic() + self.lease
        written = self.topics.setdefault(topic, {})
        written.pop(process, None)
        if people is not None:
            written[process] = people
        if not written:
            del self.topics[topic]

    async def read(self, topic: str) -> dict[str, bytes]:
        written = self.topics.get(topic, {})
        living = await self.alive(list(written))
        return {process: people for process, people in written.items() if process in living}

    async def renew(self, process: str, topics: Sequence[str]) -> set[str]:
        believed = bool(await self.alive([process]))
        self.leases[process] = time.monotonic() + self.lease
        return {topic for topic in topics if not believed or process not in self.topics.get(topic, {})}

    async def alive(self, processes: Collection[str]) -> set[str]:
        now = time.monotonic()
        return {process for process in processes if self.leases.get(process, now) > now}

    async def end(self, process: str) -> None:
        self.leases.pop(process, None)


class RedisRegister:
    """A ``Register`` for every process with the same ``url`` and ``prefix``."""

    def __init__(self, url: str, lease: float, prefix: str = "{live}") -> None:
        self.url = url
        self.lease = lease
        self.prefix = prefix

    async def write(self, topic: str, process: str, people: bytes | None) -> None:
        def commands(pipe: Pipeline) -> None:
            self.take_lease(pipe, process)
            if people is None:
                pipe.hdel(self.topic_key(topic), process)
            else:
                pipe.hset(self.topic_key(topic), process, people)
                pipe.pexpire(self.topic_key(topic), self.milliseconds * OUTLIVES)

        await self.run(commands)

    async def read(self, topic: str) -> dict[str, bytes]:
        (found,) = await self.run(lambda pipe: pipe.hgetall(self.topic_key(topic)))
        written = {process.decode(): people for process, people in found.items()}
        living = await self.alive(list(written))
        if gone := [process for process in written if process not in living]:
            await self.run(lambda pipe: pipe.hdel(self.topic_key(topic), *gone))
        return {process: people for process, people in written.items() if process in living}

    async def renew(self, process: str, topics: Sequence[str]) -> set[str]:
        def lease(pipe: Pipeline) -> None:
            pipe.exists(self.lease_key(process))
            self.take_lease(pipe, process)

        believed = (await self.run(lease))[0]
        missing: set[str] = set()
        for start in range(0, len(topics), MANY):
            missing |= await self.missing(process, topics[start : start + MANY])
        return missing if believed else set(topics)

    async def missing(self, process: str, topics: Sequence[str]) -> set[str]:
        def commands(pipe: Pipeline) -> None:
            for topic in topics:
                pipe.hexists(self.topic_key(topic), process)
                pipe.pexpire(self.topic_key(topic), self.milliseconds * OUTLIVES)

        answers = await self.run(commands)
        return {topic for topic, known in zip(topics, answers[::2], strict=True) if not known}

    async def alive(self, processes: Collection[str]) -> set[str]:
        if not processes:
            return set()
        (answers,) = await self.run(lambda pipe: pipe.mget([self.lease_key(process) for process in processes]))
        return {process for process, lease in zip(processes, answers, strict=True) if lease is not None}

    async def end(self, process: str) -> None:
        await self.run(lambda pipe: pipe.delete(self.lease_key(process)))

    def take_lease(self, pipe: Pipeline, process: str) -> None:
        pipe.set(self.lease_key(process), b"1", px=self.milliseconds)

    async def run(self, commands: Callable[[Pipeline], object]) -> list[Any]:
        return await transaction(self.url, commands)

    @property
    def milliseconds(self) -> int:
        return max(1, int(self.lease * 1000))

    def topic_key(self, topic: str) -> str:
        return f"{self.prefix}:here:{topic}"

    def lease_key(self, process: str) -> str:
        return f"{self.prefix}:lease:{process}"
