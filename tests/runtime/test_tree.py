"""The components of one page: nested, keyed, given parameters, kept and restored."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions import Component, Signals, field, signal
from liveactions.components import dump
from liveactions.errors import ArgumentError, CallError, DeclarationError, LocalError
from liveactions.results import Whole
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.templating import TemplateRenderer
from liveactions.wire import load, pack

LOAD = "{% load live %}"


def new_tree(first_id: int = 1, limit: int = 200, user: Any = None) -> Tree:
    return Tree(TemplateRenderer(), Surroundings(user=user), page="p1", first_id=first_id, limit=limit)


def change(tree: Tree, node: Node, **values: Any) -> list[tuple[int | None, Any]]:
    """Set fields, as an action would, and render what that changes."""
    node.begin()
    for name, value in values.items():
        setattr(node.component, name, value)
    return tree.settled(node)


def child_of(node: Node, key: str) -> Node:
    return next(child for child in node.children.values() if child.key.endswith(f":{key}"))


class Row(Component):
    name = "tree.row"
    template = "<li>{{ label }} {{ clicks }}</li>"
    label: str = ""
    clicks: int = 0


class Rows(Component):
    name = "tree.rows"
    template = LOAD + '<ul>{{ title }}{% for row in rows %}{% live "tree.row" key=row label=row %}{% endfor %}</ul>'
    title: str = ""
    rows: list[str] = field(default_factory=list)


# Ids and places --------------------------------------------------------------------------------------------


def test_ids_of_a_response_are_odd_and_those_of_a_session_even():
    ids = {first: new_tree(first).mount("tree.rows", {}).id for first in (1, 2)}
    assert ids == {1: 1, 2: 2}
    tree = new_tree(2)
    tree.html(tree.mount("tree.rows", {"rows": ["a", "b"]}))
    assert sorted(tree.nodes) == [2, 4, 6]


def test_the_first_html_holds_everything_inside():
    tree = new_tree()
    root = tree.mount("tree.rows", {"title": "Two", "rows": ["a", "b"]})
    assert tree.html(root, {"live-token": "t"}) == (
        '<ul live-id="1" live-token="t">Two<li live-id="3">a 0</li><li live-id="5">b 0</li></ul>'
    )


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


# What is sent ----------------------------------------------------------------------------------------------


def test_nothing_is_sent_when_nothing_looks_different():
    tree = new_tree()
    root = tree.mount("tree.row", {"label": "a"})
    tree.html(root)
    assert change(tree, root) == []
    assert change(tree, root, label="a") == []
    assert change(tree, root, label="b") == [(1, Whole('<li live-id="1">b 0</li>'))]
    assert change(tree, root, label="b") == []


def test_what_is_in_the_page_already_stays_as_it_is():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a"]})
    tree.html(root)
    assert change(tree, root, title="T", rows=["b", "a"]) == [
        (1, Whole('<ul live-id="1">T<li live-id="5">b 0</li><li live-id="3" live-keep></li></ul>'))
    ]


def test_a_nested_component_is_patched_alone():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a", "b"]})
    tree.html(root)
    assert change(tree, child_of(root, "b"), clicks=1) == [(5, Whole('<li live-id="5">b 1</li>'))]
    assert change(tree, root) == [], "its parent does not look different"


def test_a_resync_is_whole_whatever_was_sent_before():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a", "b"]})
    tree.html(root)
    change(tree, child_of(root, "b"), clicks=1)
    assert tree.html(root) == '<ul live-id="1"><li live-id="3">a 0</li><li live-id="5">b 1</li></ul>'
    assert change(tree, root) == []


def test_signals_are_written_on_the_root_and_sent_when_they_change():
    class Bell(Component):
        template = "<b>{{ unread }}</b>"
        unread: int = signal(0)
        quiet: bool = signal(False)
        other: int = 0

    tree = new_tree()
    root = tree.mount("tests.bell", {})
    assert 'live-signals="{&quot;unread&quot;:0,&quot;quiet&quot;:false}"' in tree.html(root)
    assert change(tree, root, other=1) == []
    assert change(tree, root, quiet=True) == [(1, Signals({"quiet": True}))]
    _, told = change(tree, root, unread=3)
    assert told == (1, Signals({"unread": 3}))


def test_a_template_without_a_single_root_gets_one():
    class Loose(Component):
        template = "text <b>{{ n }}</b>"
        n: int = 0

    tree = new_tree()
    root = tree.mount("tests.loose", {})
    assert tree.html(root) == '<live-root live-id="1">text <b>0</b></live-root>'


def test_a_component_that_is_a_void_element_keeps_its_place():
    class Box(Component):
        template = '<input value="{{ value }}">'
        value: str = ""

    class Fieldset(Component):
        template = LOAD + '<form>{{ n }}{% live "tests.box" %}</form>'
        n: int = 0

    tree = new_tree()
    root = tree.mount("tests.fieldset", {})
    assert tree.html(root) == '<form live-id="1">0<input live-id="3" value=""></form>'
    assert change(tree, root, n=1) == [(1, Whole('<form live-id="1">1<input live-id="3" live-keep></form>'))]


# The same one from render to render ------------------------------------------------------------------------------


def test_a_keyed_component_stays_itself_wherever_it_goes():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a", "b", "c"]})
    tree.html(root)
    before = {key: child_of(root, key).component for key in "abc"}
    before["c"].clicks = 9
    change(tree, root, rows=["c", "a", "b"])
    assert {key: child_of(root, key).component for key in "abc"} == before
    assert tree.html(root).index("c 9") < tree.html(root).index("a 0")


def test_without_a_key_its_place_counts():
    class Pair(Component):
        template = (
            LOAD + '<div>{% live "tree.row" label="x" %}{% if both %}{% live "tree.row" label="y" %}{% endif %}</div>'
        )
        both: bool = True

    tree = new_tree()
    root = tree.mount("tests.pair", {})
    tree.html(root)
    first, second = (node.component for node in root.children.values())
    change(tree, root, both=False)
    assert [node.component for node in root.children.values()] == [first]
    assert second.id not in tree.nodes


def test_two_of_one_key_are_refused():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a", "a"]})
    with pytest.raises(DeclarationError, match=r"places 'tree\.row:a' twice"):
        tree.html(root)


# Parameters ----------------------------------------------------------------------------------------------------


class Label(Component):
    name = "tree.label"
    template = "<i>{{ text }}{{ own }}</i>"
    text: str = ""
    own: str = ""
    heard: list[str] = field(default_factory=list)

    def updated(self, changed):
        self.heard.append(",".join(sorted(changed)))


class Frame(Component):
    name = "tree.frame"
    template = LOAD + '<div>{{ n }}{% live "tree.label" text=text %}</div>'
    text: str = "a"
    n: int = 0


def test_a_new_parameter_reaches_the_component_that_is_there():
    tree = new_tree()
    root = tree.mount("tree.frame", {})
    tree.html(root)
    (label,) = root.children.values()
    assert change(tree, root, text="b") == [(3, Whole('<i live-id="3">b</i>'))], "only what shows it is sent"
    assert label.component.heard == ["text"]


def test_a_parameter_that_is_the_same_again_does_not_undo_what_became_of_it():
    tree = new_tree()
    root = tree.mount("tree.frame", {})
    tree.html(root)
    (label,) = root.children.values()
    change(tree, label, text="edited")
    change(tree, root, n=1)
    assert label.component.text == "edited"
    change(tree, root, text="from the parent")
    assert label.component.text == "from the parent"


def test_a_parameter_that_is_no_field_goes_to_mount_only():
    class Adder(Component):
        template = "<i>{{ total }}</i>"
        total: int = 0

        def mount(self, one: int, two: int):
            self.total = one + two

    class Sum(Component):
        template = LOAD + '<div>{% live "tests.adder" one=n two=2 %}</div>'
        n: int = 1

    tree = new_tree()
    root = tree.mount("tests.sum", {})
    assert ">3</i>" in tree.html(root)
    assert change(tree, root, n=5) == []


def test_a_parameter_that_does_not_fit_is_refused_by_its_path():
    with pytest.raises(ArgumentError) as refused:
        new_tree().mount("tree.row", {"clicks": "many"})
    assert refused.value.detail["path"] == "clicks"


# Ending ----------------------------------------------------------------------------------------------------------


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


# Kept, and made again -----------------------------------------------------------------------------------------------


class Nest(Component):
    """A component with any number of the same inside."""

    name = "tree.nest"
    template = (
        LOAD + "<div>{{ label }} {{ numbers }} {{ prices }}{% for kid in kids %}"
        '{% live "tree.nest" key=forloop.counter label=kid.label numbers=kid.numbers prices=kid.prices kids=kid.kids %}'
        "{% endfor %}</div>"
    )
    label: str = ""
    numbers: list[int] = field(default_factory=list)
    prices: dict[str, float | None] = field(default_factory=dict)
    kids: list[Any] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def restored(self):
        ORDER.append(self.label)


ORDER: list[str] = []


def nests(kids: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "label": st.text(max_size=5),
            "numbers": st.lists(st.integers(-(2**70), 2**70), max_size=3),
            "prices": st.dictionaries(
                st.text(max_size=3), st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=3
            ),
            "kids": kids,
        }
    )


NESTS = st.recursive(nests(st.just([])), lambda inner: nests(st.lists(inner, max_size=3)), max_leaves=6)


@given(NESTS, st.integers(0, 50).map(lambda n: 2 * n))
def test_what_was_kept_is_the_same_when_it_is_made_again(params, base):
    before, after = new_tree(), new_tree(2)
    root = before.mount("tree.nest", params)
    html = before.html(root)
    ORDER.clear()
    again = after.restore(load(pack(before.snapshot(root))), base)

    assert [dump(node.component) for node in again.walk()] == [dump(node.component) for node in root.walk()]
    assert [node.id for node in again.walk()] == [node.id + base for node in root.walk()]
    assert [node.component.label for node in again.walk()] == ORDER, "the outermost first"
    again.begin()
    assert after.settled(again) == [] or base, "the page has it already"
    moved = re.sub(r'live-id="(\d+)"', lambda number: f'live-id="{int(number[1]) + base}"', html)
    assert after.html(again) == moved


def test_one_that_cannot_be_restored_leaves_nothing_behind():
    tree = new_tree()
    root = tree.mount("tree.rows", {"rows": ["a", "b"]})
    tree.html(root)
    kept = tree.snapshot(root)
    kept["children"][1]["state"]["clicks"] = "many"
    after = new_tree(2)
    with pytest.raises(LocalError):
        after.restore(kept)
    assert after.nodes == {} and after.roots == []


def test_restoring_does_not_mount():
    mounted = []

    class Once(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        def mount(self):
            mounted.append("x")
            self.n = 5

    tree, after = new_tree(), new_tree(2)
    root = tree.mount("tests.once", {})
    tree.html(root)
    assert after.restore(tree.snapshot(root)).component.n == 5
    assert mounted == ["x"]
