"""Connections to whichever Redis the sentinels say is the master. They are asked for each connection, and every second.

A master that gives way while it lives goes on taking what it is told for some seconds, and then forgets it: so whoever
has connections to it has to leave by himself. redis-py brings connections that ask sentinels, in pools that refuse to
wait for a free one; ours wait.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping
from typing import Any

from redis import BlockingConnectionPool as SyncPool
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.sentinel import Sentinel, SentinelManagedConnection
from redis.exceptions import RedisError
from redis.sentinel import Sentinel as SyncSentinel
from redis.sentinel import SentinelManagedConnection as SyncSentinelManagedConnection

from liveactions.sentinels import Sentinels

__all__ = ["MasterPool", "SyncMasterPool", "asked_by", "leads_astray"]


def asked_by(known: Sentinels, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options for connections to sentinels: the same patience, and the same retries, as those to Redis have."""
    kept = {name: value for name, value in options.items() if name.startswith("socket_") or name == "retry"}
    return known.own_entry | kept


LOOK = 1.0
"""Seconds between two questions to the sentinels, in each event loop."""

masters: dict[Sentinels, tuple[str, int]] = {}
"""Where the masters are, as this process has heard it last."""


def leads_astray(known: Sentinels, connection: Any) -> bool:
    """Whether a connection that was made before leads to another Redis than the present master."""
    return masters.get(known, (connection.host, connection.port)) != (connection.host, connection.port)


class MasterPool(BlockingConnectionPool):
    """Belongs to the running event loop, until it is disconnected."""

    is_master = True
    check_connection = False

    def __init__(self, known: Sentinels, **options: Any) -> None:
        super().__init__(connection_class=SentinelManagedConnection, **known.entry, **options)
        self.connection_kwargs["connection_pool"] = weakref.proxy(self)
        self.known = known
        asked = asked_by(known, options)
        self.sentinels = Sentinel(known.hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]  # redis-py
        self.loop = asyncio.get_running_loop()
        self.task: asyncio.Task[None] | None = None
        self.timer = self.loop.call_later(LOOK, self.begin)

    async def get_master_address(self) -> tuple[str, int]:
        """What redis-py's connections ask of their pool."""
        host, port = await self.sentinels.discover_master(self.known.master)
        masters[self.known] = host, port
        return host, port

    def begin(self) -> None:
        self.task = self.loop.create_task(self.look())

    async def look(self) -> None:
        try:
            await self.get_master_address()
        except (RedisError, OSError, asyncio.TimeoutError):
            pass  # nobody knows now; who needs a connection hears so
        self.timer = self.loop.call_later(LOOK, self.begin)

    async def get_connection(self, *arguments: Any, **options: Any) -> Any:
        connection: Any = await super().get_connection(*arguments, **options)  # type: ignore[no-untyped-call]  # redis-py
        if leads_astray(self.known, connection):
            try:
                await connection.disconnect()
                await connection.connect()
            except BaseException:
                await self.release(connection)
                raise
        return connection

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002  # redis-py's signature
        await super().disconnect(inuse_connections)
        if not inuse_connections:
            return
        self.timer.cancel()
        if self.task is not None:
            self.task.cancel()
        for sentinel in self.sentinels.sentinels:
            await sentinel.connection_pool.disconnect()


class SyncMasterPool(SyncPool):
    """The same in threads, where nobody asks in between: what an event loop has heard counts here too."""

    is_master = True
    check_connection = False

    def __init__(self, known: Sentinels, **options: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # redis-py has types for most
            connection_class=SyncSentinelManagedConnection, **known.entry, **options
        )
        self.connection_kwargs["connection_pool"] = weakref.proxy(self)
        self.known = known
        asked = asked_by(known, options)
        self.sentinels = SyncSentinel(known.hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]  # redis-py

    def get_master_address(self) -> tuple[str, int]:
        host, port = self.sentinels.discover_master(self.known.master)  # type: ignore[no-untyped-call]  # redis-py
        masters[self.known] = host, port
        return host, port

    def get_connection(self, *arguments: Any, **options: Any) -> Any:
        connection: Any = super().get_connection(*arguments, **options)  # type: ignore[no-untyped-call]  # redis-py
        if leads_astray(self.known, connection):
            try:
                connection.disconnect()
                connection.connect()
            except BaseException:
                self.release(connection)  # type: ignore[no-untyped-call]  # redis-py
                raise
        return connection
