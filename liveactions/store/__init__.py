"""Where state waits for a while, and the connections to Redis that the bus uses too."""

from __future__ import annotations

from functools import lru_cache

from liveactions.conf import conf
from liveactions.runtime.ports import Vault
from liveactions.store.clients import close_clients
from liveactions.store.values import MemoryStore, RedisStore, Store
from liveactions.store.vault import MemoryVault, RedisVault

__all__ = [
    "MemoryStore",
    "MemoryVault",
    "RedisStore",
    "RedisVault",
    "Store",
    "close_clients",
    "put_now",
    "store",
    "vault",
]


def store() -> Store:
    """The store that the settings ask for: Redis if ``REDIS_URL`` is set, else this process."""
    return store_at(conf().redis_url)


def put_now(key: str, value: bytes, ttl: float) -> bool:
    """Keep ``value`` for ``ttl`` seconds, from synchronous code. False, and a log line, if the store is away."""
    return store().put_now(key, value, ttl)


def vault() -> Vault | None:
    """Where pages are kept for other processes; None if they are not (``CHECKPOINT``)."""
    settings = conf()
    wanted = bool(settings.redis_url) if settings.checkpoint is None else settings.checkpoint
    return vault_at(settings.redis_url) if wanted else None


@lru_cache(maxsize=4)
def store_at(url: str) -> Store:
    return RedisStore(url) if url else MemoryStore()


@lru_cache(maxsize=4)
def vault_at(url: str) -> Vault:
    return RedisVault(url) if url else MemoryVault()
