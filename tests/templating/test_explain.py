"""What is told of a program: each slot, what it reads, and why it is not tracked."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group, Permission

from liveactions import Component, SharedComponent
from liveactions.templating.explain import explained, lines, reports
from liveactions.templating.program import Refused
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "explain.page"
    template = "x"
    a: int = 1
    group: Group | None = None
    permission: Permission = Permission()
    items: list[object] = []

    def rows(self) -> list[object]:
        return self.items


def desk(source: str) -> Desk:
    return Desk(Page(), source, engine_of({"part.html": "\n<i>{{ a }}</i>"}))


def told(source: str):
    return reports(desk(source).program, Page)


def test_a_slot_is_told_with_its_place_and_what_it_reads():
    (found,) = told("<p>\n<b class='x {{ a }}'>y</b></p>")
    assert (found.kind, found.place, found.line) == ("attribute", "attribute class", 2)
    assert (found.source, found.reads, found.tracked, found.why) == ("{{ a }}", ("a",), True, "")


def test_a_slot_of_another_template_is_told_with_its_name():
    (found,) = told("<p>{% include 'part.html' %}</p>")
    assert (found.template, found.line) == ("part.html", 2)


def test_what_is_inside_comes_after_what_is_around_it():
    found = told("<p>{% if a %}<b>{{ a }}</b>{% else %}<i>{{ group.name }}</i>{% endif %}{{ a }}</p>")
    assert [(each.depth, each.number, each.kind) for each in found] == [
        (0, 0, "branch"),
        (1, 0, "run"),
        (1, 0, "run"),
        (0, 1, "run"),
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("rows.0", "rows is a method of Page, which may read anything"),
        ("group.permissions.count", "group.permissions is a relation of Group, which may lead anywhere"),
        (
            "permission.content_type.model",
            "permission.content_type is a relation of Permission, which may lead anywhere",
        ),
        ("permission.natural_key", "permission.natural_key is a method of Permission, which may lead anywhere"),
        ("permission", "permission is an object of Permission: how it is written may depend on anything"),
        ("a|random", "the filter random does not always make the same of the same"),
    ],
)
def test_why_a_slot_is_not_tracked_is_said(source, why):
    (found,) = told("<p>{{ " + source + " }}</p>")
    assert (found.tracked, found.why) == (False, why)


@pytest.mark.parametrize("source", ["group.name", "group.pk", "permission.content_type_id", "a", "items.0"])
def test_a_field_of_a_model_is_tracked(source):
    (found,) = told("<p>{{ " + source + " }}</p>")
    assert found.tracked


def test_a_loop_tells_its_key_and_its_columns():
    loop, row = told("<ul>{% for n in items %}<li>{{ n.name }}{{ forloop.counter }}</li>{% endfor %}</ul>")
    assert loop.keyed.endswith("and compared by forloop.counter, n.name")
    assert row.rows == ("n.name", "forloop.counter")
    loop, *_ = told("<ul>{% for n in items %}<li live-key='{{ n.pk }}'>{{ n.x }}</li>{% endfor %}</ul>")
    assert loop.keyed.startswith("rows are told apart by live-key")


def test_rows_of_a_method_are_tracked_though_the_method_is_not():
    loop, row = told("<ul>{% for n in rows %}<li>{{ n.name }}</li>{% endfor %}</ul>")
    assert (loop.tracked, row.tracked) == (False, True)


def test_it_can_be_read():
    text = "\n".join(lines("explain.page", desk("<p>{{ a }}{% now 'Y' %}</p>\n<a href='{{ a }}'></a>").program, Page))
    assert text.splitlines()[0].endswith("2 slots are tracked.") or "1 of 2 slots are tracked" in text
    assert "evaluated at every turn: {% now %} depends on the time" in text
    assert "reads a" in text
    assert "! line 2: {{ a }} is the beginning of href" in text
    assert "<live-root>" in text


def test_a_template_without_a_program_is_told_with_the_reason():
    text = "\n".join(lines("explain.page", Refused("It is torn."), Page))
    assert text == (
        "explain.page: no program. It is rendered by Django as a whole, and the page is morphed.\n  It is torn."
    )


def test_it_can_be_had_as_data():
    found = explained("explain.page", desk("<p>{{ a }}</p>").program, Page)
    assert json.loads(json.dumps(found))["slots"][0]["reads"] == ["a"]
    assert explained("x", Refused("why"), Page) == {
        "component": "x",
        "program": None,
        "why": "why",
        "slots": [],
        "dangers": [],
    }


class Everybodys(SharedComponent):
    name = "explain.everybodys"
    template = "x"


def test_of_a_shared_component_it_says_what_its_template_cannot_know():
    here = Desk(Everybodys(), "<p>x</p>", engine_of({}))
    (first, *_) = lines("explain.everybodys", here.program, Everybodys)
    assert first.endswith("is shared: rendered once for all who see it, without user, perms, csrf_token and request.")
