"""What a page is told of its components: what has changed, and nothing else."""

from __future__ import annotations

from liveactions import Component, Signals, signal
from liveactions.results import Whole
from tests.runtime.trees import change, child_of, new_tree


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
