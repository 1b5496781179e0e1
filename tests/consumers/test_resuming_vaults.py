"""A page goes on in another process: what becomes of it when the vault fails."""

from __future__ import annotations

import asyncio
import re
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest

from liveactions import abroadcast, store
from liveactions.errors import BusUnavailable
from liveactions.runtime import keeper, pages
from liveactions.runtime.draining import drain, kept_at_last
from liveactions.runtime.ports import Lease, Withheld, Writing
from liveactions.wire.frames import Apply, Bye, Call, Hello
from tests.consumers.moves import DONE, GATES, positions_of, until
from tests.runtime.doubles import Gate
from tests.store.writing import written
from tests.wires import Closed, Wire

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_vault_that_is_away_for_a_moment_is_waited_for(two, caplog):
    wire = await two.tab()
    vault, failures = store.vault(), [BusUnavailable("Redis is away.")] * 3
    write = type(vault).write

    def written(self, writings, then):
        if failures:
            then(failures.pop())
        else:
            write(self, writings, then)

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
    with unread():
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
    with unread():
        assert await turned_away(wire) == "server.busy"
        clock.move(6)
        assert not (await two.back(wire)).welcome.recovered


async def test_each_page_is_asked_for_as_long_as_the_others_though_it_comes_later(two, clock):
    first, second = await two.tab(), await two.tab()
    for wire in (first, second):
        await wire.drop()
    two.move()
    with unread():
        assert await turned_away(first) == "server.busy"
        clock.move(6)
        assert await turned_away(second) == "server.busy"
        assert not (await two.back(first, cut=False)).welcome.recovered
    assert (await two.back(second, cut=False)).welcome.recovered


async def test_a_vault_that_somebody_could_fetch_from_meanwhile_is_waited_for_as_long_again(two, clock):
    wire, other = await two.tab(), await two.tab()
    await wire.drop()
    two.move()
    with unread():
        assert await turned_away(wire) == "server.busy"
    assert (await two.back(other)).welcome.recovered
    clock.move(6)
    with unread():
        assert await turned_away(wire) == "server.busy"
    assert (await two.back(wire, cut=False)).welcome.recovered


@pytest.mark.usefixtures("impatient")
async def test_a_vault_that_something_could_be_written_to_meanwhile_is_waited_for_as_long_again(two, clock):
    wire = await two.tab()
    await wire.drop()
    two.move()
    keeping = (await two.tab()).page.keeping
    with unread(), away():
        assert await turned_away(wire) == "server.busy"
        keeping.keeper.want(keeping)
        await until(lambda: keeping.keeper.away)
    await keeping.keeper.idle()
    clock.move(6)
    with unread():
        assert await turned_away(wire) == "server.busy"
    assert (await two.back(wire, cut=False)).welcome.recovered


def unread() -> AbstractContextManager[Any]:
    """Within it nothing can be fetched."""
    return patch.object(type(store.vault()), "take", side_effect=BusUnavailable("Redis is away."))


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


async def test_a_vault_that_has_gone_back_is_given_all_of_a_page_again(two, kept, redis_client):
    wire = await two.tab("resuming.outer")
    name = f"{{live}}:page:{wire.page_id}"
    before = deepcopy(store.vault().pages) if kept == "memory" else await redis_client.dump(name)
    outer, inner = wire.page.tree.nodes
    for component in (outer, inner):
        await wire.call(component, "count")
    await wire.page.mailbox.idle()
    if kept == "memory":
        store.vault().pages = before
    else:
        await redis_client.restore(name, 0, before, replace=True)
    await wire.call(outer, "count")
    await wire.page.mailbox.idle()
    assert two.all[0].keeper is not None
    await two.all[0].keeper.idle()
    again = await two.killed(wire)
    assert again.welcome.recovered
    assert [again.page.tree.nodes[number].component.n for number in (outer, inner)] == [2, 6]


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


# What is ahead of the vault, and what is behind it ----------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for no vault that fails."""
    monkeypatch.setattr(keeper, "GRACE", 0.0)


