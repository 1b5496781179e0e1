"""A page's side of a WebSocket: what it makes of what comes, however it comes."""

from __future__ import annotations

import struct

import pytest

from tests.faults.websocket import ACCEPTED, BINARY, CLOSING, Ear, Refused, message, opening

ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + ACCEPTED + b"\r\n\r\n"


def frame(data: bytes, opcode: int = BINARY) -> bytes:
    """As a server sends it."""
    size = len(data)
    if size < 126:
        return bytes((128 | opcode, size)) + data
    head = struct.pack("!BH", 126, size) if size < 65_536 else struct.pack("!BQ", 127, size)
    return bytes((128 | opcode,)) + head + data


@pytest.mark.parametrize("step", [1, 2, 7, 1000, 1_000_000])
def test_frames_are_heard_whole_however_they_are_cut(step):
    said = [(BINARY, b""), (BINARY, b"a" * 125), (BINARY, b"b" * 126), (BINARY, b"c" * 70_000), (CLOSING, b"\x03\xe8")]
    sent = ANSWER + b"".join(frame(data, opcode) for opcode, data in said)
    ear = Ear()
    heard = [each for at in range(0, len(sent), step) for each in ear.hear(sent[at : at + step])]
    assert heard == said and ear.is_open


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 Forbidden\r\n\r\n", ANSWER.replace(ACCEPTED, b"x")])
def test_an_answer_of_another_kind_is_a_refusal(answer):
    with pytest.raises(Refused):
        list(Ear().hear(answer))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_what_is_said_can_be_heard(size):
    """Masked with zeros, so that behind the mask it is as a server's."""
    said = message(b"x" * size)
    more = {125: 0, 65_535: 2}.get(next((most for most in (125, 65_535) if size <= most), 0), 8)
    assert said[1] & 128 and said[2 + more : 6 + more] == bytes(4)
    unmasked = bytes((said[0], said[1] & 127)) + said[2 : 2 + more] + said[6 + more :]
    ear = Ear()
    assert list(ear.hear(ANSWER + unmasked)) == [(BINARY, b"x" * size)]


def test_a_request_asks_for_the_protocol_with_the_headers_of_its_page():
    asked = opening("127.0.0.1:80", "/live/", "liveactions.1", {"Cookie": "a=b"}).decode()
    assert asked.startswith("GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:80\r\n") and asked.endswith("\r\n\r\n")
    assert "Sec-WebSocket-Protocol: liveactions.1\r\n" in asked and "Cookie: a=b\r\n" in asked
