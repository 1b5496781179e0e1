"""Streams: keys in order, items until they are rendered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.auth.models import Group

from liveactions import Component
from liveactions.components import assign, dump, restore
from liveactions.components.streams import Stream, settle_streams, stream
from liveactions.components.watch import begin
from liveactions.errors import ArgumentError, DeclarationError, LocalError


@dataclass
class Entry:
    pk: int | None
    text: str = ""


class Diary(Component):
    template = "x"
    entries: Stream[Entry] = stream()
    short: Stream[Entry] = stream(limit=3)
    words: Stream[str] = stream()
    rows: Stream[dict] = stream("id")


class Attentive(Diary):
    def updated(self, changed: frozenset[str]) -> None:
        """Wants to know exactly."""


def filled(*numbers: int, name: str = "entries") -> Stream[Entry]:
    entries: Stream[Entry] = getattr(Diary(), name)
    entries.reset(map(Entry, numbers))
    entries.settle()
    return entries


# Putting in, taking out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "keys"),
    [
        (0, (9, 1, 2, 3)),
        (1, (1, 9, 2, 3)),
        (99, (1, 2, 3, 9)),
        (-1, (1, 2, 3, 9)),
        (-2, (1, 2, 9, 3)),
        (-99, (9, 1, 2, 3)),
    ],
)
def test_an_item_is_put_at_its_position(at, keys):
    entries = filled(1, 2, 3)
    entries.insert(Entry(9), at)
    assert entries.keys == keys
    assert list(entries.pending) == [9]


def test_an_item_is_put_beside_another():
    entries = filled(1, 2, 3)
    entries.insert(Entry(8), before=2)
    entries.insert(Entry(9), after=Entry(2))
    assert entries.keys == (1, 8, 2, 9, 3)


def test_beside_what_is_not_there_nothing_can_be_put():
    entries = filled(1, 2)
    with pytest.raises(LocalError, match=r"Diary.entries has nothing with the key 7 to put something beside"):
        entries.insert(Entry(9), before=7)
    assert entries.keys == (1, 2)
    assert not entries.pending


def test_an_item_that_is_there_is_not_doubled():
    entries = filled(1, 2, 3)
    entries.append(Entry(1, "new"))
    assert entries.keys == (2, 3, 1)
    assert entries.pending == {1: Entry(1, "new")}


def test_an_update_of_what_is_not_there_is_passed_over():
    entries = filled(1)
    assert entries.update(Entry(1, "new"))
    assert not entries.update(Entry(2))
    assert entries.pending == {1: Entry(1, "new")}


def test_items_are_taken_out_by_themselves_or_by_their_key():
    entries = filled(1, 2, 3)
    assert entries.delete(1)
    assert entries.delete(Entry(3))
    assert not entries.delete(3)
    assert entries.keys == (2,)


def test_what_is_taken_out_is_not_pending():
    entries = filled(1)
    entries.append(Entry(2))
    entries.delete(2)
    assert not entries.pending


def test_a_move_renders_nothing_again():
    entries = filled(1, 2, 3, 4)
    assert entries.move(4, 1)
    assert entries.move(Entry(1), before=3)
    assert entries.move(2)
    assert not entries.move(7, 0)
    assert entries.keys == (4, 1, 3, 2)
    assert not entries.pending


def test_reset_and_clear_leave_nothing_else():
    entries = filled(1, 2, 3)
    entries.reset([Entry(3, "new"), Entry(4)])
    assert (entries.keys, list(entries.pending)) == ((3, 4), [3, 4])
    entries.clear()
    assert (len(entries), entries.pending) == (0, {})


def test_a_stream_knows_what_is_in_it():
    entries = filled(1, 2)
    assert 1 in entries
    assert Entry(2) in entries
    assert 3 not in entries
    assert len(entries) == 2
    assert entries
    assert not filled()


# Limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("put", "keys"),
    [
        (lambda entries: entries.append(Entry(9)), (2, 3, 9)),
        (lambda entries: entries.prepend(Entry(9)), (9, 1, 2)),
        (lambda entries: entries.insert(Entry(9), 1), (1, 9, 2)),
        (lambda entries: entries.append(Entry(1)), (2, 3, 1)),
        (lambda entries: entries.reset(map(Entry, range(10))), (0, 1, 2)),
    ],
)
def test_over_the_limit_rows_leave_at_the_other_end(put, keys):
    entries = filled(1, 2, 3, name="short")
    put(entries)
    assert entries.keys == keys


def test_what_left_over_the_limit_is_not_kept():
    entries = filled(name="short")
    for number in range(5):
        entries.append(Entry(number))
    assert list(entries.pending) == [2, 3, 4]


def test_a_reset_takes_no_more_than_the_limit_from_an_iterator():
    endless = map(Entry, iter(range(10**9)))
    filled(name="short").reset(endless)
    assert next(endless).pk == 3


# Keys --------------------------------------------------------------------------------------------------------------


def test_keys_are_found_in_attributes_and_items():
    diary = Diary()
    diary.rows.append({"id": "a"})
    diary.words.append("hello")
    diary.entries.append(Entry(5))
    assert (diary.rows.keys, diary.words.keys, diary.entries.keys) == (("a",), ("hello",), (5,))


def test_a_key_may_be_a_function_or_a_uuid():
    class Keyed(Component):
        template = "x"
        upper: Stream[Entry] = stream(lambda entry: entry.text.upper())
        uuids: Stream[dict] = stream("id")

    keyed, number = Keyed(), UUID(int=5)
    keyed.upper.append(Entry(1, "a"))
    keyed.uuids.append({"id": number})
    assert keyed.upper.keys == ("A",)
    assert keyed.uuids.keys == (str(number),)
    assert number in keyed.uuids


@pytest.mark.parametrize(
    ("name", "item", "message"),
    [
        ("entries", Entry(None), "the key of Entry is None; a key is a str or an int. Save a new row"),
        ("entries", object(), "an item of type object has no 'pk'. Say what tells its items apart"),
        ("rows", {"pk": 1}, "Diary.rows: an item of type dict has no 'id'"),
        ("rows", {"id": 1.5}, "the key of dict is 1.5"),
        ("rows", {"id": True}, "the key of dict is True"),
    ],
)
def test_an_item_without_a_usable_key_is_refused(name, item, message):
    with pytest.raises(LocalError) as refused:
        getattr(Diary(), name).append(item)
    assert message in str(refused.value)


# State -------------------------------------------------------------------------------------------------------------


def test_only_keys_are_kept():
    diary = Diary()
    diary.entries.reset([Entry(2), Entry(1)])
    kept = dump(diary)
    assert kept["entries"] == {"$stream": [2, 1]}
    again = restore(Diary, kept).entries
    assert again == diary.entries
    assert not again.pending


def test_a_restored_stream_remembers_its_declaration():
    diary = Diary()
    diary.short.reset(map(Entry, (1, 2, 3)))
    again = restore(Diary, dump(diary)).short
    again.append(Entry(4))
    assert again.keys == (2, 3, 4)


def test_two_components_have_two_streams():
    one, other = Diary(), Diary()
    one.entries.append(Entry(1))
    assert not other.entries


@pytest.mark.parametrize("method", ["append", "update", "delete", "move", "reset", "clear"])
def test_whatever_is_done_to_a_stream_is_a_change_and_can_be_taken_back(method):
    diary = Attentive()
    diary.entries.reset([Entry(1), Entry(2)])
    settle_streams(diary)
    diary.entries.update(Entry(2, "pending"))
    with begin(diary) as watch:
        arguments = {"move": [1, 1], "delete": [2], "clear": [], "reset": [[Entry(2)]]}.get(method, [Entry(2)])
        getattr(diary.entries, method)(*arguments)
        assert watch.changed() == watch.changed(maybe=True) == {"entries"}
        watch.recover()
        assert watch.changed() == frozenset()
    assert diary.entries.keys == (1, 2)
    assert diary.entries.pending == {2: Entry(2, "pending")}


def test_reading_and_rendering_a_stream_is_no_change():
    diary = Attentive()
    diary.entries.append(Entry(1))
    with begin(diary) as watch:
        assert 1 in diary.entries
        assert [entry.pk for entry in diary.entries] == [1]
        settle_streams(diary)
        assert watch.changed() == frozenset()


def test_a_stream_is_filled_and_never_replaced():
    with pytest.raises(ArgumentError, match="a stream is never replaced: call its insert"):
        assign(Diary(), {"entries": [Entry(1)]})
    diary = Diary()
    diary.entries = [Entry(1)]  # type: ignore[assignment]
    with pytest.raises(LocalError, match=r"Diary.entries does not fit"):
        dump(diary)


def test_settled_streams_hold_no_items():
    diary = Diary()
    diary.entries.append(Entry(1))
    diary.words.append("a")
    settle_streams(diary)
    assert not diary.entries.pending
    assert not diary.words.pending
    assert diary.entries.keys == (1,)


# Loading -----------------------------------------------------------------------------------------------------------


def test_items_that_are_not_at_hand_are_loaded_together():
    asked = []

    def load(keys):
        asked.append(keys)
        return [Entry(key, "loaded") for key in reversed(keys) if key != 2]

    class Archive(Component):
        template = "x"
        entries: Stream[Entry] = stream(load=load)

    archive = Archive()
    archive.entries.reset(map(Entry, (1, 2, 3)))
    archive.entries.settle()
    archive.entries.prepend(Entry(4, "given"))
    assert [(entry.pk, entry.text) for entry in archive.entries] == [(4, "given"), (1, "loaded"), (3, "loaded")]
    assert asked == [[1, 2, 3]]
    assert archive.entries.keys == (4, 1, 3), "what is gone has left the stream"
    assert [entry.pk for entry in reversed(archive.entries)] == [3, 1, 4]


def test_items_nobody_can_load_are_missed_loudly():
    entries = filled(1, 2)
    with pytest.raises(LocalError, match=r"Diary.entries has to render 2 of its rows again.*stream\(load=…\)"):
        list(entries)


@pytest.mark.django_db
def test_model_instances_are_loaded_by_the_default_manager(django_assert_num_queries):
    class Groups(Component):
        template = "x"
        groups: Stream[Group] = stream()

    made = [Group.objects.create(name=name) for name in "abc"]
    groups = Groups()
    groups.groups.reset([made[2], made[0], made[1]])
    again = restore(Groups, dump(groups))
    made[0].delete()
    with django_assert_num_queries(1):
        assert list(again.groups) == [made[2], made[1]]


# Declaring ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_at_least_one(limit):
    with pytest.raises(DeclarationError, match="The limit of a stream is"):
        stream(limit=limit)


def test_a_loader_is_not_async():
    async def load(keys):
        return []

    with pytest.raises(DeclarationError, match="load of a stream is async"):
        stream(load=load)


def test_a_subclass_may_declare_it_again():
    class Short(Diary):
        entries: Stream[Entry] = stream(limit=1)

    short = Short()
    short.entries.append(Entry(1))
    short.entries.append(Entry(2))
    assert short.entries.keys == (2,)
