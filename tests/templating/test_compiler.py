"""From a template to pieces: every tag that Django comes with has its place in the table."""

from __future__ import annotations

import inspect

from django.template import Template, base, defaulttags, library, loader_tags
from django.templatetags import cache, i18n, l10n, static, tz

from liveactions import Component
from liveactions.rendering.pieces import Branch, Leaf, Loop, Scope, Text
from liveactions.templating.compiler import TABLE, compiled
from tests.templating.reference import engine_of

MODULES = [defaulttags, loader_tags, cache, i18n, l10n, static, tz]


class Page(Component):
    name = "compiler.page"
    template = "x"
    a: int = 1


def pieces(source: str):
    return compiled(Template(source, engine=engine_of()), Page).content.pieces


def test_every_tag_that_django_comes_with_is_known():
    found = {
        each
        for module in MODULES
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, base.Node) and each.__module__ == module.__name__
    }
    # A partial is a template inside a template, since Django 6; it is rendered as a whole.
    assert {each.__name__ for each in found - TABLE.keys()} <= {"PartialNode", "PartialDefNode"}
    assert {library.SimpleNode, library.InclusionNode} <= TABLE.keys()


def test_a_list_of_nodes_becomes_a_list_of_pieces():
    found = pieces(
        "<p>{{ a }}</p>{% if a %}x{% endif %}{% for b in a %}y{% endfor %}{% with b=a %}{{ b }}{% endwith %}"
    )
    assert [type(piece) for piece in found] == [Text, Leaf, Text, Branch, Loop, Scope]


def test_what_is_only_for_the_reader_leaves_nothing():
    assert pieces("{% load i18n %}{# a #}{% comment %}b{% endcomment %}") == ()


def test_static_tags_are_text():
    found = pieces("{% verbatim %}{{ a }}{% endverbatim %}{% templatetag openblock %}")
    assert found == (Text("{{ a }}"), Text("{%"))


def test_a_kind_of_node_that_is_derived_from_a_known_one_is_another_kind():
    class Louder(base.VariableNode):
        def render(self, context: object) -> str:
            return f"{super().render(context)}!"

    template = Template("<p>{{ a }}</p>", engine=engine_of())
    template.nodelist[1].__class__ = Louder
    (_, leaf, _) = compiled(template, Page).content.pieces
    assert leaf.text is False
    assert leaf.payload.reading.fields is None


def test_every_template_that_takes_part_is_named():
    engine = engine_of({"a.html": "<b>{% include 'b.html' %}</b>", "b.html": "x", "c.html": "{% extends 'a.html' %}"})
    template = engine.get_template("c.html")
    assert [source.name for source in compiled(template, Page).sources] == ["c.html", "a.html", "b.html"]


def test_a_guard_is_needed_only_where_a_tag_is_given_the_context():
    assert not compiled(Template("{% load tried %}{% plus a 1 %}{% card a %}", engine=engine_of()), Page).guard.needed
    assert compiled(Template("{% load tried %}{% look_up 'a' as b %}", engine=engine_of()), Page).guard.needed
