"""A WebSocket by hand."""

from __future__ import annotations

import pytest

from liveactions.operations.visitor import PING, Closed, Refused, Visitor
from tests.operations.proxies import Wrong, accept, http, message


def visit(server: Wrong, timeout: float = 5.0) -> Visitor:
    return Visitor(f"{server.url}live/", origin="http://x", protocol="liveactions.1", timeout=timeout)


def test_what_is_sent_arrives_masked_and_what_comes_is_read():
    sent = {}

    def echo(connection, headers, path):
        accept(connection, headers)
        data = connection.recv(100)
        sent["mask"], sent["body"] = data[2:6], data[6:]
        body = bytes(byte ^ sent["mask"][index % 4] for index, byte in enumerate(sent["body"]))
        connection.sendall(message(b"one") + message(body))

    with Wrong(echo) as server, visit(server) as visitor:
        assert visitor.agreed == "liveactions.1"
        visitor.send(b"hello")
        assert [visitor.receive(), visitor.receive()] == [b"one", b"hello"]
    assert sent["body"] != b"hello"


def test_a_ping_of_a_proxy_is_answered():
    answered = []

    def ping(connection, headers, path):
        accept(connection, headers)
        connection.sendall(message(b"are you there", PING))
        answered.append(connection.recv(100)[0] & 0x0F)
        connection.sendall(message(b"on we go"))

    with Wrong(ping) as server, visit(server) as visitor:
        assert visitor.receive() == b"on we go"
    assert answered == [10]


def test_a_refused_handshake_tells_the_status():
    with Wrong(lambda connection, headers, path: http(connection, "502 Bad Gateway")) as server:
        with pytest.raises(Refused, match="HTTP 502 Bad Gateway"), visit(server):
            raise AssertionError("it was let in")


def test_a_socket_that_is_closed_tells_its_code():
    def close(connection, headers, path):
        accept(connection, headers)
        connection.sendall(message((4403).to_bytes(2, "big"), 8))

    with Wrong(close) as server, visit(server) as visitor:
        with pytest.raises(Closed, match="closed with 4403"):
            visitor.receive()


def test_silence_is_not_waited_for_for_ever():
    def silent(connection, headers, path):
        accept(connection, headers)
        connection.recv(100)

    with Wrong(silent) as server, visit(server, timeout=0.1) as visitor:
        with pytest.raises(TimeoutError):
            visitor.receive()
