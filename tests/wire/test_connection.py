"""Which frame may come when, and how a connection ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liveactions.errors import FrameError
from liveactions.wire import Connection, close_code, encode
from liveactions.wire.connection import CLOSE_CODES, MOVES, State
from liveactions.wire.frames import (
    PAGE_FRAMES,
    Call,
    Cancel,
    Hello,
    Leave,
    Mount,
    Pong,
    Resync,
    Set,
    Unmount,
)

EXAMPLES = {
    Hello: Hello("1.0"),
    Pong: Pong(0),
    Leave: Leave(),
    Mount: Mount(1, 0, []),
    Call: Call(1, 0, 3, "a", {}),
    Set: Set(1, 0, 3, {}),
    Cancel: Cancel(1),
    Resync: Resync(1, 0),
    Unmount: Unmount(1, 0, []),
}
PATHS = {
    State.GREETING: [],
    State.LIVE: [Hello("1.0")],
    State.LEFT: [Hello("1.0"), Leave()],
}


def at(state: State) -> Connection:
    connection = Connection(65_536)
    for frame in PATHS[state]:
        connection.receive(encode(frame))
    assert connection.state is state
    return connection


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_frame_comes_when_the_table_allows_it_and_at_no_other_time(state, kind):
    connection = at(state)
    if kind in MOVES[state]:
        assert connection.receive(encode(EXAMPLES[kind])) == EXAMPLES[kind]
        assert connection.state is MOVES[state][kind]
    else:
        with pytest.raises(FrameError, match=f"cannot come while {state.value}"):
            connection.receive(encode(EXAMPLES[kind]))
        assert connection.state is state


def test_every_frame_of_a_page_may_come_at_some_time():
    assert {kind for moves in MOVES.values() for kind in moves} == set(PAGE_FRAMES.values()) == set(EXAMPLES)


def test_a_frame_that_is_too_large_is_not_looked_into():
    with pytest.raises(FrameError) as refused:
        Connection(10).receive(b"\xc1" * 11)
    assert refused.value.code == "frame.too_large"


def test_close_codes_are_those_that_servers_let_an_application_use():
    assert all(code == 1000 or 3000 <= code <= 4999 for code in CLOSE_CODES.values())


def test_an_unknown_reason_is_final():
    assert close_code("frame.malformed") == close_code("whatever") == 4400


def test_every_close_code_stands_in_the_specification():
    text = (Path(__file__).parents[2] / "protocol/README.md").read_text()
    told = {int(code) for code in re.findall(r"\b(4\d{3}|1000)\b", text.partition("WebSocket close codes:")[2])}
    assert {*CLOSE_CODES.values(), close_code("")} <= told
