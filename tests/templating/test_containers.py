"""Tags around a content: what becomes a branch, a loop, or a part of a text."""

from __future__ import annotations

import pytest

from liveactions import Component
from liveactions.rendering.blocks import Kind
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "containers.page"
    template = "x"
    a: int = 1
    on: bool = True
    items: list[object] = [1, 2, 2]
    table: dict[str, int] = {"x": 1}


def desk(source: str) -> Desk:
    tried = Desk(Page(), "<div>" + source + "</div>", engine_of())
    tried.fresh()
    return tried


KINDS = {
    "{% if on %}<b></b>{% endif %}": [Kind.BRANCH],
    "{% if on %}x{% endif %}": [Kind.RUN],
    "<p class='{% if on %}x{% endif %}'></p>": [Kind.ATTRIBUTE],
    "<input {% if on %}checked{% endif %}>": [Kind.TAG],
    "{% for n in items %}<b></b>{% endfor %}": [Kind.LOOP],
    "{% for n in items %}{{ n }}{% endfor %}": [Kind.RUN],
    "{% for n in items %}<b></b>{% empty %}<i></i>{% endfor %}": [Kind.BRANCH],
    "{% for n in items %}<b></b>{% empty %}{% endfor %}": [Kind.LOOP],
    "{% ifchanged a %}<b></b>{% endifchanged %}": [Kind.BRANCH],
    "{% ifchanged %}<b></b>{% endifchanged %}": [Kind.RUN],
    "{% with b=a %}<b>{{ b }}</b>{{ a }}{% endwith %}": [Kind.RUN, Kind.RUN],
    "{% with b=a %}<b></b>{% endwith %}": [],
    "{% autoescape off %}<b>{{ a }}</b>{% endautoescape %}": [Kind.RUN],
}


@pytest.mark.parametrize("source", KINDS)
def test_a_tag_becomes_what_its_content_allows(source):
    tried = desk(source)
    assert [slot.kind for slot in tried.program.block.slots] == KINDS[source]
    assert tried.html() == tried.django()


STATEFUL = {
    "{% for n in items %}<b class=\"{% cycle 'x' 'y' %}\"></b>{% endfor %}": False,
    "{% for n in items %}{% if n %}<b class=\"{% cycle 'x' 'y' %}\"></b>{% endif %}{% endfor %}": True,
    "{% for n in items %}{% for m in items %}<b class=\"{% cycle 'x' 'y' %}\"></b>{% endfor %}{% endfor %}": True,
    "{% for n in items %}{% cycle 'x' 'y' as c silent %}<b class='{{ c }}'></b>{% endfor %}": True,
    "{% for n in items %}<b>{% ifchanged n %}{{ n }}{% endifchanged %}</b>{% endfor %}": True,
    "{% for n in items %}<b>{% filter upper %}{% cycle 'x' 'y' %}{% endfilter %}</b>{% endfor %}": True,
    "{% for n in items %}<b>{{ n }}</b>{% endfor %}": False,
}


@pytest.mark.parametrize("source", STATEFUL)
def test_rows_that_depend_on_one_another_are_evaluated_in_order(source):
    tried = desk(source)
    assert tried.program.evaluator.stateful is STATEFUL[source]
    for items in ([2, 2, 1], [1], [1, 1, 3, 4]):
        tried.set(items=items)
        assert tried.html() == tried.django()


def test_names_for_the_empty_case_stay_there():
    tried = desk("{% for n in items %}{% empty %}{% firstof a as on %}<b>{{ on }}</b>{% endfor %}<i>{{ on }}</i>")
    tried.set(items=[])
    assert tried.html() == tried.django() == "<div><b>1</b><i>True</i></div>"


def test_what_a_tag_without_dynamic_content_raises_is_raised():
    tried = Desk(Page(), "<div>{% with b=on|first %}text{% endwith %}</div>", engine_of())
    with pytest.raises(TypeError):
        tried.django()
    with pytest.raises(TypeError):
        tried.fresh()


def test_pairs_of_a_table_are_rows():
    tried = desk("{% for k, v in table.items %}<b>{{ k }}={{ v }}</b>{% endfor %}")
    assert tried.program.evaluator.evaluators[0].reads == {"table"}
    tried.set(table={"y": 2, "x": 1})
    assert tried.html() == tried.django()
