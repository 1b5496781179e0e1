"""Many objects looked at together: only where this is the same as looking at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from liveactions.components.alike import FEW, table_of


class Row:
    def __init__(self, pk: int, **more: Any) -> None:
        self.pk, self.name = pk, "name"
        vars(self).update(more)


@dataclass
class Slotted:
    __slots__ = ("name", "pk")
    pk: int
    name: str


def rows(count: int = FEW) -> list[Row]:
    return [Row(pk) for pk in range(count)]


def test_a_table_has_the_values_of_each_object():
    table = table_of(rows())
    assert table is not None
    assert {name: table.column(name) for name in table.names} == {"pk": list(range(FEW)), "name": ["name"] * FEW}
    assert list(table.rows()) == [(pk, "name") for pk in range(FEW)]


def test_a_table_knows_all_types_that_stand_under_a_name():
    table = table_of([*rows(), Row(None)])
    assert table is not None
    assert table.kinds() == {"pk": {int, type(None)}, "name": {str}}


NO_TABLE: dict[str, list[Any]] = {
    "few objects": rows(FEW - 1),
    "an attribute more in one": [*rows(), Row(9, note="new")],
    "another attribute in one": [*(Row(pk, note="") for pk in range(FEW)), Row(9, other="")],
    "no attributes of their own": [Slotted(pk, "name") for pk in range(FEW)],
    "numbers": list(range(FEW)),
    "classes": [Row] * FEW,
}


@pytest.mark.parametrize("name", NO_TABLE)
def test_there_is_no_table_of(name):
    assert table_of(NO_TABLE[name]) is None
