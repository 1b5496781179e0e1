"""Visitors who mean harm: they open a socket, and send as fast as they can what nobody should.

``python -m tests.faults.hostile PORT EACH PATIENCE``: so many of every kind, in a process of their own; printed is, by
kind, after how many seconds the last of them was shown the door, and no more than ``PATIENCE``.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import msgpack

from tests.documents import ROOT
from tests.faults.proxy import HOST
from tests.faults.websocket import opening

__all__ = ["FLOODS", "floods"]

CONTINUED, BINARY, CLOSING, PINGING = 0, 2, 8, 9
LAST = 0x80


def message(data: bytes, opcode: int = BINARY, last: int = LAST) -> bytes:
    """A WebSocket frame of a client; its mask is 0, which changes nothing."""
    size = len(data)
    short = size if size < 126 else 126 if size < 65_536 else 127
    length = b"" if short < 126 else struct.pack("!H" if short == 126 else "!Q", size)
    return bytes([last | opcode, LAST | short]) + length + bytes(4) + data


def said(*frame: object) -> bytes:
    return message(bytes(msgpack.packb(frame)))


HELLO = said(0, "faults", None)


def calls() -> Iterator[bytes]:
    """Calls, a hundred at a time."""
    yield HELLO
    number = 0
    while True:
        yield b"".join(said(4, number + step, 0, 1, "book", {"call": "x"}) for step in range(1, 101))
        number += 100


def mounts() -> Iterator[bytes]:
    """Components that nobody has made."""
    yield HELLO
    number = 0
    while True:
        number += 1
        yield said(3, number, 0, [[f"forged-{step}", 0] for step in range(100)])


def nested() -> Iterator[bytes]:
    """Lists in lists in lists."""
    yield HELLO
    while True:
        yield message(b"\x91" * 60_000)


def crowded() -> Iterator[bytes]:
    """A list that says it has four thousand million entries."""
    yield HELLO
    while True:
        yield message(b"\xdd\xff\xff\xff\xff" + b"\x80" * 60_000)


def pieces() -> Iterator[bytes]:
    """A message that never ends, in pieces."""
    yield HELLO
    yield message(b"a", BINARY, 0)
    while True:
        yield message(b"a" * 100, CONTINUED, 0) * 100


def pings() -> Iterator[bytes]:
    """Pings of the WebSocket itself."""
    yield HELLO
    while True:
        yield message(b"a" * 100, PINGING) * 100


def specks() -> Iterator[bytes]:
    """Pings without anything in them: as much to do for as few bytes as can be."""
    yield HELLO
    while True:
        yield message(b"", PINGING) * 1000


FLOODS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    each.__name__: each for each in (calls, mounts, nested, crowded, pieces, pings, specks)
}


async def flood(port: int, kind: str, seconds: float, patience: float) -> list[float]:
    """Come with this again and again for so long, at once after each time that the server has had enough.

    Returned is how long each visit has lasted, at most ``patience``.
    """
    end, lasted = time.monotonic() + seconds, list[float]()
    while not lasted or time.monotonic() < end:
        lasted.append(await visit(port, FLOODS[kind](), patience))
    return lasted


async def visit(port: int, messages: Iterator[bytes], patience: float) -> float:
    """Open a socket, and send these until the server has had enough; the seconds from its welcome until then."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(opening(f"{HOST}:{port}", "/live/", "liveactions.1", {}))
    began, sending = time.monotonic(), None
    try:
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), patience)
        began, sending = time.monotonic(), asyncio.create_task(send(writer, messages))
        await asyncio.wait_for(closed(reader), patience)
    except (asyncio.TimeoutError, OSError, asyncio.IncompleteReadError):
        pass  # the time tells
    finally:
        if sending is not None:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        writer.transport.abort()
    return time.monotonic() - began


async def send(writer: asyncio.StreamWriter, messages: Iterator[bytes]) -> None:
    for data in messages:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0)


async def closed(reader: asyncio.StreamReader) -> None:
    """Return when the other side has closed, or has said in a frame that it does."""
    try:
        while True:
            first, short = await reader.readexactly(2)
            if first & 15 == CLOSING:
                return
            more = {126: 2, 127: 8}.get(short, 0)
            size = int.from_bytes(await reader.readexactly(more), "big") if more else short
            await reader.readexactly(size)
    except (OSError, asyncio.IncompleteReadError):
        return


async def all_kinds(port: int, each: int, seconds: float, patience: float) -> dict[str, list[float]]:
    kinds = [kind for kind in FLOODS for _ in range(each)]
    visits = await asyncio.gather(*(flood(port, kind, seconds, patience) for kind in kinds))
    lasted: dict[str, list[float]] = {kind: [] for kind in FLOODS}
    for kind, times in zip(kinds, visits, strict=True):
        lasted[kind] += times
    return lasted


async def floods(port: int, each: int, patience: float, seconds: float = 0.0) -> dict[str, list[float]]:
    """Have them come for so long, in a process of their own: those who measure are not to be held up."""
    command = (sys.executable, "-m", __name__, str(port), str(each), str(seconds), str(patience))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    lasted: dict[str, list[float]] = json.loads(printed)
    return lasted


if __name__ == "__main__":
    port, each, seconds, patience = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(all_kinds(int(port), int(each), float(seconds), float(patience)))))
