"""Where shared components are kept: the latest version of each, and every step to it in the log of its stream.

``MemoryStates`` is for one process, ``RedisStates`` for any number; both pass the same conformance suite. In Redis,
with the hash tag of the log, so that a version and its entry come by one stroke::

    {live}:shared:<key>   hash    version, data; held: by which transaction, if by any
    {live}:claim:<name>   string  somebody has said so
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.utils.asyncio import async_unsafe
from redis.asyncio.client import Pipeline
from redis.exceptions import NoScriptError

from liveactions.bus.log import fresh_epoch
from liveactions.bus.memory import MemoryLog
from liveactions.bus.news import Entry, News, pack_news
from liveactions.bus.redis import BEGIN_PLACE, ENTER_NOW, ENTERED_BEFORE, RedisLog, in_bytes, place_of
from liveactions.components import STREAM
from liveactions.runtime.ports import Hold, Kept, Step, Taken
from liveactions.store.clients import attempt, attempt_now, sync_client, transaction
from liveactions.store.pipes import ask
from liveactions.store.scripts import Script
from liveactions.wire import load, pack

__all__ = ["STEPPED", "MemoryStates", "RedisStates"]

STEPPED = "@shared"
"""The event by which processes hear of a step."""

Announce = Callable[[Entry], None]


def news_of(step: Step) -> News:
    stream, payload = STREAM + step.key, dict(step.payload)
    if step.hold is None:
        return News(stream, step.body, STEPPED, payload)
    return News(stream, step.body, STEPPED, payload, mark=step.hold.mark, once=True)


class State(NamedTuple):
    version: int
    data: bytes
    until: float
    hold: Hold | None = None

    def admits(self, step: Step) -> bool:
        return self.version == step.since and self.hold in (None, step.hold)


NOTHING = State(0, b"", 0.0)


class MemoryStates:
    """``States`` inside this process: one that nobody looks at is kept for ``age`` seconds. Safe in threads."""

    def __init__(self, log: MemoryLog, age: float, announce: Announce, max_count: int = 10_000) -> None:
        self.log = log
        self.age = age
        self.announce = announce
        self.max_count = max_count
        self.states: OrderedDict[str, State] = OrderedDict()
        """Those that were last renewed longest ago come first."""
        self.claims: OrderedDict[str, float] = OrderedDict()

    async def load(self, key: str, known: int = 0) -> Kept | None:
        return self.load_now(key, known)

    def load_now(self, key: str, known: int = 0) -> Kept | None:
        with self.log.lock:
            state = self.alive(key)
            return None if state is None else self.kept(key, state, known)

    async def take(self, step: Step) -> Taken:
        return self.take_now(step)

    def take_now(self, step: Step) -> Taken:
        news = news_of(step)
        with self.log.lock:
            state = self.alive(step.key) or NOTHING
            before = self.log.entered_before(news)
            if before is None and not state.admits(step):
                return Taken(self.kept(step.key, state, 0), hold=state.hold)
            entry = before or self.entered(step, news)
            return Taken(Kept(step.version, entry.place, step.data), entry)

    def hold_now(self, step: Step) -> Taken | None:
        with self.log.lock:
            state = self.alive(step.key) or NOTHING
            if not state.admits(step):
                return Taken(self.kept(step.key, state, 0), hold=state.hold)
            self.states[step.key] = state._replace(hold=step.hold)
            return None

    def let_go_now(self, key: str, hold: Hold) -> None:
        with self.log.lock:
            state = self.alive(key)
            if state is not None and state.hold == hold:
                self.states[key] = state._replace(hold=None)

    async def renew(self, keys: Sequence[str]) -> set[str]:
        with self.log.lock:
            gone = {key for key in keys if self.alive(key) is None}
            for key in [key for key in keys if key not in gone]:
                self.states[key] = self.states[key]._replace(until=time.monotonic() + self.age)
                self.states.move_to_end(key)
            return gone

    def forget_now(self, keys: Sequence[str]) -> None:
        with self.log.lock:
            for key in keys:
                self.states.pop(key, None)

    async def claim(self, name: str, seconds: float) -> bool:
        with self.log.lock:
            now = time.monotonic()
            while self.claims and next(iter(self.claims.values())) <= now:
                self.claims.popitem(last=False)
            if self.claims.get(name, now) > now:
                return False
            self.claims[name] = now + seconds
            return True

    def cursor_now(self) -> int:
        return self.log.cursor_now()

    # Under the log's lock ---------------------------------------------------------------------------------

    def entered(self, step: Step, news: News) -> Entry:
        self.states[step.key] = State(step.version, step.data, time.monotonic() + self.age)
        self.states.move_to_end(step.key)
        if len(self.states) > self.max_count:
            self.states.popitem(last=False)
        return self.log.enter_once(news) if news.once else self.log.enter(news)

    def alive(self, key: str) -> State | None:
        """What is kept under ``key``; those whose time is over are forgotten on the way."""
        now = time.monotonic()
        while self.states and next(iter(self.states.values())).until <= now:
            self.states.popitem(last=False)
        return self.states.get(key)

    def kept(self, key: str, state: State, known: int) -> Kept:
        place = self.log.stream(STREAM + key).place
        return Kept(state.version, place, b"" if state.version == known else state.data)


OWN_KEY = "local own = table.remove(KEYS, 1)\n"

LOAD = Script(f"""
{OWN_KEY}
{BEGIN_PLACE}
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local version = redis.call('HGET', own, 'version') or '0'
local place = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
return {{version, place[1], place[2], version ~= ARGV[3] and redis.call('HGET', own, 'data')}}
""")

# Unless it was made of the latest version (``since``), and nobody else holds the next one.
REFUSE = f"""
local version = redis.call('HGET', own, 'version') or '0'
local held = redis.call('HGET', own, 'held')
if version ~= since or (held and held ~= hold) then
    {BEGIN_PLACE}
    local place = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
    return {{version, place[1], place[2], redis.call('HGET', own, 'data'), held}}
