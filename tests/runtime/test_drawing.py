"""What the components of a page look like: one by one, inside one another, and with other parameters."""

from __future__ import annotations

import pytest

from liveactions import Component, Stream, field, stream
from liveactions.errors import ArgumentError, DeclarationError
from liveactions.results import Whole
from tests.runtime.trees import LOAD, change, child_of, new_tree

# Roots -------------------------------------------------------------------------------------------------------


def test_the_first_html_holds_everything_inside():
    tree = new_tree()
    root = tree.mount("tree.rows", {"title": "Two", "rows": ["a", "b"]})
    assert tree.html(root, {"live-token": "t"}) == (
        '<ul live-id="1" live-token="t">Two<li live-id="3">a 0</li><li live-id="5">b 0</li></ul>'
    )


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


# The same one from render to render --------------------------------------------------------------------------


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


# Parameters --------------------------------------------------------------------------------------------------


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


# Streams -----------------------------------------------------------------------------------------------------


def test_a_stream_forgets_its_items_when_the_page_has_been_told_of_them():
    class Feed(Component):
        template = "<ul>{{ seen }}{% for word in words %}<li>{{ word }}</li>{% endfor %}</ul>"
        seen: int = 0
        marks: list[str] = field(default_factory=list)
        words: Stream[str] = stream(key=str)

    tree = new_tree()
    tree.programs = True
    root = tree.mount("tests.feed", {})
    words = root.component.words
    words.append("a")
    assert "<li>a</li>" in tree.html(root)
    assert not words.pending
    root.begin()
    root.component.words.append("b")
    assert tree.settled(root) != []
    assert list(words.pending) == ["b"], "the action may fail yet"
    root.rest()
    assert not words.pending
