"""A page goes on in another process: what was kept, what is told, what is never done twice, and who may not.

Two processes are two ``Pages`` with nothing in common but the vault and the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group, User
from django.db.backends.utils import CursorWrapper

from liveactions import Component, Toast, abroadcast, action, audience, field, on, store
from liveactions.bus.hub import Hub
from liveactions.consumers import process
from liveactions.errors import BusUnavailable
from liveactions.runtime import Pages
from liveactions.threads import runner
from liveactions.wire.frames import Apply, Bye, Call, Hello, Pong, Streams
from tests.runtime.doubles import Gate
from tests.wires import Wire, items, refusal

pytestmark = pytest.mark.django_db(transaction=True)

DONE: list[str] = []
"""What actions have done to the world, in order: the effects."""
GATES: dict[str, Gate] = {}


class Board(Component):
    name = "resuming.board"
    template = "<p>{{ n }}{% for each in heard %}<i>{{ each }}</i>{% endfor %}</p>"
    n: int = 0
    heard: list[str] = field(default_factory=list)
    typed: str = field("", bind=True)
    groups: list[Group] = field(default_factory=list)

    def topics(self):
        return ["team.7"]

    def restored(self):
        pass

    @action
    async def count(self, by: int = 1):
        self.n += by
        DONE.append(f"count {by}")

    @action
    def count_in_a_thread(self):
        self.n += 1
        DONE.append("thread")

    @action
    async def wait(self, name: str):
        DONE.append(f"wait {name}")
        await GATES[name].wait()
        self.n += 100

    @action(parallel=True)
    async def wait_aside(self, name: str):
        DONE.append(f"aside {name}")
        await GATES[name].wait()

    @action
    async def ask(self):
        if await self.request.confirm("Sure?"):
            DONE.append("sure")

    @action
    def grow(self, size: int):
        self.heard = ["x" * size]

    @action
    def fetch(self):
        self.groups = list(Group.objects.order_by("pk"))

    @on("said")
    def hear(self, what: str):
        self.heard = [*self.heard, what]


class Outer(Component):
    name = "resuming.outer"
    template = "{% load live %}<section>{{ n }}{% live 'resuming.board' n=start key='a' %}</section>"
    n: int = 0
    start: int = 5

    @action
    async def count(self):
        self.n += 1


@pytest.fixture(autouse=True)
def _nothing_was_done() -> None:
    DONE.clear()
    GATES.clear()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def kept(request: pytest.FixtureRequest, settings: Any) -> str:
    """Pages are kept: in this process, or in Redis."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    url = "" if request.param == "memory" else request.getfixturevalue("redis_url")
    settings.LIVEACTIONS = {"REDIS_URL": url, "CHECKPOINT": True}
    return str(request.param)


@pytest.fixture
async def two(kept: str, connect: Any) -> AsyncIterator[Two]:
    made = Two(connect)
    yield made
    for gate in GATES.values():
        gate.open()
    for wire in made.wires:
        await wire.drop()
    for pages in made.all:
        for page in list(pages.by_id.values()):
            await page.mailbox.idle()
        assert pages.keeper is not None
        await pages.keeper.idle()


class Two:
    """Tabs, and processes that they can be brought to."""

    def __init__(self, connect: Any) -> None:
        self.connect = connect
        self.wires: list[Wire] = []
        self.all: list[Pages] = []

    async def tab(self, component: str = "resuming.board", user: Any = None, **params: Any) -> Wire:
        """A tab with a component, in the present process."""
        wire: Wire = await self.connect(user)
        if process.pages() not in self.all:
            self.all.append(process.pages())
        await wire.place(component, **params)
        return wire

    def move(self, **changes: Any) -> Pages:
        """From now on whoever connects comes to another process, whose host differs in this. It tells nobody."""
        host = replace(process.host(runner()), tell=lambda *_, **__: None)
        self.all.append(pages := Pages(replace(host, **changes)))
        process.adopt(pages)
        return pages

    async def back(self, wire: Wire, *, cut: bool = True, **options: Any) -> Wire:
        """The tab over a new socket, where it says where it stands."""
        if cut:
            await wire.drop()
        again = Wire({}, wire.user)
        again.scope["headers"] = options.get("headers", wire.scope["headers"])
        again.ack, again.number = options.get("ack", wire.ack), wire.number
        token = options.get("token", wire.token)
        again.welcome = await again.open([token, again.ack, options.get("positions", positions_of(wire))])
        again.frames = [*wire.frames, *again.frames]
        if not again.welcome.recovered:
            again.ack = again.number = 0
        self.wires.append(again)
        return again

    async def killed(self, wire: Wire, **options: Any) -> Wire:
        """The process of the tab is gone, and it comes back to another."""
        self.move()
        return await self.back(wire, **options)


def positions_of(wire: Wire) -> dict[str, list[Any]]:
    """The places that a page has reached, as it knows them."""
    places: dict[str, list[Any]] = {}
    for frame in wire.frames:
        if isinstance(frame, Streams):
            places = {name: list(place) for name, place in frame.streams.items()}
        elif isinstance(frame, Apply) and isinstance(frame.stream, str) and frame.stream in places:
            places[frame.stream][1] = frame.offset
    return places


