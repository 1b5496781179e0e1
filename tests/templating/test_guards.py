"""Tags that nobody knows may change what names mean: that is noticed, and everything after them is evaluated."""

from __future__ import annotations

import pytest

from liveactions import Component
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "guards.page"
    template = "x"
    a: int = 1
    b: int = 1
    hide: object = None


def desk(source: str, **state: object) -> Desk:
    component = Page()
    vars(component).update(state)
    tried = Desk(component, "{% load tried %}<div>" + source + "</div>", engine_of())
    tried.fresh()
    return tried


HIDING = {
    "a field": "{% overwrite 'a' hide %}<b>{{ a }}</b>",
    "a field, while it sets another name": "{% overwrite 'a' hide as x %}<b>{{ a }}</b>",
    "a name of with": "{% with x=a %}{% overwrite 'x' hide %}<b>{{ x }}</b>{% endwith %}<i>{{ a }}</i>",
    "the variable of a loop": "{% for x in 'ab' %}{% overwrite 'x' hide %}<b>{{ x }}</b>{% endfor %}",
    "a field, inside another tag": "{% spaceless %}{% overwrite 'a' hide %}{% endspaceless %}<b>{{ a|add:1 }}</b>",
    "a field, in a branch": "{% if b %}{% overwrite 'a' hide %}<i></i>{% endif %}{% if a %}<b>{{ a }}</b>{% endif %}",
    "a field, in a branch of nothing else": "{% if b %}{% overwrite 'a' hide as x %}{% endif %}<b>{{ a }}</b>",
    "a condition": "{% overwrite 'a' hide %}{% if a == 3 %}<b>x</b>{% endif %}",
}


@pytest.mark.parametrize("name", HIDING)
def test_a_name_that_is_given_another_meaning_has_it(name):
    tried = desk(HIDING[name])
    for state in ({"hide": 3}, {"a": 2}, {"hide": None}, {"a": 3}, {"b": 0}, {"hide": 7}, {"b": 1}, {"hide": 0}):
        tried.set(**state)
        assert tried.html() == tried.django()


def test_a_tag_that_changes_nothing_leaves_the_rest_tracked():
    tried = desk("{% overwrite 'a' hide %}<b>{{ a }}</b><i>{{ b }}</i>")
    with tried.counting() as slots:
        tried.set(b=2)
    assert [slot.place for slot in slots] == ["html", "text"]


def test_a_name_that_nobody_looks_up_is_free():
    tried = desk("{% overwrite 'own' hide %}<b>{{ a }}</b><i>{{ b }}</i>", hide="x")
    with tried.counting() as slots:
        tried.set(b=2)
    assert len(slots) == 2


def test_after_a_name_was_hidden_everything_is_evaluated_once_more():
    tried = desk("{% overwrite 'a' hide %}<b>{{ a }}</b><i>{{ b }}</i>", hide="x")
    with tried.counting() as slots:
        tried.set(hide=None)
    assert len(slots) == 3
    with tried.counting() as slots:
        tried.set(b=2)
    assert tried.html() == tried.django()
