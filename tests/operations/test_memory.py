"""What one page can make a web process hold in memory: one that does not read, and many that send without a pause."""

from __future__ import annotations

import asyncio
import contextlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import msgpack
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.operations.conftest import SETTINGS
from tests.operations.tabs import CALL, HELLO, ORIGIN, Tab, later
from tests.redis import environment_of
from tests.servers import Server
from tests.sites import SERVERS

pytestmark = [pytest.mark.slow, pytest.mark.redis]

MIB = 1024 * 1024


@pytest.fixture(params=sorted(SERVERS))
def web(request, redis_server, tmp_path):
    environment = {**environment_of(SETTINGS, redis_server), "SITE_LEDGER": str(tmp_path / "ledger")}
    with SERVERS[request.param](environment) as server:
        yield server


def memory_of(server: Server) -> int:
    """The bytes that the process holds."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def socket_to(server: Server) -> connect:
    return connect(
        f"ws://{urlsplit(server.url).netloc}/live/",
        origin=ORIGIN,  # type: ignore[arg-type]  # NewType over str
        subprotocols=["liveactions.1"],  # type: ignore[list-item]  # NewType over str
        compression=None,
        max_queue=1,
        ping_interval=None,
        close_timeout=0.1,
    )


async def test_a_page_that_does_not_read_costs_little_and_the_others_miss_nothing(web):
    async with Tab(lambda: [web.url]) as talker, Tab(lambda: [web.url]) as mute:
        await talker.enter("/tally/")
        await mute.enter("/tally/")
        await talker.call("fill", times=50, size=20_000)  # what everything needs once
        before = memory_of(web)
        assert mute.task is not None
        mute.awake.clear()
        for _ in range(20):
            await talker.call("fill", times=50, size=20_000)
        assert memory_of(web) - before < 10 * MIB, "20 MiB were said"
        await later(lambda: len(talker.heard) == 50 * 21)
        heard = re.findall(r"filled:(\d+) ", str(talker.heard))
        assert [int(each) for each in heard] == list(range(50)) * 21
        mute.awake.set()


async def test_pages_that_send_without_a_pause_are_disconnected_and_cost_little(web):
    async with Tab(lambda: [web.url]) as good:
        await good.enter("/tally/")
        await asyncio.gather(*(flood(web, 1) for _ in range(20)))
        before = memory_of(web)
        await asyncio.gather(*(flood(web, 2) for _ in range(20)))
        assert memory_of(web) - before < 20 * MIB
        assert "1</p>" in str(await good.call("note", name="still here"))


async def flood(server: Server, times: int) -> None:
    """Connect, and send calls of a kibibyte as fast as they go until the server has had enough; again and again."""
    for _ in range(times):
        with contextlib.suppress(ConnectionClosed, OSError):
            async with socket_to(server) as socket:
                await socket.send(msgpack.packb([HELLO, "1.0"]))
                for number in range(1, 5000):
                    await socket.send(msgpack.packb([CALL, number, 0, 1, "note", {"name": "x" * 1000}]))