async def until(condition: Callable[[], Any]) -> None:
    """Let the loop go on until ``condition()`` holds."""
    while not condition():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)


def toasts(wire: Wire) -> list[str]:
    """The messages that a page was told."""
    return [
        word.message
        for frame in wire.frames
        if isinstance(frame, Apply)
        for _, word in items(frame)
        if isinstance(word, Toast)
    ]


# The same page -------------------------------------------------------------------------------------------------


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

    async def follow_late(self, stream, follower, since=None):
        if stream == "@all":
            before = self.lines["team.7"].place.offset
            await abroadcast("team.7", Toast("just now"))
            await until(lambda: self.lines["team.7"].place.offset > before)
        return await follow(self, stream, follower, since)

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


# Tokens --------------------------------------------------------------------------------------------------------


async def test_every_resume_has_a_token_of_its_own_and_the_one_before_is_good_until_that_is_used(two):
    wire = await two.tab()
    again = await two.killed(wire)
    assert again.token != wire.token
    third = await two.killed(again, token=wire.token)
    assert third.welcome.recovered, "its WELCOME may have been lost"
    third.send(Pong(third.ack))
    await third.call(1, "count")
    assert not (await two.killed(third, cut=False, token=wire.token)).welcome.recovered
    assert not (await two.killed(third, cut=False, token=again.token)).welcome.recovered
    assert (await third.call(1, "count")).refusal is None, "and its holder did not notice"


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_page_that_has_asked_twice_goes_on_with_the_answer_that_it_got(two, where):
    """Its first socket was lost, and what had asked over it had its turn only after the second was answered."""
    wire = await two.tab()
    await wire.call(1, "count")
    two.move()
    again = await two.back(wire)
    if where == "elsewhere":
        two.move()
    late = await two.back(wire, cut=False)
    await late.drop()
    third = await two.back(again)
    assert third.welcome.recovered
    assert (await third.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_duplicated_tab_gets_a_session_of_its_own(two, where):
    wire = await two.tab()
    again = await two.back(wire)
    await again.call(1, "count")
    if where == "elsewhere":
        two.move()
    twin = await two.back(again, cut=False, token=wire.token, ack=wire.ack)
    assert not twin.welcome.recovered and twin.page_id != wire.page_id
    assert (await again.call(1, "count")).items == [[1, 12, '<p live-id="1">2</p>']]


FORGERIES = {
    "no token": "",
    "another page": "x" * 16 + ".{secret}",
    "another secret": "{page}." + "x" * 22,
    "no secret": "{page}.",
    "the page alone": "{page}",
    "not ASCII": "{page}.é",
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_token_that_was_never_given_is_good_for_nothing(two, name):
    wire = await two.tab()
    page, _, secret = wire.token.partition(".")
    forged = FORGERIES[name].format(page=page, secret=secret)
    assert not (await two.back(wire, cut=False, token=forged)).welcome.recovered
    assert not (await two.killed(wire, cut=False, token=forged)).welcome.recovered
    assert (await wire.call(1, "count")).refusal is None


@pytest.mark.parametrize("where", ["here", "elsewhere"])
@pytest.mark.parametrize("differs", ["user", "session", "origin"])
async def test_a_token_is_of_no_use_to_another_user_session_or_origin(two, settings, differs, where):
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "ORIGINS": ["http://other.example"]}
    ana, eve = await runner().run(lambda: [User.objects.create_user(name) for name in ("ana", "eve")])
    wire = await two.tab(user=ana)
    headers = dict(wire.scope["headers"])
    if differs == "origin":
        headers[b"origin"] = b"http://other.example"
    else:
        other = await two.connect(eve if differs == "user" else ana)
        headers = dict(other.scope["headers"])
    if where == "elsewhere":
        two.move()
    stolen = await two.back(wire, cut=False, headers=list(headers.items()))
    assert not stolen.welcome.recovered
    assert (await wire.call(1, "count")).refusal is None, "and the owner does not even notice"


@pytest.mark.parametrize("how", ["signed out", "deactivated"])
async def test_who_was_sent_away_meanwhile_does_not_come_back(two, how):
    from django.contrib.sessions.backends.db import SessionStore

    ana = await runner().run(lambda: User.objects.create_user("ana"))
    wire = await two.tab(user=ana)
    await wire.drop()
    if how == "deactivated":
        await runner().run(lambda: User.objects.filter(pk=ana.pk).update(is_active=False))
    else:
        key = dict(wire.scope["headers"])[b"cookie"].decode().partition("=")[2]
        await runner().run(lambda: SessionStore(key).delete())
    assert not (await two.killed(wire, cut=False)).welcome.recovered


# What cannot be gone on with -----------------------------------------------------------------------------------


async def test_a_page_that_was_left_is_kept_no_longer(two):
    wire = await two.tab()
    await wire.leave()
    assert two.all[0].keeper is not None
    await two.all[0].keeper.idle()
    assert not (await two.killed(wire, cut=False)).welcome.recovered


async def test_a_page_that_has_seen_more_than_was_kept_is_mounted_afresh(two):
    wire = await two.tab()
    wire.ack += 5
    assert not (await two.killed(wire)).welcome.recovered


async def test_a_page_that_comes_back_too_late_is_mounted_afresh(two, monkeypatch):
    wire = await two.tab()
    monkeypatch.setattr("liveactions.runtime.keeping.lifetime", lambda _: 0.05)
    await wire.call(1, "count")
    await wire.drop()
    await asyncio.sleep(0.1)
    assert not (await two.killed(wire, cut=False)).welcome.recovered


@pytest.mark.parametrize("fits", [True, False])
async def test_state_of_another_version_is_taken_over_and_shown_or_mounted_afresh(two, monkeypatch, fits, caplog):
    wire = await two.tab(n=3)
    monkeypatch.setattr("liveactions.runtime.reviving.schema_of", lambda _: "another")
    if not fits:
        monkeypatch.setattr(
            "liveactions.components.state.remade",
            lambda *_: (_ for _ in ()).throw(process_error()),
        )
    again = await two.killed(wire)
    assert again.welcome.recovered is fits
    if fits:
        assert (await again.next(Apply)).items == [[1, 12, '<p live-id="1">3</p>']]
    else:
        assert "mounted afresh" in caplog.text


async def test_a_page_whose_component_fails_when_it_is_restored_is_mounted_afresh(two, monkeypatch, caplog):
    wire = await two.tab()
    monkeypatch.setattr(Board, "restored", lambda _: 1 / 0)
    assert not (await two.killed(wire)).welcome.recovered
    assert "ZeroDivisionError" in caplog.text


async def test_a_page_that_cannot_be_written_down_goes_on_where_it_is(two, caplog):
    wire = await two.tab()
    with patch("liveactions.runtime.keeping.Keeping.calls", side_effect=TypeError):
        assert (await wire.call(1, "count")).refusal is None
    assert (await wire.call(1, "count")).refusal is None
    assert "goes on in this process only" in caplog.text


async def test_a_vault_that_fails_in_an_unforeseen_way_holds_nobody_up(two, caplog):
    wire = await two.tab()
    with patch.object(type(store.vault()), "write", side_effect=ZeroDivisionError):
        assert (await wire.call(1, "count")).refusal is None
    assert "cannot be kept now" in caplog.text and "ZeroDivisionError" in caplog.text


def process_error() -> Exception:
    from liveactions.errors import LocalError

    return LocalError("Board.n cannot be restored.", code="component.failed")


async def test_a_state_that_is_too_large_is_an_error_while_the_site_is_made(two, settings):
    settings.DEBUG = True
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "MAX_STATE": 10_000}
    wire = await two.tab()
    told = refusal(await wire.call(1, "grow", size=20_000))
    assert told.code == "component.failed"
    assert "resuming.board" in told.message and "heard 20,0" in told.message
    assert (await wire.call(1, "grow", size=1)).refusal is None


