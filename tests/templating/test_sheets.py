"""Names that tags give: who sees them, and when the tag has to be executed for it."""

from __future__ import annotations

import pytest

from liveactions import Component
from tests.templating.reference import Desk, engine_of

pytestmark = pytest.mark.urls("tests.templating.tried")


class Page(Component):
    name = "sheets.page"
    template = "x"
    a: int = 0
    b: int = 0
    on: bool = False
    items: list[int] = [1, 2]


def desk(source: str) -> Desk:
    tried = Desk(Page(), "{% load tried %}<div>" + source + "</div>", engine_of())
    tried.fresh()
    return tried


def evaluated(tried: Desk, **state: object) -> int:
    with tried.counting() as slots:
        tried.set(**state)
    assert tried.html() == tried.django()
    return len(slots)


def test_what_does_not_look_a_name_up_is_not_evaluated_for_it():
    tried = desk("{% firstof a 'none' as x %}<i>{{ x }}</i><b>{{ b }}</b>")
    assert evaluated(tried, a=1) == 1
    assert evaluated(tried, b=1) == 1


def test_a_name_that_is_set_in_a_branch_and_used_there_is_tracked():
    tried = desk("{% if on %}{% firstof a 'none' as x %}<i>{{ x }}</i>{% endif %}<b>{{ b }}</b>")
    tried.set(on=True)
    assert evaluated(tried, b=1) == 1
    assert evaluated(tried, a=1) == 2  # the branch, and the slot in it


def test_a_name_that_is_set_in_a_branch_is_seen_after_it():
    tried = desk("{% if on %}{% firstof a 'none' as x %}<i>{{ x }}</i>{% endif %}<b>{{ x }}</b>")
    for state in ({"on": True}, {"a": 1}, {"b": 1}, {"on": False}):
        evaluated(tried, **state)


def test_a_branch_that_does_nothing_but_set_a_name_has_no_slot():
    tried = desk("{% firstof '-' as x %}{% if on %}{% firstof a as x %}{% endif %}<b>{{ x }}</b><i>{{ b }}</i>")
    assert [slot.place for slot in tried.program.block.slots] == ["text", "text"]
    assert evaluated(tried, b=1) == 1
    assert evaluated(tried, on=True) == 1
    assert evaluated(tried, a=1) == 1


def test_a_row_sees_what_the_row_before_it_has_set():
    tried = desk("{% for n in items %}<b>{{ x }}</b>{% firstof n as x %}{% endfor %}")
    assert tried.html() == "<div><b></b><b>1</b></div>"
    for state in ({"items": [2, 1, 3]}, {"items": [4]}, {"items": [4, 5]}):
        evaluated(tried, **state)


def test_a_row_that_sets_a_name_for_itself_is_tracked():
    tried = desk("{% for n in items %}{% firstof n as x %}<b>{{ x }}</b>{% endfor %}")
    assert tried.program.evaluator.evaluators[0].reads == {"items"}
    evaluated(tried, items=[2, 3])


def test_a_tag_that_looks_everything_up_sees_every_name():
    tried = desk("{% if on %}{% firstof a 'none' as x %}{% endif %}<b>{% look_up 'x' %}</b>")
    for state in ({"on": True}, {"a": 1}, {"b": 1}, {"on": False}):
        evaluated(tried, **state)


def test_a_name_may_be_set_anew_and_mean_another_thing():
    tried = desk("{% firstof a as x %}<i>{{ x }}</i>{% firstof b as x %}<b>{{ x }}</b>")
    with tried.counting():
        assert tried.set(b=3) == [1, "3"]
        assert tried.set(a=3) == [0, "3"]


def test_a_cycle_that_is_reset_begins_again():
    tried = desk(
        "{% cycle 'a' 'b' as c %}{% if on %}<i>{% cycle c %}</i>{% endif %}{% resetcycle c %}<b>{% cycle c %}</b>"
    )
    for state in ({"on": True}, {"b": 1}, {"on": False}):
        evaluated(tried, **state)
