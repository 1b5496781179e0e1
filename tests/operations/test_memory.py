"""What one page can make a web process hold in memory: one that does not read, and many that send without a pause."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgpack
import pytest
from websockets.asyncio.client import connect

from tests.faults.hostile import floods
from tests.operations.conftest import SETTINGS
from tests.operations.tabs import ORIGIN, Tab, later
from tests.redis import environment_of
from tests.servers import Server
from tests.sites import SERVERS
from tests.standing import HELLO, MOUNT

pytestmark = [pytest.mark.slow, pytest.mark.redis]

MIB = 1024 * 1024
ESTABLISHED = "01"
"""As Linux writes it."""
PATIENCE = 30.0
"""Seconds after which what has to happen will not any more."""


ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""The C library keeps what threads have given back apart for each, the more of them the busier the machine is."""


@pytest.fixture(params=sorted(SERVERS))
def serve(request, redis_server, tmp_path):
    environment = {**environment_of(SETTINGS, redis_server), "SITE_LEDGER": str(tmp_path / "ledger"), **ONE_HEAP}
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(SERVERS[request.param]({**environment, **more}))


@pytest.fixture
def web(serve):
    return serve()


def memory_of(server: Server) -> int:
    """The bytes that the process holds."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def socket_to(server: Server, **options: Any) -> connect:
    return connect(
        f"ws://{urlsplit(server.url).netloc}/live/",
        origin=ORIGIN,  # type: ignore[arg-type]  # NewType over str
        subprotocols=["liveactions.1"],  # type: ignore[list-item]  # NewType over str
        compression=None,
        max_queue=1,
        ping_interval=None,
        close_timeout=0.1,
        **options,
    )


async def test_a_page_that_does_not_read_costs_little_and_the_others_miss_nothing(web):
    async with Tab(lambda: [web.url]) as talker, Tab(lambda: [web.url]) as mute:
        await talker.enter("/tally/")
        await mute.enter("/tally/")
        await talker.call("fill", times=50, size=20_000)  # what everything needs once
        before = memory_of(web)
        assert mute.task is not None
        mute.awake.clear()
        for filled in range(2, 22):
            await talker.call("fill", times=50, size=20_000)
            await later(lambda count=50 * filled: len(talker.heard) == count)  # what is on its way is somewhere
        assert memory_of(web) - before < 10 * MIB, "20 MiB were said"
        heard = re.findall(r"filled:(\d+) ", str(talker.heard))
        assert [int(each) for each in heard] == list(range(50)) * 21
        mute.awake.set()
        await later(lambda: str(mute.heard).endswith(str(talker.heard)[-30:]))


async def test_whoever_floods_a_site_in_whatever_way_is_shown_the_door_and_costs_little(web):
    async with Tab(lambda: [web.url]) as good:
        await good.enter("/tally/")
        await floods(web.port, 1, PATIENCE)  # what everything needs once
        before = memory_of(web)
        visits = await floods(web.port, 3, PATIENCE)
        assert [kind for kind, lasted in visits.items() if max(lasted) >= PATIENCE] == []
        assert memory_of(web) - before < 20 * MIB
        assert "1</p>" in str(await good.call("note", name="still here"))


async def test_a_page_whose_socket_takes_nothing_any_more_is_let_go(serve):
    web = serve(SITE_WINDOW=str(64 * MIB))  # so that it is the server that waits for the socket
    narrow = narrow_socket(web)
    port = narrow.getsockname()[1]
    async with Tab(lambda: [web.url]) as talker, socket_to(web, sock=narrow) as mute:
        await talker.enter("/tally/")
        html = await asyncio.to_thread(lambda: urlopen(f"{web.url}/tally/").read().decode())
        token = re.findall(r'live-token="([^"]+)"', html)[0]
        for frame in ([HELLO, "1.0"], [MOUNT, 1, 0, [[token, 0]]]):
            await mute.send(msgpack.packb(frame))
        assert port in peers_of(web)
        await talker.call("fill", times=200, size=100_000)
        await later(lambda: port not in peers_of(web), 30)


def narrow_socket(server: Server) -> socket.socket:
    """One that holds next to nothing of what is not read."""
    address = urlsplit(server.url)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((address.hostname, address.port))
    return narrow


def peers_of(server: Server) -> set[int]:
    """The ports from which connections to the server are open on its side."""
    lines = Path(f"/proc/{server.pid}/net/tcp").read_text().splitlines()[1:]
    ends = [(line.split()[1], line.split()[2], line.split()[3]) for line in lines]
    return {
        int(far[-4:], 16) for near, far, state in ends if int(near[-4:], 16) == server.port and state == ESTABLISHED
    }
