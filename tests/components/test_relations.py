"""Relation commands on the lists that components hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import UpdateParent
from liveactions.components.relations import commanded, is_commands
from liveactions.errors import ResultError

ROWS = [{"id": 1, "qty": 1}, {"id": 2, "qty": 2}]


@pytest.mark.parametrize(
    ("commands", "left"),
    [
        ([("C", {"qty": 5})], [*ROWS, {"qty": 5}]),
        ([("U", 2, {"qty": 9})], [ROWS[0], {"id": 2, "qty": 9}]),
        ([("D", 1)], [ROWS[1]]),
        ([("X", 2)], [ROWS[0]]),
        ([("L", 3)], [*ROWS, {"id": 3}]),
        ([("L", 2)], ROWS),
        ([("K",)], []),
        ([("S", [2, 4])], [ROWS[1], {"id": 4}]),
        ([(0, 0, {"qty": 5}), (3, 1, 0), (1, 2, {"qty": 0})], [{"id": 2, "qty": 0}, {"qty": 5}]),
        ([(5, 0, 0), (6, 0, [1])], [1]),
        ([(2, 1), (4, 7, 0)], [ROWS[1], {"id": 7}]),
        ([("K",), ("C", {"qty": 1}), ("K",), ("C", {"qty": 2})], [{"qty": 2}]),
        ([("D", 99), ("U", 99, {"qty": 1})], ROWS),
    ],
)
def test_commands_are_done_in_order(commands, left):
    assert commanded(ROWS, UpdateParent({"lines": commands}).values["lines"]) == left


def test_ids_and_objects_are_rows_too():
    assert commanded([1, 2], [["X", 1], ["L", 3]]) == [2, 3]
    row = SimpleNamespace(pk=5, qty=1)
    assert commanded([row], [["U", 5, {"qty": 2}]]) == [row] and row.qty == 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("Z", 1), "is the command 'Z'"),
        ((7, 1, 0), "is the command 7"),
        ((-1, 1), "is the command -1"),
        ((True, 1), "is the command True"),
        (("U", 1), "takes 2 operands, got 1"),
        (("K", 1), "takes 0 operands, got 1"),
    ],
)
def test_an_unknown_command_is_refused_when_it_is_made(command, sentence):
    with pytest.raises(ResultError, match=sentence):
        UpdateParent({"lines": [("C", {}), command]})


def test_other_lists_are_values():
    assert UpdateParent({"tags": ["a", "b"], "none": []}).values == {"tags": ["a", "b"], "none": []}
    assert not is_commands(["a"]) and not is_commands([]) and is_commands([["K"]])
