"""From pieces to blocks: what becomes a block of its own, what is rendered as a whole, and that nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveactions.rendering.blocks import Block, Entered, Kind, Plan, Step
from liveactions.rendering.builder import build
from liveactions.rendering.compose import client_form, html, page_html, shape
from liveactions.rendering.pieces import Leaf, Text
from liveactions.rendering.tokens import MARK
from tests.rendering.grammar import templates
from tests.rendering.hydration import Hydration, as_read, in_page
from tests.rendering.sketches import World, sketch, written


def planned(source: str) -> Plan:
    plan = build(sketch(source))
    assert plan is not None
    return plan


def outline(block: Block) -> str:
    """The HTML of a block, with its slots in brackets: the sources of strings, the blocks of regions."""
    out = [block.statics[0]]
    for static, slot in zip(block.statics[1:], block.slots, strict=True):
        inside = "|".join(map(outline, slot.blocks))
        out += "⟦", written(slot.source) if isinstance(slot.source, tuple) else inside or slot.source, "⟧", static
    return "".join(out)


STRUCTURED = {
    "<p>{{a}} of {{b}}</p>": "<p>⟦{{a}} of {{b}}⟧</p>",
    "<p class='a {{b}}'>c</p>": "<p class='⟦a {{b}}⟧'>c</p>",
    "<p>[if a:<b>{{c}}</b>|no {{d}}]</p>": "<p>⟦<b>⟦{{c}}⟧</b>|⟦no {{d}}⟧⟧</p>",
    "<p>[if a:<b>{{c}}</b>|]</p>": "<p>⟦<b>⟦{{c}}⟧</b>|⟧</p>",
    "<ul>[for a:<li>{{b}}[if c:<br>]</li>]</ul>": "<ul>⟦<li>⟦{{b}}⟧⟦<br>⟧</li>⟧</ul>",
    "<div>[in s:<p>{{a}}</p>]</div>": "<div><p>⟦{{a}}⟧</p></div>",
    "[in a:<div>]{{b}}[in c:</div>]": "<div>⟦{{b}}⟧</div>",
    "[if a:<p>b</p>|<i>c</i>]": "⟦<p>b</p>|<i>c</i>⟧",
    "{{a}}": "⟦{{a}}⟧",
    "": "",
}


@pytest.mark.parametrize("source", STRUCTURED)
def test_well_formed_containers_have_blocks_of_their_own(source):
    assert outline(planned(source).block) == STRUCTURED[source]


WHOLE = {
    "<main><div>[if a:<p>|<p class=b>]c</p></div>{{d}}</main>": "<main>"
    "⟦<div>[if a:<p>|<p class=b>]c</p></div>⟧⟦{{d}}⟧</main>",
    "<main><p>[if a:<b>]c[if a:</b>]</p></main>": "<main>⟦<p>[if a:<b>]c[if a:</b>]</p>⟧</main>",
    "<main><ul>[for a:<li>{{b}}]</ul></main>": "<main>⟦<ul>[for a:<li>{{b}}]</ul>⟧</main>",
    "<main><div><h{{n}}>a</h{{n}}></div></main>": "<main><div>⟦<h{{n}}>a</h{{n}}>⟧</div></main>",
    "<main><h1><h{{n}}>a</h{{n}}></h1></main>": "<main>⟦<h1><h{{n}}>a</h{{n}}></h1>⟧</main>",
    "<main><p><x{{n}}>a</x{{n}}></p></main>": "<main>⟦<p><x{{n}}>a</x{{n}}></p>⟧</main>",
    "<main><table>[live 1]</table></main>": "<main>⟦<table>[live 1]</table>⟧</main>",
    "<main><table>[for a:[live 1]]</table></main>": "<main>⟦<table>[for a:[live 1]]</table>⟧</main>",
    "<main><i><!-- {{a}} --></i></main>": "<main>⟦<i><!-- {{a}} --></i>⟧</main>",
    "<main><template>{{a}}</template></main>": "<main>⟦<template>{{a}}</template>⟧</main>",
    "<main><div><table><tr>{{a}}</tr></table></div></main>": "<main><div>⟦<table><tr>{{a}}</tr></table>⟧</div></main>",
    "<main><p><i>[if a:<div></div>]</i></p></main>": "<main>⟦<p><i>[if a:<div></div>]</i></p>⟧</main>",
    "<main><p>[in s:<i>]{{a}}[in t:</i>{{b}}<div></div>]</p></main>": (
        "<main>⟦<p>[in s:<i>]{{a}}[in t:</i>{{b}}<div></div>]</p>⟧</main>".replace("[in s:<i>]", "<i>")
    ),
    "<main><pre>{{a}}</pre></main>": "<main>⟦<pre>{{a}}</pre>⟧</main>",
    "<main><b>[if a:<i>{{b}}</i>|<u><!--{{c}}--></u>]</b></main>": (
        "<main><b>⟦<i>⟦{{b}}⟧</i>|⟦<u><!--{{c}}--></u>⟧⟧</b></main>"
    ),
    "<main><b>[if a:<i>|<u>][if c:</b><b>]</b></main>": None,
    "<main><p>[if a:|<b>]x[if a:</b>]</p></main>": None,
}


@pytest.mark.parametrize("source", WHOLE)
def test_the_smallest_element_around_what_cannot_be_told_apart_is_rendered_as_a_whole(source):
    plan = build(sketch(source))
    assert (plan and outline(plan.block)) == WHOLE[source]


PLAIN = [
    "<div>[if a:<p>]</div>",
    "[if a:<p>]",
    "<p>",
    "</p>",
    "<p",
    "<ul>[for a:<li>{{b}}]</ul>",
    "<html><body>{{a}}</body></html>",
    "<!doctype html><p>{{a}}</p>",
    "[for a:<tr></tr>]",
    "<tr></tr><tr></tr>",
    "<div><b>{{a}}</div>",
    "<div><svg><p>{{a}}</p></svg></div>",
    "<pre>{{a}}</pre>",
    "[in a:<div>{{b}}]{{c}}<i></div></i>",
]


@pytest.mark.parametrize("source", PLAIN)
def test_a_template_that_no_element_can_hold_has_no_plan(source):
    assert build(sketch(source)) is None


@pytest.mark.parametrize("sign", ["\0", "\ud800", MARK])
def test_a_template_with_a_sign_that_cannot_be_sent_has_no_plan(sign):
    assert build([Text(f"<p>{sign}"), Leaf("a"), Text("</p>")]) is None


ALONE = {
    "<p>{{a}}</p>": "<p>⟦{{a}}⟧</p>",
    " \n<!-- <b> --> <p>{{a}}</p> <!-- x -->\n": "<p>⟦{{a}}⟧</p>",
    "[if a: ]<p>{{a}}</p>": "<p>⟦{{a}}⟧</p>",
    "[in s: <p>]x</p>": "<p>x</p>",
    '<input value="{{a}}">': '<input value="⟦{{a}}⟧">',
    "<tr><td>{{a}}</td></tr>": "<tr><td>⟦{{a}}⟧</td></tr>",
}


@pytest.mark.parametrize("source", ALONE)
def test_the_only_element_is_the_components_own_and_nothing_around_it_is_sent(source):
    plan = planned(source)
    assert not plan.wrapped
    assert outline(plan.block) == ALONE[source]


WRAPPED = [
    "",
    "text",
    "{{a}}",
    "<p></p><p></p>",
    "<p></p>{{a}}",
    "<p></p> x",
    "[if a:<p></p>]",
    "[live 1]",
    "<!-- x -->",
]


@pytest.mark.parametrize("source", WRAPPED)
def test_anything_else_is_wrapped(source):
    assert planned(source).wrapped


def test_a_row_knows_which_of_its_slots_is_its_key():
    plan = planned('<ul>[for a:\n<li class="{{b}}" live-key="{{c}}"><i live-key="{{d}}"></i></li>]</ul>')
    (loop,) = plan.block.slots
    assert loop.blocks[0].key == 1


@pytest.mark.parametrize("tag", ["live-key={{c}}", '{{b}} live-key="{{c}}"', "live-key = '{{c}}' {{b}}"])
def test_a_key_may_stand_in_a_tag_with_other_dynamics(tag):
    (loop,) = planned(f"<ul>[for a:<li {tag}>{{{{d}}}}</li>]</ul>").block.slots
    assert [slot.kind for slot in loop.blocks[0].slots] == [Kind.TAG, Kind.RUN]
    assert loop.blocks[0].key == 0


@pytest.mark.parametrize(
    "row", ["<li></li>", "<li not-live-key={{c}}></li>", '<li><i live-key="{{d}}"></i></li>', "{{a}}<br>"]
)
def test_a_row_without_a_key_of_its_own_has_none(row):
    (loop,) = planned(f"<ul>[for a:{row}]</ul>").block.slots
    assert loop.blocks[0].key is None


def test_blocks_in_svg_are_said_to_be():
    plan = planned("<p><svg>[if a:<g>[for b:<path/>]</g>|<foreignObject>[if c:<b></b>]</foreignObject>]</svg></p>")
    (branch,) = plan.block.slots
    group, html_inside = branch.blocks
    assert [plan.block.namespace, group.namespace, group.slots[0].blocks[0].namespace] == ["", "svg", "svg"]
    assert html_inside.slots[0].blocks[0].namespace == ""


def test_a_component_that_is_a_part_of_a_drawing_is_read_as_one():
    assert planned("<g>{{a}}</g>").block.namespace == "svg"
    assert planned("<svg>{{a}}</svg>").block.namespace == ""
    assert planned("<math>{{a}}</math>").block.namespace == ""


def test_slots_are_evaluated_in_their_scopes():
    plan = planned("<p>[in a:{{b}}<br>[in c:<i>{{d}}</i>]]{{e}}<br>[in f:<u lang='{{g}}'></u>]</p>")
    assert plan.block.steps == (Entered("a", (0, Entered("c", (1,)))), 2, Entered("f", (3,)))


def test_a_newline_that_the_parser_drops_is_static():
    assert planned("<div><pre>\n{{a}}</pre></div>").block.statics == ("<div><pre>\n", "</pre></div>")


# ── whatever the template ──


def numbers(steps: tuple[Step, ...]) -> list[int]:
    return [each for step in steps for each in ([step] if isinstance(step, int) else numbers(step.steps))]


def blocks(block: Block) -> list[Block]:
    return [block, *(each for slot in block.slots for inner in slot.blocks for each in blocks(inner))]


def agree(read: Any, value: Any) -> bool:
    """Is this what was read? Of HTML (…) it is only known that there are nodes."""
    if value is ...:
        return isinstance(read, list)
    if isinstance(value, list):
        return isinstance(read, list) and len(read) == len(value) and all(map(agree, read, value))
    return bool(read == value)


EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@EXAMPLES
@given(templates(), st.integers(0, 9))
def test_what_is_composed_is_what_was_written(source, seed):
    pieces, world = sketch(source), World(seed)
    plan = build(pieces)
    if plan is None:
        return
    composed, rendered = html(plan.block, world.values(plan.block), world.component), world.render(pieces)
    around = "" if plan.wrapped else re.sub(r"<!--.*?-->", "", rendered.replace(composed, "", 1)).strip()
    assert composed in rendered
    assert composed == rendered if plan.wrapped else not around


@EXAMPLES
@given(templates())
def test_every_slot_is_evaluated_once_and_in_order(source):
    plan = build(sketch(source))
    for block in blocks(plan.block) if plan else []:
        assert numbers(block.steps) == list(range(len(block.slots)))
        assert len(block.statics) == len(block.slots) + 1


@EXAMPLES
@given(templates(), st.integers(0, 9))
def test_a_browser_finds_every_slot_with_its_value(source, seed):
    plan, world = build(sketch(source)), World(seed)
    if plan is None:
        return
    form, values = client_form(plan), world.values(plan.block)
    page = page_html(plan.block, values, world.component)
    if plan.wrapped:
        (wrapper,) = in_page(f"<live-root>{page}</live-root>")
        nodes = wrapper.children
    else:
        nodes = in_page(page)
    read = Hydration(form, shape(plan.block, values)).read(nodes)
    assert agree(read, as_read(form, 0, values))
