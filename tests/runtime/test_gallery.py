"""How shared components look: each version rendered once, whoever asks, and while nothing can be asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.utils import translation

from liveactions import SharedComponent
from liveactions.bus.memory import MemoryLog
from liveactions.bus.states import MemoryStates
from liveactions.components import key_of
from liveactions.components.shared import Showing, showing_params
from liveactions.errors import BusUnavailable, CallError
from liveactions.metrics import figures
from liveactions.runtime import Surroundings
from liveactions.runtime.gallery import Desk, Gallery, SharedTree
from liveactions.runtime.ports import Kept, Step
from liveactions.templating import renderer
from liveactions.wire import load, pack

NAME = "gallery.board"


class Board(SharedComponent):
    name = NAME
    template = "{% load i18n %}<p>{{ team }}: {{ n }} {% trans 'Yes' %}</p>"
    team: int = 0
    n: int = 0

    def may_view(self, user: Any) -> bool:
        return user != "stranger"


class States(MemoryStates):
    away = False

    def load_now(self, key: str, known: int = 0) -> Kept | None:
        if self.away:
            raise BusUnavailable("Redis is away.")
        return super().load_now(key, known)


@pytest.fixture
def states():
    return States(MemoryLog(100, 600), 600, lambda _: None)


@pytest.fixture
def gallery(states):
    return Gallery(states, renderer(), Surroundings(language="en"))


def showing(team: int = 7) -> Showing:
    made = Showing.create()
    for name, value in showing_params(NAME, {"team": team}).items():
        setattr(made, name, value)
    return made


def step(states: States, n: int) -> None:
    """Somebody else makes the next version."""
    key = key_of(NAME, {"team": 7})
    kept = states.load_now(key)
    assert kept is not None
    data = load(kept.data)
    data["state"]["n"] = n
    assert states.take_now(Step(key, kept.version, kept.version + 1, pack(data), b"", {})).entry is not None


def test_the_first_who_looks_makes_the_first_version(gallery, states):
    shown = showing()
    drawing, marks = gallery.show(shown, None)
    assert drawing.html == "<p>7: 0 Yes</p>"
    assert marks == {"live-shared": shown.key, "live-version": "1"}
    kept = states.load_now(shown.key)
    assert (shown.version, shown.epoch, shown.offset) == (1, *kept.place)


def test_a_version_is_rendered_once_however_many_look(gallery, states):
    gallery.show(showing(), None)
    before = figures.RENDERS.count
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gallery.show(showing(), None), range(20)))
    assert figures.RENDERS.count == before
    step(states, 3)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: gallery.show(showing(), None)[0].html, range(20)))
    assert set(told) == {"<p>7: 3 Yes</p>"}
    assert figures.RENDERS.count == before + 1


def test_it_is_mounted_once_by_however_many_threads(states):
    galleries = [Gallery(states, renderer(), Surroundings()) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: galleries[each % 4].show(showing(), None), range(16)))
    assert states.load_now(showing().key).version == 1


def test_it_is_rendered_in_the_language_of_the_site_whatever_that_of_the_page(gallery):
    with translation.override("de"):
        assert gallery.show(showing(), None)[0].html == "<p>7: 0 Yes</p>"


def test_who_may_not_see_it_is_refused(gallery):
    with pytest.raises(CallError) as refused:
        gallery.show(showing(), "stranger")
    assert refused.value.code == "action.forbidden"
    assert not gallery.may_view(showing(), "stranger")
    assert gallery.may_view(showing(), None)


def test_while_nothing_can_be_asked_it_is_shown_as_it_was(gallery, states):
    gallery.show(showing(), None)
    step(states, 3)
    gallery.show(showing(), None)
    states.away = True
    assert gallery.show(showing(), None)[0].html == "<p>7: 3 Yes</p>"


def test_while_nothing_can_be_asked_one_that_was_never_shown_is_mounted_as_version_0(gallery, states):
    states.away = True
    shown = showing()
    assert gallery.show(shown, None)[0].html == "<p>7: 0 Yes</p>"
    assert shown.version == 0
    states.away = False
    gallery.show(shown, None)
    assert shown.version == 1


def test_a_history_that_began_anew_is_not_taken_for_the_old_one(gallery, states):
    gallery.show(showing(), None)
    step(states, 3)
    assert gallery.show(showing(), None)[0].html == "<p>7: 3 Yes</p>"
    states.states.clear()
    states.log.streams.clear()
    states.log.warm.clear()
    key = showing().key
    desk = Desk.mounted(SharedTree(renderer(), Surroundings(), key), NAME, {"team": 7}, 0)
    desk.component.n = 9
    states.take_now(Step(key, 0, 2, desk.data(), b"", {}))
    assert gallery.show(showing(), None)[0].html == "<p>7: 9 Yes</p>"


def test_what_is_forgotten_begins_anew(gallery, states):
    gallery.show(showing(), None)
    step(states, 3)
    gallery.forget()
    assert states.load_now(showing().key) is None
    assert gallery.show(showing(), None)[0].html == "<p>7: 0 Yes</p>"


def test_only_so_many_pictures_are_kept(gallery, monkeypatch):
    monkeypatch.setattr("liveactions.runtime.gallery.MAX_PICTURES", 2)
    for team in range(5):
        gallery.show(showing(team), None)
    assert len(gallery.pictures) == 2
