"""The log of a site of several processes: Redis streams, hashes and small scripts.

Keys, all with one hash tag so that they share a slot::

    {live}:place:<stream>   hash    epoch, offset, cursor of the last entry
    {live}:log:<stream>     stream  <offset>-0 → c: cursor, n: news
    {live}:cursor           hash    first, last
    {live}:ledger           stream  <cursor>-0 → s: stream, e: epoch, o: offset, m: end of the mark
    {live}:mark:<mark>      string  epoch, offset, cursor of a piece that is entered once only

Time is only ever a key's time to live, so no clock of any host matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Sequence
from typing import Any

from liveactions.bus.log import LEDGER_LENGTH, PLACE_AGE, Changes, Noted, fresh_cursor, fresh_epoch
from liveactions.bus.news import MARKED, Entry, News, pack_news, unpack_news
from liveactions.runtime.ports import Place
from liveactions.store.clients import Breaker, attempt, client, sync_client, unavailable
from liveactions.store.pipes import Lane, ask, ask_all
from liveactions.store.scripts import Script

__all__ = ["BEGIN_PLACE", "ENTERED_BEFORE", "ENTER_NOW", "RedisLog", "in_bytes", "place_of"]

BEGIN_PLACE = """
if redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1]) == 1 then
    redis.call('DEL', KEYS[2])
