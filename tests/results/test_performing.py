"""Who performs a word on the server. Performers in a page are tested in tests/runtime/test_scene.py."""

from __future__ import annotations

import pytest

from liveactions import Download, Report, Toast, Wizard, performs
from liveactions.errors import ResultError
from liveactions.results import is_performed, perform


@pytest.fixture(autouse=True)
def _nobody(monkeypatch):
    monkeypatch.setattr("liveactions.results.performing.PERFORMERS", {})


def test_a_word_for_the_server_that_nobody_performs_says_what_is_missing():
    with pytest.raises(ResultError, match=r'Nobody performs Wizard here\. Add "liveactions\.contrib\.windows"'):
        perform(Wizard("a.b"), None)
    with pytest.raises(ResultError, match=r'Add "liveactions\.contrib\.reports"'):
        perform(Report("a", report_data={}), None)


def test_what_a_browser_performs_is_sent_as_it_is():
    assert perform(Toast("x"), None) == Toast("x")
    assert not is_performed(Toast("x"))
    assert is_performed(Wizard("a.b")) and is_performed(Download("a", path="/srv/a"))


def test_a_performer_answers_for_its_words():
    @performs(Toast, Wizard)
    def both(word, request):
        return (word, request)

    assert perform(Toast("x"), "request") == (Toast("x"), "request")
    assert is_performed(Toast("x"))


def test_a_performer_may_answer_with_nothing():
    performs(Toast)(lambda word, request: None)
    assert perform(Toast("x"), None) is None
