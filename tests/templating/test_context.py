"""What a component's template sees."""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import Any

import pytest

from liveactions import Component
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import TemplateRenderer
from liveactions.templating.context import ComponentContext, Scope, context_of
from liveactions.templating.placing import Placing


class Notice(Component):
    name = "context.notice"
    template = "<p></p>"
    title: str = "a"
    perms: str = "none"
    _secret: str = "s"
    kind = "of the class"
    asked: int = 0

    @property
    def shout(self) -> str:
        vars(self)["asked"] += 1
        return self.title.upper()

    @cached_property
    def length(self) -> int:
        return len(self.title)

    def twice(self) -> str:
        return self.title * 2


def scope(**surroundings: Any) -> Scope:
    return Scope(Notice(), Surroundings(**surroundings))


@pytest.mark.parametrize(
    "name", ["title", "kind", "shout", "length", "twice", "component", "user", "perms", "csrf_token"]
)
def test_public_names_are_there(name):
    assert name in scope()


@pytest.mark.parametrize("name", ["_secret", "__class__", "missing", 0, None])
def test_other_names_are_not(name):
    assert name not in scope()


def test_names_are_those_of_the_component():
    names = scope()
    assert (names["title"], names["kind"], names["shout"], names["length"]) == ("a", "of the class", "A", 1)
    assert names["twice"]() == "aa"
    assert names["component"] is names.component


def test_a_property_is_run_when_its_value_is_wanted_and_not_before():
    names = scope()
    assert "shout" in names and names.component.asked == 0
    assert (names["shout"], names.component.asked) == ("A", 1)


def test_what_a_page_brings_goes_before_fields_of_the_same_name():
    ada = SimpleNamespace(username="ada", is_active=True, has_perm=lambda name: name == "auth.add_user")
    names = scope(user=ada, csrf=lambda: "a-token")
    assert names["user"] is ada
    assert names["csrf_token"] == "a-token"
    assert names["perms"]["auth"]["add_user"] and not names["perms"]["auth"]["delete_user"]


def test_its_names_can_be_listed():
    names = list(scope())
    assert names[:4] == ["component", "user", "perms", "csrf_token"]
    assert {"title", "asked"} <= set(names)
    assert len(scope()) == len(names)


def mounted() -> Placing:
    tree = Tree(TemplateRenderer(), Surroundings(), page="p", first_id=1, limit=9)
    return Placing(tree, tree.mount("context.notice", {}), whole=True)


def test_a_context_knows_where_nested_components_go():
    placing = mounted()
    context = context_of(placing)
    assert isinstance(context, ComponentContext) and context.live is placing
    assert context["title"] == "a"


def test_what_a_tag_sets_does_not_change_the_component():
    placing = mounted()
    context = context_of(placing)
    context["title"] = "b"
    assert context["title"] == "b"
    assert placing.node.component.title == "a"
    assert context_of(placing)["title"] == "a"
