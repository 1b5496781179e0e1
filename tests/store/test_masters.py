"""Real sentinels: what is asked goes to the master, and to the next one when that is gone."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from liveactions.bus.layer import redis_layer
from liveactions.bus.redis import RedisLog
from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Outcome, Writing
from liveactions.sentinels import Sentinels, sentinels_of
from liveactions.store.clients import client, close_clients, sync_client
from liveactions.store.masters import masters
from liveactions.store.vault import RedisVault
from tests.bus.conftest import AGE, toast
from tests.faults.processes import Redis, Sentinel
from tests.faults.swarm import within
from tests.servers import HOST, free_port
from tests.store.writing import written

pytestmark = pytest.mark.redis


class Cluster:
    """A master, a replica and a sentinel; ``url`` names a sentinel that does not answer before the one that does."""

    def __init__(self, folder: Path) -> None:
        self.master = Redis(folder / "master", journal=False)
        self.replica = Redis(folder / "replica", journal=False, replica_of=self.master.port)
        self.sentinel = Sentinel(folder / "sentinel", self.master.port, down_after=0.2)
        hosts = ((HOST, free_port()), (HOST, self.sentinel.port))
        self.url = Sentinels(hosts, "site").address

    async def fail_over(self) -> None:
        """Kill the master; wait until the sentinel says that another one has taken over."""
        self.master.kill()
        await self.sentinel.successor(self.master.port)

    async def change_roles(self) -> None:
        """Have the sentinel make the replica the master. What was the master is none the wiser for some seconds."""
        for _ in range(1000):
            try:
                await self.sentinel.say("SENTINEL", "FAILOVER", "site")
                break
            except ResponseError:  # it knows the replica, and not enough of it yet
                await asyncio.sleep(0.02)
        assert await self.sentinel.successor(self.master.port) == self.replica.port


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    made = Cluster(tmp_path)
    servers = (made.master, made.replica, made.sentinel)
    try:
        made.master.start()
        made.replica.start()
        await made.master.is_replicated()
        made.sentinel.start()
        await made.sentinel.knows_a_replica()
        yield made
    finally:
        for server in servers:
            server.kill()
            server.log.unlink(missing_ok=True)


async def soon(ask):
    """What is answered once somebody answers: while nobody is the master, everything is refused within a second."""
    for _ in range(100):
        try:
            return await ask()
        except BusUnavailable:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody answers")


def writing(version: int) -> Writing:
    return Writing("page", 1, version, 0, 0, 60.0, {"version": b"%d" % version}, new=True)


async def close(cluster: Cluster) -> None:
    await close_clients()
    sync_client(cluster.url).connection_pool.disconnect()
    for sentinel in sync_client(cluster.url).connection_pool.sentinels.sentinels:
        sentinel.connection_pool.disconnect()
    sync_client.cache_clear()


async def test_log_vault_and_threads_go_on_at_the_next_master(cluster: Cluster):
    log, vault = RedisLog(cluster.url, 1000, AGE), RedisVault(cluster.url)
    try:
        before = await log.append([toast("topic.a", "one")])
        assert log.cursor_now() == before[0].cursor
        assert await vault.leave("page", 1, 60) is False
        assert await cluster.master.say("EXISTS", log.log_key("topic.a")) == 1
        assert await cluster.master.say("WAIT", 1, 5000) == 1, "the replica has it"
        await cluster.fail_over()
        after = await soon(lambda: log.append([toast("topic.a", "two")]))
        assert after[0].offset == 2
        assert await log.read("topic.a", before[0].place, 10) == after
        assert await soon(lambda: vault.leave("page", 1, 60)) is False
        assert sync_client(cluster.url).hget(log.cursor_key, "last") == b"%d" % after[0].cursor
        assert await cluster.replica.say("XLEN", log.log_key("topic.a")) == 2
    finally:
        await close(cluster)


async def test_a_master_that_gives_way_while_it_lives_is_left(cluster: Cluster):
    log, vault = RedisLog(cluster.url, 1000, AGE), RedisVault(cluster.url)
    try:
        before = await log.append([toast("topic.a", "one"), toast("topic.a", "two")])
        assert await written(vault, writing(1)) == [Outcome.KEPT]
        assert sync_client(cluster.url).hget(log.place_key("topic.a"), "offset") == b"2"
        assert await cluster.master.say("WAIT", 1, 5000) == 1, "the replica has it"
        await cluster.change_roles()
        assert await within(lambda: masters[sentinels_of(cluster.url)] == (HOST, cluster.replica.port), 10)
        for number in range(3, 9, 2):
            some = [toast("topic.a", str(number)), toast("topic.a", str(number + 1))]
            assert [entry.offset for entry in await soon(partial(log.append, some))] == [number, number + 1]
        assert len(await log.read("topic.a", before[0].place, 10)) == 7
        assert await cluster.replica.say("XLEN", log.log_key("topic.a")) == 8
        assert await written(vault, writing(2)) == [Outcome.KEPT]
        assert await cluster.replica.say("HGET", vault.name("page"), "version") == b"2"
        assert sync_client(cluster.url).hget(log.place_key("topic.a"), "offset") == b"8"
    finally:
        await close(cluster)


async def test_the_doorbell_is_heard_at_the_next_master(cluster: Cluster):
    layer = redis_layer(cluster.url)
    try:
        channel = await layer.new_channel()
        await layer.group_add("bell", channel)
        await layer.group_send("bell", {"type": "ring", "number": 1})
        assert (await asyncio.wait_for(layer.receive(channel), 5))["number"] == 1
        await cluster.fail_over()
        heard = asyncio.create_task(layer.receive(channel))
        for _ in range(200):
            try:
                await layer.group_send("bell", {"type": "ring", "number": 2})
            except Exception:  # noqa: BLE001  # a layer raises what it likes
                pass
            if (await asyncio.wait({heard}, timeout=0.05))[0]:
                break
        assert heard.result()["number"] == 2
    finally:
        shards = layer._get_layer()._shards
        asked = [each._redis.connection_pool.sentinel_manager for each in shards if each._redis is not None]
        await layer.flush()
        redis_layer.cache_clear()
        for each in [sentinel for manager in asked for sentinel in manager.sentinels]:
            await each.connection_pool.disconnect()


async def test_where_no_sentinel_answers_it_is_said_within_seconds():
    hosts = tuple((HOST, free_port()) for _ in range(3))
    log = RedisLog(Sentinels(hosts, "site").address, 1000, AGE, prefix=secrets.token_hex(4))
    try:
        with pytest.raises(BusUnavailable, match="MasterNotFoundError"):
            await asyncio.wait_for(log.append([toast("topic.a")]), 5)
    finally:
        await close_clients()


async def test_another_master_than_the_sentinels_know_is_not_found(cluster: Cluster):
    url = cluster.url.replace("master_name=site", "master_name=other")
    try:
        with pytest.raises(BusUnavailable, match="MasterNotFoundError"):
            await RedisLog(url, 1000, AGE).append([toast("topic.a")])
        assert await client(cluster.url).ping()
    finally:
        await close_clients()
