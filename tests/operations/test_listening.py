"""Servers, and those who come while nobody is let in."""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
import time
from urllib.request import urlopen

import pytest

from tests.operations.conftest import SETTINGS
from tests.redis import environment_of
from tests.servers import HOST
from tests.sites import SERVERS

pytestmark = [pytest.mark.slow, pytest.mark.redis]

MANY = 400
PATIENCE = 10.0
"""Seconds after which a connection that found no room is not waited for any more."""


@pytest.mark.parametrize("kind", sorted(SERVERS))
def test_hundreds_who_come_while_a_server_is_busy_all_find_room(kind, redis_server):
    with SERVERS[kind](environment_of(SETTINGS, redis_server)) as server:
        urlopen(f"{server.url}/live/health").close()  # it does not only listen, but has begun
        server.send(signal.SIGSTOP)
        try:
            assert connected(server.port) == MANY
        finally:
            server.send(signal.SIGCONT)


def connected(port: int) -> int:
    """How many of many connections, all begun at once, are made although nobody accepts them."""
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as waiting:
        for _ in range(MANY):
            visitor = stack.enter_context(socket.socket())
            visitor.setblocking(False)
            visitor.connect_ex((HOST, port))
            waiting.register(visitor, selectors.EVENT_WRITE)
        end = time.monotonic() + PATIENCE
        while waiting.get_map() and time.monotonic() < end:
            for key, _ in waiting.select(timeout=0.1):
                waiting.unregister(key.fileobj)
        return MANY - len(waiting.get_map())
