"""What every word has."""

from __future__ import annotations

import pytest

from liveactions import Switch, Toast, audience
from liveactions.errors import ResultError
from liveactions.results import WORDS, Addressed, to_wire


def test_a_result_may_be_for_somebody_else():
    told = Toast("x").to("team.7", audience.everyone)
    assert told == Addressed(Toast("x"), ("team.7", audience.everyone))
    assert told.local


def test_somebody_must_be_named():
    with pytest.raises(ResultError, match="needs to know for whom"):
        Toast("x").to()


def test_what_is_for_somebody_else_has_no_place_on_the_wire():
    assert Addressed not in WORDS.values()
    with pytest.raises(ResultError):
        to_wire(Toast("x").to("team.7"))


def test_only_words_of_the_server_are_local():
    assert {word.__name__ for word in WORDS.values() if word.server} == {
        "Wizard",
        "WindowAction",
        "SendMessage",
        "Report",
        "Switch",
    }
    assert Switch("x").local and not Toast("x").local
