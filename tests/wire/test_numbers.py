"""The two counts of a page session, against a model of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.errors import FrameError
from liveactions.wire import OwnStream, Taken


@given(st.lists(st.integers(-2, 12), max_size=40))
def test_numbers_are_taken_in_order_each_once(numbers):
    taken, last = Taken(), 0
    for number in numbers:
        if number <= last:
            assert taken.take(number) is False
        elif number == last + 1:
            assert taken.take(number) is True
            last += 1
        else:
            with pytest.raises(FrameError) as refused:
                taken.take(number)
            assert refused.value.code == "frame.gap"
        assert taken.last == last


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.integers(0, 30)),
        st.tuples(st.just("ack"), st.integers(0, 15)),
        st.tuples(st.just("since"), st.integers(-3, 15)),
    ),
    max_size=60,
)


@given(STEPS, st.integers(0, 100))
def test_what_was_not_acknowledged_can_be_said_again_or_is_known_to_be_gone(steps, limit):
    stream = OwnStream(limit)
    said: list[bytes] = []
    acked = 0
    for step, value in steps:
        if step == "keep":
            assert stream.next == len(said) + 1
            said.append(bytes([len(said) % 256]) * value)
            stream.keep(said[-1])
        elif step == "ack" and value > len(said):
            with pytest.raises(FrameError, match="was acknowledged, but"):
                stream.ack(value)
        elif step == "ack":
            stream.ack(value)
            acked = max(acked, value)
        else:
            again = stream.since(value)
            assert again is None or again == said[value:]
            if acked <= value <= len(said) and sum(map(len, said[value:])) + sum(map(len, said[acked:value])) <= limit:
                assert again is not None
        assert stream.offset == len(said)
        assert stream.size == sum(map(len, stream.kept))
        assert stream.size - sum(map(len, stream.kept[:1])) <= limit
        assert len(stream.kept) <= len(said) - acked


def test_a_place_beyond_the_end_was_never_told():
    assert OwnStream(100).since(1) is None


def test_asking_for_the_next_offset_does_not_use_it_up():
    stream = OwnStream(100)
    assert stream.next == stream.next == 1
    stream.keep(b"x")
    assert (stream.offset, stream.next) == (1, 2)


def test_what_was_answered_ahead_is_passed_over_and_not_taken_again():
    taken = Taken(2, [4, 5, 7])
    assert [taken.take(number) for number in (2, 4, 3, 5, 6, 7, 8)] == [False, False, True, False, True, False, True]
    with pytest.raises(FrameError, match="came after 8"):
        taken.take(10)


def test_a_stream_that_came_from_elsewhere_goes_on_where_it_stood():
    own = OwnStream(100, [b"c", b"d"], 4)
    assert (own.first, own.next, own.acked) == (3, 5, 2)
    assert own.since(2) == [b"c", b"d"] and own.since(1) is None and own.since(5) is None
    own.ack(3)
    own.keep(b"e")
    assert own.since(3) == [b"d", b"e"]
