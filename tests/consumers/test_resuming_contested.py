"""A process asks for a page, gives up, and its question arrives late: the page went on where it was, and stays there.

A link was stuck, say. What decides is what the tab has seen: whoever takes a page is told what that is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest

from liveactions import abroadcast, store
from liveactions.consumers.process import adopt, pages
from liveactions.errors import BusUnavailable
from liveactions.runtime import keeper
from liveactions.runtime.draining import drain
from liveactions.runtime.keeping import bound_of
from liveactions.runtime.ports import Lease, Outcome, Taking, Writing
from liveactions.runtime.tokens import digest_of_token
from liveactions.wire.frames import Apply, Call, Hello, Ping
from tests.consumers.moves import DONE, Two, positions_of, until
from tests.consumers.test_resuming_isolated import isolated
from tests.runtime.doubles import Gate
from tests.store.writing import written
from tests.wires import Closed, Wire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]

HOUR = 3600.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for no vault that fails, and not for long for others who have taken them."""
    monkeypatch.setattr(keeper, "DOUBT", 1.0)
    monkeypatch.setattr(keeper, "LOOK", 0.1)
    monkeypatch.setattr(keeper, "GRACE", 0.0)
    monkeypatch.setattr(keeper, "PAUSE", 0.01)


async def overtaken(two: Two) -> tuple[Wire, Lease]:
    """A page whose process could not reach the vault while the tab saw more; and what another one was told late."""
    wire = await two.tab()
    asked = taking_of(wire, wire.ack)
    with isolated(two.all[0]):
        assert (await wire.call(1, "count", by=1)).refusal is None
        assert (await wire.call(1, "count", by=2)).refusal is None
        (lease,) = await store.vault().take([asked])
    assert isinstance(lease, Lease)
    return wire, lease


def taking_of(wire: Wire, ack: int) -> Taking:
    """What another process asks for that the tab has turned to, having seen so much."""
    fresh = digest_of_token("of nobody")
    return Taking(wire.page_id, bound_of(wire.page.tree.surroundings), digest_of_token(wire.token), fresh, ack, HOUR)


def writing_of(wire: Wire, lease: Lease) -> Writing:
    """What the other process writes first."""
    return Writing(wire.page_id, lease.fence, 1, 0, lease.told, HOUR, {})


async def goes_on(two: Two, wire: Wire, counted: Sequence[int] = (1, 2)) -> None:
    """It is still held where it is, and whoever comes next has all of it: what was counted, and 4 more."""
    assert (await wire.call(1, "count", by=4)).refusal is None
    for each in two.all:
        await each.keeper.idle()
    again = await two.killed(wire)
    assert again.welcome.recovered
    assert again.page.tree.nodes[1].component.n == sum(counted) + 4
    assert [f"count {by}" for by in (*counted, 4)] == DONE


async def test_what_was_asked_in_vain_and_arrives_late_takes_no_page_away(two):
    wire, _ = await overtaken(two)
    await goes_on(two, wire)


async def test_a_page_stays_though_another_process_says_that_it_has_it(two):
    """It was slow, and the tab had already turned to the first one again."""
    wire, lease = await overtaken(two)
    two.all[0].has_left(wire.page_id, lease.fence)
    await goes_on(two, wire)


async def test_who_has_taken_it_before_can_write_it_no_more(two):
    wire, lease = await overtaken(two)
    await goes_on(two, wire)
    assert await written(store.vault(), writing_of(wire, lease)) == [Outcome.FENCED]


