"""Talking to Redis at the least cost: many scripts at once over one connection, which answers them in order.

redis-py makes the connection (addresses, TLS, passwords, databases, sentinels); then its socket is handed over, because
a client that is made for many different commands takes several times what this does. Whoever asks says what is to be
done with the answer: neither a task nor a future is made for it. ``ask`` is for those who would rather wait.

An answer that is large, or late, holds up those behind it. So there are three lanes, each a connection of its own: what
many pages wait for every moment (``vault``), what is broadcast (``log``), and all other questions, among which are
those that hand over whole pages.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any, Literal, NamedTuple

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as ConnectionFailed
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as TimedOut

from liveactions.sentinels import sentinels_of
from liveactions.store.answers import Answers
from liveactions.store.clients import FAILURES, PATIENCE, client, forget_closed_loops, pipes, retired, unavailable
from liveactions.store.masters import leads_astray
from liveactions.store.scripts import Script

__all__ = ["Lane", "Pipe", "ask", "ask_all", "ask_patiently"]


class Lane(NamedTuple):
    """Which Redis is asked, and over which of its connections."""

    url: str
    name: Literal["vault", "log", "other"]


Then = Callable[[Any], object]
"""Is given the answer, or the exception that there is instead."""

LATE = 0.05
"""Seconds by which an event loop may be late before nothing is made of it that Redis has not answered …"""

MOST_LATE = 10
"""… so many times in a row."""


class Asked(NamedTuple):
    """What Redis has not answered yet."""

    then: Then
    answers: int
    """How many answers there will be. More than one are handed over as a list."""
    at: float


class Pipe(asyncio.Protocol):
    """One connection of the running event loop. What is asked before it is there is said when it is.

    If it fails, so does everything that waits: whether it was done is not known then.
    """

    def __init__(self, lane: Lane) -> None:
        self.loop = asyncio.get_running_loop()
        self.key = self.loop, lane
        self.known = sentinels_of(lane.url)
        self.connection: AbstractConnection | None = None
        self.transport: asyncio.Transport | None = None
        self.streams: asyncio.BaseProtocol | None = None
        """What redis-py reads with, and waits for when it closes the connection."""
        self.unsaid: list[bytes] = []
        self.waiting: deque[Asked] = deque()
        self.answers = Answers()
        self.some: list[Any] = []
        """Of several answers those that have come."""
        self.over = False
        """Whether nothing more is asked here."""
        self.timer: asyncio.TimerHandle | None = None
        self.late = 0
        self.context = Context()
        """Of nobody: it is not for the page that has asked first that answers come."""
        self.opening = self.context.run(self.loop.create_task, self.open(lane.url))
        self.closing: asyncio.Task[None] | None = None
        self.closed = self.loop.create_future()

    # Asking -----------------------------------------------------------------------------------------------------

    def ask(self, command: bytes, then: Then, answers: int = 1) -> None:
        """Send a packed command, or several that have so many ``answers``. Never waits, never raises."""
        self.waiting.append(Asked(then, answers, self.loop.time()))
        if self.transport is None:
            self.unsaid.append(command)
            return
        self.transport.write(command)
        if self.timer is None:
            self.timer = self.loop.call_later(PATIENCE, self.look, context=self.context)

    def is_good(self) -> bool:
        """Whether it leads to Redis still, as far as is known: to the master, where sentinels say who that is."""
        if self.over:
            return False
        return self.known is None or self.connection is None or not leads_astray(self.known, self.connection)

    def look(self) -> None:
        """Has Redis answered what was asked so long ago? A loop that is late itself says nothing about Redis."""
        assert self.timer is not None
        now, wanted, self.timer = self.loop.time(), self.timer.when(), None
        if not self.waiting:
            return
        due = self.waiting[0].at + PATIENCE
        if now - wanted > LATE and self.late < MOST_LATE:
            self.late += 1
            due = now + PATIENCE
        elif due > now:
            self.late = 0
        else:
            self.fail(TimedOut(f"Redis has not answered for {PATIENCE} s."))
            return
        self.timer = self.loop.call_at(due, self.look, context=self.context)

    # The connection ---------------------------------------------------------------------------------------------

    async def open(self, url: str) -> None:
        try:
            self.connection = await connected(url)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait hear of it
            self.fail(error)
            return
        writer: Any = self.connection._writer  # noqa: SLF001  # it has no public name
        transport: asyncio.Transport = writer.transport
        self.streams = transport.get_protocol()
        transport.set_protocol(self)
        self.transport = transport
        now = self.loop.time()
        self.waiting = deque(asked._replace(at=now) for asked in self.waiting)
        self.timer = self.loop.call_later(PATIENCE, self.look, context=self.context)
        transport.write(b"".join(self.unsaid))
        self.unsaid.clear()

    def data_received(self, data: bytes) -> None:
        try:
            found = self.answers.feed(data)
        except (RedisError, ValueError) as error:
            self.fail(error)
            return
        for answer in found:
            self.answered(answer)

    def answered(self, answer: Any) -> None:
        if not self.waiting:
            return  # it is over already
        then, answers, _ = self.waiting[0]
        if answers > 1:
            self.some.append(answer)
            if len(self.some) < answers:
                return
            answer, self.some = self.some, []
        self.waiting.popleft()
        if isinstance(answer, Exception) and type(answer) is not NoScriptError:
            self.retire()  # it may be the master no more, or know us no more
        then(answer)
        if self.over and not self.waiting:
            self.shut()

    def connection_lost(self, error: Exception | None) -> None:
        if self.streams is not None:
            self.streams.connection_lost(error)
        self.fail(ConnectionFailed(f"The connection to Redis is lost ({error!r})."))
        retired.discard(self)
        if not self.closed.done():
            self.closed.set_result(None)

    # The end ----------------------------------------------------------------------------------------------------

    def retire(self) -> None:
        """Ask nothing more here. What was asked is waited for."""
        self.over = True
        if pipes.get(self.key) is self:
            del pipes[self.key]
        if self.transport is not None and not self.closed.done():
            retired.add(self)
        if not self.waiting:
            self.shut()

    def fail(self, error: Exception) -> None:
        """Nothing more comes from here: whoever waits is told so."""
        waiting, self.waiting = self.waiting, deque()
        self.retire()
        for asked in waiting:
            asked.then(error)

    def shut(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.connection is not None and self.closing is None and self.transport is not None:
            self.transport.abort()
            self.closing = self.loop.create_task(self.connection.disconnect(nowait=True))

    async def close(self) -> None:
        """End it, and wait until it has ended."""
        self.opening.cancel()
        self.fail(ConnectionFailed("The connection to Redis was closed here."))
        await asyncio.wait({self.opening})
        self.shut()
        if self.closing is not None:
            await asyncio.wait({self.closing, self.closed})


async def connected(url: str) -> AbstractConnection:
    pool = client(url).connection_pool
    # Nothing may come but answers: notices of maintenance, say, are for clients that know of them.
    told = {name: value for name, value in pool.connection_kwargs.items() if "maint_notifications" not in name}
    connection: AbstractConnection = pool.connection_class(**told | {"protocol": 2})
    try:
        await connection.connect()  # type: ignore[no-untyped-call]  # redis-py has types for most
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    return connection


def pipe(lane: Lane) -> Pipe:
    """The pipe of the running event loop. ``close_clients`` before the loop ends."""
    key = asyncio.get_running_loop(), lane
    found: Pipe | None = pipes.get(key)
    if found is not None and found.is_good():
        return found
    if found is not None:
        found.retire()
    forget_closed_loops()
    pipes[key] = made = Pipe(lane)
    return made


# Scripts ----------------------------------------------------------------------------------------------------------


def packed(*parts: bytes) -> bytes:
    return b"".join([b"*%d\r\n" % len(parts), *[b"$%d\r\n%b\r\n" % (len(part), part) for part in parts]])


class Question:
    """One script, asked until there is an answer, but not more than ``attempts`` times."""

    __slots__ = ("attempts", "lane", "parts", "script", "then")

    def __init__(self, lane: Lane, script: Script, parts: Sequence[bytes], then: Then, attempts: int = 1) -> None:
        self.lane = lane
        self.script = script
        self.parts = parts
        self.then = then
        self.attempts = attempts

    def ask(self) -> None:
        self.attempts -= 1
        command = packed(b"EVALSHA", self.script.digest, *self.parts)
        pipe(self.lane).ask(command, self.answered)

    def answered(self, answer: Any) -> None:
        if type(answer) is NoScriptError:  # a Redis that is new is taught
            pipe(self.lane).ask(packed(b"EVAL", self.script.code, *self.parts), self.done)
        else:
            self.done(answer)

    def done(self, answer: Any) -> None:
        if self.attempts and isinstance(answer, FAILURES):
            self.ask()
        else:
            self.then(answer)


def ask_patiently(lane: Lane, script: Script, keys: Sequence[bytes], arguments: Sequence[bytes], then: Then) -> None:
    """Have ``then`` called with what a script answers, or with ``BusUnavailable``. It must be safe to run it twice."""

    def answered(answer: Any) -> None:
        then(unavailable(answer) if isinstance(answer, FAILURES) else answer)

    Question(lane, script, [b"%d" % len(keys), *keys, *arguments], answered, attempts=2).ask()


async def ask(lane: Lane, script: Script, keys: Sequence[bytes], arguments: Sequence[bytes]) -> Any:
    """What a script answers. Raises redis-py's errors; whether it ran is unknown then."""
    answer = asyncio.get_running_loop().create_future()
    Question(lane, script, [b"%d" % len(keys), *keys, *arguments], into(answer)).ask()
    return await answer


