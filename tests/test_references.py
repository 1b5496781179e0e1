"""Django's own values in state, arguments and tokens."""

from __future__ import annotations

import gc
import sys

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from liveactions import Component
from liveactions.components import dump, references, restore
from liveactions.components.rollback import saved
from liveactions.errors import ArgumentError, LocalError, ResultError
from liveactions.references import freeze, thaw
from liveactions.results import plain
from liveactions.wire import load, pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def blue() -> Group:
    return Group.objects.create(name="blue")


class Team(Component):
    name = "references.team"
    template = "<p></p>"
    team: Group | None = None
    teams: list[Group] = []


def test_parameters_are_frozen_as_keys_and_thawed_as_rows(blue):
    params = {"team": blue, "many": [blue, (blue, 1)], "n": 1, "text": "x", "nothing": None}
    frozen = load(pack(freeze(params)))
    Group.objects.filter(pk=blue.pk).update(name="green")
    thawed = thaw(frozen)
    assert thawed == {"team": blue, "many": [blue, [blue, 1]], "n": 1, "text": "x", "nothing": None}
    assert thawed["team"].name == "green", "fetched afresh"
    assert "blue" not in str(frozen)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=8,
    )
)
def test_plain_parameters_come_back_as_they_were(value):
    assert thaw(load(pack(freeze({"x": value})))) == {"x": value}


def test_a_row_that_is_gone_cannot_be_thawed(blue):
    frozen = freeze({"team": blue})
    blue.delete()
    with pytest.raises(ValueError, match="There is no group"):
        thaw(frozen)


def test_what_cannot_be_frozen_is_named():
    with pytest.raises(ResultError, match="thing is a"):
        freeze({"thing": object()})


def test_state_keeps_keys(blue):
    team = Team()
    team.team, team.teams = blue, [blue]
    kept = dump(team)
    assert "blue" not in str(kept)
    again = restore(Team, load(pack(kept)))
    assert again.team == blue and again.teams == [blue]


def test_state_whose_row_is_gone_cannot_be_restored(blue):
    team = Team()
    team.team = blue
    kept = dump(team)
    blue.delete()
    with pytest.raises(LocalError, match=r"Team\.team cannot be restored"):
        restore(Team, kept)


def test_rows_become_their_keys_on_the_way_to_a_browser(blue):
    assert plain(blue) == blue.pk
    assert plain({"team": blue, "all": Group.objects.all()}) == {"team": blue.pk, "all": [blue.pk]}
    assert plain(gettext_lazy("Yes")) == "Yes"


@pytest.mark.parametrize("key", ["x", -1, 10**30, None, [1], {"pk": 1}, 1.5, True])
async def test_a_key_that_names_nothing_is_refused_by_its_path(key):
    from liveactions.threads import runner

    def bind() -> None:
        Team(team=key)  # what mount is given, before it is checked
        from liveactions.components import bind_mount

        bind_mount(Team.create({"team": key}))()

    if key is None:
        await runner().run(bind)
        return
    with pytest.raises(ArgumentError) as refused:
        await runner().run(bind)
    assert refused.value.detail["path"].startswith("team")


def test_users_are_rows_like_any_other():
    ada = User.objects.create_user("ada")
    assert thaw(freeze({"user": ada})) == {"user": ada}


def test_several_rows_are_one_query_and_what_is_gone_is_left_out(blue, django_assert_num_queries):
    green = Group.objects.create(name="green")
    reference = references.find(Group)
    assert reference is not None
    with django_assert_num_queries(1):
        assert set(reference.load_all(Group, [green.pk, 10**6, blue.pk])) == {blue, green}


# ── Going back ──


def test_what_django_notes_of_many_rows_goes_back():
    rows = [Group(pk=number, name="x") for number in range(10)]
    again = saved(rows)
    rows[3]._state.adding, rows[4]._state.db, rows[5].name = False, "other", "y"
    again()
    assert [(row.name, row._state.adding, row._state.db) for row in rows] == [("x", True, None)] * 10


def test_related_rows_that_many_rows_have_at_hand_go_back():
    red, blue = ContentType(pk=1, model="red"), ContentType(pk=2, model="blue")
    rows = [Permission(pk=number, content_type=red) for number in range(9)]
    rows.append(Permission(pk=9))
    again = saved(rows)
    for row in rows:
        row.content_type = blue
    again()
    assert [row.content_type_id for row in rows] == [1] * 9 + [None]
    assert [row._state.fields_cache.get("content_type") for row in rows] == [red] * 9 + [None]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before that, every object has a __dict__ from the beginning")
def test_rows_without_related_ones_get_no_second_dictionary_each():
    rows = [Group(pk=number, name="x") for number in range(10)]
    saved(rows)
    assert not any(type(part) is dict for row in rows for part in gc.get_referents(row._state))