@contextmanager
def failing_once() -> Iterator[list[Any]]:
    """Within it the vault cannot be asked the first time."""
    asked: list[Any] = []
    take_back = type(store.vault()).take_back

    async def failing(self: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(args)
        if len(asked) == 1:
            raise BusUnavailable("Redis is away.")
        return await take_back(self, *args, **kwargs)

    with patch.object(type(store.vault()), "take_back", failing):
        yield asked


async def test_it_is_asked_again_who_holds_a_page_as_long_as_nobody_answers(two):
    wire, _ = await overtaken(two)
    with failing_once() as asked:
        await goes_on(two, wire)
    assert len(asked) == 2


async def test_a_page_is_given_away_where_the_other_process_has_done_something_for_it(two):
    wire, lease = await overtaken(two)
    await written(store.vault(), writing_of(wire, lease))
    page = wire.page
    two.all[0].keeper.want(page.keeping)
    await until(lambda: page.ended)
    assert (await wire.bye())[0] == "page.elsewhere"


@contextmanager
def slow() -> Iterator[Gate]:
    """Within it, whoever takes pages waits for the vault."""
    gate, take = Gate(), type(store.vault()).take

    async def waiting(self: Any, takings: Any) -> Any:
        await gate.wait()
        return await take(self, takings)

    with patch.object(type(store.vault()), "take", waiting):
        yield gate


async def test_a_page_that_has_not_waited_for_another_process_goes_on_where_it_was(two):
    wire = await two.tab()
    await wire.drop()
    first, second = two.all[0], two.move()
    with isolated(first), slow() as gate:
        given_up = Wire({}, wire.user)
        given_up.scope["headers"] = wire.scope["headers"]
        await given_up.dial()
        given_up.send(Hello("test", [wire.token, wire.ack, positions_of(wire)]))
        await gate.reached.wait()
        given_up.hang_up()
        adopt(first)
        again = await two.back(wire, cut=False)
        for by in (1, 2):
            assert (await again.call(1, "count", by=by)).refusal is None
        gate.open()
        await given_up.task
    await abroadcast("team.7", event="said", what="something")  # which whoever has the page would write
    assert wire.page_id not in second.by_id
    await goes_on(two, again)


async def test_a_page_of_which_its_tab_has_seen_no_more_than_others_know_is_given_away_without_a_question(two):
    wire = await two.tab()
    asked: list[Any] = []
    with patch.object(type(store.vault()), "take_back", side_effect=asked.append):
        page, again = wire.page, await two.killed(wire, cut=False)
        two.all[0].keeper.want(page.keeping)
        await until(lambda: page.ended)
    assert again.welcome.recovered and asked == []


async def shown(two: Two) -> Wire:
    """A page that was taken while its process could not reach the vault and showed the tab something, which the tab
    had not time to acknowledge before it lost its socket. Who took it came too late to hear anything of the tab."""
    wire = await two.tab()
    asked = Wire({}, wire.user)
    asked.scope["headers"], asked.ack, before = wire.scope["headers"], wire.ack, positions_of(wire)
    with isolated(two.all[0]):
        await abroadcast("team.7", event="said", what="shown")
        await wire.next(Apply, lambda frame: frame.stream == 0)
        page = wire.page
        await wire.drop()
        two.move()
        await asked.open([wire.token, asked.ack, before])
        await asked.drop()
    assert page.own.acked < wire.ack
    return wire


@pytest.mark.parametrize("to", ["where it was", "who asked in vain", "another process"])
async def test_what_a_tab_was_shown_and_has_not_acknowledged_is_not_lost_with_who_asked_in_vain(two, to):
    wire = await shown(two)
    if to == "where it was":
        adopt(two.all[0])
    elif to == "another process":
        two.move()
    again = await patiently(lambda: two.back(wire, cut=False))
    assert again.welcome.recovered
    assert again.page.tree.nodes[1].component.heard == ["shown"]
    await goes_on(two, again, counted=())


async def test_a_page_that_was_taken_is_not_taken_back_where_its_tab_has_stayed_with_who_took_it(two):
    """What it was shown last where it was, it has not seen: the link was cut."""
    wire = await two.tab()
    with isolated(two.all[0]):
        await abroadcast("team.7", event="said", what="shown to nobody")
        await until(lambda: wire.page.keeping.shown > wire.ack)
        page, again = wire.page, await two.killed(wire)
    two.all[0].has_left(wire.page_id, again.page.keeping.fence)
    assert not page.ended
    await again.next(Ping)  # which it answers
    await until(lambda: page.ended)
    await goes_on(two, again, counted=())


async def patiently(back: Callable[[], Awaitable[Wire]]) -> Wire:
    """Come back as often as a tab does that is asked to."""
    while True:
        with suppress(Closed):
            return await back()


async def test_a_call_that_comes_while_it_is_found_out_who_holds_its_page_is_done(two, monkeypatch):
    """Its process writes again, and then hears that somebody has taken the page."""
    monkeypatch.setattr(keeper, "BATCH", 1)
    other, wire = await two.tab(), await two.tab()
    first = two.all[0]
    with isolated(first) as vault:
        for each in (other, wire):
            assert (await each.call(1, "count")).refusal is None
        await store.vault().take([taking_of(wire, wire.ack - 2)])
        await until(lambda: vault.tried[-1].page == wire.page_id)
        vault.holding = True
        await until(lambda: vault.held)
        vault.answer()
        await until(lambda: vault.held)
        assert [each.page for each in vault.held[0][0]] == [wire.page_id] and not first.keeper.away
        number = wire.ask(Call, 1, "count", {})
        await until(lambda: wire.page.keeping.waiting)
        _, then = vault.held.pop()
    then([Outcome.FENCED])
    assert (await wire.answer(number)).refusal is None


async def test_a_page_whose_tab_has_not_spoken_yet_holds_up_no_process_that_ends(two):
    wire = await two.tab()
    again = await two.killed(wire)
    assert again.page.keeping.unheard
    await asyncio.wait_for(drain(pages(), 0.0, 5.0), 4)
    assert (await again.bye())[0] == "server.draining"
