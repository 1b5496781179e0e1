"""How much a page is told at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from liveactions.errors import ResultError
from liveactions.results import Event, Patch, Signals, Toast, Whole
from liveactions.runtime.fitting import ENVELOPE, fitting, in_sight, rescued
from liveactions.wire import encode_items, weight


class Node:
    name = "tests.node"
    doubted = False

    def doubt(self) -> None:
        self.doubted = True


def page(most: int = 1000) -> Any:
    """A page that is told so many bytes at once, with the components 1 and 3."""
    return SimpleNamespace(
        page_id="p",
        host=SimpleNamespace(limits=SimpleNamespace(max_answer=most + ENVELOPE)),
        tree=SimpleNamespace(nodes={1: Node(), 3: Node()}),
    )


def test_what_fits_is_left_as_it_is():
    items = [(1, Toast("x" * 900))]
    assert fitting(page(), items) is items
    assert fitting(page(), []) == []


def test_what_is_too_large_is_refused_with_its_largest_part():
    with pytest.raises(ResultError, match=r"Most of it: Event, 2,0\d\d bytes of tests\.node\.") as refused:
        fitting(page(), [(3, Toast("x" * 500)), (1, Event("e", {"text": "x" * 2000}))])
    assert refused.value.code == "result.too_large"
    assert "MAX_ANSWER" in refused.value.hint


def test_what_cannot_be_encoded_weighs_nothing_so_that_who_encodes_it_says_why():
    assert weight([(1, Toast("\ud800" * 2000))]) == 0
    endless: list[Any] = []
    endless.append(endless)
    assert weight([(1, Patch(endless))]) == 0


ORDINARY = {
    "text": Toast("é" * 50, level="success"),
    "patch": Patch([0, "x" * 100, 3, [0, "y", 1, None]]),
    "data": Event("e", {"deep": [{"n": 1.5, "b": b"0" * 40}] * 9}),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_a_weight_is_about_what_the_bytes_are(name):
    items = [(1, ORDINARY[name])]
    assert abs(weight(items) - len(encode_items(items))) <= 64


def test_of_how_components_look_one_frame_holds_as_much_as_it_can_and_the_rest_comes_later():
    seer = page()
    items = [(1, Whole("x" * 400)), (3, Whole("x" * 900)), (5, Whole("x" * 400)), (5, Signals({"n": 1}))]
    seen = in_sight(seer, items)
    assert ([scope for scope, _ in seen.items], seen.later, seen.wrong) == ([1, 5, 5], [3], None)
    assert seer.tree.nodes[3].doubted and not seer.tree.nodes[1].doubted
    assert in_sight(page(), []) == ([], [], None)


def test_a_component_that_is_too_large_does_not_keep_others_from_being_seen(caplog):
    seer = page()
    seen = in_sight(seer, [(1, Whole("x" * 2000)), (3, Whole("y"))])
    assert [(scope, type(result).__name__) for scope, result in seen.items] == [(1, "Error"), (3, "Whole")]
    assert seen.wrong is not None and seen.wrong.code == "result.too_large" and seen.later == []
    assert seer.tree.nodes[1].doubted and not seer.tree.nodes[3].doubted
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_of_what_could_not_be_sent_how_components_look_is_rescued_and_nothing_else():
    rows = [(1, Whole("<p>")), (1, Toast("x")), (1, Signals({"n": 1})), (3, Patch([0, "x"])), (1, Event("x", object()))]
    assert [type(result) for _, result in rescued(page(), rows)] == [Whole, Signals, Patch]


@pytest.mark.parametrize("result", [Signals({"n": object()}), Patch([0, "\ud800"]), Whole("x" * 2000)])
def test_a_component_of_which_that_cannot_be_sent_is_sent_whole_the_next_time(result):
    saver = page()
    assert rescued(saver, [(1, result), (3, Patch([0, "x"]))]) == [(3, Patch([0, "x"]))]
    assert saver.tree.nodes[1].doubted and not saver.tree.nodes[3].doubted
