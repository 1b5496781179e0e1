"""A word and its array on the wire."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions import HTML, Error, Event, Notify, Redirect, Signal, Signals, Toast
from liveactions.errors import FrameError, ResultError
from liveactions.results import SHAPES, Result, from_wire, to_wire
from tests.data import PLAIN_DATA

NAMES = st.text(alphabet="abc$", min_size=1, max_size=5).filter(lambda name: name.strip("$"))
LEAVES = st.one_of(
    st.builds(HTML, st.text(max_size=9), st.none() | st.just("#x"), st.sampled_from(["inner", "before", "delete"])),
    st.builds(Event, NAMES, PLAIN_DATA.filter(lambda value: value is not None)),
    st.builds(Signal, NAMES, PLAIN_DATA),
    st.builds(Signals, st.dictionaries(NAMES, PLAIN_DATA, max_size=3)),
    st.just(Redirect("/orders/7/")),
)
RESULTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Toast, PLAIN_DATA, timeout=st.none() | st.integers(0, 9), action=st.none() | inner)
        | st.builds(Notify, st.text(max_size=9), action=st.none() | inner, action_label=st.none() | st.text(max_size=5))
        | st.builds(Error, st.text(max_size=9), action=st.none() | inner)
    ),
    max_leaves=3,
)


@given(RESULTS)
def test_what_is_written_can_be_read(result):
    assert from_wire(to_wire(result)) == result


@given(RESULTS)
def test_no_array_is_longer_than_it_must_be(result):
    array = to_wire(result)
    assert len(array) == 1 or array[-1] != SHAPES[array[0]].defaults[len(array) - 2]


def test_defaults_at_the_end_are_left_out():
    assert to_wire(HTML("x")) == [1, "x"]
    assert to_wire(HTML("x", transition=True)) == [1, "x", None, "outer", True]
    assert to_wire(Toast("x", level="success")) == [4, "x", "success"]


def test_a_result_inside_a_result_is_its_array():
    assert to_wire(Notify("x", action=Redirect("/"))) == [5, "x", "blue", [6, "/"]]


def test_values_are_made_plain():
    assert to_wire(Signal("day", date(2026, 1, 2))) == [9, "day", "2026-01-02"]


def test_a_value_that_cannot_travel_is_named():
    with pytest.raises(ResultError, match=r"payload\.order is a"):
        to_wire(Event("saved", {"order": object()}))


def test_a_value_that_compares_oddly_is_refused_like_any_other():
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("not to be compared")

        __hash__ = None

    with pytest.raises(ResultError, match="value is a"):
        to_wire(Signal("a", Odd()))


def test_only_words_of_the_vocabulary_travel():
    class Shout(Toast): ...

    with pytest.raises(ResultError, match="Shout is not a word"):
        to_wire(Shout("x"))
    with pytest.raises(ResultError, match="Result is not a word"):
        to_wire(Result())


@pytest.mark.parametrize(
    "array",
    [
        [],
        None,
        "toast",
        {"word": 4},
        [0],
        [99, "x"],
        [True, "x"],
        ["4", "x"],
        [4],
        [2, ""],
        [6, "javascript:x"],
        [4, "x", "loud"],
        [4, "x", "info", None, False, None, [99]],
        [4, "x", "info", None, False, None, "toast"],
    ],
)
def test_what_is_no_word_is_refused(array):
    with pytest.raises(FrameError) as refused:
        from_wire(array)
    assert refused.value.code == "frame.malformed"


def test_fields_of_a_newer_vocabulary_are_passed_over():
    assert from_wire([6, "/", False, False, "new"]) == Redirect("/")
