"""Windows: a slice of a long list that the browser chooses."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from liveactions import Component
from liveactions.components import declaration, dump, restore, signals, write
from liveactions.components.watch import begin
from liveactions.components.windows import MOST, Window, window
from liveactions.errors import DeclarationError, LocalError, RemoteError


class Table(Component):
    name = "tests.windowed_table"
    template = "x"
    visible: Window = window(size=3)


LETTERS = "abcdefghij"


@pytest.mark.parametrize(
    ("first", "count", "shown"),
    [(0, 3, "abc"), (4, 2, "ef"), (8, 5, "ij"), (0, 99, LETTERS), (10, 4, "ghij"), (500, 4, "ghij")],
)
def test_it_shows_a_slice(first, count, shown):
    visible = Window(first, count)
    rows = visible.of(list(LETTERS))
    assert "".join(rows) == shown
    assert (rows.total, visible.total) == (10, 10)
    assert LETTERS[rows.first] == shown[0]
    assert visible.first == rows.first


def test_an_empty_list_is_shown_from_its_beginning():
    visible = Window(7, 3)
    assert visible.of([]) == []
    assert (visible.first, visible.total) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "count", "queries", "names"),
    [(0, 3, 2, "abc"), (0, 20, 1, LETTERS), (8, 5, 1, "ij"), (0, 10, 2, LETTERS), (30, 4, 3, "ghij")],
)
def test_of_a_queryset_only_the_slice_is_fetched(first, count, queries, names, django_assert_num_queries):
    Group.objects.bulk_create(Group(name=name) for name in LETTERS)
    visible = Window(first, count)
    with django_assert_num_queries(queries) as seen:
        rows = visible.of(Group.objects.order_by("name"))
    assert "".join(group.name for group in rows) == names
    assert visible.total == 10
    assert f"LIMIT {count}" in seen[0]["sql"]


@pytest.mark.django_db
def test_no_rows_take_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Window().of(Group.objects.order_by("name")) == []


@pytest.mark.parametrize("source", [{"a": 1}.items(), Group.objects, iter("abc")])
def test_what_has_no_slices_is_refused(source):
    with pytest.raises(LocalError, match=r"A window cannot look at .*Give it a list or a queryset"):
        Window().of(source)


def test_it_starts_with_its_size():
    assert Table().visible == Window(0, 3)


def test_the_browser_chooses_the_rows():
    table = Table()
    assert write(table, {"visible": {"first": 40, "count": 25}}) == {"visible"}
    assert table.visible == Window(40, 25)


def test_no_browser_gets_more_rows_than_it_may_have():
    table = Table()
    write(table, {"visible": {"first": 0, "count": 10**9}})
    assert table.visible.count == MOST


@pytest.mark.parametrize(
    "value",
    [
        {"first": -1, "count": 5},
        {"first": 0, "count": 0},
        {"first": 2**40, "count": 5},
        {"first": "0", "count": 5},
        {"first": 0},
        {"first": 0, "count": 5, "total": 3},
        [0, 5],
        5,
        None,
    ],
)
def test_a_window_that_makes_no_sense_is_refused(value):
    table = Table()
    with pytest.raises(RemoteError) as refused:
        write(table, {"visible": value})
    assert refused.value.code == "state.invalid"
    assert table.visible == Window(0, 3)


def test_it_is_kept_and_told_to_the_browser():
    table = Table()
    table.visible.of(list(LETTERS))
    assert restore(Table, dump(table)).visible == table.visible
    assert signals(table) == {"visible": {"first": 0, "count": 3, "total": 10, "jumps": 0}}
    assert declaration(Table).bound == ("visible",)


def test_what_rendering_finds_is_a_change():
    table = Table()
    with begin(table) as watch:
        table.visible.of(list(LETTERS))
        assert watch.changed() == {"visible"}
    with begin(table) as watch:
        table.visible.of(list(LETTERS))
        assert watch.changed() == frozenset()


def test_the_server_can_send_the_page_to_a_row():
    visible = Window(50, 10)
    visible.go_to()
    assert (visible.first, visible.jumps) == (0, 1)
    visible.go_to(700)
    assert (visible.first, visible.jumps) == (700, 2)


@pytest.mark.parametrize("size", [0, -1, MOST + 1])
def test_a_size_is_refused_that_no_page_could_have(size):
    with pytest.raises(DeclarationError, match="The size of a window is"):
        window(size=size)
