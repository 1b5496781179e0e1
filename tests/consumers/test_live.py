"""The socket door: handshake, greeting, and how a connection ends."""

from __future__ import annotations

import asyncio

import pytest

from liveactions import Component, action
from liveactions.consumers import live
from liveactions.wire import pack
from liveactions.wire.frames import Bye, Call, Cancel, Hello, Leave, Pong, Welcome
from tests.runtime.doubles import Gate
from tests.wires import Closed, Wire, pages


async def test_a_page_speaks_the_subprotocol_that_is_known(connect):
    wire = Wire({}, None)
    wire.scope["subprotocols"] = ["other", "liveactions.1", "liveactions.2"]
    assert await wire.dial() == {"type": "websocket.accept", "subprotocol": "liveactions.1"}
    await wire.drop()


@pytest.mark.parametrize("offered", [[], ["liveactions.2"], ["LIVEACTIONS.1"]])
async def test_a_client_of_another_version_is_told_so(connect, offered):
    wire = Wire({}, None)
    wire.scope["subprotocols"] = offered
    assert await wire.dial() == {"type": "websocket.accept", "subprotocol": None}
    assert await wire.bye() == ("version.unsupported", 4426)


async def test_a_socket_that_says_nothing_is_closed(connect, settings, caplog):
    settings.LIVEACTIONS = {"JOIN_TIMEOUT": 0.01}
    wire = Wire({}, None)
    await wire.dial()
    assert await wire.bye() == ("frame.malformed", 4400)
    assert "No HELLO came in time" in caplog.text
    assert pages().by_id == {}, "and nothing was made for it"


async def test_a_socket_that_ends_before_it_greets_leaves_nothing(connect):
    wire = Wire({}, None)
    await wire.dial()
    await wire.drop()
    assert pages().by_id == {}


HOSTILE = {
    "text": "hello",
    "nothing": b"",
    "bytes that are no frame": b"\xc1",
    "a frame of the server": pack([0, "t", False, 0, 0, 1, "p"]),
    "a kind there is not": pack([77]),
    "an extension": b"\xc7\x01\x05x",
    "an array in an array in an array …": b"\x91" * 5000 + b"\xc0",
    "numbers that are none": pack([4, "1", 0, 3, "a", {}]),
    "a map of a million": b"\xdf\x00\x0f\x42\x40",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_frame_ends_the_connection_and_nothing_else(connect, caplog, name):
    other, wire = await connect(), await connect()
    wire.send(HOSTILE[name])
    code, closed = await wire.bye()
    assert code.startswith("frame.") and closed == 4400
    assert "Traceback" not in wire.frames[-1].message
    assert f"({code})" in caplog.text
    assert not any(record.exc_info for record in caplog.records), "an attack is no failure of the server"
    other.send(Pong(0))
    assert not other.gone


async def test_a_page_that_shows_nothing_and_is_shown_the_door_is_forgotten(connect):
    wire = await connect()
    wire.send(b"\xc1")
    await wire.bye()
    assert pages().by_id == {}


async def test_a_page_that_shows_something_and_is_shown_the_door_may_come_back(connect):
    class Room(Component):
        name = "doors.room"
        template = "<p></p>"

    wire = await connect()
    await wire.place("doors.room")
    wire.send(b"\xc1")
    await wire.bye()
    await wire.drop()
    assert (await wire.open([wire.token, wire.ack])).recovered


async def test_a_frame_that_is_too_large_is_not_read(connect, settings):
    settings.LIVEACTIONS = {"MAX_FRAME": 100}
    wire = await connect()
    wire.send(b"\x91" * 101)
    assert await wire.bye() == ("frame.too_large", 4009)


async def test_a_failure_of_the_server_while_it_greets_is_told_and_logged(connect, monkeypatch, caplog):
    def fail(scope, user_of):
        raise ZeroDivisionError("the secret of the shop")

    monkeypatch.setattr("liveactions.consumers.live.surroundings_of", fail)
    wire = Wire({}, None)
    await wire.dial()
    wire.send(Hello("test"))
    assert await wire.bye() == ("server.failed", 4429)
    assert wire.frames[-1].retry_ms == 1000
    assert "secret" not in wire.frames[-1].message
    assert "secret" in caplog.text


async def test_for_a_page_that_has_gone_while_it_was_greeted_nothing_is_made(connect, monkeypatch):
    gate, find = Gate(), live.surroundings_of

    async def find_slowly(scope, user_of):
        await gate.wait()
        return await find(scope, user_of)

    monkeypatch.setattr(live, "surroundings_of", find_slowly)
    wire = Wire({}, None)
    await wire.dial()
    wire.send(Hello("test"))
    await gate.reached.wait()
    wire.hang_up()
    gate.open()
    await wire.task
    assert pages().by_id == {} and wire.told() == []


async def test_what_a_page_says_before_it_is_welcomed_is_heard_afterwards(connect):
    wire = Wire({}, None)
    await wire.dial()
    wire.send(Hello("test"))
    for number in (1, 2, 3):
        wire.send(Call(number, 0, 9, "anything", {}))
    await wire.next(Welcome)
    assert [(await wire.answer(number)).call for number in (1, 2, 3)] == [1, 2, 3]
    await wire.drop()


async def test_a_page_that_has_left_is_let_go(connect):
    wire = await connect()
    wire.send(Leave())
    wire.send(Cancel(1))
    with pytest.raises(Closed) as closed:
        await wire.next(Bye)
    assert closed.value.code == 1000
    assert pages().by_id == {}


async def test_a_peer_that_has_gone_is_no_failure(connect, caplog):
    wire = await connect()
    wire.outbox.put_nowait = gone
    wire.send(b"\xc1")
    await asyncio.wait_for(wire.task, 10)
    assert not any(record.exc_info for record in caplog.records)


def gone(message) -> None:
    raise ConnectionResetError("the peer has gone")


async def test_a_page_outlives_its_socket(connect):
    class Working(Component):
        template = "<p></p>"

        @action
        async def work(self):
            await gate.wait()
            done.set()

    gate, done = asyncio.Event(), asyncio.Event()
    wire = await connect()
    await wire.place("tests.working")
    wire.ask(Call, 1, "work", {})
    await asyncio.sleep(0)
    await wire.drop()
    gate.set()
    await asyncio.wait_for(done.wait(), 10)
    assert not wire.page.connected