def into(future: asyncio.Future[Any]) -> Then:
    """What puts an answer into a future, unless nobody waits for it any more."""

    def then(answer: Any) -> None:
        if future.done():
            return
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)

    return then


async def ask_all(lane: Lane, script: Script, questions: Sequence[Sequence[bytes]]) -> list[Any]:
    """What a script answers to each of several, all of which are done, in order, or none.

    A question is the number of its keys, the keys, and the arguments. What the script refuses is among the answers.
    Raises redis-py's errors; what ran is unknown then.
    """
    if len(questions) == 1:
        answer = asyncio.get_running_loop().create_future()
        Question(lane, script, questions[0], into(answer)).ask()
        return [await answer]
    commands = [packed(b"EVALSHA", script.digest, *question) for question in questions]
    answers = await all_or_none(lane, commands)
    if any(type(answer) is NoScriptError for answer in answers):
        answers = (await all_or_none(lane, [packed(b"SCRIPT", b"LOAD", script.code), *commands]))[1:]
    return answers


async def all_or_none(lane: Lane, commands: Sequence[bytes]) -> list[Any]:
    future, asked = asyncio.get_running_loop().create_future(), pipe(lane)
    asked.ask(b"".join([packed(b"MULTI"), *commands, packed(b"EXEC")]), into(future), len(commands) + 2)
    answers: list[Any] = await future
    done: list[Any] = answers[-1]
    failure = next((answer for answer in answers if isinstance(answer, Exception)), None)
    if failure is not None or any(isinstance(answer, ReadOnlyError) for answer in done):
        asked.retire()
    if failure is not None:
        raise failure
    return done
