"""Words about records. Relation commands are tested in tests/components/test_relations.py."""

from __future__ import annotations

import pytest

from liveactions import RecordDeleted, Report, Rows, UpdateParent
from liveactions.errors import ResultError


@pytest.mark.parametrize(("given", "kept"), [([1, 2], (1, 2)), (7, (7,)), ("b", ("b",)), ((1,), (1,))])
def test_one_record_or_several_may_be_gone(given, kept):
    assert RecordDeleted(given).pks == kept


def test_rows_count_themselves():
    assert Rows([1, 2, 3]).count == 3
    assert Rows([1], count=40).count == 40


def test_a_report_is_of_records_or_of_data():
    assert Report("a", instance_ids=[1]).instance_ids == (1,)
    assert Report(3, report_data={}).report_data == {}
    for wrong in ({}, {"instance_ids": [1], "report_data": {}}):
        with pytest.raises(ResultError, match="instance_ids or report_data, and not both"):
            Report("a", **wrong)


@pytest.mark.parametrize("pk", [None, True, "", 1.5, b"x"])
def test_what_is_no_primary_key_is_refused(pk):
    with pytest.raises(ResultError, match="must be a primary key"):
        RecordDeleted([pk])


def test_values_are_a_mapping():
    with pytest.raises(ResultError, match="must map fields to values, got list"):
        UpdateParent([("a", 1)])
