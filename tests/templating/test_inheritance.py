"""Templates in templates: they are compiled in their place."""

from __future__ import annotations

import pytest

from liveactions import Component
from liveactions.rendering.blocks import Kind
from liveactions.templating.program import Program, Refused, looked_up
from tests.templating.features import TEMPLATES
from tests.templating.reference import Desk, Template, engine_of


class Page(Component):
    name = "inheritance.page"
    template = "x"
    count: int = 0
    title: str = "t"
    word: str = "w"
    depth: int = 2
    part: str = "part.html"
    items: list[int] = [1, 2]


MORE = {
    "text_before.html": " {% extends 'base.html' %}{% block head %}<h1>{{ word }}</h1>{% endblock %}",
    "sets.html": "{% extends 'base.html' %}{% block body %}{% firstof title as t %}<p>{{ t }}</p>{% endblock %}",
    "by_variable.html": "{% extends word %}",
    "same.html": "<p>{% include 'by_variable.html' %}</p>",
    "row.html": "<li>{{ n }} {{ count }}</li>",
}


def desk(source: str) -> Desk:
    tried = Desk(Page(), source, engine_of({**TEMPLATES, **MORE}))
    tried.fresh()
    return tried


TEMPLATES_TRIED = [
    "{% extends 'base.html' %}",
    "{% extends 'middle.html' %}{% block body %}<b>{{ block.super }}{{ count }}</b>{% endblock %}",
    "{% extends 'text_before.html' %}{% block head %}{{ block.super }}{{ block.super }}{% endblock %}",
    "{% extends 'sets.html' %}{% block head %}{{ t }}<b>{{ block.super|upper }}</b>{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{% for n in items %}{{ block.super }}{% endfor %}{% endblock %}",
    (
        "{% extends 'base.html' %}{% block body %}{% with block=title %}<b>{{ block.super }}{{ block }}</b>"
        "{% endwith %}{% endblock %}"
    ),
    "{% extends 'base.html' %}{% block body %}{% include 'naming.html' %}{{ block.name }}{% endblock %}",
    "<ul>{% for n in items %}{% include 'row.html' %}{% endfor %}</ul>",
    "<div>{% include 'tree.html' %}{% include part %}</div>",
    "<div>{% block a %}<b>{{ count }}</b>{% endblock %}{% block b %}{{ block.name }}{% endblock %}</div>",
]


@pytest.mark.urls("tests.templating.tried")
@pytest.mark.parametrize("source", TEMPLATES_TRIED)
def test_they_are_rendered_as_by_django(source):
    tried = desk(source)
    assert tried.html().strip() == tried.django().strip()
    for state in ({"count": 1}, {"title": "<x>"}, {"word": "y", "items": [2, 3, 1]}, {"depth": 0}):
        tried.set(**state)
        assert tried.html().strip() == tried.django().strip()


def test_what_a_block_reads_is_known():
    tried = desk("{% extends 'middle.html' %}{% block body %}{{ block.super }}<b>{{ count }}</b>{% endblock %}")
    with tried.counting() as slots:
        tried.set(word="new")
    assert len(slots) == 1


def test_an_included_template_is_part_of_the_program():
    tried = desk("<div>{% include 'part.html' with given=title %}</div>")
    assert [slot.kind for slot in tried.program.block.slots] == [Kind.RUN]
    assert tried.program.evaluator.evaluators[0].reads == {"count", "title"}


def test_rows_may_be_included():
    tried = desk("<ul>{% for n in items %}{% include 'row.html' %}{% endfor %}</ul>")
    assert [slot.kind for slot in tried.program.block.slots] == [Kind.LOOP]
    assert tried.program.evaluator.evaluators[0].reads == {"count", "items"}


REFUSED = {
    "{% extends word %}": "It extends a template whose name is only known when it is rendered.",
    "{% extends 'nobody.html' %}": "It extends nobody.html, which does not exist.",
}


@pytest.mark.parametrize("source", REFUSED)
def test_a_parent_that_cannot_be_told_means_no_program(source):
    template = Template(source, engine=engine_of())
    assert looked_up(template, Page) == Refused(REFUSED[source])


@pytest.mark.parametrize(
    "source", ["{% include 'nobody.html' %}", "{% include 'by_variable.html' %}", "{% include word %}"]
)
def test_an_include_that_cannot_be_told_is_rendered_as_a_whole(source):
    found = looked_up(Template(f"<div>{source}</div>", engine=engine_of({**TEMPLATES, **MORE})), Page)
    assert isinstance(found, Program)
    assert [slot.place for slot in found.block.slots] == ["html"]