@pytest.fixture
def takings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What there was for each who wanted to take a page."""
    found: list[Any] = []
    vault = type(store.vault())
    take = vault.take

    async def noted(self: Any, wanted: Any) -> list[Any]:
        leases = await take(self, wanted)
        found.extend(leases)
        return leases

    monkeypatch.setattr(vault, "take", noted)
    return found


def away() -> AbstractContextManager[Any]:
    """Within it nothing can be written; that the others can be asked is as it is when Redis has just come back."""
    return patch.object(type(store.vault()), "write", side_effect=BusUnavailable("Redis is away."))


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_comes_before_its_process_has_written_what_it_was_told_loses_nothing(two, takings):
    wire = await two.tab()
    with away():
        await abroadcast("team.7", event="said", what="one")
        await wire.next(Apply)
        for by in (1, 2, 3):
            assert (await wire.call(1, "count", by=by)).refusal is None
        two.move()
        coming = asyncio.ensure_future(two.back(wire))
        await until(lambda: takings)
    again = await coming
    assert takings[0] is Withheld.BEHIND and isinstance(takings[-1], Lease)
    assert (again.welcome.recovered, again.page_id) == (True, wire.page_id)
    await abroadcast("team.7", event="said", what="two")
    await again.next(Apply)
    assert "10<i>one</i><i>two</i>" in str((await again.call(1, "count", by=4)).items)
    assert DONE == ["count 1", "count 2", "count 3", "count 4"]


@pytest.mark.usefixtures("impatient")
async def test_a_page_whose_process_is_gone_with_what_it_was_told_is_mounted_afresh(two, takings, monkeypatch, caplog):
    monkeypatch.setattr(pages, "SETTLING", 0.01)
    monkeypatch.setattr(pages, "PATIENCE", 0.0)
    wire = await two.tab()
    with away():
        await wire.call(1, "count")
        again = await two.killed(wire)
        assert not again.welcome.recovered
    assert takings[:-1] == [Withheld.BEHIND] * pages.LOOKS and isinstance(takings[-1], Lease)
    assert f"Page {wire.page_id} is taken as it is kept" in caplog.text


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_waits_for_its_process_holds_up_no_others(two, takings, monkeypatch):
    monkeypatch.setattr(pages, "LOOKS", 1_000_000)
    ahead, other = await two.tab(), await two.tab()
    with away():
        await ahead.call(1, "count")
        two.move()
        coming = asyncio.ensure_future(two.back(ahead))
        await until(lambda: takings)
        assert (await two.back(other)).welcome.recovered
        assert not coming.done()
    assert (await coming).welcome.recovered


@pytest.mark.usefixtures("impatient")
async def test_a_call_that_was_done_while_the_vault_was_away_is_not_done_again_by_another_process(two, takings):
    """Its page has not seen the answer, but something else that is not kept, and its process has not gone."""
    wire = await two.tab()
    two.move()
    other = await two.tab()
    with away():
        assert (await other.call(1, "count", by=7)).refusal is None
        call = wire.number + 1
        await wire.call(1, "count", by=1)
        with pytest.raises(Closed) as closed:
            await two.back(wire, ack=wire.ack - 1)
        assert closed.value.code == 4429
    await until(lambda: not two.all[1].keeper.away)
    again = await two.back(wire, cut=False, ack=wire.ack - 1)
    assert again.welcome.recovered and again.welcome.number == call
    assert (await again.answer(call)).refusal is None
    assert DONE == ["count 7", "count 1"]


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_comes_back_to_its_process_need_not_be_kept_as_far_as_it_was_told(two, takings):
    wire = await two.tab()
    with away():
        await wire.call(1, "count")
        again = await two.back(wire)
        assert again.welcome.recovered and takings == []


@pytest.mark.usefixtures("impatient")
async def test_a_process_that_ends_waits_for_the_vault_with_what_its_pages_were_told(two, takings):
    wire = await two.tab()
    with away():
        await wire.call(1, "count")
        leaving = two.all[0]
        await asyncio.gather(drain(leaving, spread=0, patience=5), gone(wire))
        deadline = asyncio.get_running_loop().time() + 60
        waiting = asyncio.ensure_future(kept_at_last(leaving, deadline))
        two.move()
        coming = asyncio.ensure_future(two.back(wire))
        await until(lambda: takings)
        assert not waiting.done()
    await waiting
    again = await coming
    assert again.welcome.recovered and again.page.tree.nodes[1].component.n == 1


@pytest.mark.usefixtures("impatient")
async def test_what_was_written_though_no_answer_came_is_taken_out_in_its_time(two, kept, redis_client):
    wire = await two.tab()
    vault, tried = type(store.vault()), []
    write = vault.write

    def unheard(self: Any, writings: list[Writing], then: Any) -> None:
        write(self, writings, lambda _: None)
        tried.extend(writings)
        then(BusUnavailable("Redis has not answered."))

    with patch.object(vault, "write", unheard):
        for _ in range(3):
            await wire.call(1, "count")
        await until(lambda: any(f"f{wire.page.own.offset}" in writing.put for writing in tried))
    for _ in range(2):
        await wire.call(1, "count")
    wire.page.keeping.keeper.want(wire.page.keeping)
    await two.all[0].keeper.idle()
    if kept == "memory":
        names = set(store.vault().pages[wire.page_id].fields)
    else:
        names = {name.decode() for name in await redis_client.hkeys(f"{{live}}:page:{wire.page_id}")}
    assert [name for name in names if re.fullmatch("f[0-9]+", name)] == [f"f{wire.page.own.offset}"]


async def gone(wire: Wire) -> None:
    """The page is asked to come back, and closes its socket."""
    assert (await wire.bye())[0] == "server.draining"
    await wire.drop()


@pytest.mark.usefixtures("impatient")
async def test_what_was_given_up_and_arrives_after_all_changes_nothing_any_more(two):
    """A link was stuck: what was sent over it is delivered when something newer has long been written."""
    wire = await two.tab()
    vault, late = store.vault(), []

    def stuck(self: Any, writings: list[Writing], then: Any) -> None:
        late.append(writings)
        then(BusUnavailable("Redis has not answered."))

    with patch.object(type(vault), "write", stuck):
        await abroadcast("team.7", event="said", what="one")
        await wire.next(Apply)
        assert (await wire.call(1, "count", by=1)).refusal is None
    await abroadcast("team.7", event="said", what="two")
    await wire.next(Apply)
    assert (await wire.call(1, "count", by=2)).refusal is None
    await two.all[0].keeper.idle()
    for writings in late:
        await written(vault, *writings)
    again = await two.killed(wire)
    assert again.welcome.recovered
    assert "7<i>one</i><i>two</i>" in str((await again.call(1, "count", by=4)).items)
    assert DONE == ["count 1", "count 2", "count 4"]
