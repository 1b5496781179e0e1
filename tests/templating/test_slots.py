"""Evaluating a block: in which order, in which scopes, and what is passed over."""

from __future__ import annotations

import msgpack
import pytest

from tests.templating.features import Person
from tests.templating.reference import Nursery
from tests.templating.small import desk


def test_only_slots_that_read_what_has_changed_are_evaluated():
    tried = desk("<div><p>{{ a }}</p><p>{{ b }}</p><p>{{ a }} {{ b }}</p></div>")
    with tried.counting() as slots:
        assert tried.set(a=1) == [0, "1", 2, "1 0"]
    assert len(slots) == 2


def test_of_many_values_one_is_evaluated():
    tried = desk("<div>" + "<p>{{ b }}</p>" * 75 + "<p>{{ a }}</p></div>")
    with tried.counting() as slots:
        assert tried.set(a=1) == [75, "1"]
    assert len(slots) == 1


def test_nothing_is_evaluated_when_nothing_has_changed():
    tried = desk("<div><p>{{ a }}</p>{% csrf_token %}</div>")
    with tried.counting() as slots:
        assert tried.change() == []
    assert slots == []


def test_a_value_that_is_evaluated_and_is_the_same_is_not_sent():
    tried = desk("<div><p>{{ a|yesno }}</p></div>", a=1)
    with tried.counting() as slots:
        assert tried.set(a=2) == []
    assert len(slots) == 1


def test_long_values_are_compared_too():
    tried = desk("<div><p>{{ person }}</p></div>", person="x" * 1000)
    assert tried.set(person="x" * 1000) == []
    assert tried.set(person="y" * 1000) == [0, "y" * 1000]


def test_a_memo_can_be_kept_as_plain_data_and_taken_up_again():
    tried = desk(
        "<div><p>{{ a }}</p>{% if b %}<i>{{ a }}</i>{% endif %}{% live 'x' n=a %}<b>{{ person.shout }}</b></div>",
        b=1,
        person=Person("Ada"),
    )
    tried.memo = msgpack.unpackb(msgpack.packb(tried.program.dry(tried.memo)))
    assert tried.set(b=2) == []
    assert tried.set(a=3)[:4] == [0, "3", 1, [-1, [0, "3"]]]
    assert tried.html() == tried.django()


def test_an_old_memo_stands_when_an_evaluation_fails():
    tried = desk("<div><p>{{ a }}</p><p>{{ b|add:a }}{{ person.greet }}</p></div>", person=Person("Ada"))
    before = tried.memo
    tried.component.person = type("Broken", (), {"greet": lambda _: 1 / 0})()  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        tried.set(a=1)
    assert tried.memo is before
    tried.component.person = Person("Bob")  # type: ignore[attr-defined]
    tried.change("a", "person")
    assert tried.html() == tried.django()


def test_a_scope_is_entered_for_what_is_evaluated_in_it_alone():
    source = "{% with x=person.greet %}<i>{{ x }}</i>{% endwith %}{% with y=b %}<b>{{ y }}{{ a }}</b>{% endwith %}"
    tried = desk(f"<div>{source}</div>", person=Person("Ada"))
    with tried.counting() as slots:
        tried.set(a=1)
    assert tried.html() == tried.django()
    assert len(slots) == 2  # what reads a method, and what has changed


def test_a_tag_that_sets_a_name_is_executed_before_what_comes_after_it():
    tried = desk("<div>{% firstof b 'none' as x %}<i>{{ a }} {{ x }}</i><b>{{ x }}</b></div>")
    with tried.counting() as slots:
        assert tried.set(a=1) == [0, "1 none"]
    assert len(slots) == 1


def test_a_tag_that_hides_a_field_changes_what_everything_after_it_means():
    tried = desk("<div><i>{{ a }}</i>{% overwrite 'a' person %}<b>{{ a }}</b><u>{{ b }}</u></div>")
    assert tried.set(person="hidden") == [2, "hidden"]
    assert tried.set(a=5) == [0, "5"]
    assert tried.set(person=None) == [2, "5"]
    assert tried.set(a=6) == [0, "6", 2, "6"]


def test_components_that_no_longer_stand_anywhere_are_told():
    tried = desk(
        "<div>{% if a %}{% live 'x' key=1 %}{% else %}{% live 'y' key=2 %}{% endif %}{% live 'z' %}</div>", a=1
    )
    assert tried.nursery.standing == {"x:1", "z:#0"}
    tried.set(a=0)
    assert tried.nursery.standing == {"y:2", "z:#0"}


def test_a_component_without_a_key_keeps_its_place():
    tried = desk("<div>{% if a %}{% live 'x' %}{% endif %}{% live 'x' n=b %}</div>", a=1)
    second = tried.values[1]
    tried.set(a=0, b=1)
    assert tried.values[1] == second
    assert tried.nursery.params["x:#1"] == {"n": 1}


def test_a_component_that_the_page_lacks_travels_with_its_html():
    tried = desk("<div>{% if a %}<p>{% live 'x' key=1 %}</p>{% endif %}</div>")
    changes = tried.set(a=1)
    assert changes == [0, [0, [[1, "<i>x:1</i>"]]]]
    assert tried.html() == "<div><p><i>x:1</i></p></div>"


def test_a_component_is_placed_again_only_when_its_parameters_may_have_changed():
    tried = desk("<div>{% live 'x' n=a key=1 %}{{ b }}</div>")
    tried.nursery = Nursery()
    tried.set(b=1)
    assert tried.nursery.again == []
    tried.set(a=1)
    assert tried.nursery.again == ["x:1"]
