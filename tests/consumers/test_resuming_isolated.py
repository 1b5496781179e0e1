"""One process alone cannot reach the vault: what its pages call is done once, wherever they come to meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from liveactions import abroadcast
from liveactions.consumers.process import adopt
from liveactions.errors import BusUnavailable
from liveactions.runtime import Pages, keeper, pages
from liveactions.runtime.ports import Outcome, Writing
from liveactions.wire.frames import Answer, Apply, Call, Ping, Pong
from tests.consumers.moves import DONE, GATES, positions_of, until
from tests.runtime.doubles import Gate
from tests.wires import Closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for no vault that fails."""
    monkeypatch.setattr(keeper, "GRACE", 0.0)
    monkeypatch.setattr(keeper, "PAUSE", 0.01)
    monkeypatch.setattr(pages, "SETTLING", 0.01)


class Unreachable:
    """The vault as it is for a process that cannot reach it, or (``holding``) waits for its answers in vain."""

    def __init__(self) -> None:
        self.tried: list[Writing] = []
        self.asked = 0
        self.holding = False
        self.held: list[tuple[Sequence[Writing], Callable[[Any], None]]] = []

    def write(self, writings: Sequence[Writing], then: Callable[[Any], None]) -> None:
        self.tried.extend(writings)
        if self.holding:
            self.held.append((writings, then))
        else:
            then(BusUnavailable("Redis is away."))

    def answer(self) -> None:
        """What it was given first is answered after all."""
        writings, then = self.held.pop(0)
        then([Outcome.KEPT] * len(writings))

    def fail(self) -> None:
        """Nothing more is answered, neither what it was given nor what it will be."""
        self.holding, held, self.held = False, self.held, []
        for _, then in held:
            then(BusUnavailable("Redis is away."))

    async def take(self, _: Any) -> Any:
        self.asked += 1
        raise BusUnavailable("Redis is away.")

    async def leave(self, *_: Any) -> bool:
        raise BusUnavailable("Redis is away.")


@contextmanager
def isolated(process: Pages) -> Iterator[Unreachable]:
    """Within it this process alone cannot reach the vault."""
    assert process.keeper is not None
    vault, process.keeper.vault = process.keeper.vault, (unreachable := Unreachable())
    try:
        yield unreachable
    finally:
        process.keeper.vault = vault
        unreachable.fail()


ACTIONS = pytest.mark.parametrize(
    ("action", "done"), [("count", "count 1"), ("count_in_a_thread", "thread"), ("wait_aside", "aside gate")]
)


def args(action: str) -> dict[str, Any]:
    GATES["gate"] = Gate()
    GATES["gate"].open()
    return {"name": "gate"} if action == "wait_aside" else {}