async def test_a_page_whose_state_is_too_large_goes_on_where_it_is_and_nowhere_else(two, settings, caplog):
    settings.LIVEACTIONS = {**settings.LIVEACTIONS, "MAX_STATE": 10_000}
    wire = await two.tab()
    with caplog.at_level(logging.WARNING):
        assert (await wire.call(1, "grow", size=20_000)).refusal is None
    assert "resuming.board" in caplog.text and "heard 20,0" in caplog.text
    assert (await wire.call(1, "grow", size=1)).refusal is None
    first = process.pages()
    assert not (await two.killed(wire)).welcome.recovered
    process.adopt(first)
    assert (await two.back(wire)).welcome.recovered


# A vault that fails --------------------------------------------------------------------------------------------


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


@pytest.fixture
async def redis_client(kept: str, settings: Any) -> Any:
    from liveactions.store.clients import client

    return None if kept == "memory" else client(settings.LIVEACTIONS["REDIS_URL"])


# What it costs -------------------------------------------------------------------------------------------------


async def test_a_call_is_two_commands_and_only_what_changed_is_written(two):
    wire = await two.tab("resuming.outer")
    inner = next(node.id for node in wire.page.tree.nodes.values() if node.name == "resuming.board")
    await wire.call(inner, "count")
    written, write = [], type(store.vault()).write

    def noted(vault, writings, then):
        written.extend(writings)
        write(vault, writings, then)

    with patch.object(type(store.vault()), "write", noted):
        for _ in range(10):
            await wire.call(inner, "count")
    assert len(written) == 20
    names = {name for writing in written for name in writing.put if not name.startswith("f")}
    assert names == {"calls", f"n{inner}"}
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

    def noted(vault, writings, then):
        exchanges.append(len(writings))
        asyncio.get_running_loop().call_later(0.001, write, vault, writings, then)

    with patch.object(type(store.vault()), "write", noted):
        await asyncio.gather(*(wire.call(1, "count") for wire in wires))
    assert sum(exchanges) == 16 and len(exchanges) < 10
