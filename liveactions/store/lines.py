"""Talking to Redis at the least cost: one command at a time over a connection of one's own.

redis-py's client is made for many different commands, and takes several times what this does. Making connections
(addresses, TLS, passwords) and reading answers stay redis-py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoScriptError

from liveactions.sentinels import sentinels_of
from liveactions.store.clients import PATIENCE, client, lines
from liveactions.store.masters import leads_astray
from liveactions.store.scripts import Script

__all__ = ["ask"]


async def ask(url: str, script: Script, keys: Sequence[bytes], arguments: Sequence[bytes]) -> Any:
    """What a script answers. Raises redis-py's errors, and ``TimeoutError``; whether it ran is unknown then."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    free = lines.setdefault((loop, url), [])
    connection = await usable(url, free)
    deadline = Deadline(loop, task)
    try:
        answer = await exchange(connection, script, [b"%d" % len(keys), *keys, *arguments])
    except BaseException as error:
        await connection.disconnect(nowait=True)
        if isinstance(error, asyncio.CancelledError) and deadline.passed:
            forget_cancellation(task)
            raise asyncio.TimeoutError from None
        raise
    finally:
        deadline.timer.cancel()
    free.append(connection)
    return answer


class Deadline:
    """Cancels a task that Redis keeps waiting; a loop that is late itself says nothing about Redis."""

    __slots__ = ("late", "loop", "passed", "task", "timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
        self.loop = loop
        self.task = task
        self.late = 0
        self.passed = False
        self.timer = loop.call_later(PATIENCE, self.ring)

    def ring(self) -> None:
        if self.loop.time() - self.timer.when() > LATE and self.late < MOST_LATE:
            self.late += 1
            self.timer = self.loop.call_later(PATIENCE, self.ring)
        else:
            self.passed = True
            self.task.cancel()


LATE = 0.05
MOST_LATE = 10


async def usable(url: str, free: list[AbstractConnection]) -> AbstractConnection:
    """A connection that was used before, unless its Redis is the master no more; else a new one."""
    known = sentinels_of(url)
    while free:
        connection = free.pop()
        if known is None or not leads_astray(known, connection):
            return connection
        await connection.disconnect(nowait=True)
    return await connected(url)


async def connected(url: str) -> AbstractConnection:
    connection: AbstractConnection = client(url).connection_pool.make_connection()  # type: ignore[no-untyped-call]
    await connection.connect()  # type: ignore[no-untyped-call]  # redis-py has types for most
    connection.socket_timeout = None  # it would be a task of its own for every command
    return connection


async def exchange(connection: AbstractConnection, script: Script, arguments: Sequence[bytes]) -> Any:
    try:
        return await said(connection, [b"EVALSHA", script.sha.encode(), *arguments])
    except NoScriptError:
        return await said(connection, [b"EVAL", script.text.encode(), *arguments])


async def said(connection: AbstractConnection, command: Sequence[bytes]) -> Any:
    parts = [b"*%d\r\n" % len(command), *(b"$%d\r\n%b\r\n" % (len(part), part) for part in command)]
    await connection.send_packed_command(b"".join(parts), check_health=False)
    return await connection.read_response()


def forget_cancellation(task: asyncio.Task[Any]) -> None:
    """It was ours; since Python 3.11 a task would remember it."""
    if hasattr(task, "uncancel"):
        task.uncancel()
