"""Components of a page that are kept and made again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions import Component, field
from liveactions.components import dump
from liveactions.errors import LocalError
from liveactions.wire import load, pack
from tests.runtime.trees import LOAD, new_tree


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
