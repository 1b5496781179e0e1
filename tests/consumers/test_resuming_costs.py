"""What it costs that a page may go on in another process."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

import pytest

from liveactions import Toast, abroadcast, store
from tests.consumers.moves import toasts

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_call_is_two_commands_and_only_what_changed_is_written(two):
    wire = await two.tab("resuming.outer")
    inner = next(node.id for node in wire.page.tree.nodes.values() if node.name == "resuming.board")
    await wire.call(inner, "count")
    written, write = [], type(store.vault()).write

    async def noted(vault, writings):
        written.extend(writings)
        return await write(vault, writings)

    with patch.object(type(store.vault()), "write", noted):
        for _ in range(10):
            await wire.call(inner, "count")
    assert len(written) == 20
    names = {name for writing in written for name in writing.put if not name.startswith("f")}
    assert names == {"head", f"n{inner}"}
    assert max(sum(map(len, writing.put.values())) for writing in written) < 2000


async def test_what_others_say_costs_no_writing(two):
    wire = await two.tab()
    with patch.object(type(store.vault()), "write") as write:
        for number in range(10):
            await abroadcast("team.7", Toast(str(number)))
        while len(toasts(wire)) < 10:
            await wire.frame()
    assert not write.called


@pytest.mark.parametrize("kept", [pytest.param("redis", marks=pytest.mark.redis)], indirect=True)
async def test_redis_is_asked_twice_for_a_call_and_never_for_a_page_that_is_idle(two, redis_client):
    wire = await two.tab()
    await wire.call(1, "count")

    async def scripts() -> int:
        return int((await redis_client.info("commandstats"))["cmdstat_evalsha"]["calls"])

    before = await scripts()
    for _ in range(10):
        await wire.call(1, "count")
    assert await scripts() - before == 20
    wire.page.renew()
    assert await scripts() - before == 20


async def test_calls_of_many_pages_are_written_together(two):
    wires = [await two.tab() for _ in range(8)]
    exchanges, write = [], type(store.vault()).write

    async def noted(vault, writings):
        exchanges.append(len(writings))
        await asyncio.sleep(0.001)
        return await write(vault, writings)

    with patch.object(type(store.vault()), "write", noted):
        await asyncio.gather(*(wire.call(1, "count") for wire in wires))
    assert sum(exchanges) == 16 and len(exchanges) < 10
