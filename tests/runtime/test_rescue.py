"""An answer that cannot be encoded: what has changed in the components is told all the same."""

from __future__ import annotations

from liveactions.results import Event, Patch, Signals, Toast, Whole
from liveactions.runtime.rescue import rescued


def test_how_components_look_is_kept_and_nothing_else():
    rows = [(1, Whole("<p>")), (1, Toast("x")), (1, Signals({"n": 1})), (3, Patch([0, "x"])), (1, Event("x", object()))]
    assert [type(result) for _, result in rescued(rows)] == [Whole, Signals, Patch]


def test_signals_that_cannot_be_encoded_are_not_kept():
    assert rescued([(1, Signals({"n": object()}))]) == []