end
"""

BEGIN_CURSOR = """
if redis.call('HSETNX', KEYS[#KEYS - 1], 'first', ARGV[2]) == 1 then
    redis.call('HSET', KEYS[#KEYS - 1], 'last', ARGV[2])
    redis.call('DEL', KEYS[#KEYS])
end
"""

# What was entered by a first attempt, whose answer was lost, is among the latest entries. What is to be entered once
# only comes with a key of its own, behind which it is found however many entries have come since.
ENTERED_BEFORE = """
local mark = #KEYS == 5 and KEYS[3]
local known = mark and redis.call('GET', mark)
if known then
    return cmsgpack.unpack(known)
end
if ARGV[9] == '1' then
    for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[4])) do
        if entry[2][4] == ARGV[8] then
            local offset = string.match(entry[1], '^%d+')
            return {redis.call('HGET', KEYS[1], 'epoch'), tonumber(offset), tonumber(entry[2][2])}
        end
    end
end
"""

ENTER_NOW = f"""
{BEGIN_PLACE}
{BEGIN_CURSOR}
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local offset = redis.call('HINCRBY', KEYS[1], 'offset', 1)
local cursor = redis.call('HINCRBY', KEYS[#KEYS - 1], 'last', 1)
local exact = string.format('%.0f', cursor)
redis.call('HSET', KEYS[1], 'cursor', exact)
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[4], string.format('%.0f-0', offset), 'c', exact, 'n', ARGV[8])
redis.call('XADD', KEYS[#KEYS], 'MAXLEN', '~', ARGV[7], exact .. '-0', 's', ARGV[3], 'e', epoch, 'o', offset,
    'm', string.sub(ARGV[8], -{MARKED}))
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
if mark then
    redis.call('SET', mark, cmsgpack.pack({{epoch, offset, cursor}}), 'PX', ARGV[5])
end
return {{epoch, offset, cursor}}
"""

APPEND = ENTERED_BEFORE + ENTER_NOW
"""What a script that enters something else by the same stroke puts between the two."""

# The keys of many streams: of each where it stands, and its log.
PLACES = """
local places = {}
for i = 1, #KEYS, 2 do
    if redis.call('HSETNX', KEYS[i], 'epoch', ARGV[1]) == 1 then
        redis.call('DEL', KEYS[i + 1])
    end
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
    places[#places + 1] = redis.call('HMGET', KEYS[i], 'epoch', 'offset')
end
return places
"""

# It is in the ledger like an entry, for who has seen no more than the log has hears of it by nothing else.
REWIND = f"""
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
    {BEGIN_CURSOR}
    local cursor = string.format('%.0f', redis.call('HINCRBY', KEYS[#KEYS - 1], 'last', 1))
    redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'cursor', cursor)
    redis.call('DEL', KEYS[2])
    redis.call('XADD', KEYS[#KEYS], 'MAXLEN', '~', ARGV[4], cursor .. '-0', 's', ARGV[5], 'e', ARGV[3],
        'o', redis.call('HGET', KEYS[1], 'offset') or 0, 'm', ARGV[3])
end
return redis.call('HMGET', KEYS[1], 'epoch', 'offset')
"""

# Of entries, by cursor and mark, those that the ledger does not have though it reaches back to them: their numbers.
LOST = """
local first, last = unpack(redis.call('HMGET', KEYS[1], 'first', 'last'))
local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
local lost = {}
for i = 1, #ARGV, 2 do
    local cursor, id = tonumber(ARGV[i]), ARGV[i] .. '-0'
    local counted = first and cursor >= tonumber(first) and cursor <= tonumber(last)
    local trimmed = counted and oldest and cursor < tonumber(string.match(oldest[1], '^%d+'))
    local row = not trimmed and counted and redis.call('XRANGE', KEYS[2], id, id)[1]
    if not (trimmed or row and row[2][8] == ARGV[i + 1]) then
        lost[#lost + 1] = (i - 1) / 2
    end
end
return lost
"""

CURSOR = f"""
{BEGIN_CURSOR}
return redis.call('HGET', KEYS[1], 'last')
"""

CHUNK = 64
MANY = 500

LATEST = 1000
"""Rows of the ledger that are compared with what was told, where it is not the one that was read before."""


ENTER, LOCATE, RENEW, COUNT, MISS = map(Script, (APPEND, PLACES, REWIND, CURSOR, LOST))


class RedisLog:
    """A ``Log`` for every process with the same ``url`` and ``prefix``: ``length`` entries a stream, for ``age`` s."""

    def __init__(self, url: str, length: int, age: float, prefix: str = "{live}") -> None:
        self.url = url
        self.entering, self.questions = Lane(url, "log"), Lane(url, "other")
        self.length = length
        self.age = int(age * 1000)
        self.place_age = max(PLACE_AGE * 1000, self.age)
        self.prefix = prefix
        self.breaker = Breaker()
        self.cursor_key = f"{prefix}:cursor"
        self.ledger_key = f"{prefix}:ledger"

    async def append(self, news: Sequence[News]) -> list[Entry]:
        packed = [pack_news(piece) for piece in news]
        attempts = itertools.count()

        def work() -> Awaitable[list[Any]]:
            again = next(attempts) > 0
            # All or none: another process may teach Redis the script between two of them, when it knew it for none yet.
            questions = [self.to_append(piece, data, again=again) for piece, data in zip(news, packed, strict=True)]
            return ask_all(self.entering, ENTER, questions)

        answers = await attempt(work)
        if failure := next((answer for answer in answers if isinstance(answer, Exception)), None):
            raise unavailable(failure) from failure
        return [Entry.of(piece, text(a[0]), int(a[1]), int(a[2])) for piece, a in zip(news, answers, strict=True)]

    def to_append(self, news: News, data: bytes, *, again: bool) -> list[bytes]:
        keys = self.append_keys(news.stream, news)
        return in_bytes([len(keys), *keys, *self.append_arguments(news.stream, data, again=again)])

    def append_keys(self, stream: str, news: News | None = None) -> list[str]:
        marks = [self.mark_key(news.mark)] if news is not None and news.once else []
        return [self.place_key(stream), self.log_key(stream), *marks, self.cursor_key, self.ledger_key]

    def append_arguments(self, stream: str, data: bytes, *, again: bool) -> list[Any]:
        bounds = (self.length, self.age, self.place_age, LEDGER_LENGTH)
        return [fresh_epoch(), fresh_cursor(), stream, *bounds, data, int(again)]

    async def read(self, stream: str, after: Place, limit: int) -> list[Entry] | None:
        async def work() -> Any:
            pipe = client(self.url).pipeline(transaction=True)
            pipe.hmget(self.place_key(stream), "epoch", "offset")
            pipe.xrange(self.log_key(stream), f"{after.offset + 1}-0", "+", count=limit)
            return await pipe.execute()

        known, rows = await attempt(work)
        now = place_of(*known)
        if now.epoch != after.epoch or now.offset < after.offset:
            return None
        found = [self.entry(stream, now.epoch, row) for row in rows]
        # A number may be missing anywhere: of a script whose end a Redis that was killed had not written down, it may
        # have counted what it did not enter, when it is started for the second time.
        complete = [entry.offset for entry in found] == list(range(after.offset + 1, after.offset + 1 + len(found)))
        return found if complete and (found or now.offset == after.offset) else None

    async def read_since(self, stream: str, cursor: int) -> list[Entry] | None:
        async def work() -> Any:
            pipe = client(self.url).pipeline(transaction=True)
            pipe.hmget(self.cursor_key, "first", "last")
            pipe.hmget(self.place_key(stream), "epoch", "offset", "cursor")
            pipe.xrevrange(self.log_key(stream), count=CHUNK)
            return await pipe.execute()

        (first, last), (epoch, offset, latest), rows = await attempt(work)
        if not int(first or 1) <= cursor <= int(last or 0):
            return None
        if int(latest or 0) <= cursor:
            return []
        return await self.back_to(cursor, stream, place_of(epoch, offset), rows)

    async def back_to(self, cursor: int, stream: str, last: Place, rows: list[Any]) -> list[Entry] | None:
        """Read backwards from the end until ``cursor``; None if a row on the way is gone."""
        found: list[Entry] = []
        wanted = last.offset
        while rows:
            for row in rows:
                entry = self.entry(stream, last.epoch, row)
                if entry.offset != wanted:
                    return None
                if entry.cursor <= cursor:
                    return found[::-1]
                found.append(entry)
                wanted -= 1
            if wanted == 0:
                return found[::-1]
            rows = await self.rows_before(stream, wanted)
        return None

    async def rows_before(self, stream: str, offset: int) -> list[Any]:
        async def work() -> list[Any]:
            return await client(self.url).xrevrange(self.log_key(stream), f"{offset}-0", "-", count=CHUNK) or []

        return await attempt(work)

    async def places(self, streams: Sequence[str]) -> list[Place]:
        keys = [key.encode() for stream in streams for key in (self.place_key(stream), self.log_key(stream))]
        arguments = (fresh_epoch().encode(), b"%d" % self.place_age)
        answer: list[Any] = await attempt(lambda: ask(self.questions, LOCATE, keys, arguments))
        return [place_of(*each) for each in answer]

    async def rewound(self, stream: str, seen: Place) -> Place:
        keys = in_bytes(self.append_keys(stream))
        arguments = in_bytes([seen.epoch, fresh_cursor(), fresh_epoch(), LEDGER_LENGTH, stream])
        return place_of(*await attempt(lambda: ask(self.questions, RENEW, keys, arguments)))

    async def lost(self, entered: Sequence[Noted]) -> list[Noted]:
        keys = in_bytes([self.cursor_key, self.ledger_key])
        arguments = in_bytes([part for noted in entered for part in (noted.cursor, noted.mark)])
        numbers = await attempt(lambda: ask(self.questions, MISS, keys, arguments))
        return [entered[int(number)] for number in numbers]

    async def cursor(self) -> int:
        keys, arguments = in_bytes([self.cursor_key, self.ledger_key]), in_bytes(["", fresh_cursor()])
        return int(await attempt(lambda: ask(self.questions, COUNT, keys, arguments)))

    def cursor_now(self) -> int:
        keys = [self.cursor_key, self.ledger_key]

        def work() -> int:
            known = sync_client(self.url).hget(self.cursor_key, "last")
            if known is None:
                known = sync_client(self.url).eval(COUNT.text, len(keys), *keys, "", fresh_cursor())
            return int(known)

        return self.breaker.ask(work)

    async def changes(self, cursor: int, mark: bytes = b"") -> Changes | None:
        async def work() -> Any:
            pipe = client(self.url).pipeline(transaction=True)
            pipe.hmget(self.cursor_key, "first", "last")
            pipe.xrange(self.ledger_key, f"{cursor}-0", "+", count=LEDGER_LENGTH)
            return await pipe.execute()

        (first, last), rows = await attempt(work)
        if not int(first or 1) <= cursor <= int(last or 0):
            return None
        if rows and number(rows[0][0]) == cursor:
            (_, row), *rows = rows
            known = row.get(b"m", b"")
            if mark and known and known != mark:
                return None
            mark = known
        if not rows:
            return Changes(cursor, {}, mark) if int(last) == cursor else None
        if number(rows[0][0]) != cursor + 1:
            return None
        since = list(map(entered, rows))
        places = {stream: place for stream, place, _ in since}
        return Changes(number(rows[-1][0]), places, since[-1][2], since)

    async def survey(self, streams: Sequence[str]) -> Changes:
        cursor = await self.cursor()
        latest = await attempt(lambda: client(self.url).xrevrange(self.ledger_key, count=LATEST)) or []
        places: dict[str, Place] = {}
        for start in range(0, len(streams), MANY):
            places |= await self.known(streams[start : start + MANY])
        return Changes(cursor, places, entered=list(map(entered, latest)))

    async def known(self, streams: Sequence[str]) -> dict[str, Place]:
        """Where streams stand, without a beginning where nothing is known of one."""

        async def work() -> list[Any]:
            pipe = client(self.url).pipeline(transaction=False)
            for stream in streams:
                pipe.hmget(self.place_key(stream), "epoch", "offset")
            return await pipe.execute()

        return {name: place_of(*row) for name, row in zip(streams, await attempt(work), strict=True)}

    def entry(self, stream: str, epoch: str, row: Any) -> Entry:
        name, fields = row
        return unpack_news(stream, epoch, number(name), int(fields[b"c"]), fields[b"n"])

    def place_key(self, stream: str) -> str:
        return f"{self.prefix}:place:{stream}"

    def mark_key(self, mark: bytes) -> str:
        return f"{self.prefix}:mark:{mark.hex()}"

    def log_key(self, stream: str) -> str:
        return f"{self.prefix}:log:{stream}"


def place_of(epoch: bytes | None, offset: bytes | None, *_: Any) -> Place:
    return Place(text(epoch or b""), int(offset or 0))


def entered(row: Any) -> tuple[str, Place, bytes]:
    """What a row of the ledger says: which stream got something, where, and with what mark."""
    _, fields = row
    return text(fields[b"s"]), place_of(fields[b"e"], fields[b"o"]), fields.get(b"m", b"")


def number(name: bytes) -> int:
    """The number of a row ``<number>-0``."""
    return int(name.partition(b"-")[0])


def text(value: bytes) -> str:
    return value.decode()


def in_bytes(values: Sequence[Any]) -> list[bytes]:
    return [value if isinstance(value, bytes) else str(value).encode() for value in values]
