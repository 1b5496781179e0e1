"""Scopes: what they do to the context is done for each slot inside, and undone."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from django.utils import timezone as zones
from django.utils import translation

from liveactions import Component
from tests.templating.features import TEMPLATES
from tests.templating.reference import Desk, engine_of


class Page(Component):
    name = "scopes.page"
    template = "x"
    count: int = 0
    title: str = "a <b>"
    word: str = "de"
    total: float = 1.5
    when: datetime = datetime(2024, 5, 6, 7, 8, tzinfo=timezone.utc)
    on: bool = False


def desk(source: str) -> Desk:
    tried = Desk(Page(), "{% load i18n l10n tz %}" + source, engine_of(TEMPLATES))
    tried.fresh()
    return tried


SCOPES = {
    "with": "{% with title=word %}<b>{{ title }}{{ count }}</b>{% endwith %}",
    "include": "{% include 'part.html' with given=title %}",
    "include only": "{% include 'part.html' with given=count only %}",
    "block": "{% block a %}<b>{{ count }}{{ block.name }}</b>{% endblock %}",
    "autoescape": "{% autoescape off %}<b>{{ title }}{{ count }}</b>{% endautoescape %}",
    "localize": "{% localize off %}<b>{{ total }}{{ count }}</b>{% endlocalize %}",
    "localtime": "{% localtime off %}<b>{{ when }}{{ count }}</b>{% endlocaltime %}",
    "timezone": "{% timezone 'Asia/Tokyo' %}<b>{{ when }}{{ count }}</b>{% endtimezone %}",
    "language": "{% language word %}<b>{{ total }}{% trans 'Yes' %}{{ count }}</b>{% endlanguage %}",
    "empty": "{% for a in nobody %}x{% empty %}<b>{{ count }}{% firstof count as title %}{{ title }}</b>{% endfor %}",
}


@pytest.mark.parametrize("name", SCOPES)
def test_inside_and_outside_are_as_in_django(name):
    tried = desk(
        f"<div><i>{{{{ title }}}} {{{{ when }}}} {{{{ total }}}}</i>{SCOPES[name]}<u>{{{{ title }}}}</u></div>"
    )
    with translation.override("de"), zones.override("Europe/Berlin"):
        for state in ({"count": 1}, {"title": "<c>"}, {"word": "fr"}, {"total": 2.5, "count": 3}):
            tried.set(**state)
            tried.change(everything=True)
            assert tried.html() == tried.django()


@pytest.mark.parametrize("name", SCOPES)
def test_an_error_inside_leaves_the_context_as_it_was(name):
    tried = desk(f"<div>{SCOPES[name]}</div>")
    vars(tried.component)["count"] = type("Broken", (), {"__str__": lambda _: 1 / 0})()
    with pytest.raises(ZeroDivisionError):
        tried.fresh()
    assert translation.get_language() == "en-us"
    tried.set(count=2)
    assert tried.html() == tried.django()


def test_in_a_language_everything_depends_on_it():
    tried = desk("<div>{% language word %}<b>{% trans 'Yes' %}</b>{% endlanguage %}<i>{% trans 'Yes' %}</i></div>")
    with tried.counting() as slots:
        assert tried.set(word="fr") == [0, "Oui"]
    assert len(slots) == 1


def test_a_template_that_is_included_does_not_disturb_the_tags_around_it():
    tried = desk("<div>{% cycle 'a' 'b' as c %}{% include 'cycling.html' with n=count %}{% cycle c %}</div>")
    tried.set(count=1)
    assert tried.html() == tried.django()


def test_a_name_is_given_to_what_stands_inside_alone():
    tried = desk("<div>{% with title=count %}<b>{{ title }}</b>{% endwith %}<i>{{ title }}</i></div>")
    assert tried.set(count=7) == [0, "7"]
    assert tried.set(title="t") == [1, "t"]
