"""From blocks and values to HTML, shapes and what a browser is given."""

from __future__ import annotations

import json

import pytest

from liveactions.rendering.blocks import Block, Kind, Plan, Slot
from liveactions.rendering.builder import build
from liveactions.rendering.compose import client_form, html, page_html, program_hash, shape
from tests.rendering.hydration import numbers_in
from tests.rendering.sketches import World, sketch


def planned(source: str) -> Plan:
    plan = build(sketch(source))
    assert plan is not None
    return plan


def composed(source: str, compose=page_html, **given) -> str:
    plan, world = planned(source), World(**given)
    return compose(plan.block, world.values(plan.block), world.component)


def test_a_block_and_its_values_make_html():
    source = "<p class='{{a}}'>[if b:<i>{{c}}</i>|no][for d:<br>{{c}}][live 3]</p>"
    expected = "<p class='x'><i>y</i><br>y<br>y<live-part>3</live-part></p>"
    assert composed(source, html, a="x", b=0, c="y", d=2) == expected


def test_nothing_stands_where_a_branch_has_nothing():
    assert composed("<p>[if a:<b></b>]</p>", html, a=None) == "<p></p>"


PAGES = {
    "plain text": ("<p>{{a}}</p>", {"a": "x"}, "<p>x</p>"),
    "html in a run": ("<p>{{a}}</p>", {"a": "<b>x</b>"}, "<p><!--[--><b>x</b></p>"),
    "html in a run that does not end its parent": (
        "<p>{{a}}<i></i></p>",
        {"a": "<b>"},
        "<p><!--[--><b><!--]--><i></i></p>",
    ),
    "a parted run": ("<p>{{a}}{%b%}</p>", {"a": "x", "b": "y"}, "<p>x<!--|-->y</p>"),
    "a parted run with html": ("<p>{{a}}{%b%}</p>", {"a": "<i>", "b": ""}, "<p><!--[--><i><!--]--><!--|--></p>"),
    "an attribute": ("<p title='{{a}}'></p>", {"a": "<b>"}, "<p title='<b>'></p>"),
    "a script": ("<p><script>{{a}}</script></p>", {"a": "1<2"}, "<p><script>1<2</script></p>"),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_anchors_only_where_structure_does_not_tell(name):
    source, given, expected = PAGES[name]
    assert composed(source, **given) == expected


def test_the_shape_says_alternatives_and_rows_in_document_order():
    plan = planned("<p>[if a:<b></b>|<i>[for b:<u>[if c:<s></s>]</u>]</i>][for d:<br>{{e}}]</p>")
    values = World(a=1, b=2, c=0, d=3).values(plan.block)
    assert shape(plan.block, values) == "22113"


def test_the_shape_of_what_has_neither_branch_nor_loop_is_empty():
    plan = planned("<p>{{a}}</p>")
    assert shape(plan.block, ["x"]) == ""


@pytest.mark.parametrize(
    ("rows", "written"), {0: "0", 9: "9", 10: "a", 29: "t", 30: ".u.", 36: ".10.", 1295: ".zz."}.items()
)
def test_a_number_of_the_shape_is_one_sign_or_base_36(rows, written):
    plan = planned("<p>[for a:<br>]</p>")
    assert shape(plan.block, [[[]] * rows]) == written
    assert list(numbers_in(written)) == [rows]


def test_a_browser_is_given_skeletons_and_slots():
    plan = planned('<table><tbody>[for a:<tr class="{{b}}" live-key="{{c}}"><td>{{d}}</td></tr>]</tbody></table>')
    assert json.loads(client_form(plan)) == {
        "wrapped": False,
        "blocks": [
            ["<table><tbody><!--live@0--></tbody></table>", [[5, 1]], ""],
            ['<tr live-slot="0 1"><td><!--live@2--></td></tr>', [[1, "class"], [1, "live-key"], [0]], ""],
        ],
    }


def test_every_kind_of_slot_has_its_form():
    source = (
        "<div {{a}}>{{b}}{%c%}<script>{{d}}</script><textarea>{{e}}</textarea>[if f:<b></b>|[live 1]]"
        "<svg>[for g:<path/>]</svg></div>"
    )
    _, slots, _ = json.loads(client_form(planned(source)))["blocks"][0]
    assert slots == [[2], [0, 1], [0], [3, 1], [3], [4, [1, 2]], [5, 3]]
    assert json.loads(client_form(planned(source)))["blocks"][1:] == [
        ["<b></b>", [], ""],
        ["<!--live@0-->", [[6]], ""],
        ["<path/>", [], "svg"],
    ]


def test_letters_of_any_alphabet_are_given_as_they_are():
    assert "ñ→" in client_form(planned("<p title='ñ→'>{{a}}</p>")).decode()


def test_equal_programs_have_equal_hashes_and_others_do_not():
    sources = ["<p>{{a}}</p>", "<p>{{b}} and {{c}}</p>", "<p>{{a}}<br></p>"]
    one, same, other = (program_hash(client_form(planned(source))) for source in sources)
    assert one == same != other
    assert len(one) == 8


def test_a_block_may_be_made_by_hand():
    block = Block(("<p>", "</p>"), (Slot(Kind.RUN, ()),), (0,), skeleton="<p><!--live@0--></p>")
    assert html(block, ["x"], str) == "<p>x</p>"
    assert json.loads(client_form(Plan(block, wrapped=True)))["wrapped"] is True
