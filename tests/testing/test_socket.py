"""A WebSocket without a wire."""

from __future__ import annotations

import asyncio

import pytest

from liveactions.testing.socket import Socket, scope_of
from liveactions.wire import encode
from liveactions.wire.frames import Bye, Call, Hello, Ping, Pong, Welcome


def scope(**more):
    return {**scope_of("http://testserver", ""), **more}


def pong() -> Pong:
    return Pong(7, None)


@pytest.fixture
def dial(live):
    """Opens a socket on the loop of ``live``."""

    def open_socket(**more) -> Socket:
        async def make() -> Socket:
            return Socket(scope(**more), pong)

        return live.run(make())

    return open_socket


class TestScope:
    def test_it_is_what_a_browser_would_ask_for(self):
        made = scope_of("https://shop.example:8443", "a=1; b=2")
        headers = dict(made["headers"])
        assert headers[b"host"] == b"shop.example:8443"
        assert headers[b"origin"] == b"https://shop.example:8443"
        assert headers[b"cookie"] == b"a=1; b=2"
        assert (made["scheme"], made["path"], made["server"]) == ("wss", "/live/", ("shop.example", 8443))
        assert made["subprotocols"] == ["liveactions.1"]


class TestTalking:
    def test_what_the_server_says_arrives_with_its_size(self, live, dial):
        socket = dial()
        live.soon(socket.push, encode(Hello("1")))
        live.run(socket.more())
        frame, size = socket.arrived.popleft()
        assert isinstance(frame, Welcome)
        assert size == len(encode(frame))
        assert socket.accepted

    def test_the_server_is_idle_when_it_has_taken_everything(self, live, dial):
        socket = dial()
        live.soon(socket.push, encode(Hello("1")))
        live.run(socket.idle())
        assert not socket.sent
        assert isinstance(socket.arrived[0][0], Welcome)

    def test_a_ping_is_answered_at_once(self, live, dial):
        socket = dial()
        live.run(socket.idle())
        sent: list[bytes] = []
        socket.push = sent.append
        live.run(socket.send({"type": "websocket.send", "bytes": encode(Ping(0))}))
        assert sent == [encode(pong())]
        assert not socket.arrived

    def test_a_closed_socket_has_a_code_and_ends(self, live, dial):
        socket = dial()
        live.soon(socket.push, encode(Call(1, 0, 1, "go", {})))
        live.run(socket.idle())
        assert isinstance(socket.arrived[0][0], Bye)
        assert socket.code == 4400
        assert socket.task.done()

    def test_a_cut_ends_the_consumer(self, live, dial):
        socket = dial()
        live.soon(socket.push, encode(Hello("1")))
        live.run(socket.idle())
        live.run(socket.cut())
        assert socket.task.done()
        assert socket.code is None

    def test_a_foreign_page_is_not_let_in(self, live, dial):
        socket = dial(headers=[(b"host", b"testserver"), (b"origin", b"http://evil.example")])
        live.run(socket.idle())
        assert not socket.accepted
        assert socket.code == 4403

    def test_what_the_consumer_raises_is_raised(self, live, dial):
        socket = dial()

        async def fail(**_):
            raise ZeroDivisionError

        async def broken() -> None:
            socket.task.cancel()
            await asyncio.wait({socket.task})
            socket.task = asyncio.get_running_loop().create_task(fail())
            await socket.idle()

        with pytest.raises(ZeroDivisionError):
            live.run(broken())
