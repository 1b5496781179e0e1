"""Slots at work: texts, branches and nested components."""

from __future__ import annotations

from liveactions import Component
from tests.templating.features import Person
from tests.templating.small import desk


def test_a_branch_that_stays_is_changed_inside():
    tried = desk("<div>{% if a %}<b>{{ b }}</b>{% endif %}</div>", a=1)
    assert tried.set(b=1) == [0, [-1, [0, "1"]]]
    assert tried.set(a=2) == []


def test_a_branch_that_is_switched_comes_with_all_its_values():
    tried = desk("<div>{% if a %}<b>{{ b }}</b>{% else %}<i>{{ b }}{{ a }}</i>{% endif %}</div>", a=1)
    assert tried.set(a=0) == [0, [1, ["00"]]]
    assert tried.set(a=3) == [0, [0, ["0"]]]


def test_a_branch_that_is_left_empty_is_nothing():
    tried = desk("<div>{% if a %}<b>{{ b }}</b>{% endif %}</div>", a=1)
    assert tried.set(a=0) == [0, None]
    assert tried.set(b=4) == []
    assert tried.set(a=1) == [0, [0, ["4"]]]


def test_a_condition_is_not_asked_again_for_what_changes_inside():
    class Asked(Person):
        asked = 0

        def is_old(self) -> bool:
            Asked.asked += 1
            return True

    tried = desk("<div>{% if a %}<b>{{ b }}</b>{% endif %}{% if person.age %}<i>{{ b }}</i>{% endif %}</div>", a=1)
    tried.set(person=Asked("Ada", 3))
    tried.set(b=1)
    assert Asked.asked == 0
    assert tried.html() == tried.django()


def test_a_condition_that_is_not_data_is_asked_at_every_turn():
    person = Person("ada")
    tried = desk("<div>{% if person.shout == 'ADA' %}<b>x</b>{% endif %}</div>", person=person)
    person.name = "bob"
    assert tried.set(a=1) == [0, None]


def test_a_tag_that_places_components_is_remembered_with_them():
    tried = desk("<div>{% surround %}{% if a %}{% live 'x' key=a %}{% endif %}{% endsurround %}</div>", a=1)
    assert tried.nursery.standing == {"x:1"}
    tried.set(a=2)
    assert tried.nursery.standing == {"x:2"}
    tried.set(a=0)
    assert tried.nursery.standing == set()


def test_a_component_may_be_given_by_its_class():
    class Inner(Component):
        name = "evaluators.inner"
        template = "<i></i>"

    tried = desk("<div>{% live person n=a key='k' %}</div>", person=Inner)
    assert tried.nursery.params == {f"{Inner}:k": {"n": 0}}


def test_another_component_in_the_same_place_is_sent():
    tried = desk("<div>{% live 'x' key=a %}</div>")
    assert tried.set(a=1) == [0, [2, "<i>x:1</i>"]]
    assert tried.nursery.standing == {"x:1"}


def test_what_a_tag_answers_is_compared_as_a_whole():
    tried = desk("<div>{% card a %}</div>")
    assert tried.set(b=1) == []
    assert tried.set(a=1) == [0, "<i>1</i>"]
