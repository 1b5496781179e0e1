"""A page goes on in another process, where everything is as it was and what was said meanwhile arrives."""

from __future__ import annotations

from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.db.backends.utils import CursorWrapper

from liveactions import Toast, abroadcast, audience
from liveactions.bus.hub import Hub
from liveactions.runtime.ports import Followed, Place
from liveactions.wire.frames import Apply, Call, Ping
from tests.consumers.moves import DONE, GATES, positions_of, toasts, until
from tests.runtime.doubles import Gate
from tests.wires import refusal

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_page_finds_everything_as_it_was_in_another_process(two):
    wire = await two.tab(n=3)
    await wire.call(1, "count")
    await wire.set(1, typed="half-ty")
    again = await two.killed(wire)
    assert (again.welcome.recovered, again.page_id) == (True, wire.page_id)
    assert vars(again.page.tree.nodes[1].component)["typed"] == "half-ty"
    assert (await again.call(1, "count")).items == [[1, 12, '<p live-id="1">5</p>']]
    assert DONE == ["count 1", "count 1"]


async def test_a_page_goes_from_process_to_process(two):
    wire = await two.tab()
    for turn in range(1, 5):
        await wire.call(1, "count")
        wire = await two.killed(wire)
        assert wire.welcome.recovered
        assert wire.page.tree.nodes[1].component.n == turn


async def test_components_inside_others_stay_what_they_are(two):
    wire = await two.tab("resuming.outer")
    inner = next(node.id for node in wire.page.tree.nodes.values() if node.name == "resuming.board")
    await wire.call(inner, "count")
    again = await two.killed(wire)
    assert (await again.call(inner, "count")).items == [[inner, 12, f'<p live-id="{inner}">7</p>']]
    told = (await again.call(1, "count")).items
    assert [word for _, word, *_ in told] == [12] and "live-keep" in told[0][2], "the one inside is left alone"


async def test_what_is_mounted_later_gets_a_number_of_its_own(two):
    wire = await two.tab()
    again = await two.killed(wire)
    await again.mount(await again.embed("resuming.board", n=40), base=10)
    assert (await again.call(11, "count")).items == [[11, 12, '<p live-id="11">41</p>']]
    third = await two.killed(again)
    assert (await third.call(11, "count")).items == [[11, 12, '<p live-id="11">42</p>']]
    await third.unmount(11)
    last = await two.killed(third)
    assert refusal(await last.call(11, "count")).code == "component.unmounted"


async def test_an_answer_that_was_on_its_way_arrives(two):
    wire = await two.tab()
    acked = wire.ack
    answer = await wire.call(1, "count")
    again = await two.killed(wire, ack=acked)
    assert await again.answer(answer.call) == answer
    assert DONE == ["count 1"]


@pytest.mark.parametrize("stream", ["team.7", "@all", "@page"])
async def test_what_was_said_meanwhile_arrives_once(two, stream):
    wire = await two.tab()
    whom = audience.page(wire.page_id) if stream == "@page" else audience.Audience(stream)
    await abroadcast(whom, Toast("before"))
    await wire.next(Apply)
    await wire.drop()
    await abroadcast(whom, Toast("meanwhile"))
    again = await two.killed(wire, cut=False)
    await abroadcast(whom, Toast("after"))
    while "after" not in toasts(again):
        await again.frame()
    assert sorted(set(toasts(again))) == ["after", "before", "meanwhile"]
    offsets = [frame.offset for frame in again.frames if isinstance(frame, Apply) and frame.stream != 0]
    assert len(offsets) == len(set(offsets)) == 3


async def test_what_is_said_while_a_page_comes_back_does_not_overtake_what_it_missed(two, monkeypatch):
    wire = await two.tab()
    await wire.drop()
    await abroadcast("team.7", Toast("meanwhile"))
    follow = Hub.follow

    async def follow_late(self, stream, follower, since=None, **how):
        if stream == "@all":
            before = self.lines["team.7"].place.offset
            await abroadcast("team.7", Toast("just now"))
            await until(lambda: self.lines["team.7"].place.offset > before)
        return await follow(self, stream, follower, since, **how)

    monkeypatch.setattr(Hub, "follow", follow_late)
    again = await two.back(wire, cut=False)
    await abroadcast("team.7", Toast("later"))
    while "later" not in toasts(again):
        await again.frame()
    assert toasts(again) == ["meanwhile", "just now", "later"]


async def test_what_components_hear_they_hear_once(two):
    wire = await two.tab()
    await abroadcast("team.7", event="said", what="one")
    await wire.next(Apply)
    await wire.drop()
    await abroadcast("team.7", event="said", what="two")
    again = await two.killed(wire, cut=False)
    await again.next(Apply)
    await abroadcast("team.7", event="said", what="three")
    await again.next(Apply)
    assert again.page.tree.nodes[1].component.heard == ["one", "two", "three"]


@contextmanager
def one_behind():
    """Within it processes have not heard yet what was said last to the team."""
    follow = Hub.follow

    async def behind(self, stream, follower, since=None, **how):
        place, recovered = await follow(self, stream, follower, since, **how)
        return Followed(Place(place.epoch, place.offset - (stream == "team.7")), recovered)

    with patch.object(Hub, "follow", behind):
        yield


async def test_an_event_is_not_heard_again_after_a_process_that_had_not_come_as_far(two):
    wire = await two.tab()
    await abroadcast("team.7", event="said", what="one")
    await wire.next(Apply)
    with one_behind():
        again = await two.killed(wire)
        await again.call(1, "count")
    last = await two.killed(again)
    await abroadcast("team.7", event="said", what="two")
    await last.next(Apply)
    assert last.page.tree.nodes[1].component.heard == ["one", "two"]


async def test_what_one_process_has_sent_was_not_sent_by_another_that_has_not_come_as_far(two):
    wire = await two.tab()
    await abroadcast("team.7", Toast("heard"))
    await wire.next(Apply)
    positions = positions_of(wire)
    await abroadcast("team.7", Toast("lost on its way"))
    await wire.next(Apply)
    await wire.call(1, "count")
    with one_behind():
        again = await two.killed(wire, positions=positions)
        await until(lambda: not again.page.following.seen_to)
    again.page.ping()
    told = await again.next(Ping, lambda frame: frame.positions is not None)
    assert told.positions["team.7"] == positions["team.7"][1]


async def test_an_event_that_a_process_took_with_it_is_heard_in_the_next(two):
    wire = await two.tab()
    GATES["a"] = Gate()
    wire.ask(Call, 1, "wait", {"name": "a"})
    await GATES["a"].reached.wait()
    await abroadcast("team.7", event="said", what="one")
    page = wire.page
    await until(lambda: page.following.unheard)
    page.renew()
    again = await two.killed(wire)
    await again.next(Apply, lambda frame: any(word == 12 and "one" in html for _, word, html in frame.items))
    assert again.page.tree.nodes[1].component.heard == ["one"]


async def test_rows_are_fetched_together(two, monkeypatch):
    for number in range(20):
        await Group.objects.acreate(name=f"Group {number}")
    wire = await two.tab()
    await wire.call(1, "fetch")
    seen: list[str] = []
    execute = CursorWrapper.execute
    monkeypatch.setattr(
        CursorWrapper, "execute", lambda self, sql, *rest: (seen.append(sql), execute(self, sql, *rest))[1]
    )
    again = await two.killed(wire)
    assert len(again.page.tree.nodes[1].component.groups) == 20
    assert sum("auth_group" in sql for sql in seen) == 1
