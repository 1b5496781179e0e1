"""The parts of a template: written as Django writes them, and when Django is not asked."""

from __future__ import annotations

import pytest
from django.template import Context, Template, Variable
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import mark_safe

from liveactions import Component
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "nodes.page"
    template = "x"
    value: object = 1234567
    on: bool = True
    items: list[object] = [1, 2]


def desk(source: str, value: object = 1234567, **options: object) -> Desk:
    component = Page()
    vars(component)["value"] = value
    return Desk(component, f"<p>{source}</p>", engine_of(**options))


VALUES = {
    "a number": 1234567,
    "a fraction": 1234.5,
    "a truth": True,
    "nothing": None,
    "a text": "<a> & 'b' \"c\"",
    "safe text": mark_safe("<b>x</b>"),
    "a list": ["<a>", 1],
    "a text of its own kind": type("Text", (str,), {})("<a>"),
    "a number of its own kind": type("Number", (int,), {"__str__": lambda _: "<n>"})(3),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_values_are_written_as_django_writes_them(name, language):
    source = "{{ value }}{% autoescape off %}{{ value }}{% endautoescape %}{{ value|default:'x' }}"
    tried = desk(source, VALUES[name])
    for thousands in (False, True):
        with override_settings(USE_THOUSAND_SEPARATOR=thousands), translation.override(language):
            assert tried.fresh() == tried.django()


@pytest.mark.parametrize("invalid", ["", "?", "no %s"])
def test_what_is_not_there_looks_as_the_engine_says(invalid):
    tried = desk(
        "{{ nobody }}{{ value.nobody }}{{ value.a.b|upper }}{% if nobody %}x{% endif %}", string_if_invalid=invalid
    )
    assert tried.fresh() == tried.django()


def test_a_plain_variable_is_written_without_asking_django(monkeypatch):
    asked = []
    resolve = Variable.resolve
    monkeypatch.setattr(Variable, "resolve", lambda self, context: asked.append(self.var) or resolve(self, context))
    tried = desk("{{ value.a }}{{ on }}{% if on %}<b>x</b>{% endif %}{{ value.b.0|upper }}", {"a": "x", "b": ["y"]})
    assert tried.fresh() == "<p>xTrue<b>x</b>Y</p>"
    assert asked == []


def test_an_error_is_the_same_as_in_django_and_tells_the_same_place():
    def broken() -> None:
        raise RuntimeError("broken")

    tried = desk("<b>\n{% if on %}\n{{ value }}{% endif %}</b>", broken, debug=True)
    with pytest.raises(RuntimeError) as ours:
        tried.fresh()
    with pytest.raises(RuntimeError) as theirs:
        tried.django()
    assert ours.value.template_debug["line"] == theirs.value.template_debug["line"] == 3  # type: ignore[attr-defined]
    assert ours.value.template_debug["during"] == "{{ value }}"  # type: ignore[attr-defined]


def test_a_part_tells_where_it_stands():
    tried = desk("\n{{   value|add:1 }}")
    (slot,) = tried.program.block.slots
    part = slot.source[-1].payload
    assert (part.line, part.template, part.source) == (2, "", "{{ value|add:1 }}")


def test_a_generator_is_gone_through_once():
    tried = desk("{% for a in value %}<b>{{ a }}</b>{% empty %}<i>none</i>{% endfor %}")
    vars(tried.component)["value"] = iter([1, 2])
    assert tried.fresh() == "<p><b>1</b><b>2</b></p>"
    assert tried.fresh() == "<p><i>none</i></p>"


def test_a_cycle_goes_by_the_number_of_the_row():
    tried = desk("{% for a in items %}<b class=\"{% cycle 'x' 'y' value %}\">{{ a }}</b>{% endfor %}")
    assert tried.fresh() == tried.django()
    tried.set(items=[1, 2, 3, 4])
    assert tried.html() == tried.django()
    with tried.counting() as slots:
        tried.set(value="z")
    assert tried.html() == tried.django()
    assert tried.program.evaluator.stateful is False
    assert slots != []


def test_a_template_may_be_rendered_by_django_meanwhile():
    tried = desk("{% for a in items %}{% cycle 'x' 'y' %}{% endfor %}")
    assert Template("{{ a }}", engine=engine_of()).render(Context({"a": 1})) == "1"
    assert tried.fresh() == tried.django() == tried.fresh()
