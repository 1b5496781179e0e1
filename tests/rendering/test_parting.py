"""Where a run needs a sign of its end."""

from __future__ import annotations

import pytest

from liveactions.rendering.blocks import Block, Kind
from liveactions.rendering.builder import build
from liveactions.rendering.parting import begins_with_text, is_markup, part
from tests.rendering.sketches import sketch


def built(source: str) -> Block:
    plan = build(sketch(source))
    assert plan is not None
    return plan.block


def runs(block: Block) -> list[bool]:
    """Of every run, in the order of the source: is it parted?"""
    found = []
    for slot in block.slots:
        if slot.kind is Kind.RUN:
            found.append(slot.parted)
        for inner in slot.blocks:
            found += runs(inner)
    return found


ALONE = [
    "<p>{{a}}</p>",
    "<p>{{a}}<b>c</b> </p>",
    "<p>{{a}}<!-- c --> </p>",
    "<p>{{a}}[live 1] </p>",
    "<p>{{a}}[if b:<b>c</b>|<i>d</i>]</p>",
    "<p>[if b:<b>c</b>{{a}}]</p>",
    "<p>[if b:<b>c</b>{{a}}]<i>d</i></p>",
    "<p>[for b:<b>c</b>{{a}}]</p>",
    "<p>{{a}}[for b:[if c:<b>d</b>]]</p>",
    "<p>[for b:{{a}}<br>][if c:<br>]</p>",
]


@pytest.mark.parametrize("source", ALONE)
def test_a_run_that_has_its_text_to_itself_needs_none(source):
    assert runs(built(source)) == [False]


FOLLOWED = [
    "<p>{{a}}[if b:c<b></b>]</p>",
    "<p>{{a}}[if b:<b></b>]c</p>",
    "<p>{{a}}[if b:<b></b>][for d:[if e:<i></i>]x<br>]</p>",
    "<p>{{a}}<template shadowrootmode=open></template>c</p>",
    "<p>[if b:<b></b>{{a}}]c</p>",
    "<p>[for b:c<b></b>{{a}}]</p>",
    "<p>[for b:[if c:<b></b>{{a}}]]x</p>",
    "<p>[for b:<b></b>{{a}}]x</p>",
]


@pytest.mark.parametrize("source", FOLLOWED)
def test_a_run_that_other_text_may_follow_does(source):
    assert runs(built(source)) == [True]


def test_a_run_behind_which_another_one_stands_does():
    assert runs(built("<p>{{a}}{%b%}{%c%}</p>")) == [True, True, False]


def test_a_run_in_front_of_brackets_does():
    assert runs(built("<div>{{a}}<ul><li>{{b}}<li></ul></div>")) == [True, False]


def test_what_is_always_in_brackets_does_not():
    block = built("<div><ul><li>{{b}}<li></ul> text</div>")
    assert is_markup(block.slots[0])
    assert runs(block) == [False]


def test_text_may_come_from_behind_an_empty_block():
    block = Block(("",), (), ())
    assert begins_with_text(block, follows=True)
    assert not begins_with_text(block)


def test_only_runs_are_changed():
    block = built("<p title='{{a}}'>text</p>")
    assert part(block) == block
