"""What stands under a socket where its server lets it be found: nothing is read without an end."""

from __future__ import annotations

import asyncio
import gc
import weakref
from functools import partial

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.web.http import HTTPChannel, Request

from liveactions.consumers.lines import (
    A_PIECE,
    GRACE,
    LEAST,
    LONG,
    NO_LINE,
    OPEN,
    PORTION,
    SLACK,
    SLICE,
    WASTE,
    line_of,
)
from liveactions.consumers.turnstile import turnstile

MOST = 1000 + SLACK


class AsyncioTransport:
    """As uvicorn has it; ``did`` is what was done to it."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def is_closing(self) -> bool:
        return False

    def get_protocol(self):
        return self.protocol

    def set_protocol(self, protocol) -> None:
        self.protocol = protocol

    def pause_reading(self) -> None:
        self.did.append("pause")

    def resume_reading(self) -> None:
        self.did.append("resume")

    def abort(self) -> None:
        self.did.append("abort")


class TwistedTransport:
    """As daphne has it."""

    bufferSize = 65_536

    def __init__(self) -> None:
        self.did: list[str] = []

    def pauseProducing(self) -> None:
        self.did.append("pause")

    def resumeProducing(self) -> None:
        self.did.append("resume")

    def abortConnection(self) -> None:
        self.did.append("abort")


class Server:
    """What a server has for one connection. A byte ``m`` ends a message."""

    def __init__(self, transport: AsyncioTransport | TwistedTransport) -> None:
        self.transport = transport
        self.transport.protocol = self
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()

    def data_received(self, data: bytes) -> None:
        for _ in range(data.count(b"m")):
            self.queue.put_nowait(b"message")

    dataReceived = data_received

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True

    connectionLost = connection_lost

    def eof_received(self) -> str:
        return "told the server"

    async def receive(self) -> bytes:
        return await self.queue.get()

    async def send(self, message: object) -> None: ...


def uvicorn():
    server = Server(AsyncioTransport())
    return server, line_of(server.receive, server.send, 1000)


def daphne():
    server = Server(TwistedTransport())
    return server, line_of(server.queue.get, partial(handle_reply, server), 1000)


async def handle_reply(server: Server, message: object) -> None: ...


def come(server: Server, data: bytes) -> None:
    """As much at a time as is read at a time."""
    protocol = server.transport.protocol
    while data:
        size = min(at_a_time(server), len(data))
        if isinstance(server.transport, TwistedTransport):
            protocol.dataReceived(data[:size])
        else:
            protocol.get_buffer(-1)[:size] = data[:size]
            protocol.buffer_updated(size)
        data = data[size:]


def at_a_time(server: Server) -> int:
    """How many bytes are read at a time."""
    if isinstance(server.transport, TwistedTransport):
        return server.transport.bufferSize
    return len(server.transport.protocol.get_buffer(-1))


def lose(server: Server) -> None:
    """The other side has gone."""
    protocol = server.transport.protocol
    (protocol.connection_lost if isinstance(server.transport, AsyncioTransport) else protocol.connectionLost)(None)


@pytest.fixture(autouse=True)
def takes(monkeypatch):
    """How long it takes from now on to take apart what comes: no time, if nothing is said."""
    now, each = 0.0, 0.0

    def thread_time() -> float:
        nonlocal now
        now += each
        return now

    def set_to(seconds: float) -> None:
        nonlocal each
        each = seconds

    monkeypatch.setattr("liveactions.consumers.lines.thread_time", thread_time)
    return set_to


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_what_never_becomes_a_message_is_thrown_away_and_the_application_is_told(start):
    server, line = start()
    come(server, b"." * MOST)
    assert (line.is_endless, server.queue.qsize()) == (False, 0)
    for _ in range(3):
        come(server, b".")
    assert (line.is_endless, server.queue.qsize()) == (True, 1)
    come(server, b"m")
    assert server.queue.qsize() == 1


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_who_sends_messages_may_send_any_number_of_bytes(start):
    server, line = start()
    for _ in range(20):
        come(server, b"." * MOST)
        come(server, b"m")
        server.queue.get_nowait()
        line.taken()
    assert server.transport.did == []


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_what_has_come_at_once_with_a_message_does_not_count(start):
    server, _ = start()
    come(server, b"m" + b"." * 10 * MOST)
    assert server.transport.did == []


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_the_server_is_told_everything_else_by_its_transport_and_nothing_waits_then(start):
    server, line = start()
    assert server.transport.protocol is not server
    line.end()
    lose(server)
    assert server.lost
    assert line.ending.cancelled()
    assert server.transport.protocol.eof_received() == "told the server"


async def passed(gate) -> None:
    """Return when everybody who waits was let through."""
    await gate.passed()
    await gate.passed()


async def all_left(gate) -> None:
    """Return when nobody waits any more, not even to leave."""
    while gate.turning:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_who_costs_much_time_is_read_on_when_others_had_their_turn(start, takes):
    server, _ = start()
    takes(SLICE / 2)
    gate = turnstile()
    assert gate.passes(), "somebody else has"
    come(server, b"." * LEAST)
    come(server, b"." * LEAST)
    assert server.transport.did == []
    come(server, b"." * LEAST)
    assert server.transport.did == ["pause"]
    await passed(gate)
    assert server.transport.did == ["pause", "resume"]


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_who_costs_much_time_is_read_on_at_once_if_nobody_else_does(start, takes):
    server, _ = start()
    takes(2 * SLICE)
    come(server, b"." * LEAST)
    assert server.transport.did == []
    await passed(turnstile())


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_who_waits_for_a_turn_is_not_read_on_by_what_is_taken(start, takes):
    server, line = start()
    takes(2 * SLICE)
    gate = turnstile()
    assert gate.passes()
    come(server, b"." * LEAST)
    line.pause()
    line.taken()
    assert "resume" not in server.transport.did
    await passed(gate)
    assert server.transport.did[-1] == "resume"


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_a_socket_that_is_over_is_not_read_on_when_its_turn_comes(start, takes):
    server, _ = start()
    takes(2 * SLICE)
    gate = turnstile()
    assert gate.passes()
    come(server, b"." * LEAST)
    lose(server)
    await passed(gate)
    assert "resume" not in server.transport.did


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_a_line_that_is_stopped_is_read_on_in_turns_so_that_its_end_is_noticed(start):
    server, line = start()
    line.pause()
    line.stop()
    assert server.transport.did == ["pause", "resume"]
    gate = turnstile()
    assert gate.passes()
    come(server, b"m")
    assert server.transport.did == ["pause", "resume", "pause"]
    await all_left(gate)
    assert (server.transport.did[3:], server.queue.qsize()) == (["resume"], 0)


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_a_line_that_is_stopped_is_read_on_after_all_who_are_in(start):
    server, line = start()
    line.stop()
    gate = turnstile()
    assert gate.passes()
    come(server, b"m")
    before: list[list[str]] = []
    gate.put(lambda: before.append(list(server.transport.did)))
    await all_left(gate)
    assert (before, server.transport.did) == ([["pause"]], ["pause", "resume"])


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_of_what_nobody_wants_much_is_read_at_a_time(start):
    server, line = start()
    line.stop()
    assert at_a_time(server) == WASTE


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_as_much_is_read_at_a_time_as_is_taken_apart_in_a_slice(start, takes):
    server, _ = start()
    assert at_a_time(server) == LEAST
    for seconds, portion in ((0.0, PORTION), (2 * SLICE, PORTION // 2), (SLICE, PORTION // 2), (LONG, LEAST)):
        takes(seconds)
        come(server, b"." * at_a_time(server))
        assert at_a_time(server) == portion
        await passed(turnstile())


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_little_that_comes_does_not_tell_how_much_is_read_at_a_time(start, takes):
    server, _ = start()
    takes(0.0)
    come(server, b"." * (LEAST - 1))
    assert at_a_time(server) == LEAST


async def test_what_daphne_would_leave_to_the_garbage_collector_is_freed_without_it():
    channel, wire = HTTPChannel(), StringTransport()
    channel.makeConnection(wire)
    request = Request(channel)
    channel.requests.append(request)
    server = Server(TwistedTransport())
    server.transport.producer, server.is_closed = channel, Deferred()
    line_of(server.queue.get, partial(handle_reply, server), 1000)
    left = [weakref.ref(each) for each in (channel, request, server)]
    gc.disable()
    try:
        del server.transport.protocol, server.transport.producer, wire.producer  # Twisted, when the connection is lost
        server.is_closed.callback(server)  # autobahn, then
        del channel, request, server
        assert [each() for each in left] == [None, None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_what_never_becomes_a_message_and_takes_long_is_read_no_further(start, takes):
    server, line = start()
    takes(LONG)
    for _ in range(round(GRACE / LONG)):
        assert not line.is_endless
        come(server, b"." * LEAST)
        await passed(turnstile())
    come(server, b"." * LEAST)
    assert line.is_endless


async def test_a_large_message_may_take_daphne_as_long_as_its_mask_does(takes, monkeypatch):
    monkeypatch.setattr("liveactions.consumers.lines.autobahns", lambda: LONG / LEAST)
    server, line = daphne()
    takes(LONG)
    for _ in range(10 * round(GRACE / LONG)):
        come(server, b"." * LEAST)
        await passed(turnstile())
    assert not line.is_endless


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_short_pieces_that_never_become_a_message_are_not_read_for_ever(start, takes):
    server, line = start()
    takes(0.0)
    pieces = 0
    while not line.is_endless:
        come(server, b".")
        pieces += 1
        await passed(turnstile())
    assert GRACE / A_PIECE < pieces < 1.1 * GRACE / A_PIECE


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_what_has_taken_long_once_is_forgiven(start, takes):
    server, line = start()
    takes(100 * GRACE)
    come(server, b"." * LEAST)
    await passed(turnstile())
    assert not line.is_endless


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_what_has_become_messages_may_have_taken_any_time(start, takes):
    server, line = start()
    takes(LONG)
    for _ in range(10 * round(GRACE / LONG)):
        come(server, b"." * LEAST + b"m")
        server.queue.get_nowait()
        line.taken()
        await passed(turnstile())
    assert not line.is_endless


async def test_daphne_reads_on_when_what_had_come_was_taken():
    server, line = daphne()
    come(server, b"mm")
    line.ease()
    assert server.transport.did == ["pause"]
    server.queue.get_nowait()
    line.taken()
    assert server.transport.did == ["pause"], "one waits"
    server.queue.get_nowait()
    line.taken()
    assert server.transport.did == ["pause", "resume"]


async def test_daphne_is_not_stopped_while_nothing_waits():
    server, line = daphne()
    line.ease()
    assert server.transport.did == []


class WrappedTransport(TwistedTransport):
    """As Twisted has it over TLS: what it does not know itself is the socket's below."""

    _tempDataBuffer: tuple[()] = ()
    dataBuffer = b""
    disconnecting = False

    def __getattr__(self, name: str):
        if name == "writeSomeData":
            return lambda data: self.did.append("written as it is")
        raise AttributeError(name)


@pytest.mark.parametrize("transport", [TwistedTransport, WrappedTransport])
async def test_what_may_not_be_written_as_it_is_or_might_overtake_is_left_to_the_server(transport):
    server = Server(transport())
    server.state = OPEN
    line = line_of(server.queue.get, partial(handle_reply, server), 1000)
    assert not line.write(b"a message")
    assert server.transport.did == []


@pytest.mark.parametrize("start", [uvicorn, daphne])
async def test_who_does_not_end_a_connection_that_is_over_is_cut_off(start, monkeypatch):
    monkeypatch.setattr("liveactions.consumers.lines.LAST_WORDS", 0.0)
    server, line = start()
    line.stop()
    line.end()
    while not server.transport.did:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)
    assert server.transport.did == ["abort"]


async def test_a_server_that_is_not_known_has_no_line():
    async def receive() -> None: ...
    async def send(message: object) -> None: ...

    line = line_of(receive, send, 1000)
    assert line is NO_LINE
    assert not line.write(b"a message")
    for each in (line.taken, line.pause, line.ease, line.stop, line.end):
        each()