@ACTIONS
async def test_a_call_whose_answer_the_page_never_got_is_not_done_again_elsewhere(two, action, done, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE", 0.0)
    wire = await two.tab()
    with isolated(two.all[0]):
        wire.ask(Call, 1, action, args(action))
        await wire.next(Ping)  # which it answers
        await until(lambda: DONE)
        again = await two.killed(wire)
        assert not again.welcome.recovered  # so the call ends as lost: whether it was done is not known
    assert [done] == DONE


@ACTIONS
async def test_a_call_waits_until_its_page_has_seen_that_more_happens_than_is_kept(two, action, done):
    """Its page has gone, which is not known yet; the call comes to the other process, and is done there."""
    wire = await two.tab()
    wire.deaf = True
    with isolated(two.all[0]) as vault:
        number = wire.ask(Call, 1, action, args(action))
        await wire.next(Ping)
        again = await two.killed(wire, ack=wire.ack - 1)
        assert again.welcome.recovered and again.welcome.number < number
        assert DONE == [] and vault.tried
        again.number = number - 1
        again.ask(Call, 1, action, args(action))
        assert (await again.answer(number)).refusal is None
    first = two.all[0]
    page = first.by_id[wire.page_id]
    first.keeper.want(page.keeping)
    await first.keeper.idle()
    assert page.ended and [done] == DONE


async def test_a_call_goes_on_when_the_vault_is_back_though_its_page_says_nothing(two):
    wire = await two.tab()
    wire.deaf = True
    with isolated(two.all[0]):
        number = wire.ask(Call, 1, "count", {})
        await wire.next(Ping)
        assert DONE == []
    assert (await wire.answer(number)).refusal is None
    assert DONE == ["count 1"]


async def test_what_the_vault_was_given_before_a_call_came_does_not_let_it_go_on(two):
    wire = await two.tab()
    wire.deaf = True
    with isolated(two.all[0]) as vault:
        two.all[0].keeper.want(wire.page.keeping)
        await until(lambda: vault.tried)
        vault.holding = True
        await until(lambda: vault.held)
        wire.ask(Call, 1, "count", {})
        await wire.next(Ping)
        vault.answer()
        await until(lambda: vault.held)
        for _ in range(9):
            await asyncio.sleep(0)
        assert DONE == []
        vault.answer()
        await until(lambda: DONE)


async def test_a_call_goes_on_when_its_page_comes_back_to_its_process(two):
    wire = await two.tab()
    wire.deaf = True
    with isolated(two.all[0]):
        number = wire.ask(Call, 1, "count", {})
        await wire.next(Ping)
        again = await two.back(wire, ack=wire.ack - 1)
        assert again.welcome.recovered and DONE == []
        assert (await again.answer(number)).refusal is None
    assert DONE == ["count 1"]


@ACTIONS
async def test_a_call_is_not_done_after_all_when_its_page_is_given_up(two, action, done):
    wire = await two.tab()
    wire.deaf = True
    first = two.all[0]
    with isolated(first):
        wire.ask(Call, 1, action, args(action))
        await wire.next(Ping)
        await wire.drop()
        page = first.by_id[wire.page_id]
        first.forget(page)
        await page.mailbox.idle()
        await asyncio.gather(*page.tasks)
        await first.keeper.idle()
    assert DONE == []


async def test_the_page_is_asked_once_and_not_for_every_call(two):
    wire = await two.tab()
    with isolated(two.all[0]) as vault:
        two.all[0].keeper.want(wire.page.keeping)
        await until(lambda: vault.tried)
        for _ in range(3):
            assert (await wire.call(1, "count")).refusal is None
        kinds = [type(frame) for frame in wire.frames]
    assert kinds[kinds.index(Apply) :] == [Apply, Ping, Answer, Answer, Answer]


async def test_a_page_that_has_seen_more_than_is_kept_is_asked_to_come_again_and_finds_its_process(two):
    wire = await two.tab()
    first = two.all[0]
    with isolated(first):
        assert (await wire.call(1, "count")).refusal is None
        second = two.move()
        with pytest.raises(Closed) as closed:
            await two.back(wire)
        assert closed.value.code == 4429
        adopt(first)
        again = await two.back(wire, cut=False)
        assert again.welcome.recovered and again.page.tree.nodes[1].component.n == 1
        assert wire.page_id not in second.by_id
    adopt(first)


async def test_a_page_that_came_back_to_its_process_meanwhile_goes_on_elsewhere(two):
    """What it was told to show there is known elsewhere, too: by the same its session was found before."""
    wire = await two.tab()
    with isolated(two.all[0]):
        again = await two.back(wire)
        assert again.welcome.recovered
        again.send(Pong(again.ack))
        await again.next(Ping)
        assert (await two.killed(again)).welcome.recovered


async def test_a_page_that_came_back_while_a_writing_of_its_process_was_under_way_goes_on_elsewhere(two):
    """Its new token was given to the vault, and nobody knows whether it has arrived."""
    wire = await two.tab()
    with isolated(two.all[0]) as vault:
        vault.holding = True
        coming = asyncio.create_task(two.back(wire))
        await until(lambda: any("token" in each.put for each in vault.tried))
        vault.fail()
        again = await coming
        assert again.welcome.recovered
        assert (await two.killed(again)).welcome.recovered


async def test_a_token_is_good_until_another_one_could_be_kept(two):
    wire = await two.tab()
    with isolated(two.all[0]):
        again = await two.back(wire)
        again.send(Pong(again.ack))
        await again.next(Ping)
        with pytest.raises(Closed):  # here it is known which of them has spoken
            await two.back(again, cut=False, token=wire.token)
    await two.all[0].keeper.idle()
    third = await two.back(again)
    assert third.welcome.recovered
    third.send(Pong(third.ack))
    assert (await third.call(1, "count")).refusal is None
    for token in (wire.token, again.token):
        assert not (await two.back(third, cut=False, token=token)).welcome.recovered
        assert not (await two.killed(third, cut=False, token=token)).welcome.recovered


async def test_a_process_that_holds_a_page_as_it_was_before_does_not_go_on_with_it(two):
    """It had taken the page, but its page never heard so, and went on where it was; then nobody can ask the vault."""
    wire = await two.tab()
    first, second = two.all[0], two.move()
    await two.back(wire)  # nothing of it arrives
    adopt(first)
    with isolated(first), isolated(second):
        again = await two.back(wire, cut=False)
        assert again.welcome.recovered
        assert (await again.call(1, "count")).refusal is None
        for what in ("one", "two"):  # there, too, it goes on, and by number it may be as far as its page is
            await abroadcast("team.7", event="said", what=what)
        stale = second.by_id[wire.page_id]
        await until(lambda: stale.own.offset >= again.ack)
        adopt(second)
        with pytest.raises(Closed) as closed:
            await two.back(again)
        assert closed.value.code == 4429
        adopt(first)
        third = await two.back(again, cut=False)
        assert third.welcome.recovered and third.page.tree.nodes[1].component.n == 1


async def test_a_process_that_has_taken_a_page_and_heard_nothing_of_it_lets_it_go_on_where_it_was(two):
    """Its answer never arrived. It has heard what was said since, too, and may have come further than the page."""
    wire = await two.tab()
    first, second = two.all[0], two.move()
    await two.back(wire)  # nothing of it arrives
    taken = second.by_id[wire.page_id]
    adopt(first)
    with isolated(first):
        again = await two.back(wire, cut=False)
        assert (await again.call(1, "count")).refusal is None
        for what in ("one", "two"):
            await abroadcast("team.7", event="said", what=what)
        await until(lambda: taken.own.offset >= again.ack)
        await second.keeper.idle()
    assert (await again.call(1, "count")).refusal is None
    await first.keeper.idle()
    there = await two.killed(again)
    assert there.welcome.recovered
    assert there.page.tree.nodes[1].component.heard == ["one", "two"]
    assert DONE == ["count 1", "count 1"]


async def test_a_page_that_has_seen_another_story_than_is_kept_is_mounted_afresh(two):
    """Another process had taken it, heard of it, and went on with it."""
    wire = await two.tab()
    first, second = two.all[0], two.move()
    (await two.back(wire)).send(Pong(wire.ack))  # and nothing more of it
    taken = second.by_id[wire.page_id]
    await until(lambda: not taken.keeping.unheard)
    adopt(first)
    with isolated(first):
        again = await two.back(wire, cut=False)
        assert again.welcome.recovered
        assert (await again.call(1, "count")).refusal is None
        for what in ("one", "two"):
            await abroadcast("team.7", event="said", what=what)
        await until(lambda: taken.own.offset >= again.ack)
        await second.keeper.idle()
        adopt(second)
        there = await two.back(again)
        assert not there.welcome.recovered and there.page_id != wire.page_id
    assert DONE == ["count 1"]


async def test_a_process_that_cannot_reach_the_vault_sends_pages_on_at_once(two):
    wire = await two.tab()
    second = two.move()
    other = await two.tab()
    with isolated(second) as vault:
        assert (await other.call(1, "count")).refusal is None
        with pytest.raises(Closed) as closed:
            await two.back(wire)
        assert (closed.value.code, vault.asked) == (4429, 0)
    adopt(two.all[0])
    assert (await two.back(wire, cut=False)).welcome.recovered


async def test_a_page_that_is_mounted_afresh_where_less_was_heard_is_not_told_again_what_it_knows(two):
    """It comes to a process that has not come as far in the stream as it was told elsewhere."""
    wire = await two.tab()
    positions = positions_of(wire)
    epoch, offset = positions["team.7"]
    positions["team.7"] = [epoch, offset + 2]
    again = await two.back(wire, token="of.nobody", positions=positions)
    assert not again.welcome.recovered
    await again.place("resuming.board")
    assert positions_of(again)["team.7"] == [epoch, offset + 2]
    for what in ("one", "two", "three"):
        await abroadcast("team.7", event="said", what=what)
    assert "<i>three</i>" in str((await again.next(Apply)).items)
    assert again.page.tree.nodes[1].component.heard == ["three"]
