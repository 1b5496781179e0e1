"""Where page sessions are kept, so that any process can go on with them: each under a fence that only grows.

``MemoryVault`` is for one process, ``RedisVault`` for any number. Both pass the same conformance suite. In Redis a page
is one hash::

    {live}:page:<page>   fence, serial, told: numbers; every other field is the holder's
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import msgpack

from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Lease, Outcome, Taking, Withheld, Writing
from liveactions.runtime.tokens import EARLIER, SIZE, is_among, parted_digests, rotated
from liveactions.store.clients import attempt
from liveactions.store.pipes import Lane, ask, ask_patiently
from liveactions.store.scripts import Script

__all__ = ["MemoryVault", "RedisVault"]


@dataclass(slots=True)
class Kept:
    """One page. ``size`` is in bytes."""

    fence: int
    until: float
    serial: int = 0
    told: int = 0
    fields: dict[str, bytes] = field(default_factory=dict)
    size: int = 0

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.size -= len(self.fields.pop(name, b""))

    def put(self, values: Mapping[str, bytes]) -> None:
        for name, value in values.items():
            self.size += len(value) - len(self.fields.get(name, b""))
            self.fields[name] = value


class MemoryVault:
    """A vault inside this process. What does not fit pushes out what was written longest ago. Safe in threads."""

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.pages: OrderedDict[str, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def write(self, writings: Sequence[Writing], then: Callable[[list[Outcome] | BusUnavailable], None]) -> None:
        with self.lock:
            outcomes = [self.write_one(writing) for writing in writings]
        then(outcomes)

    async def take(self, takings: Sequence[Taking]) -> list[Lease | Withheld | None]:
        with self.lock:
            return [self.take_one(taking) for taking in takings]

    async def take_back(self, page: str, fence: int, seen: int | None) -> int | Withheld | None:
        with self.lock:
            kept = self.alive(page)
            if kept is None or not kept.fields or kept.serial or kept.fence <= fence:
                return None
            if seen is not None and kept.told >= seen:
                return Withheld.TAKEN
            kept.fence += 1
            return kept.fence

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
        kept = self.alive(writing.page) or Kept(0, 0.0)
        if kept.fence > writing.fence:
            return Outcome.FENCED
        if kept.fence == writing.fence and kept.serial >= writing.serial:
            return Outcome.KEPT
        if not writing.new and (kept.fence < writing.fence or kept.serial < writing.since):
            return Outcome.GONE
        if writing.new:
            self.remove(writing.page)
            kept = self.pages[writing.page] = Kept(writing.fence, 0.0)
        before = kept.size
        kept.serial, kept.told = writing.serial, writing.told
        kept.drop(writing.drop)
        kept.put(writing.put)
        kept.until = time.monotonic() + writing.ttl
        self.bytes += kept.size - before
        self.pages.move_to_end(writing.page)
        while self.bytes > self.max_bytes:
            self.remove(next(iter(self.pages)))
        return Outcome.KEPT

    def take_one(self, taking: Taking) -> Lease | Withheld | None:
        kept = self.alive(taking.page)
        if kept is None or kept.fields.get("bound") != taking.bound:
            return None
        good = parted_digests(kept.fields["token"] + kept.fields.get("before", b""))
        if not is_among(good, taking.token):
            return None
        if taking.since is not None and int(kept.fields.get("story", kept.fence)) > taking.since and kept.serial:
            return None
        if kept.told < taking.ack:
            return Withheld.BEHIND
        token, *before = rotated(good, taking.token, taking.fresh)
        size = kept.size
        kept.put({"token": token, "before": b"".join(before)})
        self.bytes += kept.size - size
        kept.fence += 1
        kept.serial = 0
        kept.until = time.monotonic() + taking.ttl
        return Lease(kept.fence, kept.told, dict(kept.fields))

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
        if (kept := self.pages.pop(page, None)) is not None:
            self.bytes -= kept.size


# The argument is all writings, each: fence, since, milliseconds, whether it is new, names to drop, names and values to
# put: of these the first is the serial.
WRITE = Script("""
local outcomes, writings = {}, cmsgpack.unpack(ARGV[1])
for i, key in ipairs(KEYS) do
    local mine, since, ttl, new, drop, put = unpack(writings[i])
    local kept = redis.call('HMGET', key, 'fence', 'serial')
    local fence, serial = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
    if fence > mine then
        outcomes[i] = 'f'
    elseif fence == mine and serial >= put[2] then
        outcomes[i] = 'k'
    elseif not new and (fence < mine or serial < since) then
        outcomes[i] = 'g'
    else
        if new then
            redis.call('DEL', key)
            redis.call('HSET', key, 'fence', mine)
        end
        for n = 1, #drop, 1000 do
            redis.call('HDEL', key, unpack(drop, n, math.min(n + 999, #drop)))
        end
        for n = 1, #put, 1000 do
            redis.call('HSET', key, unpack(put, n, math.min(n + 999, #put)))
        end
        redis.call('PEXPIRE', key, ttl)
        outcomes[i] = 'k'
    end
end
return table.concat(outcomes)
""")
OUTCOMES = {ord("k"): Outcome.KEPT, ord("g"): Outcome.GONE, ord("f"): Outcome.FENCED}
# Each argument is one taking: bound, token, fresh token, what the tab has applied, milliseconds, and the fence since
# which nobody may have written another story, or nil. See `rotated` for what becomes of the tokens. A page that is
# behind is answered by 0.
TAKE = Script(f"""
local function rotated(good, shown, fresh)
    local known, others = false, shown
    for at = 1, #good, {SIZE} do
        local each = string.sub(good, at, at + {SIZE - 1})
        if each == shown then
            known = true
        elseif each ~= fresh and #others < {SIZE * EARLIER} then
            others = others .. each
        end
    end
    return known and others
end
local leases = {{}}
for i, key in ipairs(KEYS) do
    local bound, shown, fresh, ack, ttl, since = unpack(cmsgpack.unpack(ARGV[i]), 1, 6)
    local kept = redis.call('HMGET', key, 'bound', 'token', 'before', 'told', 'fence', 'serial', 'story')
    local before = kept[1] == bound and rotated((kept[2] or '') .. (kept[3] or ''), shown, fresh)
    if since and tonumber(kept[7] or kept[5] or 0) > since and (kept[6] or '0') ~= '0' then
        before = false
    end
    leases[i] = false
    if before and tonumber(kept[4] or ack) < tonumber(ack) then
        leases[i] = 0
    elseif before then
        redis.call('HINCRBY', key, 'fence', 1)
        redis.call('HSET', key, 'token', fresh, 'before', before, 'serial', 0)
        redis.call('PEXPIRE', key, ttl)
        leases[i] = redis.call('HGETALL', key)
    end
end
return leases
""")
TAKE_BACK = Script("""
local kept = redis.call('HMGET', KEYS[1], 'fence', 'serial', 'told')
if kept[2] ~= '0' or tonumber(kept[1]) <= tonumber(ARGV[1]) then
    return false
end
if tonumber(kept[3] or 0) >= (tonumber(ARGV[2]) or math.huge) then
    return 0
end
return redis.call('HINCRBY', KEYS[1], 'fence', 1)
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
        self.writes, self.questions = Lane(url, "vault"), Lane(url, "other")
        self.prefix = prefix

    def write(self, writings: Sequence[Writing], then: Callable[[list[Outcome] | BusUnavailable], None]) -> None:
        def answered(answer: bytes | BusUnavailable) -> None:
            then(answer if isinstance(answer, BusUnavailable) else [OUTCOMES[letter] for letter in answer])

        keys = [self.name(writing.page).encode() for writing in writings]
        packed = one_kind_of_string([for_lua(writing) for writing in writings])
        ask_patiently(self.writes, WRITE, keys, [packed], answered)

    async def take(self, takings: Sequence[Taking]) -> list[Lease | Withheld | None]:
        keys = [self.name(taking.page).encode() for taking in takings]
        packed = [one_kind_of_string(for_taking(taking)) for taking in takings]
        answer: list[Any] = await attempt(lambda: ask(self.questions, TAKE, keys, packed))
        return [lease_of(found) for found in answer]

    async def take_back(self, page: str, fence: int, seen: int | None) -> int | Withheld | None:
        arguments = (b"%d" % fence, b"" if seen is None else b"%d" % seen)
        answer: int | None = await attempt(
            lambda: ask(self.questions, TAKE_BACK, [self.name(page).encode()], arguments)
        )
        return Withheld.TAKEN if answer == 0 else answer

    async def leave(self, page: str, fence: int, ttl: float) -> bool:
        arguments = (b"%d" % fence, b"%d" % milliseconds(ttl))
        return bool(await attempt(lambda: ask(self.questions, LEAVE, [self.name(page).encode()], arguments)))

    def name(self, page: str) -> str:
        return f"{self.prefix}:page:{page}"


def lease_of(found: Sequence[bytes] | int | None) -> Lease | Withheld | None:
    """What there is of a page by one answer of ``TAKE``."""
    if found is None:
        return None
    if isinstance(found, int):
        return Withheld.BEHIND
    fields = {name.decode(): value for name, value in zip(found[::2], found[1::2], strict=True)}
    del fields["serial"]
    return Lease(int(fields.pop("fence")), int(fields.pop("told", 0)), fields)


def for_lua(writing: Writing) -> Sequence[Any]:
    """What ``WRITE`` is told of one. Lua's numbers hold integers up to 2 ** 53, which is more than anybody writes."""
    pairs = ["serial", writing.serial, "told", writing.told, *chain.from_iterable(writing.put.items())]
    return writing.fence, writing.since, milliseconds(writing.ttl), writing.new, writing.drop, pairs


def for_taking(taking: Taking) -> Sequence[Any]:
    return taking.bound, taking.token, taking.fresh, str(taking.ack), str(milliseconds(taking.ttl)), taking.since


def one_kind_of_string(values: Sequence[Any]) -> bytes:
    """Packed for Lua, whose msgpack knows no other."""
    packs = at_hand.pop() if at_hand else msgpack.Packer(use_bin_type=False).pack
    data: bytes = packs(values)
    if len(data) < LARGE:
        at_hand.append(packs)
    return data


at_hand: list[Callable[[Any], bytes]] = []
"""What packs, and is not in use: to make one costs more than to pack a few values."""

LARGE = 1 << 20
"""Bytes after which the room that they took is given back."""


def milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