end
"""

TAKE = Script(f"""
{OWN_KEY}
{ENTERED_BEFORE}
local since, hold = ARGV[10], ARGV[11]
{REFUSE}
redis.call('HSET', own, 'version', ARGV[12], 'data', ARGV[13])
redis.call('HDEL', own, 'held')
redis.call('PEXPIRE', own, ARGV[14])
{ENTER_NOW}
""")

HOLD = Script(f"""
{OWN_KEY}
local since, hold = ARGV[2], ARGV[3]
{REFUSE}
redis.call('HSET', own, 'held', hold)
return {{}}
""")

LET_GO = Script("""
if redis.call('HGET', KEYS[1], 'held') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'held')
end
return {}
""")


class RedisStates:
    """``States`` for every process with the same log; ``age`` is seconds for which one is kept that nobody looks at."""

    def __init__(self, log: RedisLog, age: float, announce: Announce) -> None:
        self.log = log
        self.age = age
        self.announce = announce

    async def load(self, key: str, known: int = 0) -> Kept | None:
        keys, arguments = self.to_load(key, known)
        return loaded(await attempt(lambda: ask(self.log.questions, LOAD, keys, arguments)))

    @async_unsafe
    def load_now(self, key: str, known: int = 0) -> Kept | None:
        keys, arguments = self.to_load(key, known)
        return loaded(self.log.breaker.ask(lambda: self.ask_now(LOAD, keys, arguments)))

    async def take(self, step: Step) -> Taken:
        news, attempts = news_of(step), itertools.count()
        keys = self.keys_to_take(step, news)
        answer = await attempt(lambda: ask(self.log.questions, TAKE, keys, self.to_take(step, news, next(attempts))))
        return taken(step, news, answer)

    @async_unsafe
    def take_now(self, step: Step) -> Taken:
        news, attempts = news_of(step), itertools.count()
        keys = self.keys_to_take(step, news)
        answer = attempt_now(lambda: self.ask_now(TAKE, keys, self.to_take(step, news, next(attempts))))
        return taken(step, news, answer)

    @async_unsafe
    def hold_now(self, step: Step) -> Taken | None:
        keys = self.keys(step.key)
        answer = attempt_now(lambda: self.ask_now(HOLD, keys, in_bytes([fresh_epoch(), step.since, told(step.hold)])))
        return refused(answer) if answer else None

    @async_unsafe
    def let_go_now(self, key: str, hold: Hold) -> None:
        attempt_now(lambda: self.ask_now(LET_GO, in_bytes([self.own_key(key)]), [told(hold)]))

    async def renew(self, keys: Sequence[str]) -> set[str]:
        def commands(pipe: Pipeline) -> None:
            for key in keys:
                pipe.pexpire(self.own_key(key), self.milliseconds)

        known = await transaction(self.log.url, commands) if keys else []
        return {key for key, there in zip(keys, known, strict=True) if not there}

    @async_unsafe
    def forget_now(self, keys: Sequence[str]) -> None:
        if keys:
            self.log.breaker.ask(lambda: sync_client(self.log.url).delete(*map(self.own_key, keys)))

    async def claim(self, name: str, seconds: float) -> bool:
        def command(pipe: Pipeline) -> None:
            pipe.set(f"{self.log.prefix}:claim:{name}", b"1", px=int(seconds * 1000), nx=True)

        return bool((await transaction(self.log.url, command))[0])

    def cursor_now(self) -> int:
        return self.log.cursor_now()

    # What is said to Redis --------------------------------------------------------------------------------

    def to_load(self, key: str, known: int) -> tuple[list[bytes], list[bytes]]:
        return self.keys(key), in_bytes([fresh_epoch(), self.log.place_age, known])

    def to_take(self, step: Step, news: News, attempts: int) -> list[bytes]:
        entering = self.log.append_arguments(news.stream, pack_news(news), again=attempts > 0)
        return in_bytes([*entering, step.since, told(step.hold), step.version, step.data, self.milliseconds])

    def keys(self, key: str) -> list[bytes]:
        return in_bytes([self.own_key(key), *self.log.append_keys(STREAM + key)])

    def keys_to_take(self, step: Step, news: News) -> list[bytes]:
        return in_bytes([self.own_key(step.key), *self.log.append_keys(news.stream, news)])

    def own_key(self, key: str) -> str:
        return f"{self.log.prefix}:shared:{key}"

    def ask_now(self, script: Script, keys: Sequence[bytes], arguments: Sequence[bytes]) -> Any:
        redis = sync_client(self.log.url)
        try:
            return redis.evalsha(script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return redis.eval(script.text, len(keys), *keys, *arguments)

    @property
    def milliseconds(self) -> int:
        return int(self.age * 1000)


def loaded(answer: Sequence[Any]) -> Kept | None:
    version, epoch, offset, data = answer
    return Kept(int(version), place_of(epoch, offset), data or b"") if int(version) else None


def told(hold: Hold | None) -> bytes:
    """A hold as Redis has it."""
    return b"" if hold is None else pack(list(hold))


ENTERED = 3
"""As many values say where an entry went; how a component is kept is told by more."""


def taken(step: Step, news: News, answer: Sequence[Any]) -> Taken:
    if len(answer) == ENTERED:
        entry = Entry.of(news, answer[0].decode(), int(answer[1]), int(answer[2]))
        return Taken(Kept(step.version, entry.place, step.data), entry)
    return refused(answer)


def refused(answer: Sequence[Any]) -> Taken:
    version, epoch, offset, data, held = answer
    kept = Kept(int(version), place_of(epoch, offset), data or b"")
    return Taken(kept, hold=None if held is None else Hold(*load(held)))
