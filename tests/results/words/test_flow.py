"""Words about other words."""

from __future__ import annotations

import pytest

from liveactions import Actions, Close, Multi, Noop, Switch, Toast, Wizard
from liveactions.errors import ResultError
from liveactions.results import items_of


def test_several_results_are_their_items():
    assert items_of(Multi([Toast("a"), Multi([Close(), Noop()])]), lambda _: None) == [Toast("a"), Close()]
    assert items_of(Actions(Multi(Toast("a")), Noop()), lambda _: None) == [Toast("a")]


def test_nothing_is_no_item():
    assert items_of(Noop(), lambda _: None) == items_of(None, lambda _: None) == []
    assert items_of({"type": "noop"}, lambda _: None) == []


def test_several_results_are_labelled_by_the_first_that_has_a_label():
    assert Multi([Toast("a"), Wizard("a.b", "Pay"), Switch("x", title="X")]).label == "Pay"
    assert Multi([Toast("a")]).label is None


def test_an_action_needs_a_name():
    with pytest.raises(ResultError, match="action must be a non-empty string"):
        Switch("")


def test_what_hands_over_ends_the_answer():
    assert items_of([Switch("a"), Toast("never")], lambda _: None) == [Switch("a")]
