"""The gallery is drawn from the vocabulary: no word can be missing, and nothing beside a button is made up."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest
from django.urls import reverse

import liveactions
from liveactions import HTML, Alert, Result, Toast, action
from liveactions.results import WORDS, array_of
from liveactions.results.dicts import TYPES, spelling_of
from sample_site.desk import seed
from sample_site.gallery import vocabulary
from sample_site.gallery.exhibits import Topic, exhibits, exhibits_of
from sample_site.gallery.rooms import ROOMS, Doors
from sample_site.gallery.vocabulary import PUBLIC, Place, missing, places_of, words_of

PLACES = [pytest.param(place, id=place.name) for room in ROOMS for place in room.places]


@pytest.fixture
def as_ana(client, db):
    seed.seed()
    assert client.login(username="ana", password="desk")
    return client


@pytest.fixture
def forgotten(monkeypatch) -> type[Result]:
    """A word that nobody has an exhibit of."""

    @dataclass(frozen=True)
    class Forgotten(Result):
        """Never shown."""

    monkeypatch.setitem(vocabulary.PUBLIC, Forgotten, 99)
    return Forgotten


def test_every_word_that_an_action_may_answer_with_has_an_exhibit():
    assert missing(ROOMS) == []


def test_every_word_that_the_package_offers_is_a_word_of_the_gallery():
    offered = [getattr(liveactions, name) for name in liveactions.__all__]
    words = {each for each in offered if isinstance(each, type) and issubclass(each, Result) and each is not Result}
    assert set(PUBLIC) == words == words & set(WORDS.values())


def test_every_module_of_the_vocabulary_has_a_room():
    assert {word.__module__ for word in PUBLIC} == {room.words.__name__ for room in ROOMS if room.words}
    assert sum(len(words_of(room.words)) for room in ROOMS if room.words) == len(PUBLIC)


def test_a_word_without_an_exhibit_is_named(forgotten):
    assert missing(ROOMS) == ["Forgotten"]


@pytest.mark.parametrize("debug", [True, False])
def test_while_one_develops_the_page_itself_says_what_is_missing(forgotten, debug, settings, as_ana):
    settings.DEBUG = debug
    text = as_ana.get(reverse("gallery")).content.decode()
    assert ("No action shows Forgotten." in text) is debug


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_something_to_press_and_says_what_it_is_about(place: Place):
    assert place.exhibits
    assert place.about
    labels = [button.label for exhibit in place.exhibits for button in exhibit.buttons]
    assert len(labels) == len(set(labels)) > 0


@pytest.mark.parametrize("place", PLACES)
def test_the_spellings_of_a_word_are_those_that_are_read(place: Place):
    if isinstance(place.subject, Topic):
        return
    assert place.spellings
    for spelling in place.spellings:
        assert spelling_of(spelling.partition(" ")[0]).word is place.subject


def test_every_spelling_stands_somewhere():
    shown = {each.partition(" ")[0] for room in ROOMS for place in room.places for each in place.spellings}
    assert shown == {*TYPES, "gallery.confetti"}


def test_one_button_for_each_value_and_the_docstring_beside_it():
    class Somewhere:
        @exhibits(Alert)
        @action
        def alert(self, level: liveactions.results.Level):
            """Said ``loudly``."""
            return Alert("!", level=level)

    ((subject, exhibit),) = exhibits_of(Somewhere)
    assert (subject, exhibit.about) == (Alert, "Said ``loudly``.")
    assert [(button.label, button.argument) for button in exhibit.buttons] == [
        (level, ("level", level)) for level in ("info", "success", "warning", "error")
    ]
    assert exhibit.source.splitlines()[0] == "@action"


def test_a_button_that_needs_an_app_which_is_not_installed_cannot_be_pressed():
    class Somewhere:
        @exhibits(Toast, "Go", needs="somebody.elses")
        @action
        def go(self):
            return None

    ((_, exhibit),) = exhibits_of(Somewhere)
    assert exhibit.missing == "somebody.elses"


def test_the_page_shows_fields_with_their_defaults_and_numbers(as_ana):
    text = as_ana.get(reverse("gallery")).content.decode()
    place = re.search(r'<section class="word" id="HTML".*?</section>', text, re.DOTALL)[0]
    assert "<dt>swap</dt><dd>&#x27;outer&#x27;</dd>" in place
    assert "<code>patch_html</code>" in place
    assert next(number for number, word in WORDS.items() if word is HTML) == 1
    assert '<span class="word__number" title="Its number on the wire">1</span>' in place
    assert 'return HTML(content, target="#swap_target", swap=mode)' in html.unescape(re.sub(r"<[^>]+>", "", place))


def test_what_a_room_shows_is_in_the_order_of_the_vocabulary():
    for room in ROOMS:
        numbers = [PUBLIC[place.subject] for place in places_of(room) if place.subject in PUBLIC]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize("way", ["builder", "dicts"])
def test_one_action_written_three_ways_gives_the_same_frames(way, live):
    page = live.open(Doors)
    doors = page.component(Doors)
    ordered, other = ([array_of(result) for result in doors.call(name)] for name in ("ordered", way))
    assert len(ordered) == 2
    assert other == ordered
