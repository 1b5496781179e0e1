"""Probes: whether what an expression reads is data, asked of the values themselves."""

from __future__ import annotations

import pytest

from liveactions import Component
from tests.templating.features import Person
from tests.templating.reference import Desk, engine_of


class Holder(Component):
    name = "probes.holder"
    template = "x"
    value: object = None
    count: int = 0


def evaluated(source: str, value: object) -> list[str]:
    """The places of the slots that are evaluated when a field changes that has nothing to do with ``value``."""
    component = Holder()
    vars(component)["value"] = value
    desk = Desk(component, "{% load i18n %}<div>" + source + "</div>", engine_of({"part.html": "<i>{{ a.name }}</i>"}))
    desk.fresh()
    with desk.counting() as slots:
        desk.set(count=1)
    assert desk.html() == desk.django()
    return [slot.place for slot in slots]


PERSON = Person("Ada", 3)
AT_REST = {
    "an attribute": ("{{ value.name }}", PERSON),
    "a list of scalars": ("{{ value }}{{ value|join:',' }}", [1, "x"]),
    "the length of a list of anything": ("{{ value|length }}", [PERSON]),
    "a part of a dict": ("{{ value.a.b }}", {"a": {"b": 1}, "c": PERSON}),
    "the truth of an object": ("{% if value %}<b>x</b>{% endif %}", PERSON),
    "a comparison of data": ("{% if value.age == 3 %}<b>x</b>{% endif %}", PERSON),
    "membership": ("{% if 3 in value %}<b>x</b>{% endif %}", [1, 3]),
    "a name for an object": ("{% with a=value %}<b>{{ a.name }}</b>{% endwith %}", PERSON),
    "an include with an object": ("{% include 'part.html' with a=value %}", PERSON),
    "text in an attribute": ("<b class='{% if value.age %}{{ value.name }}{% endif %}'></b>", PERSON),
    "a loop in a text": ("{% for a in value %}{{ a }}{% endfor %}", [1, 2]),
    "translated": ("{% blocktrans with a=value.name %}Hello {{ a }}{% endblocktrans %}", PERSON),
    "the ratio of a width": ("{% widthratio value.age 10 100 %}", PERSON),
    "the first of a list": ("{% firstof value.name 'x' %}", PERSON),
}


@pytest.mark.parametrize("name", AT_REST)
def test_fields_vouch_for_data(name):
    assert evaluated(*AT_REST[name]) == []


RESTLESS = {
    "a property": ("{{ value.shout }}", PERSON),
    "a method": ("{{ value.greet }}", PERSON),
    "an object as a whole": ("{{ value }}", PERSON),
    "a list of objects": ("{{ value|join:',' }}", [PERSON]),
    "a filter of a property": ("{{ value.shout|lower }}", PERSON),
    "an argument that is not data": ("{{ count|default:value.shout }}{{ 'x'|default:value.shout }}", PERSON),
    "a condition on a property": ("{% if value.shout %}<b>x</b>{% endif %}", PERSON),
    "an object in a comparison": ("{% if value == 3 %}<b>x</b>{% endif %}", PERSON),
    "a name for a property": ("{% with a=value.shout %}<b>{{ a }}</b>{% endwith %}", PERSON),
    "a name for part of a name": (
        "{% with a=value %}{% with b=a.shout %}<b>{{ b }}</b>{% endwith %}{% endwith %}",
        PERSON,
    ),
    "a name that a tag sets": ("{% firstof value.shout 'x' as a %}<b>{{ a }}</b>", PERSON),
    "a loop in a text over objects": ("{% for a in value %}{{ a.shout }}{% endfor %}", [PERSON]),
    "a language that is not data": (
        "{% language value.word %}<b>{% trans 'Yes' %}</b>{% endlanguage %}",
        type("L", (), {"word": property(lambda _: "de")})(),
    ),
}


@pytest.mark.parametrize("name", RESTLESS)
def test_what_is_not_data_is_evaluated_at_every_turn(name):
    assert evaluated(*RESTLESS[name]) != []


def test_what_a_property_answers_next_is_seen():
    desk = Desk(Holder(), "<p>{{ value.shout }}</p>")
    person = Person("Ada")
    vars(desk.component)["value"] = person
    desk.fresh()
    person.name = "Bob"
    assert desk.set(count=1) == [0, "BOB"]


def test_names_around_what_is_not_data_do_not_disturb_others():
    source = "{% with a=value.shout b=count %}<i>{{ a }}</i><b>{{ b }}</b><u>{{ count }}</u>{% endwith %}"
    component = Holder()
    vars(component)["value"] = PERSON
    desk = Desk(component, f"<div>{source}<s>{{{{ value.name }}}}</s></div>")
    desk.fresh()
    with desk.counting() as slots:
        desk.change("value")
    assert len(slots) == 2  # {{ a }} and {{ value.name }}
