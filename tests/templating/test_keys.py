"""Keys of rows: which row is which."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from uuid import UUID

import msgpack
import pytest
from django.contrib.auth.models import Group, User
from hypothesis import given
from hypothesis import strategies as st

from liveactions.errors import DeclarationError
from liveactions.rendering.layout import NEW
from liveactions.templating.keys import Keys, arrangement, explicit, keys_of


@dataclass
class Note:
    text: str


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


def origins(old: Keys, new: Keys) -> list[int]:
    """From which old row each new one comes, told by keys that are alive and by keys that were written down."""
    found = arrangement(old, new)
    return list(range(len(new.values))) if found is None else found.origins


def dried_origins(old: Keys, new: Keys) -> list[int]:
    travelled = msgpack.unpackb(msgpack.packb(old.dried()))
    found = arrangement(travelled, new)
    return list(range(len(new.values))) if found is None else found.origins


def groups(*numbers: int | None) -> list[Group]:
    return [Group(pk=number, name=f"group {number}") for number in numbers]


def test_model_instances_are_known_by_their_primary_key():
    assert origins(keys_of(groups(1, 2, 3)), keys_of(groups(3, 4, 1))) == [2, NEW, 0]


def test_instances_of_two_models_with_one_primary_key_are_two_rows():
    old = keys_of([Group(pk=1), User(pk=1)])
    assert origins(old, keys_of([User(pk=1), Group(pk=1)])) == [1, 0]
    assert origins(old, keys_of([User(pk=1)])) == [1]
    assert origins(keys_of(groups(1)), keys_of([User(pk=1)])) == [NEW]


def test_an_instance_that_is_not_saved_is_known_by_itself():
    one, two = groups(None, None)
    assert origins(keys_of([one, two]), keys_of([two, one])) == [1, 0]
    assert origins(keys_of([*groups(7), one]), keys_of([one, *groups(7)])) == [1, 0]


def test_another_primary_key_is_another_row_even_in_the_same_place():
    assert origins(keys_of(groups(1)), keys_of(groups(2))) == [NEW]


def test_objects_are_known_by_being_the_same():
    one, two, three = Note("a"), Note("a"), Note("a")
    assert origins(keys_of([one, two, three]), keys_of([three, one])) == [2, 0]


def test_objects_that_were_made_anew_are_paired_by_position():
    assert origins(keys_of([Note("a"), Note("b")]), keys_of([Note("b"), Note("c"), Note("d")])) == [0, 1, NEW]


def test_keys_hold_the_objects_whose_identity_they_are():
    rows = [{"n": 1}, {"n": 2}]
    keys = keys_of(rows)
    rows.clear()
    assert [row["n"] for row in keys.values] == [1, 2]


def test_scalars_are_known_by_their_value():
    assert origins(keys_of(["a", "b", "c"]), keys_of(["c", "b", "a"])) == [2, 1, 0]


def test_a_scalar_in_the_place_of_another_is_the_same_row():
    assert origins(keys_of(["a", "b", "c"]), keys_of(["a", "x", "c"])) == [0, 1, 2]


def test_equal_scalars_are_told_apart_by_their_order():
    assert origins(keys_of(["a", "b", "a"]), keys_of(["a", "a", "b"])) == [0, 2, 1]


def test_the_same_object_twice_is_two_rows():
    note = Note("a")
    other = Note("b")
    assert origins(keys_of([note, note]), keys_of([note, other, note])) == [0, NEW, 1]
    assert origins(keys_of([note, note, other]), keys_of([other, note, note])) == [2, 0, 1]


def test_items_of_a_dictionary_are_known_by_their_key():
    old = keys_of(list({"a": 1, "b": 2}.items()), pairs=True)
    assert origins(old, keys_of(list({"b": 5, "a": 1}.items()), pairs=True)) == [1, 0]
    assert origins(old, keys_of(list({"c": 1}.items()), pairs=True)) == [NEW]


def test_the_keys_from_before_are_given_back_if_they_still_hold():
    old = keys_of(groups(1, 2))
    assert keys_of(groups(1, 2), was=old) is old
    assert keys_of(groups(2, 1), was=old) is not old


def test_a_value_without_a_hash_is_known_by_being_the_same():
    nan = Decimal("sNaN")
    assert origins(keys_of([nan, Decimal(1)]), keys_of([Decimal(1), nan])) == [NEW, 0]


def test_what_an_object_says_of_its_equality_is_not_asked():
    class Odd:
        def __eq__(self, other):
            raise AssertionError("asked")

        __hash__ = None

    one, two = Odd(), Odd()
    assert origins(keys_of([one, two]), keys_of([two, one])) == [1, 0]


# live-key ----------------------------------------------------------------------------------------------------------


def test_rows_are_known_by_their_live_key():
    assert origins(explicit(["a", "b"], "here"), explicit(["b", "c"], "here")) == [1, NEW]


def test_a_live_key_that_is_there_twice_is_an_error_that_names_it():
    with pytest.raises(DeclarationError, match=r"Board, board\.html, line 3: two rows of a loop have the live-key 'x'"):
        explicit(["a", "x", "x"], "Board, board.html, line 3")


# Keys that are written down -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        groups(1, 2, 3),
        ["a", "b", "\0a", "\0str\0b"],
        [1, 2**70, -5],
        [Decimal("1.5"), Decimal(2)],
        [UUID(int=1), UUID(int=2)],
        [Size.SMALL, Size.LARGE],
        ["a", "a", "b"],
        [b"\xff", b"a", None, 2.5, True],
        [Group(pk=1), User(pk=1), None, "a"],
    ],
    ids=str,
)
def test_rows_are_found_again_by_keys_that_were_written_down(rows):
    turned = rows[::-1]
    alive = origins(keys_of(rows), keys_of(turned))
    assert dried_origins(keys_of(rows), keys_of(turned)) == alive
    assert NEW not in alive


def test_of_objects_nothing_but_their_place_can_be_written_down():
    notes = [Note("a"), Note("b"), Note("c")]
    assert dried_origins(keys_of(notes), keys_of(notes[1:])) == [0, 1]


SCALARS = st.one_of(
    st.text("ab\0:#str1", max_size=4), st.integers(-3, 3), st.none(), st.decimals(allow_nan=False, places=1)
)


@given(st.lists(SCALARS, max_size=8), st.lists(SCALARS, max_size=8))
def test_no_two_rows_come_from_one(before, after):
    for found in (origins, dried_origins):
        kept = [origin for origin in found(keys_of(before), keys_of(after)) if origin != NEW]
        assert len(kept) == len(set(kept))


@given(st.lists(SCALARS, max_size=8), st.randoms())
def test_rows_that_only_moved_are_all_found_again(before, chance):
    after = before[:]
    chance.shuffle(after)
    assert sorted(origins(keys_of(before), keys_of(after))) == list(range(len(before)))
