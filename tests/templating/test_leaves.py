"""Tags that write something: what is known about what they read."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from liveactions import Component
from liveactions.rendering.blocks import Kind
from tests.templating.features import TEMPLATES
from tests.templating.reference import Desk, engine_of

pytestmark = pytest.mark.urls("tests.templating.tried")


class Page(Component):
    name = "leaves.page"
    template = "x"
    a: int = 1
    b: int = 1
    word: str = "w"


def desk(source: str) -> Desk:
    tried = Desk(
        Page(), "{% load cache i18n l10n static tried live tz %}<div>" + source + "</div>", engine_of(TEMPLATES)
    )
    tried.fresh()
    return tried


TRACKED = {
    "{% url 'numbered' a %}": {"a"},
    "{% url 'login' %}": set(),
    "{% trans word %}": {"word"},
    "{% trans 'Yes' %}": set(),
    "{% blocktrans with x=a %}{{ x }}{{ word }}{% endblocktrans %}": {"a", "word"},
    "{% blocktrans count n=a %}{{ n }} x{% plural %}{{ n }} xs{% endblocktrans %}": {"a"},
    "{% firstof a word %}": {"a", "word"},
    "{% widthratio a b 100 %}": {"a", "b"},
    "{% static 'a.css' %}": set(),
    "{% static word %}": {"word"},
    "{% get_static_prefix %}{% get_media_prefix %}": set(),
    "{% csrf_token %}": set(),
    "{% filter upper %}{{ word }}{% endfilter %}": {"word"},
    "{% filter default:b %}{{ word }}{% endfilter %}": {"word", "b"},
    "{% spaceless %}<b> {{ word }} </b> <i></i>{% endspaceless %}": {"word"},
    "{% plus a b %}": {"a", "b"},
    "{% firstof a as x %}{{ x }}": {"a"},
    "{% get_current_language as x %}{% get_current_timezone as y %}{{ x }}{{ y }}": set(),
    "{% get_language_info for word as x %}{{ b }}": {"b"},
    "{% plus a 1 as x %}{{ x }}": {"a"},
}


@pytest.mark.parametrize("source", TRACKED)
def test_what_a_tag_of_django_reads_is_known(source):
    if "language_info" in source:
        source = source.replace("for word", "for 'de'")
    tried = desk(source)
    reads = [each.reads for each in tried.program.evaluator.evaluators]
    assert set().union(*reads) == TRACKED.get(source, {"b"})


UNTRACKED = {
    "{% now 'Y' %}": "{% now %} depends on the time",
    "{% lorem 2 w random %}": "{% lorem %} writes what it likes",
    "{% tick %}": "tick() is not known to make the same of the same",
    "{% bold word %}": "bold() is not known",
    "{% look_up 'a' %}": "look_up() is not known",
    "{% card word %}": "card() is not known",
    "{% surround %}x{% endsurround %}": "nothing is known about what {% surround %} reads",
    "{% cache 9 x %}{{ a }}{% endcache %}": "what {% cache %} writes comes from the cache",
    "{% include word %}": "{% include %} names a template that is only known when it is rendered",
    "{% now 'Y' as x %}{{ x }}": "{% now %} depends on the time",
    "{% debug %}": "{% debug %} writes all there is",
}


@pytest.mark.parametrize("source", UNTRACKED)
def test_why_a_tag_is_evaluated_at_every_turn_is_said(source):
    tried = Desk(Page(), "{% load cache tried %}<div>" + source + "</div>", engine_of(TEMPLATES))
    (evaluator,) = tried.program.evaluator.evaluators
    assert evaluator.reads is None
    assert evaluator.why.startswith(UNTRACKED[source])


def test_text_like_tags_join_the_text_around_them():
    tried = desk("a {{ a }} {% trans word %} {% url 'login' %} {% firstof b %} z")
    assert [slot.kind for slot in tried.program.block.slots] == [Kind.RUN]


def test_what_may_write_html_stands_alone():
    tried = desk("{{ a }}{% card word %}{{ b }}")
    assert [slot.place for slot in tried.program.block.slots] == ["text", "html", "text"]


def test_the_live_tag_is_a_component_and_with_a_name_it_is_not():
    tried = desk("{% live 'x' key=1 %}{% live 'y' key=2 as y %}{{ y }}")
    assert [slot.kind for slot in tried.program.block.slots] == [Kind.COMPONENT, Kind.RUN]
    assert tried.html() == tried.django()


def test_what_is_in_the_cache_is_what_is_written():
    cache.clear()
    tried = desk("{% cache 60 word_of_page %}<b>{{ word }}</b>{% endcache %}<i>{{ word }}</i>")
    tried.set(word="new")
    assert tried.html() == "<div><b>w</b><i>new</i></div>"
    cache.clear()
    tried.set(a=2)
    assert tried.html() == "<div><b>new</b><i>new</i></div>"


def test_a_tag_that_answers_no_string_fails_as_in_django():
    tried = Desk(
        Page(), "{% load tried %}<div>{% autoescape off %}{% look_up 'x' %}{% endautoescape %}</div>", engine_of()
    )
    with pytest.raises(TypeError, match="expected str instance"):
        tried.django()
    with pytest.raises(TypeError, match="expected str instance"):
        tried.fresh()
