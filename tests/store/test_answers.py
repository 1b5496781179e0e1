"""What Redis says, in whatever pieces it arrives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import InvalidResponse, NoScriptError, ReadOnlyError, ResponseError

from liveactions.store.answers import Answers

answers = st.recursive(
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=30), lambda inner: st.lists(inner, max_size=5)
)


def said(answer: Any) -> bytes:
    """An answer as Redis would say it."""
    if answer is None:
        return b"$-1\r\n"
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    if isinstance(answer, bytes):
        return b"$%d\r\n%b\r\n" % (len(answer), answer)
    return b"*%d\r\n" % len(answer) + b"".join(map(said, answer))


@given(st.lists(answers, max_size=5), st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_answers_are_the_same_in_whatever_pieces_they_come(expected: list[Any], sizes: list[int]):
    data, reader, found, turn = b"".join(map(said, expected)), Answers(), [], 0
    while data:
        size = sizes[turn % len(sizes)]
        found += reader.feed(data[:size])
        data, turn = data[size:], turn + 1
    assert found == expected


def test_what_redis_refuses_is_an_exception_among_the_answers():
    found = Answers().feed(b"-NOSCRIPT none\r\n*2\r\n-READONLY no\r\n-ERR \xff\r\n+OK\r\n*-1\r\n")
    assert [type(each) for each in found] == [NoScriptError, list, bytes, type(None)]
    assert [type(each) for each in found[1]] == [ReadOnlyError, ResponseError]


def test_what_is_no_answer_is_not_read():
    with pytest.raises(InvalidResponse, match="'x'"):
        Answers().feed(b"xyz\r\n")
