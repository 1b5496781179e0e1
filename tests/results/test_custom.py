"""Results of an application's own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from liveactions import Result, Toast, register_result
from liveactions.errors import ResultError
from liveactions.results import from_dict, from_wire, to_wire


@register_result("customs.confetti")
@dataclass(frozen=True)
class Confetti(Result):
    """Colours fall from the ceiling."""

    pieces: int = 100


@dataclass(frozen=True)
class Unregistered(Result):
    text: str = ""


def test_it_travels_under_its_name():
    assert to_wire(Confetti(7)) == [31, "customs.confetti", {"pieces": 7}]
    assert from_wire([31, "customs.confetti", {"pieces": 7}]) == Confetti(7)


def test_it_may_be_written_as_a_dict():
    assert from_dict({"type": "customs.confetti", "pieces": 5}) == Confetti(5)
    with pytest.raises(ResultError, match=r"has no property 'colour'\. It has: pieces"):
        from_dict({"type": "customs.confetti", "colour": "red"})


def test_it_may_stand_behind_a_button():
    assert to_wire(Toast("x", action=Confetti()))[-1] == [31, "customs.confetti", {"pieces": 100}]


def test_one_that_is_not_registered_cannot_travel():
    with pytest.raises(ResultError, match=r"not a word of the vocabulary\. Register it"):
        to_wire(Unregistered())


@pytest.mark.parametrize("name", ["confetti", "Shop.Confetti", "shop.", "", "shop confetti"])
def test_a_name_has_the_application_in_front(name):
    with pytest.raises(ResultError, match="cannot be the name of a result"):
        register_result(name)


def test_a_name_is_given_once():
    with pytest.raises(ResultError, match=r"'customs\.confetti' is Confetti already"):
        register_result("customs.confetti")(Unregistered)


@pytest.mark.parametrize("word", [dict, type("Plain", (Result,), {})])
def test_only_dataclasses_that_are_results_can_be_registered(word):
    with pytest.raises(ResultError, match="is not a result"):
        register_result("customs.other")(word)


def test_an_unknown_name_from_the_wire_stays_what_it_is():
    assert from_wire([31, "customs.unknown", {"a": 1}]).name == "customs.unknown"
