"""Dangerous places are found, and places that are not dangerous are left alone."""

from __future__ import annotations

import pytest

from liveactions import Component
from liveactions.templating.dangers import dangers
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "dangers.page"
    template = "x"
    a: str = ""
    on: bool = False
    items: list[object] = []


def sentences(source: str) -> list[str]:
    program = Desk(Page(), "{% load static %}<div>\n" + source + "</div>", engine_of()).program
    return [f"{each.line}: {each.sentence}" for each in dangers(program)]


DANGEROUS = {
    "<p id={{ a }}>x</p>": "2: {{ a }} stands in an unquoted attribute",
    "<script>let a = {{ a }}</script>": "2: {{ a }} stands in a <script>",
    "<style>p { color: {{ a }} }</style>": "2: {{ a }} stands in a <style>",
    "<p onclick=\"go('{{ a }}')\">x</p>": "2: {{ a }} stands in the event handler onclick",
    "<a href='{{ a }}'>x</a>": "2: {{ a }} is the beginning of href, so it may be a javascript: address",
    "<a href=' {{ a }}/x'>x</a>": "2: {{ a }} is the beginning of href",
    "<a href='{% if on %}{{ a }}{% endif %}'>x</a>": "2: {{ a }} is the beginning of href",
    "<form action='{{ a }}'></form>": "2: {{ a }} is the beginning of action",
    "<button formaction='{{ a }}'>x</button>": "2: {{ a }} is the beginning of formaction",
    "<iframe src='{{ a }}'></iframe>": "2: {{ a }} is the beginning of src",
    "<iframe srcdoc='<p>{{ a }}</p>'></iframe>": "2: {{ a }} stands in srcdoc",
    "{% for n in items %}<b><a href='{{ n }}'>x</a></b>{% endfor %}": "2: {{ n }} is the beginning of href",
    "{% if on %}<a href='{{ a|upper }}'>x</a>{% endif %}": "2: {{ a|upper }} is the beginning of href",
}


@pytest.mark.parametrize("source", DANGEROUS)
def test_a_dangerous_place_is_told(source):
    (found,) = sentences(source)
    assert found.startswith(DANGEROUS[source])
    assert found.count(". ") >= 1, "says what to do instead"


HARMLESS = [
    "<p id='{{ a }}' class=\"x {{ a }}\" data-url='{{ a }}'>{{ a }}</p>",
    "<p title={{ 'constant' }}>x</p>",
    "<p id={{ items|length }}>x</p>",
    "<script>let a = '{{ a|escapejs }}'</script>",
    "<script src='{% static 'a.js' %}'></script>",
    "<a href='/x/{{ a }}'>x</a>",
    "<a href='https://example.com/{{ a }}'>x</a>",
    "<a href='{% static 'a' %}{{ a }}'>x</a>",
    "<a href='{{ a.get_absolute_url }}'>x</a>",
    "<a href='{{ a|urlencode }}'>x</a>",
    "<a href='#{{ a }}'>x</a>",
    "<img src='{{ a }}' alt='{{ a }}'>",
    "<p onclick='go()'>x</p>",
    "<input value='{{ a }}' {% if on %}checked{% endif %}>",
    "<textarea>{{ a }}</textarea><title>{{ a }}</title>",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_a_harmless_place_is_not_told(source):
    assert sentences(source) == []


def test_a_danger_is_told_once_for_each_place_in_a_template():
    assert len(sentences("<a href='{{ a }}'>{{ a }}</a>\n<a href='{{ a }}'>x</a>")) == 2
