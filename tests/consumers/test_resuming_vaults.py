"""A page goes on in another process: what becomes of it when the vault fails."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from liveactions import store
from liveactions.errors import BusUnavailable
from liveactions.wire.frames import Bye, Call, Hello
from tests.consumers.moves import DONE, GATES, positions_of
from tests.runtime.doubles import Gate
from tests.wires import Wire

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_vault_that_is_away_for_a_moment_is_waited_for(two, caplog):
    wire = await two.tab()
    vault, failures = store.vault(), [BusUnavailable("Redis is away.")] * 3
    write = type(vault).write

    async def written(self, writings):
        if failures:
            raise failures.pop()
        return await write(self, writings)

    with patch.object(type(vault), "write", written):
        assert (await wire.call(1, "count")).refusal is None
    assert failures == [] and "cannot be kept" not in caplog.text
    assert (await two.killed(wire)).page.tree.nodes[1].component.n == 1


async def test_while_the_vault_is_away_pages_go_on_and_are_kept_again_as_soon_as_it_is_back(two, caplog):
    wire = await two.tab()
    with patch.object(type(store.vault()), "write", side_effect=BusUnavailable("Redis is away.")):
        for by in (1, 2, 3):
            assert (await wire.call(1, "count", by=by)).refusal is None
        await wire.call(1, "count_in_a_thread")
    assert two.all[0].keeper is not None
    await two.all[0].keeper.idle()
    assert caplog.text.count("cannot be kept now") == 1
    again = await two.killed(wire)
    assert again.welcome.recovered
    assert again.page.tree.nodes[1].component.n == 7
    assert DONE == ["count 1", "count 2", "count 3", "thread"]


async def test_a_page_whose_vault_is_away_for_a_moment_is_asked_to_come_again_and_loses_nothing(two, clock):
    wire = await two.tab()
    await wire.call(1, "count")
    await wire.drop()
    two.move()
    away = patch.object(type(store.vault()), "take", side_effect=BusUnavailable("Redis is away."))
    with away:
        for seconds in (0, 4):
            clock.move(seconds)
            assert await turned_away(wire) == "server.busy"
    again = await two.back(wire)
    assert again.welcome.recovered
    assert again.page.tree.nodes[1].component.n == 1


async def test_a_page_whose_vault_stays_away_begins_anew(two, clock):
    wire = await two.tab()
    await wire.drop()
    two.move()
    with patch.object(type(store.vault()), "take", side_effect=BusUnavailable("Redis is away.")):
        assert await turned_away(wire) == "server.busy"
        clock.move(6)
        assert not (await two.back(wire)).welcome.recovered


async def turned_away(wire: Wire) -> str:
    """The page asks to go on, and is asked to come again: why."""
    again = Wire({}, wire.user)
    again.scope["headers"] = wire.scope["headers"]
    await again.dial()
    again.send(Hello("test", [wire.token, wire.ack, positions_of(wire)], None, None))
    code, _ = await again.bye()
    (bye,) = (frame for frame in again.frames if isinstance(frame, Bye))
    assert bye.retry_ms
    return code


async def test_a_vault_that_has_forgotten_a_page_which_is_alive_is_given_it_again(two, kept, redis_client):
    wire = await two.tab(n=1)
    await wire.call(1, "count")
    if kept == "memory":
        store.vault().pages.clear()
    else:
        await redis_client.delete(f"{{live}}:page:{wire.page_id}")
    await wire.call(1, "count")
    await wire.page.mailbox.idle()
    assert two.all[0].keeper is not None
    await two.all[0].keeper.idle()
    again = await two.killed(wire)
    assert again.welcome.recovered
    assert again.page.tree.nodes[1].component.n == 3


async def test_a_page_of_which_something_is_missing_is_mounted_afresh(two, kept, redis_client):
    """The vault has forgotten it, and the process is gone before it was given everything again."""
    wire = await two.tab()
    if kept == "memory":
        store.vault().pages.clear()
    else:
        await redis_client.delete(f"{{live}}:page:{wire.page_id}")
    GATES["a"] = Gate()
    wire.ask(Call, 1, "wait", {"name": "a"})
    await GATES["a"].reached.wait()
    assert two.all[0].keeper is not None
    wire.page.keeping.keeper.want(wire.page.keeping)
    await two.all[0].keeper.idle()
    assert not (await two.killed(wire)).welcome.recovered


async def test_a_process_that_slept_past_its_time_does_not_bring_a_page_back(two, kept, clock, redis_client):
    wire = await two.tab()
    if kept == "memory":
        store.vault().pages.clear()
    else:
        await redis_client.delete(f"{{live}}:page:{wire.page_id}")
    clock.move(1000)
    wire.ask(Call, 1, "count", {})
    assert await wire.bye() == ("page.elsewhere", 4001)
    assert DONE == []
