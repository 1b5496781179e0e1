"""A list of pieces as one line of source."""

from __future__ import annotations

import pytest

from liveactions.rendering.blocks import Entered
from liveactions.rendering.source import Source, contents, is_blank, steps_of
from liveactions.rendering.tokens import MARK
from tests.rendering.sketches import sketch, written


def covered(source: Source, start: int = 0, end: int | None = None) -> str:
    return written(source.cover(start, source.length if end is None else end))


def test_a_dynamic_piece_is_one_character():
    source = Source(sketch("<p>{{a}} of [if b:long text]</p>"))
    assert source.text == f"<p>{MARK} of {MARK}</p>"
    assert [written((piece,)) for piece in source.dynamics.values()] == ["{{a}}", "[if b:long text]"]


def test_a_scope_is_a_stretch_of_the_line():
    assert Source(sketch("a[in s:b{{c}}[in t:d]]e")).text == f"ab{MARK}de"


@pytest.mark.parametrize("source", ["a{{b}}c", "a[in s:b{{c}}[in t:{{d}}]]e", "[in s:{{a}}]", "[for a:b][live 1]"])
def test_the_whole_line_is_made_of_the_pieces_it_came_from(source):
    assert covered(Source(sketch(source))) == source


def test_a_scope_that_lies_in_a_range_is_taken_as_a_whole():
    source = Source(sketch("x[in s:{{a}}y]z"))
    assert covered(source, 0, 3) == "x[in s:{{a}}y]"


def test_of_a_scope_that_does_not_the_inside_is_taken():
    source = Source(sketch("x[in s:{{a}}yy]z"))
    assert covered(source, 0, 3) == "x{{a}}y"
    assert [scope and scope.scope.payload for scope in source.scopes_in(0, 3)] == ["s"]


def test_text_of_a_scope_is_text():
    assert covered(Source(sketch("x[in s:y]{{a}}"))) == "xy{{a}}"


def test_a_range_that_belongs_to_two_scopes_is_cut_into_runs():
    source = Source(sketch("1{{a}}2[in s:3{{b}}4<b></b>]"))
    end = source.text.index("<")
    runs = list(source.runs(0, end))
    assert [covered(source, *run) for run in runs] == ["1{{a}}23", "{{b}}4"]


def test_text_alone_is_no_run():
    assert list(Source(sketch("text")).runs(0, 4)) == []


def test_a_line_knows_what_is_dynamic_in_a_range():
    assert Source(sketch("{{a}}b{{c}}{{d}}")).within(1, 3) == [2]


def test_slots_are_evaluated_in_their_scopes_and_neighbours_enter_together():
    source = Source(sketch("{{a}}[in s:{{b}}[in t:{{c}}]{{d}}][in u:{{e}}]"))
    assert steps_of(source.scope_at.values()) == (
        0,
        Entered("s", (1, Entered("t", (2,)), 3)),
        Entered("u", (4,)),
    )


def test_the_same_scope_in_two_places_is_entered_twice():
    (scope,) = sketch("[in s:{{a}}]")
    assert steps_of(Source((scope, scope)).scope_at.values()) == (Entered("s", (0,)), Entered("s", (1,)))


@pytest.mark.parametrize(
    ("source", "blank"),
    {
        " ": True,
        "[if a: |\n]": True,
        "[for a:[in b: ]]": True,
        "{{a}}": False,
        "[if a: |x]": False,
        "[live 1]": False,
    }.items(),
)
def test_only_what_is_white_space_whatever_happens_is_blank(source, blank):
    (piece,) = sketch(source)
    assert is_blank(piece) is blank


def test_a_container_has_contents():
    assert [len(contents(piece)) for piece in sketch("a{{b}}[if c:d|e][for f:g][in h:i]")] == [0, 0, 2, 1, 1]
