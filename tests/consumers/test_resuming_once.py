"""A page goes on in another process, and nothing is done twice: it has one holder."""

from __future__ import annotations

import asyncio
from functools import partial
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User

from liveactions import Confirm, Toast, abroadcast, store
from liveactions.consumers import process
from liveactions.threads import runner
from liveactions.wire.frames import Answer, Apply, Bye, Call
from tests.consumers.moves import DONE, GATES, Board, until
from tests.runtime.doubles import Gate
from tests.wires import items, refusal

pytestmark = pytest.mark.django_db(transaction=True)

# Nothing twice -------------------------------------------------------------------------------------------------


async def test_a_page_is_told_nothing_before_it_is_kept(two):
    wire = await two.tab()
    gate, write = Gate(), type(store.vault()).write

    def late(vault, writings, then):
        held = any("n1" in writing.put for writing in writings)
        gate.hold(partial(write, vault, writings, then)) if held else write(vault, writings, then)

    with patch.object(type(store.vault()), "write", late):
        wire.ask(Call, 1, "count", {})
        await gate.reached.wait()
        await abroadcast("team.7", Toast("after the answer"))
        await until(lambda: wire.page.following.places["team.7"].offset)
        assert DONE == ["count 1"] and wire.told() == []
        gate.open()
        await wire.answer(wire.number)
        assert items(await wire.next(Apply)) == [(None, Toast("after the answer"))], "and in its order"


async def test_a_call_that_had_begun_is_not_run_again_and_its_page_is_told_so(two):
    wire = await two.tab()
    GATES["a"] = Gate()
    number = wire.ask(Call, 1, "wait", {"name": "a"})
    await GATES["a"].reached.wait()
    again = await two.killed(wire)
    assert again.welcome.number == number
    lost = refusal(await again.answer(number))
    assert (lost.code, lost.fault) == ("call.lost", "server")
    assert [word for _, word, *_ in (await again.next(Apply)).items] == [12], "and what the page shows is the truth"
    assert (await again.call(1, "count")).refusal is None
    assert DONE == ["wait a", "count 1"]


async def test_a_call_that_waited_for_its_turn_runs_once_in_the_next_process(two):
    wire = await two.tab()
    GATES["a"] = Gate()
    begun = wire.ask(Call, 1, "wait", {"name": "a"})
    wire.ask(Call, 1, "count", {"by": 7})
    await GATES["a"].reached.wait()
    again = await two.killed(wire)
    assert again.welcome.number == begun
    again.send(Call(wire.number, again.ack, 1, "count", {"by": 7}))
    await again.answer(wire.number)
    GATES["a"].open()
    await asyncio.sleep(0)
    assert DONE == ["wait a", "count 7"]
    assert again.page.tree.nodes[1].component.n == 7


async def test_a_call_that_was_answered_before_its_turn_is_not_taken_again(two, settings):
    """The page was busy, and told so, while others before it still wait."""
    wire = await two.tab()
    GATES["a"] = Gate()
    first = wire.ask(Call, 1, "wait", {"name": "a"})
    await GATES["a"].reached.wait()
    numbers = [wire.ask(Call, 1, "count", {"by": by}) for by in range(2, 19)]
    assert refusal(await wire.answer(numbers[-1])).code == "page.busy"
    again = await two.killed(wire)
    assert again.welcome.number == first
    for by, number in zip(range(2, 18), numbers[:-1], strict=True):
        again.send(Call(number, again.ack, 1, "count", {"by": by}))
    await again.answer(numbers[-2])
    assert (await again.call(1, "count")).refusal is None
    assert ["wait a", *(f"count {by}" for by in range(2, 18)), "count 1"] == DONE


async def test_a_question_ends_with_the_process_that_asked_it(two):
    wire = await two.tab()
    number = wire.ask(Call, 1, "ask", {})
    question = (await wire.next(Apply)).items[-1]
    token = next(part for part in question if isinstance(part, str) and len(part) > 40)
    again = await two.killed(wire)
    assert refusal(await again.answer(number)).code == "call.lost"
    late = await again.call(0, "@answer", token=token, choice="yes")
    assert (refusal(late).code, DONE) == ("call.lost", [])


async def test_an_answer_from_another_tab_is_taken_when_it_is_kept_that_it_was(two):
    ana = await runner().run(lambda: User.objects.create_user("ana"))
    asking, other = await two.tab(user=ana), await two.tab(user=ana)
    number = asking.ask(Call, 1, "ask", {})
    (question,) = [word for _, word in items(await asking.next(Apply)) if isinstance(word, Confirm)]
    gate, write = GATES.setdefault("kept", Gate()), type(store.vault()).write

    def late(vault, writings, then):
        held = any(writing.page == asking.page_id for writing in writings)
        gate.hold(partial(write, vault, writings, then)) if held else write(vault, writings, then)

    with patch.object(type(store.vault()), "write", late):
        given = other.ask(Call, 0, "@answer", {"token": question.token, "choice": "yes"})
        await gate.reached.wait()
        await abroadcast("team.7", Toast("meanwhile"))
        await other.next(Apply, lambda frame: (None, Toast("meanwhile")) in items(frame))
        assert not any(isinstance(frame, Answer) and frame.call == given for frame in [*other.frames, *other.told()])
        gate.open()
        assert (await other.answer(given)).refusal is None
    assert (await asking.answer(number)).refusal is None
    assert DONE == ["sure"]


# One holder ----------------------------------------------------------------------------------------------------


async def test_a_process_that_was_taken_for_dead_cannot_answer_run_or_overwrite_anything(two):
    wire = await two.tab()
    GATES["a"] = Gate()
    wire.ask(Call, 1, "wait", {"name": "a"})
    await GATES["a"].reached.wait()
    stale = wire.page
    queued = wire.ask(Call, 1, "count", {"by": 1000})
    again = await two.killed(wire, cut=False)
    await again.answer(1 + 1)
    await again.next(Apply)
    again.send(Call(queued, again.ack, 1, "count", {"by": 1000}))
    await again.answer(queued)

    before = len(wire.frames)
    GATES["a"].open()
    assert await wire.bye() == ("page.elsewhere", 4001)
    assert [type(frame) for frame in wire.frames[before:]] == [Bye], "nothing but its end"
    assert stale.ended
    third = await two.killed(again)
    assert third.page.tree.nodes[1].component.n == 1000
    assert DONE == ["wait a", "count 1000"]


async def test_a_process_that_is_told_of_its_successor_ends_the_page_at_once(two):
    wire = await two.tab()
    stale = wire.page
    two.move(tell=process.tell)
    again = await two.back(wire, cut=False)
    assert await wire.bye() == ("page.elsewhere", 4001)
    assert stale.ended and not again.page.ended
    assert (await again.call(1, "count")).refusal is None


async def test_a_page_that_moved_is_not_left_by_where_it_was(two, monkeypatch):
    ended = []
    monkeypatch.setattr(Board, "unmount", lambda self: ended.append(self.n))
    wire = await two.tab()
    stale = two.all[0]
    again = await two.killed(wire)
    stale.forget(next(iter(stale.by_id.values())))
    assert stale.keeper is not None
    await stale.keeper.idle()
    assert (await two.killed(again)).welcome.recovered


async def test_a_page_that_comes_back_to_where_it_once_was_finds_what_happened_since(two):
    wire = await two.tab()
    first = process.pages()
    again = await two.killed(wire)
    await again.call(1, "count")
    process.adopt(first)
    home = await two.back(again)
    assert home.welcome.recovered and len(first.by_id) == 1
    assert (await home.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]
