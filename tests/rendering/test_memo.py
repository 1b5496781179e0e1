"""What is remembered of a string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.rendering.memo import remembered, same


@pytest.mark.parametrize("value", ["", "a", "ü" * 24])
def test_a_short_string_is_remembered_as_it_is(value):
    assert remembered(value) == value


def test_of_a_long_string_twelve_bytes_are_remembered():
    memo = remembered("x" * 25)
    assert isinstance(memo, bytes)
    assert len(memo) == 12


def test_half_a_surrogate_pair_can_be_remembered():
    assert same(remembered("\ud800" * 30), "\ud800" * 30)


@given(st.text(max_size=60), st.text(max_size=60))
def test_strings_are_the_same_if_and_only_if_they_are_equal(one, other):
    assert same(remembered(one), one)
    assert same(remembered(one), other) == (one == other)
