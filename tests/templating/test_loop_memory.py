"""What is remembered of the rows of a loop: while its component lives, and while it waits in a store."""

from __future__ import annotations

from copy import deepcopy

import msgpack
import pytest
from django.contrib.auth.models import Group, User

from liveactions.templating.tables import Table
from tests.templating.rows import KEYED, KEYED_NESTED, PICKED, POSITIONS, TABLE, Row, desk, dry, li, people, turned

# What waits in a store ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [TABLE, PICKED, KEYED, KEYED_NESTED, POSITIONS])
def test_after_waiting_in_a_store_only_rows_that_differ_are_sent(source):
    tried = desk(source, items=[Row(name, number, tags=["x"]) for number, name in enumerate("abc")])
    dry(tried)
    assert turned(tried, "items") == []
    dry(tried)
    tried.component.items[1].name, tried.component.items[1].n = "new", 7
    changes = turned(tried, "items")
    assert "new" in repr(changes) or "7" in repr(changes)
    assert "'c'" not in repr(changes)


def test_models_are_found_again_after_waiting_in_a_store():
    source = li("{{ item.name }}")
    tried = desk(source, items=[Group(pk=number, name=name) for number, name in enumerate("abc", 1)])
    dry(tried)
    tried.component.items = [Group(pk=9, name="x"), Group(pk=3, name="c"), Group(pk=1, name="z")]
    assert turned(tried, "items") == [0, [[-1, [["x"]], 2, 1, 0, 1], 2, [-1, ["z"]]]]


def test_a_row_of_which_a_part_was_evaluated_is_sent_again_from_a_store():
    tried = desk(TABLE, items=people("a", "b"))
    tried.component.items[1].n = 5
    turned(tried, "items")
    dry(tried)
    assert turned(tried, "items") == [0, [None, 1, [-1, ["b", "5"]]]]
    dry(tried)
    assert turned(tried, "items") == []


def test_a_value_that_came_back_while_it_waited_is_sent():
    tried = desk(TABLE, items=people("a", "b"))
    tried.component.items[1].n = 5
    turned(tried, "items")
    dry(tried)
    tried.component.items[1].n = 1
    assert turned(tried, "items") == [0, [None, 1, [-1, ["b", "1"]]]]


def test_what_is_remembered_of_a_thousand_rows_is_plain_and_small():
    tried = desk(TABLE, items=[Group(pk=number, name=f"{number}") for number in range(1000)])
    assert len(msgpack.packb(tried.program.dry(tried.memo))) < 12_000


# Memory -------------------------------------------------------------------------------------------------------------


def test_a_table_of_a_thousand_rows_is_remembered_in_120_kib():
    import gc
    import tracemalloc

    cells = "".join(
        f"<td>{{{{ item.{name} }}}}</td>" for name in ("id", "username", "email", "first_name", "last_name")
    )
    users = [
        User(pk=n + 1000, username=f"user {n}", email=f"{n}@x.org", first_name=f"F{n}", last_name=f"L{n}")
        for n in range(1000)
    ]
    tried = desk(f"<table><tbody>{{% for item in items %}}<tr>{cells}</tr>{{% endfor %}}</tbody></table>", items=users)
    tried.values = []
    tried.memo = None
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tried.fresh()
        users[500].username = "changed"
        tried.change("items")
        tried.values = []
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 120 * 1024


def test_values_are_shared_with_the_rows():
    tried = desk(TABLE, items=people("long enough to be an object of its own"))
    tried.component.items = deepcopy(tried.component.items)
    tried.component.items[0].name = "".join(["long enough to be ", "an object of its own"])
    turned(tried, "items")
    (table, *_) = tried.memo
    assert isinstance(table, Table)
    assert table.columns[1][0] is tried.component.items[0].name or table.columns[0][0] is tried.component.items[0].name


def test_keys_that_are_a_column_anyway_are_kept_once():
    tried = desk(
        "<ul>{% for item in items %}<li id='{{ item.pk }}'>{{ item.name }}</li>{% endfor %}</ul>",
        items=[Group(pk=number + 1000, name=f"{number}") for number in range(3)],
    )
    for _ in range(2):
        (table, *_) = tried.memo
        assert isinstance(table, Table)
        assert any(column is table.keys.values for column in table.columns)
        tried.component.items.insert(1, Group(pk=7, name="new"))
        assert turned(tried, "items") == [0, [[0, 1, -1, [["7", "new"]], 1, 2]]]
        tried.component.items.pop(1)
        turned(tried, "items")
