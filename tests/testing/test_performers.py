"""What each word does to a page that nobody renders."""

from __future__ import annotations

import pytest

from liveactions.results import HTML, WORDS, Delete, Event, History, Redirect, Signal, Whole
from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document
from liveactions.testing.performers import PERFORMERS, NotPerformed, Stage
from liveactions.testing.signals import Signals

BODY = '<p class="x">outside</p><div live-id="1"><p class="x">inside</p></div>'


@pytest.fixture
def stage() -> Stage:
    document = Document(f"<body>{BODY}</body>")
    return Stage(document, Drafts(document), Signals(), "/shop/?a=1", strict=False)


def body_of(stage: Stage) -> str:
    return stage.document.select("body")[0].inner_html or ""


def test_every_word_of_the_browser_has_a_performer():
    assert set(PERFORMERS) == {word for word in WORDS.values() if not word.server}


class TestTargets:
    def test_a_selector_is_looked_for_in_the_component_that_speaks_first(self, stage):
        stage.perform(HTML("new", target=".x", swap="inner"), 1)
        assert body_of(stage) == '<p class="x">outside</p><div live-id="1"><p class="x">new</p></div>'

    def test_then_in_the_page(self, stage):
        stage.perform(HTML("new", target="body > .x", swap="inner"), 1)
        assert body_of(stage).startswith('<p class="x">new</p>')

    def test_without_one_it_is_the_root_of_the_component(self, stage):
        stage.perform(HTML("<div>new</div>"), 1)
        assert body_of(stage) == '<p class="x">outside</p><div live-id="1">new</div>'

    def test_the_root_itself_may_be_selected(self, stage):
        stage.perform(HTML("new", target="div", swap="inner"), 1)
        assert '<div live-id="1">new</div>' in body_of(stage)

    def test_only_the_first_match_is_used(self, stage):
        stage.perform(Delete(".x"), None)
        assert body_of(stage) == '<div live-id="1"><p class="x">inside</p></div>'

    def test_a_missing_one_is_told_and_nothing_changes(self, stage):
        stage.perform(HTML("new", target="#nowhere"), 1)
        stage.perform(Event("x", target="#nowhere"), 1)
        stage.perform(HTML("new"), None)
        assert body_of(stage) == BODY
        assert stage.diagnostics == [
            "There is no element #nowhere.",
            "There is no element #nowhere.",
            "There is no element of component None.",
        ]

    def test_a_missing_strict_one_stops_the_frame(self, stage):
        with pytest.raises(NotPerformed, match="#nowhere"):
            stage.perform(HTML("new", target="#nowhere", strict_targets=True), 1)

    def test_a_result_may_be_lenient_where_the_page_is_strict(self, stage):
        stage.strict = True
        stage.perform(Delete("#nowhere", strict_targets=False), 1)
        with pytest.raises(NotPerformed):
            stage.perform(Delete("#nowhere"), 1)

    def test_what_is_no_selector_is_told(self, stage):
        stage.perform(Delete("a["), 1)
        assert stage.diagnostics[0] == "'a[' is not a CSS selector."


class TestPatches:
    def test_a_patch_takes_the_place_of_its_component(self, stage):
        stage.perform(Whole('<div live-id="1">new</div>'), 1)
        assert body_of(stage) == '<p class="x">outside</p><div live-id="1">new</div>'

    def test_a_patch_for_a_component_that_has_gone_is_told(self, stage):
        stage.perform(Whole("<p>new</p>"), 9)
        assert stage.diagnostics == ["A patch came for component 9, which is not in the page."]

    def test_a_kept_component_that_is_not_there_is_remembered_as_missing(self, stage):
        stage.perform(Whole('<div live-id="1"><p live-id="4" live-keep></p></div>'), 1)
        assert stage.missing == [4]

    def test_the_first_signals_of_a_new_component_are_read(self, stage):
        stage.perform(Whole("""<div live-id="1" live-signals='{"count":2}'></div>"""), 1)
        assert stage.values.of(1) == {"count": 2}


class TestTheRest:
    def test_a_redirect_says_where(self, stage):
        stage.perform(Redirect("/there/"), None)
        assert stage.redirected_to == "/there/"

    def test_history_is_relative_to_where_the_page_is(self, stage):
        stage.perform(History(push_url="?a=2"), None)
        assert stage.url == "/shop/?a=2"
        stage.perform(History(replace_url="/other/"), None)
        assert stage.url == "/other/"

    def test_a_signal_is_that_of_the_component_that_speaks(self, stage):
        stage.perform(Signal("open", value=True), 1)
        assert stage.values.of(1) == {"open": True}
