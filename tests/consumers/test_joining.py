"""From a mount token to a live component."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group, User
from django.utils import translation

from liveactions import Component, Signal, action, store
from liveactions.consumers import joining
from liveactions.errors import BusUnavailable, LocalError
from liveactions.threads import runner
from liveactions.wire.frames import Mount
from tests.wires import items, refusal, tokens

LIFE: list[str] = []


@pytest.fixture
def life():
    """What happened to the components of a test, in order."""
    LIFE.clear()
    return LIFE


UNFIT = LocalError("Living.n cannot be restored.", code="component.failed")


class Living(Component):
    name = "joining.living"
    template = "<p>{{ n }}{{ drawn }}</p>"
    n: int = 0
    wanted: int = 0

    @property
    def drawn(self) -> str:
        LIFE.append("drawn")
        return ""

    def mount(self, wanted: int = 0):
        LIFE.append("mount")
        self.n = self.wanted = wanted

    def restored(self):
        LIFE.append("restored")

    @action
    def count(self):
        self.n += 1


async def test_a_page_that_shows_the_truth_is_mounted_once_and_rendered_once(connect, life):
    wire = await connect()
    html = await wire.embed("joining.living", wanted=3)
    assert life == ["mount", "drawn"]
    assert (await wire.mount(html)).items == []
    assert life == ["mount", "drawn", "restored"]
    assert (await wire.call(1, "count")).items == [[1, 12, '<p live-id="1">4</p>']]
    assert life == ["mount", "drawn", "restored", "drawn"]


@pytest.mark.parametrize("how", ["the store has lost it", "the store is away", "it does not fit its class any more"])
async def test_without_its_state_a_component_is_mounted_afresh(connect, life, how, caplog):
    wire = await connect()
    html = await wire.embed("joining.living", wanted=3)
    if how == "the store has lost it":
        store.store().kept.clear()
        answer = await wire.mount(html)
    elif how == "it does not fit its class any more":
        with patch.object(joining.Tree, "restore", side_effect=UNFIT):
            answer = await wire.mount(html)
        assert "mounted afresh" in caplog.text
    else:
        with patch.object(type(store.store()), "take", side_effect=BusUnavailable("Redis is away.")):
            answer = await wire.mount(html)
        assert "mounted afresh" in caplog.text
    assert answer.refusal is None
    assert answer.items == [], "it looks as it did"
    assert life == ["mount", "drawn", "mount", "drawn"]


async def test_what_looks_different_by_then_is_sent(connect):
    class Clock(Component):
        template = "<p>{{ now }}</p>"
        now: int = 0

        def mount(self):
            self.now = next(ticks)

    ticks = iter(range(9))
    wire = await connect()
    html = await wire.embed("tests.clock")
    store.store().kept.clear()
    assert (await wire.mount(html)).items == [[1, 12, '<p live-id="1">1</p>']]


async def test_a_token_is_good_for_one_page_at_a_time(connect, life):
    """A page that is copied with its token gets a component of its own."""
    wire, copy = await connect(), await connect()
    html = await wire.embed("joining.living")
    await wire.mount(html)
    await wire.call(1, "count")
    assert (await copy.mount(html)).refusal is None
    assert (await copy.call(1, "count")).items == [[1, 12, '<p live-id="1">1</p>']]


async def test_a_large_state_is_taken_up_as_well(connect):
    class Large(Component):
        template = "<p>{{ rows|length }}</p>"
        rows: list[int] = []
        deep: list = []

        def mount(self):
            self.rows = [2**60 + n for n in range(20_000)]
            for _ in range(60):
                self.deep = [self.deep]

        @action
        def cut(self):
            self.rows = self.rows[:1]

    wire = await connect()
    assert (await wire.place("tests.large")).endswith(">20000</p>")
    assert (await wire.call(1, "cut")).items == [[1, 12, '<p live-id="1">1</p>']]


async def test_one_that_cannot_be_mounted_does_not_disturb_the_others(connect, caplog):
    class Failing(Component):
        template = "<p></p>"
        ok: bool = True

        def mount(self):
            if not here.is_set():
                raise ZeroDivisionError("the secret of the shop")

    class Fine(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        @action
        def count(self):
            self.n += 1

    here = asyncio.Event()
    here.set()
    wire = await connect()
    failing, fine = await wire.embed("tests.failing"), await wire.embed("tests.fine")
    here.clear()
    store.store().kept.clear()
    answer = await wire.answer(wire.ask(Mount, [[token, 0] for token in (*tokens(failing), *tokens(fine))]))
    assert refusal(answer).detail == {"tokens": {"0": ["action.failed", "The server could not answer this."]}}
    assert "secret" not in repr(answer) and "secret" in caplog.text
    assert (await wire.call(1, "count")).refusal is None


async def test_one_that_cannot_be_rendered_is_not_there(connect):
    class Fragile(Component):
        template = "<p>{{ check }}</p>"

        def check(self):
            if broken:
                raise ZeroDivisionError
            return ""

    broken: list[int] = []
    wire = await connect()
    html = await wire.embed("tests.fragile")
    store.store().kept.clear()
    broken.append(1)
    assert refusal(await wire.mount(html)).code == "mount.refused"
    assert wire.page.tree.nodes == {}


async def test_more_topics_than_are_allowed_refuse_the_mount(connect, settings):
    settings.LIVEACTIONS = {"MAX_TOPICS": 2}

    class Curious(Component):
        template = "<p></p>"

        def topics(self):
            return ["a", "b", "c"]

    wire = await connect()
    html = await wire.embed("tests.curious")
    why = refusal(await wire.mount(html))
    assert why.detail == {"tokens": {"0": ["component.failed", "A page follows at most 2 topics."]}}
    assert wire.page.tree.nodes == {}


async def test_a_page_is_answered_in_the_language_of_its_response(connect):
    class Polite(Component):
        template = "{% load i18n %}<p>{% get_current_language as spoken %}{{ spoken }}</p>"

        @action
        def sync(self):
            return Signal("spoken", translation.get_language())

        @action
        async def later(self):
            return Signal("spoken", translation.get_language())

    wire = await connect()

    def rendered() -> str:
        with translation.override("de"):
            return wire.embed_now("tests.polite")

    html = await runner().run(rendered)
    assert ">de</p>" in html
    await wire.mount(html)
    store.store().kept.clear()
    assert (await wire.resync(1)).items == [[1, 12, '<p live-id="1">de</p>']]
    for name in ("sync", "later"):
        assert items(await wire.call(1, name)) == [(1, Signal("spoken", "de"))]


@pytest.mark.django_db(transaction=True)
async def test_a_parameter_that_is_gone_by_then_refuses_the_mount(connect):
    class Team(Component):
        template = "<p>{{ team.name }}</p>"
        team: Group

    def make() -> Group:
        return Group.objects.create(name="blue")

    team = await runner().run(make)
    wire = await connect()
    html = await wire.embed("tests.team", team=team)
    assert ">blue</p>" in html
    await runner().run(team.delete)
    why = refusal(await wire.mount(html))
    assert list(why.detail["tokens"]) == ["0"]
    assert "blue" not in str(why)


@pytest.mark.django_db(transaction=True)
async def test_a_token_of_somebody_else_is_refused(connect):
    ada, eve = await runner().run(lambda: [User.objects.create_user(name) for name in ("ada", "eve")])

    class Private(Component):
        template = "<p></p>"

    wire, other, nobody = await connect(ada), await connect(eve), await connect()
    html = await wire.embed("tests.private")
    for thief in (other, nobody):
        assert refusal(await thief.mount(html)).detail["tokens"]["0"][0] == "token.foreign"
    assert (await wire.mount(html)).refusal is None
    assert items(await wire.resync())
