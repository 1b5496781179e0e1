"""What an action may return, and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from liveactions import HTML, Actions, Close, Redirect, Signal, Toast, UpdateParent
from liveactions.errors import ResultError
from liveactions.results import Result, items_of


class Answer:
    """A value that only the host knows."""


def foreign(value: Any) -> Result | None:
    if isinstance(value, Answer):
        return Toast("from the host")
    if isinstance(value, dict):
        return HTML(f"block of {sorted(value)}")
    return None


A, B, C = Toast("a"), Toast("b"), Toast("c")
CLOSE, WRITE, MORE = Close(), UpdateParent({"total": 7}), UpdateParent({"lines": []})

SHAPES: dict[str, tuple[Any, list[Result]]] = {
    "nothing": (None, []),
    "a result": (A, [A]),
    "a list": ([A, B], [A, B]),
    "a tuple": ((A, B), [A, B]),
    "Actions": (Actions(A, B), [A, B]),
    "an iterator": (iter([A, B]), [A, B]),
    "a generator expression": ((Signal("n", n) for n in (1, 2)), [Signal("n", 1), Signal("n", 2)]),
    "nested lists": ([A, [B, (C,)], None, []], [A, B, C]),
    "text": ("<p>x</p>", [HTML("<p>x</p>")]),
    "a dict with a type": ({"type": "toast", "message": "a"}, [A]),
    "dicts in a list": ([{"type": "toast", "message": "a"}, B], [A, B]),
    "a dict without type": ({"orders": 3}, [HTML("block of ['orders']")]),
    "a value of the host": (Answer(), [Toast("from the host")]),
    "a value of the host in a list": ([A, Answer()], [A, Toast("from the host")]),
    "an empty list": ([], []),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_an_answer_has_its_meaning(name):
    value, meant = SHAPES[name]
    assert items_of(value, foreign) == meant


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ([A, CLOSE, B, WRITE, C], [A, WRITE, CLOSE, B, C]),
        ([WRITE, A, CLOSE], [WRITE, A, CLOSE]),
        ([CLOSE, WRITE, A, CLOSE, MORE], [WRITE, MORE, CLOSE, A, CLOSE]),
        ([{"type": "close"}, {"type": "update_parent", "values": {"total": 7}}], [WRITE, CLOSE]),
        ([B, WRITE, A, MORE], [B, WRITE, A, MORE]),
    ],
)
def test_the_form_under_a_window_is_written_before_the_window_closes_whatever_was_said_first(said, done):
    assert items_of(said, foreign) == done


def test_nothing_comes_after_a_redirect():
    left = iter([A, Redirect("/"), B, object()])
    assert items_of(left, foreign) == [A, Redirect("/")]
    assert next(left) is B, "what stands behind a redirect is not even looked at"


WRONG: dict[str, tuple[Any, str]] = {
    "a number": (7, "The answer is int"),
    "bytes": (b"<p>", "The answer is bytes"),
    "an object": (object(), "The answer is object"),
    "a class": (Toast, "The answer is type"),
    "a number in a list": ([A, 7], "Item 1 is int"),
    "text in a list": ([A, "<p>"], "Item 1 is str"),
    "a dict without type in a list": ([{"a": 1}], "Item 0 is dict"),
    "a wrong item in a nested list": ([A, [B, 7]], "Item 1 is int"),
    "a dict of an unknown type": ({"type": "tost"}, "'tost' is not a known type"),
    "a dict whose type is no text": ({"type": 7}, "7 is not a known type"),
    "a dict whose type is a list": ({"type": ["toast"]}, "is not a known type"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_without_meaning_is_refused_naming_the_item(name):
    value, sentence = WRONG[name]
    with pytest.raises(ResultError) as refused:
        items_of(value, foreign)
    assert sentence in str(refused.value)
