"""Where page sessions are kept, so that any process can go on with them: each under a fence that only grows.

``MemoryVault`` is for one process, ``RedisVault`` for any number. Both pass the same conformance suite. In Redis a page
is one hash::

    {live}:page:<page>   fence: a number; every other field is the holder's
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgpack

from liveactions.runtime.ports import Lease, Outcome, Writing
from liveactions.store.clients import attempt
from liveactions.store.lines import ask
from liveactions.store.scripts import Script

__all__ = ["MemoryVault", "RedisVault"]


@dataclass(slots=True)
class Kept:
    """One page. ``size`` is in bytes."""

    fence: int
    until: float
    fields: dict[str, bytes] = field(default_factory=dict)
    size: int = 0

    def write(self, writing: Writing) -> None:
        for name in writing.drop:
            self.size -= len(self.fields.pop(name, b""))
        for name, value in writing.put.items():
            self.size += len(value) - len(self.fields.get(name, b""))
            self.fields[name] = value


class MemoryVault:
    """A vault inside this process. What does not fit pushes out what was written longest ago. Safe in threads."""

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.pages: OrderedDict[str, Kept] = OrderedDict()
        self.lock = threading.Lock()

    async def write(self, writings: Sequence[Writing]) -> list[Outcome]:
        with self.lock:
            return [self.write_one(writing) for writing in writings]

    async def take(self, page: str, bound: bytes, token: bytes, ttl: float) -> Lease | None:
        with self.lock:
            kept = self.alive(page)
            if kept is None or kept.fields.get("bound") != bound:
                return None
            if token not in (kept.fields.get("token"), kept.fields.get("before")):
                return None
            kept.fence += 1
            kept.until = time.monotonic() + ttl
            return Lease(kept.fence, dict(kept.fields))

    async def leave(self, page: str, fence: int, ttl: float) -> bool:
        with self.lock:
            kept = self.alive(page)
            if kept is None or kept.fence != fence:
                return False
            self.remove(page)
            self.pages[page] = Kept(fence + 1, time.monotonic() + ttl)
            return True

    # Under the lock ---------------------------------------------------------------------------------------

    def write_one(self, writing: Writing) -> Outcome:
        kept = self.alive(writing.page)
        if kept is None:
            if not writing.new:
                return Outcome.GONE
            kept = self.pages[writing.page] = Kept(writing.fence, 0.0)
        if kept.fence != writing.fence:
            return Outcome.FENCED
        before = kept.size
        kept.write(writing)
        kept.until = time.monotonic() + writing.ttl
        self.bytes += kept.size - before
        self.pages.move_to_end(writing.page)
        while self.bytes > self.max_bytes:
            self.remove(next(iter(self.pages)))
        return Outcome.KEPT

    def alive(self, page: str) -> Kept | None:
        """What is kept of a page; those whose time is over are forgotten on the way."""
        now = time.monotonic()
        while self.pages and next(iter(self.pages.values())).until <= now:
            self.remove(next(iter(self.pages)))
        kept = self.pages.get(page)
        if kept is not None and kept.until <= now:
            self.remove(page)
            return None
        return kept

    def remove(self, page: str) -> None:
        self.bytes -= self.pages.pop(page).size


# Each argument is one writing: fence, milliseconds, whether it is new, names to drop, names and values to put.
WRITE = Script("""
local outcomes = {}
for i, key in ipairs(KEYS) do
    local writing = cmsgpack.unpack(ARGV[i])
    local fence = redis.call('HGET', key, 'fence')
    if not fence and not writing[3] then
        outcomes[i] = 'g'
    elseif fence and fence ~= writing[1] then
        outcomes[i] = 'f'
    else
        if not fence then
            redis.call('HSET', key, 'fence', writing[1])
        end
        for n = 1, #writing[4], 1000 do
            redis.call('HDEL', key, unpack(writing[4], n, math.min(n + 999, #writing[4])))
        end
        for n = 1, #writing[5], 1000 do
            redis.call('HSET', key, unpack(writing[5], n, math.min(n + 999, #writing[5])))
        end
        redis.call('PEXPIRE', key, writing[2])
        outcomes[i] = 'k'
    end
end
return table.concat(outcomes)
""")
OUTCOMES = {ord("k"): Outcome.KEPT, ord("g"): Outcome.GONE, ord("f"): Outcome.FENCED}
TAKE = Script("""
local kept = redis.call('HMGET', KEYS[1], 'bound', 'token', 'before')
if kept[1] ~= ARGV[1] or (kept[2] ~= ARGV[2] and kept[3] ~= ARGV[2]) then
    return false
end
redis.call('HINCRBY', KEYS[1], 'fence', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HGETALL', KEYS[1])
""")
LEAVE = Script("""
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
    return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fence', string.format('%.0f', ARGV[1] + 1))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
""")


class RedisVault:
    """A vault in Redis, shared by every process that has the same ``url`` and ``prefix``."""

    def __init__(self, url: str, prefix: str = "{live}") -> None:
        self.url = url
        self.prefix = prefix

    async def write(self, writings: Sequence[Writing]) -> list[Outcome]:
        keys = [self.name(writing.page).encode() for writing in writings]
        packed = [packed_for_lua(writing) for writing in writings]
        answer: bytes = await attempt(lambda: ask(self.url, WRITE, keys, packed))
        return [OUTCOMES[letter] for letter in answer]

    async def take(self, page: str, bound: bytes, token: bytes, ttl: float) -> Lease | None:
        found = await self.one(TAKE, page, bound, token, b"%d" % milliseconds(ttl))
        if not found:
            return None
        fields = {name.decode(): value for name, value in zip(found[::2], found[1::2], strict=True)}
        return Lease(int(fields.pop("fence")), fields)

    async def leave(self, page: str, fence: int, ttl: float) -> bool:
        return bool(await self.one(LEAVE, page, b"%d" % fence, b"%d" % milliseconds(ttl)))

    async def one(self, script: Script, page: str, *arguments: bytes) -> Any:
        return await attempt(lambda: ask(self.url, script, [self.name(page).encode()], arguments))

    def name(self, page: str) -> str:
        return f"{self.prefix}:page:{page}"


def packed_for_lua(writing: Writing) -> bytes:
    """Lua's msgpack knows one kind of string, and makes texts of integers that are as long as its own."""
    pairs = [each for pair in writing.put.items() for each in pair]
    values = (str(writing.fence), str(milliseconds(writing.ttl)), writing.new, writing.drop, pairs)
    return bytes(msgpack.packb(values, use_bin_type=False))


def milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
