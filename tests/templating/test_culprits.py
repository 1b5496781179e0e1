"""Errors of tags that Django does not run itself tell the place in the template, as Django's own do."""

from __future__ import annotations

import pytest

from liveactions import Component
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "culprits.page"
    template = "x"
    a: int = 1
    items: object = None


class Broken:
    """Whatever is asked of it fails."""

    def __bool__(self) -> bool:
        raise RuntimeError("broken")

    def __len__(self) -> int:
        raise RuntimeError("broken")

    @property
    def attribute(self) -> None:
        raise RuntimeError("broken")


FAILING = {
    "if": "<p></p>\n{% if items %}<b></b>{% endif %}",
    "if of an attribute": "<p></p>\n{% if items.attribute %}<b></b>{% endif %}",
    "with": "<p></p>\n{% with b=items.attribute %}<b>{{ b }}</b>{% endwith %}",
    "for": "<p></p>\n{% for b in items.attribute %}<b></b>{% endfor %}",
    "for with empty": "<p></p>\n{% for b in items %}<b></b>{% empty %}<i></i>{% endfor %}",
    "language": "<p></p>\n{% language items.attribute %}<b>{{ a }}</b>{% endlanguage %}",
    "live": "<p></p>\n{% live items.attribute %}",
    "a variable": "<p></p>\n{{ items.attribute }}",
    "a tag that sets a name": "<p></p>\n{% firstof items.attribute as x %}<b>{{ x }}</b>",
}


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("name", FAILING)
def test_an_error_is_that_of_django_and_so_is_its_place(name, debug):
    component = Page()
    component.items = Broken()
    tried = Desk(component, "{% load i18n live %}<div>" + FAILING[name] + "</div>", engine_of(debug=debug))
    with pytest.raises(RuntimeError, match="broken") as theirs:
        tried.django()
    with pytest.raises(RuntimeError, match="broken") as ours:
        tried.fresh()
    assert getattr(ours.value, "template_debug", None) == getattr(theirs.value, "template_debug", None)
    assert hasattr(ours.value, "template_debug") is debug
