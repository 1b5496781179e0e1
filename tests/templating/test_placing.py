"""Where nested components are placed: by their key, their parameters or their place."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from liveactions import Component
from liveactions.errors import DeclarationError
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.templating import TemplateRenderer
from liveactions.templating.placing import Placing, named


class Leaf(Component):
    name = "placing.leaf"
    template = "<li>{{ n }}</li>"
    n: int = 0


class Bud(Component):
    name = "placing.bud"
    template = "<li>bud</li>"


class Branch(Component):
    name = "placing.branch"
    template = "<ul></ul>"


@pytest.fixture
def branch() -> tuple[Tree, Node]:
    tree = Tree(TemplateRenderer(), Surroundings(), page="p", first_id=1, limit=20)
    return tree, tree.mount("placing.branch", {})


def rendering(branch: tuple[Tree, Node], *keys: Any, whole: bool = True) -> list[int]:
    """Place leaves with these keys, as one rendering does. Their ids."""
    placing = Placing(*branch, whole=whole)
    ids = [placing.place("placing.leaf", {}, key)[0] for key in keys]
    placing.finish()
    return ids


# Which is which ------------------------------------------------------------------------------------------------------


def test_a_key_goes_before_what_parameters_say():
    group = Group(pk=3)
    assert named({"group": group}, "mine") == "mine"
    assert named({"group": group}, 0) == "0", "0 is a key like others"
    assert named({"group": group, "n": 1, "user": User(pk=4)}, None) == "3.4"


def test_parameters_without_a_model_tell_nothing():
    assert named({"n": 1, "word": "a"}, None) is None
    assert named({}, None) is None


def test_a_component_may_be_named_by_its_class(branch):
    placing = Placing(*branch, whole=True)
    by_class, by_name = placing.place(Leaf, {}, "a"), placing.place("placing.leaf", {}, "b")
    assert (by_class[1], by_name[1]) == ("placing.leaf:a", "placing.leaf:b")


# From one rendering to the next --------------------------------------------------------------------------------------


def test_who_has_a_key_stays_wherever_it_is_placed(branch):
    first, second = rendering(branch, "a", "b")
    assert rendering(branch, "b", "a") == [second, first]


def test_who_has_no_key_is_known_by_its_place(branch):
    ids = rendering(branch, None, None)
    assert len(set(ids)) == 2
    assert rendering(branch, None, None, None)[:2] == ids
    assert rendering(branch, None) == ids[:1]


def test_places_are_counted_for_each_kind(branch):
    first = Placing(*branch, whole=True)
    leaf, bud = first.place(Leaf, {}), first.place(Bud, {})
    first.finish()
    second = Placing(*branch, whole=True)
    assert (second.place(Bud, {}), second.place(Leaf, {})) == (bud, leaf)


def test_nobody_is_placed_twice(branch):
    with pytest.raises(DeclarationError, match=r"placing\.branch places 'placing\.leaf:a' twice") as caught:
        rendering(branch, "a", "a")
    assert "key=" in caught.value.hint


def test_after_a_whole_rendering_only_those_stand_there_that_it_placed(branch):
    rendering(branch, "a", "b")
    rendering(branch, "b", "c")
    assert list(branch[1].placed) == ["placing.leaf:b", "placing.leaf:c"]


def test_a_rendering_in_part_leaves_the_others_where_they_are(branch):
    rendering(branch, "a", "b")
    rendering(branch, "c", whole=False)
    assert list(branch[1].placed) == ["placing.leaf:a", "placing.leaf:b", "placing.leaf:c"]


def test_what_is_dropped_in_part_is_gone_unless_it_is_placed_again(branch):
    rendering(branch, "a", "b")
    placing = Placing(*branch, whole=False)
    placing.drop(["placing.leaf:a", "placing.leaf:b"])
    placing.place("placing.leaf", {}, "b")
    placing.finish()
    assert list(branch[1].placed) == ["placing.leaf:b"]


def test_who_stood_at_a_place_is_told_from_who_comes_new(branch):
    first, second = rendering(branch, None, None)
    placing = Placing(*branch, whole=False)
    placing.drop(["placing.leaf:#1"])
    assert placing.place("placing.leaf", {}, None, "placing.leaf:#1") == (second, "placing.leaf:#1")
    new, key = placing.place("placing.leaf", {})
    assert new not in {first, second} and key == "placing.leaf:#2"


# What is asked meanwhile ---------------------------------------------------------------------------------------------


def test_each_key_is_told_once(branch):
    placing = Placing(*branch, whole=True)
    placing.place("placing.leaf", {}, "a")
    assert placing.taken() == ("placing.leaf:a",)
    placing.place("placing.leaf", {}, "b")
    placing.place("placing.leaf", {}, "c")
    assert placing.taken() == ("placing.leaf:b", "placing.leaf:c")
    assert placing.taken() == ()


def test_html_is_there_until_the_page_has_it(branch):
    placing = Placing(*branch, whole=True)
    number, _ = placing.place("placing.leaf", {"n": 5}, "a")
    html = placing.html(number)
    assert html is not None and f'live-id="{number}"' in html and ">5</li>" in html
    assert placing.html(number) is None
    assert placing.placeholder(number) == branch[0].nodes[number].placeholder


def test_a_key_that_stands_in_a_part_that_was_passed_over_is_not_placed_again(branch):
    rendering(branch, 1, 2)
    with pytest.raises(DeclarationError, match=r"placing\.leaf:2"):
        rendering(branch, 2, whole=False)
    assert rendering(branch, 3, whole=False) == [7]
