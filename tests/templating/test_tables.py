"""What is remembered of rows: enough to tell that they have changed, and no more."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.rendering.memo import remembered
from liveactions.templating.tables import DIGEST, digests_of, is_dried_table, remembered_all
from tests.templating.rows import TABLE, desk, people

BRANCH = [0, ["a"]]
"""The value of a branch, as a row may have it among its texts."""


def test_each_row_has_its_digest():
    digests = digests_of([["a", "b"], ["a", "c"], ["a", "b"]])
    assert len(digests) == 3 * DIGEST
    first, second, third = (digests[at : at + DIGEST] for at in range(0, 3 * DIGEST, DIGEST))
    assert first == third != second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", ""], ["a", "b"]),
        (["", "ab"], ["ab", ""]),
        (["a\0b", "c"], ["a", "b\0c"]),
        (["a\0b"], ["a", "b"]),
        ([None], [""]),
        ([BRANCH], [None]),
        ([BRANCH], ["[0, ['a']]"]),
        ([], [""]),
        ([], ["[]"]),
        (["a\0b"], ["['a\\x00b']"]),
        ([[]], ["[[]]"]),
    ],
    ids=repr,
)
def test_rows_that_differ_do_not_share_a_digest(one, other):
    assert digests_of([one]) != digests_of([other])


TEXTS = st.lists(st.text(alphabet="a\0'\",[] ", max_size=3), max_size=3)


@given(TEXTS, TEXTS)
def test_rows_of_texts_share_a_digest_only_if_they_are_the_same(one, other):
    assert (digests_of([one]) == digests_of([other])) is (one == other)


def test_text_that_cannot_be_encoded_is_remembered_all_the_same():
    assert len(digests_of([["\ud800"]])) == DIGEST


def test_what_is_remembered_of_many_alike_is_one_object():
    known: dict[Any, Any] = {}
    long = "x" * 100
    first, second, third = remembered_all([long, "selected", long + ""], known)
    assert first is third and first == remembered(long)
    assert remembered_all(["selected"], known)[0] is second


def test_rows_wait_in_a_store_as_plain_data():
    tried = desk(TABLE, items=people("a", "b"))
    (table, *_) = tried.memo
    dried = msgpack.unpackb(msgpack.packb(table.dried()))
    assert is_dried_table(dried) and not is_dried_table(table)
    assert dried[2] == digests_of([["a", "0"], ["b", "1"]])
    assert not table.restless


def test_rows_that_were_not_reached_through_data_are_restless():
    source = "<ul>{% for item in items %}<li>{{ item.shout }}</li>{% endfor %}</ul>"
    (table, *_) = desk(source, items=people("a")).memo
    assert table.restless and table.dried()[3] is True
