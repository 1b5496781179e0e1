"""Several results in one call, named by what they do."""

from __future__ import annotations

import pytest

from liveactions import HTML, Error, History, LoadJS, Redirect, Signals, Toast
from liveactions.errors import ResultError
from liveactions.results import action_response


def test_everything_comes_in_a_fixed_order():
    told = action_response(
        load_js="/x.js",
        html="<p>",
        target="#a",
        swap="inner",
        push_url="/b/",
        toasts=["two", Toast("three", level="error")],
        toast={"any": "payload"},
        signals={"$n": 1},
    )
    assert list(told) == [
        Signals({"$n": 1}),
        Toast({"any": "payload"}),
        Toast("two"),
        Toast("three", level="error"),
        History("/b/"),
        HTML("<p>", "#a", "inner"),
        LoadJS("/x.js"),
    ]


def test_nothing_is_nothing():
    assert list(action_response()) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"redirect_to": "/", "toast": "x", "html": ""}, "redirect_to was given with html, toast"),
        ({"html": "a", "content": "b"}, "Both html and content"),
        ({"push_url": "/a", "replace_url": "/b"}, "both push_url and replace_url"),
        ({"errors": {"a": ["b"]}}, "without status=422"),
    ],
)
def test_h17_what_contradicts_itself_is_refused(given, sentence):
    with pytest.raises(ResultError, match=sentence):
        action_response(**given)


def test_a_redirect_stands_alone():
    assert list(action_response(redirect_to="/a/")) == [Redirect("/a/")]


def test_h18_only_422_is_an_answer():
    told = action_response(html="<form>", status=422, errors={"name": ["Too long."], "qty": ["Too few."]})
    assert list(told) == [
        HTML("<form>"),
        Error("Too long. Too few.", {"name": ["Too long."], "qty": ["Too few."]}, 422),
    ]
    for status in (400, 403, 404, 500):
        with pytest.raises(ResultError, match=f"status={status} is not an answer"):
            action_response(status=status)
