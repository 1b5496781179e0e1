"""Components and Django's template engine."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.template import TemplateSyntaxError
from django.utils import timezone, translation

from liveactions import Component, action
from liveactions.errors import DeclarationError, LocalError, ResultError
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import NeedsThread, TemplateRenderer, renderer, template_of


def drawn(component: str, surroundings: Surroundings | None = None, **params: Any) -> str:
    """What a component looks like."""
    around = surroundings or Surroundings()
    tree = Tree(TemplateRenderer(), around, page="p", first_id=1, limit=9)
    node = tree.mount(component, params)
    tree.draw(node)
    assert node.drawing is not None
    return node.drawing.html


def block(component: str, name: str, **context: Any) -> str:
    tree = Tree(TemplateRenderer(), Surroundings(), page="p", first_id=1, limit=9)
    node = tree.mount(component, {})
    return tree.renderer.render_block(tree, node, name, context)


# What a template sees ----------------------------------------------------------------------------------------------


def test_a_template_sees_what_is_public():
    class Card(Component):
        template = "{{ title }} {{ component.title }} {{ shout }} {{ twice }}|{{ missing }}|{{ kind }}"
        title: str = "a"
        kind = "class attribute"

        @property
        def shout(self):
            return self.title.upper()

        def twice(self):
            return self.title * 2

    assert drawn("tests.card") == "a a A aa||class attribute"


def test_a_template_cannot_call_an_action():
    class Card(Component):
        template = "{{ delete }}|{{ component.delete }}"

        @action
        def delete(self):
            raise AssertionError("called by a template")

    assert drawn("tests.card") == "|"


def test_a_property_is_asked_once_for_each_place():
    asked = []

    class Costly(Component):
        template = "{{ total }}"

        @property
        def total(self):
            asked.append("x")
            return 5

    assert drawn("tests.costly") == "5"
    assert asked == ["x"]


def test_user_permissions_and_token_are_there():
    class Card(Component):
        template = "{{ user.username }} {{ perms.auth.add_user }} {% csrf_token %}"

    ada = SimpleNamespace(
        username="ada", is_active=True, has_perm=lambda name: name == "auth.add_user", has_module_perms=lambda app: True
    )
    html = drawn("tests.card", Surroundings(user=ada, csrf=lambda: "t0ken"))
    assert html.startswith("ada True ") and 'value="t0ken"' in html


def test_a_tag_may_set_a_variable():
    class Card(Component):
        template = (
            "{% load i18n %}{% get_current_language as spoken %}{{ spoken }} "
            "{% with a=n %}{{ a }}{% endwith %} {% cycle 'x' 'y' as c %}{{ c }} "
            "{% for n in numbers %}{{ n }}{{ forloop.counter }}{% endfor %}{{ n }}"
        )
        n: int = 7
        numbers: list[int] = [1, 2]

    assert drawn("tests.card") == "en-us 7 xx 11227"


def test_what_a_tag_sets_is_gone_at_the_next_rendering():
    class Card(Component):
        template = "{{ spoken }}{% load i18n %}{% get_current_language as spoken %}"

    tree = Tree(TemplateRenderer(), Surroundings(), page="p", first_id=1, limit=9)
    node = tree.mount("tests.card", {})
    for _ in range(2):
        tree.draw(node)
        assert node.drawing is not None
        assert node.drawing.html == ""


def test_html_is_escaped_as_always():
    class Card(Component):
        template = "{{ word }} {{ word|safe }}"
        word: str = "<b>"

    assert drawn("tests.card") == "&lt;b&gt; <b>"


def test_language_and_time_zone_are_those_of_the_page():
    class Card(Component):
        template = "{% load tz i18n %}{% get_current_language as l %}{% get_current_timezone as z %}{{ l }} {{ z }}"

    around = Surroundings(language="de", timezone="Asia/Tokyo")
    assert drawn("tests.card", around) == "de Asia/Tokyo"
    assert translation.get_language() == "en-us"
    assert timezone.get_current_timezone_name() == timezone.get_default_timezone_name()


# Where templates come from -------------------------------------------------------------------------------------------


def test_a_template_of_the_class_is_compiled_once():
    class Card(Component):
        template = "x"

    class Sub(Card): ...

    class Other(Card):
        template = "y"

    assert template_of(Card) is template_of(Card)
    assert [template_of(cls).source for cls in (Card, Sub, Other)] == ["x", "x", "y"]


def test_a_template_that_does_not_exist_is_named():
    class Card(Component):
        template_name = "there/is/none.html"

    with pytest.raises(LocalError, match=r"the template there/is/none\.html does not exist") as missing:
        template_of(Card)
    assert missing.value.code == "template.missing"
    assert "none.html" not in missing.value.refusal().message


def test_a_template_that_cannot_be_compiled_is_djangos_error():
    class Card(Component):
        template = "{% if %}"

    with pytest.raises(TemplateSyntaxError):
        template_of(Card)


def test_a_template_of_another_engine_is_refused(settings, tmp_path):
    (tmp_path / "dollar.html").write_text("$x")
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.dummy.TemplateStrings", "DIRS": [tmp_path]}]

    class Card(Component):
        template_name = "dollar.html"

    with pytest.raises(DeclarationError, match="is not a Django template"):
        template_of(Card)


# Blocks --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(settings, tmp_path):
    files = {
        "base.html": "<html>{% block body %}<p>{% block rows %}base {{ n }}{% endblock %}</p>{% endblock %}</html>",
        "child.html": '{% extends "base.html" %}{% block rows %}child {{ n }} {{ block.super }}{% endblock %}',
        "grandchild.html": '{% extends "child.html" %}{% block body %}grand {{ block.super }}{% endblock %}',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("base.html", "rows", "base 1"),
        ("child.html", "rows", "child 1 base 1"),
        ("child.html", "body", "<p>child 1 base 1</p>"),
        ("grandchild.html", "body", "grand <p>child 1 base 1</p>"),
        ("grandchild.html", "rows", "child 1 base 1"),
    ],
)
def test_a_block_is_rendered_alone_as_the_nearest_template_has_it(pages, template, name, expected):
    class Card(Component):
        template_name = template
        n: int = 1

    assert block("tests.card", name) == expected


def test_the_context_of_a_block_goes_before_the_components_own():
    class Card(Component):
        template = "{% block rows %}{{ n }} {{ m }}{% endblock %}"
        n: int = 1
        m: int = 2

    assert block("tests.card", "rows", n=5) == "5 2"


def test_a_block_that_there_is_not_is_named_with_those_there_are():
    class Card(Component):
        template = "{% block rows %}{% endblock %}{% block head %}{% endblock %}"

    with pytest.raises(ResultError, match=r"has no block 'foot'\. It has: (rows, head|head, rows)"):
        block("tests.card", "foot")


# On the event loop, or in a thread ----------------------------------------------------------------------------------


async def test_what_needs_no_database_is_done_on_the_loop():
    class Card(Component):
        template = "x"

    rendering = TemplateRenderer()
    assert rendering.inline(lambda: "done", Card) == "done"
    assert rendering.threaded == set()


@pytest.mark.django_db(transaction=True)
async def test_what_meets_the_database_is_never_tried_there_again():
    tried = []

    def work() -> str:
        tried.append("x")
        return str(Group.objects.count())

    rendering = TemplateRenderer()
    assert rendering.inline(work, "some owner") is None
    assert rendering.inline(work, "some owner") is None
    assert tried == ["x"]


async def test_an_awaitable_is_waited_for_in_a_thread_only():
    async def later() -> int:
        return 5

    rendering = TemplateRenderer()
    with pytest.raises(NeedsThread):
        rendering.settle(later())
    assert await asyncio.to_thread(lambda: rendering.settle(later())) == 5
    assert rendering.settle(5) == 5


async def test_other_failures_are_not_hidden():
    rendering = TemplateRenderer()

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rendering.inline(fail, "some owner")
    assert rendering.threaded == set()


@pytest.mark.django_db(transaction=True)
async def test_a_thread_that_has_connections_of_its_own_keeps_them():
    class Card(Component):
        template = "{% if 1 %}x{% endif %}"

    rendering = TemplateRenderer()
    before = connections["default"]
    assert rendering.inline(lambda: "x", Card) is None, "where nobody could tell it is not tried"
    assert connections["default"] is before
    assert rendering.threaded == set(), "and nothing was learned"


def test_there_is_one_renderer_for_the_process():
    assert renderer() is renderer()
