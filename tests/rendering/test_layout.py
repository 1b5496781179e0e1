"""Layouts: how the rows of a list came to be out of those that were there."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.rendering.layout import NEW, layout

KEYS = st.lists(st.integers(0, 20), unique=True, max_size=14)
THOUSAND = list(range(1000))


def laid_out(rows: list[Any], wire: list[Any]) -> list[Any]:
    """What a page does with a layout."""
    now: list[Any] = []
    for first, second in zip(wire[::2], wire[1::2], strict=True):
        now += second if first == -1 else rows[first : first + second]
    return now


def wire_of(old: list[Any], new: list[Any], **options: Any) -> list[Any] | None:
    found = layout(old, new, **options)
    return None if found is None else found.wire(new[row] for row in found.fresh)


@given(KEYS, KEYS)
def test_a_layout_makes_the_new_rows_of_the_old_ones(old, new):
    wire = wire_of(old, new)
    assert new == (old if wire is None else laid_out(old, wire))


@given(KEYS, KEYS)
def test_there_is_a_layout_exactly_when_rows_came_went_or_moved(old, new):
    assert (layout(old, new) is None) == (old == new)


@given(KEYS, KEYS)
def test_a_kept_row_is_where_its_key_was(old, new):
    found = layout(old, new)
    for row, origin in enumerate(found.origins if found else ()):
        assert (old[origin] == new[row]) if origin != NEW else (new[row] not in old)


@given(KEYS, KEYS, st.booleans())
def test_runs_cannot_be_joined(old, new, pair):
    found = layout(old, new, pair=pair)
    runs = found.runs if found else []
    for (start, length), (following, _) in pairwise(runs):
        assert following != (NEW if start == NEW else start + length)


@pytest.mark.parametrize(
    ("new", "wire"),
    [
        ([-5, *THOUSAND], [-1, [-5], 0, 1000]),
        ([*THOUSAND, 5000], [0, 1000, -1, [5000]]),
        ([*THOUSAND[:500], *THOUSAND[501:]], [0, 500, 501, 499]),
        ([*THOUSAND[:10], 700, *THOUSAND[11:700], 10, *THOUSAND[701:]], [0, 10, 700, 1, 11, 689, 10, 1, 701, 299]),
        ([999, *THOUSAND[:999]], [999, 1, 0, 999]),
        ([], []),
    ],
    ids=["insert at head", "append", "remove one", "swap two", "last to front", "all gone"],
)
def test_a_layout_is_as_short_as_the_change(new, wire):
    assert wire_of(THOUSAND, new) == wire


def test_a_thousand_rows_reversed_are_a_thousand_moves():
    assert wire_of(THOUSAND, THOUSAND[::-1]) == [part for row in THOUSAND[::-1] for part in (row, 1)]


@given(KEYS, KEYS, st.text(alphabet="abc", max_size=5))
def test_what_was_said_of_old_rows_follows_them(old, new, said):
    found = layout(old, new)
    if found is not None:
        assert found.applied([f"{said}{key}" for key in old], "new") == [
            f"{said}{key}" if key in old else "new" for key in new
        ]


# Pairs ------------------------------------------------------------------------------------------------------------


@given(KEYS, KEYS)
def test_paired_rows_come_from_one_old_row_each(old, new):
    found = layout(old, new, pair=True)
    kept = [origin for origin in (found.origins if found else range(len(old))) if origin != NEW]
    assert len(kept) == len(set(kept))
    for row, key in enumerate(new):
        if key in old and found is not None:
            assert found.origins[row] == old.index(key)


def test_rows_that_nobody_knows_stay_where_they_are():
    assert layout(["a", "b", "c"], ["x", "y", "z"], pair=True) is None


def test_an_unknown_row_between_two_known_ones_takes_the_place_of_the_one_that_is_gone():
    assert layout(["a", "b", "c"], ["a", "x", "c"], pair=True) is None
    assert wire_of(["a", "b", "c"], ["a", "x", "c"]) == [0, 1, -1, ["x"], 2, 1]


def test_an_unknown_row_more_than_before_is_new():
    assert wire_of(["a", "b"], ["x", "y", "z"], pair=True) == [0, 2, -1, ["z"]]


def test_unknown_rows_fewer_than_before_leave_the_last_ones_out():
    assert wire_of(["a", "b", "c"], ["x", "y"], pair=True) == [0, 2]


def test_an_unknown_row_before_a_known_one_is_paired_backwards():
    found = layout(["a", "b", "c"], ["c", "x", "b"], pair=True)
    assert found is not None and found.origins == [2, 0, 1]


def test_equal_keys_of_other_types_are_the_same_key():
    assert layout([1, 2], [True, 2.0]) is None


def test_a_key_that_does_not_equal_itself_is_found_again():
    nan = float("nan")
    assert layout([nan, 1], [nan, 1]) is None
    assert wire_of([nan, 1], [1, nan]) == [1, 1, 0, 1]
