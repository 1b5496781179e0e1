"""Connections to whichever Redis the sentinels say is the master: they are asked for each that is made.

A master that was made a replica closes its connections, or refuses to write; then the next connection leads to its
successor. redis-py brings connections that can do this, in pools that refuse to wait for a free one; ours wait.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

from redis import BlockingConnectionPool as SyncPool
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.sentinel import Sentinel, SentinelManagedConnection
from redis.sentinel import Sentinel as SyncSentinel
from redis.sentinel import SentinelManagedConnection as SyncSentinelManagedConnection

from liveactions.sentinels import Sentinels

__all__ = ["MasterPool", "SyncMasterPool", "asked_by"]


def asked_by(known: Sentinels, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options for connections to sentinels: the same patience, and the same retries, as those to Redis have."""
    kept = {name: value for name, value in options.items() if name.startswith("socket_") or name == "retry"}
    return known.own_entry | kept


class MasterPool(BlockingConnectionPool):
    """What redis-py's connection asks of its pool is ``get_master_address``."""

    is_master = True
    check_connection = False

    def __init__(self, known: Sentinels, **options: Any) -> None:
        super().__init__(connection_class=SentinelManagedConnection, **known.entry, **options)
        self.connection_kwargs["connection_pool"] = weakref.proxy(self)
        self.master = known.master
        asked = asked_by(known, options)
        self.sentinels = Sentinel(known.hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]  # redis-py

    async def get_master_address(self) -> tuple[str, int]:
        host, port = await self.sentinels.discover_master(self.master)
        return host, port

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002  # redis-py's signature
        await super().disconnect(inuse_connections)
        for sentinel in self.sentinels.sentinels:
            await sentinel.connection_pool.disconnect(inuse_connections)


class SyncMasterPool(SyncPool):
    """The same in threads."""

    is_master = True
    check_connection = False

    def __init__(self, known: Sentinels, **options: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # redis-py has types for most
            connection_class=SyncSentinelManagedConnection, **known.entry, **options
        )
        self.connection_kwargs["connection_pool"] = weakref.proxy(self)
        self.master = known.master
        asked = asked_by(known, options)
        self.sentinels = SyncSentinel(known.hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]  # redis-py

    def get_master_address(self) -> tuple[str, int]:
        host, port = self.sentinels.discover_master(self.master)  # type: ignore[no-untyped-call]  # redis-py
        return host, port
