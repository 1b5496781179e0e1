"""Which components a page has: what they are called, how many there may be, and how they end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import Component
from liveactions.errors import CallError, LocalError
from tests.runtime.trees import LOAD, change, new_tree

# Ids and places ----------------------------------------------------------------------------------------------


def test_ids_of_a_response_are_odd_and_those_of_a_session_even():
    ids = {first: new_tree(first).mount("tree.rows", {}).id for first in (1, 2)}
    assert ids == {1: 1, 2: 2}
    tree = new_tree(2)
    tree.html(tree.mount("tree.rows", {"rows": ["a", "b"]}))
    assert sorted(tree.nodes) == [2, 4, 6]


def test_a_component_knows_where_and_for_whom_it_is():
    ada = SimpleNamespace(pk=7)
    tree = new_tree(user=ada)
    component = tree.mount("tree.row", {}).component
    assert (component.id, component.page, component.user) == (1, "p1", ada)
    assert (component.address.stream, component.address.scope) == ("@page.p1", 1)


def test_an_id_is_given_once():
    tree = new_tree()
    tree.mount("tree.row", {}, node_id=5)
    with pytest.raises(CallError, match="Two components have the id 5"):
        tree.mount("tree.row", {}, node_id=5)


def test_a_page_has_only_so_many_components():
    tree = new_tree(limit=3)
    root = tree.mount("tree.rows", {"rows": ["a", "b", "c"]})
    with pytest.raises(CallError, match="at most 3 components") as refused:
        tree.html(root)
    assert refused.value.refusal().fault == "application"
    assert list(tree.nodes) == [1], "those that were begun are gone again"


# Ending ------------------------------------------------------------------------------------------------------


class Ended(list[str]):
    """The labels of components that have ended, and their classes, which are known only while somebody holds them."""

    classes: tuple[type, ...] = ()


@pytest.fixture
def ended() -> Ended:
    return Ended()


def family(ended: Ended, failing: str = "") -> None:
    """Components ``tests.leaf`` inside ``tests.branch`` inside ``tests.trunk`` that say when they end."""

    class Ending(Component):
        label: str = ""

        def unmount(self):
            ended.append(self.label)
            if self.label == failing:
                raise ZeroDivisionError(failing)

    class Leaf(Ending):
        template = "<i>{{ label }}</i>"

    class Branch(Ending):
        template = (
            LOAD + '<b>{% live "tests.leaf" label=label|add:"1" %}{% live "tests.leaf" label=label|add:"2" %}</b>'
        )

    class Trunk(Ending):
        template = (
            LOAD
            + '<p>{% if open %}{% live "tests.branch" label="a" %}{% live "tests.branch" label="b" %}{% endif %}</p>'
        )
        open: bool = True

    ended.classes = (Leaf, Branch, Trunk)


def test_the_innermost_ends_first(ended):
    family(ended)
    tree = new_tree()
    root = tree.mount("tests.trunk", {"label": "root"})
    tree.html(root)
    tree.remove(root)
    assert ended == ["a1", "a2", "a", "b1", "b2", "b", "root"]
    assert tree.nodes == {} and tree.roots == []


def test_what_is_no_longer_placed_ends(ended):
    family(ended)
    tree = new_tree()
    root = tree.mount("tests.trunk", {"label": "root"})
    tree.html(root)
    change(tree, root, open=False)
    assert ended == ["a1", "a2", "a", "b1", "b2", "b"]
    assert list(tree.nodes) == [root.id]


def test_one_that_cannot_end_does_not_keep_the_others(ended):
    family(ended, failing="a1")
    tree = new_tree()
    root = tree.mount("tests.trunk", {"label": "root"})
    tree.html(root)
    with pytest.raises(ZeroDivisionError):
        tree.remove(root)
    assert ended == ["a1", "a2", "a", "b1", "b2", "b", "root"]
    assert tree.nodes == {}


def test_a_rendering_that_fails_leaves_nothing_behind():
    class Inner(Component):
        template = "<i></i>"

    class Middle(Component):
        template = LOAD + '<b>{% live "tests.inner" %}</b>'

    class Outer(Component):
        template = LOAD + '<p>{% if more %}{% live "tests.middle" %}{{ fail }}{% endif %}</p>'
        more: bool = False

        def fail(self):
            raise ZeroDivisionError

    tree = new_tree()
    root = tree.mount("tests.outer", {})
    tree.html(root)
    saved = root.begin()
    root.component.more = True
    with pytest.raises(ZeroDivisionError):
        tree.settled(root)
    root.recover(saved)
    assert list(tree.nodes) == [root.id] and root.children == {}
    assert change(tree, root) == []


def test_topics_that_cannot_be_named_leave_nothing_behind():
    class Lost(Component):
        template = "<p></p>"

        def topics(self):
            return ["not a topic"]

    tree = new_tree()
    with pytest.raises(LocalError):
        tree.mount("tests.lost", {})
    assert tree.nodes == {} and tree.roots == []
