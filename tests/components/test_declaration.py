"""The declaration: everything a class says about itself, and what it may not say."""

from __future__ import annotations

from typing import ClassVar

import pytest

from liveactions.components import LIFE, RESERVED, Component, action, declaration, field, on, signal
from liveactions.errors import DeclarationError


class Panel(Component):
    template_name = "board.html"
    title: str = "Orders"
    search: str = field("", bind=True)
    unread: int = signal(0)
    both: int = signal(0, bind=True)

    @action
    def clear(self): ...

    @on("order_shipped")
    def shipped(self): ...


def test_a_declaration_lists_fields_actions_listeners_signals_and_bound_fields():
    found = declaration(Panel)
    assert list(found.fields) == ["title", "search", "unread", "both"]
    assert list(found.actions) == ["clear"]
    assert list(found.listeners) == ["order_shipped"]
    assert (found.signals, found.bound) == (("unread", "both"), ("search", "both"))
    assert (found.template_name, found.template, found.component) == ("board.html", None, Panel)


def test_the_component_itself_declares_nothing():
    found = declaration(Component)
    assert (found.fields, found.actions, found.listeners, found.concrete) == ({}, {}, {}, False)


@pytest.mark.parametrize("other", [int, object(), None, "Panel"])
def test_what_is_no_component_class_has_no_declaration(other):
    with pytest.raises(DeclarationError, match="not a component class"):
        declaration(other)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_cannot_be_state(name):
    with pytest.raises(DeclarationError, match=f"cannot use the name {name!r}") as refused:
        type("Wrong", (Component,), {"__annotations__": {name: str}})
    assert all(reserved in str(refused.value) for reserved in RESERVED), "the refusal lists them all"


@pytest.mark.parametrize("name", ["id", "page", "request", "user", "address", "create"])
def test_what_the_package_gives_cannot_be_replaced(name):
    with pytest.raises(DeclarationError, match="every component has it already"):
        type("Wrong", (Component,), {name: lambda self: None})


@pytest.mark.parametrize("name", sorted(LIFE))
def test_a_moment_of_life_must_be_a_method(name):
    with pytest.raises(DeclarationError, match=f"def {name}"):
        type("Wrong", (Component,), {name: ["team.7"]})


def test_a_constructor_is_refused_with_the_way_out():
    with pytest.raises(DeclarationError, match=r"Define mount\(\)"):

        class Wrong(Component):
            def __init__(self): ...


@pytest.mark.parametrize("made", [field(""), signal(0)])
@pytest.mark.parametrize("name", ["search", "_search"])
def test_a_field_without_a_public_annotation_is_refused(made, name):
    with pytest.raises(DeclarationError, match="Write search: type"):
        type("Wrong", (Component,), {name: made, "__annotations__": {"_search": str}})


@pytest.mark.parametrize("value", ["", 7, ["board.html"]])
@pytest.mark.parametrize("name", ["template", "template_name"])
def test_a_template_is_a_string_or_none(name, value):
    with pytest.raises(DeclarationError, match=name):
        type("Wrong", (Component,), {name: value})


def test_a_template_can_be_annotated_as_the_class_variable_it_is():
    class Annotated(Component):
        template_name: ClassVar[str | None] = "board.html"

    assert declaration(Annotated).template_name == "board.html"
    assert declaration(Annotated).fields == {}


def test_mount_is_that_of_the_nearest_class_that_has_one():
    class Child(Panel):
        def mount(self, team: int): ...

    class Grandchild(Child):
        pass

    assert list(declaration(Grandchild).mount.parameters) == ["team"]
    assert declaration(Panel).mount.extra is not None


def test_a_subclass_changes_nothing_in_its_base():
    before = list(declaration(Panel).fields)

    class Child(Panel):
        more: int = 1
        clear = None

    assert list(declaration(Child).fields) == [*before, "more"]
    assert list(declaration(Panel).fields) == before
    assert "clear" in declaration(Panel).actions


class Fixed(Component):
    template = "<p></p>"

    def topics(self):
        return ["news", "orders"]


class Yielding(Fixed):
    def topics(self):
        yield "news"


class OfState(Fixed):
    team: int = 1

    def topics(self):
        return [f"team.{self.team}"]


class OfItself(Fixed):
    def topics(self):
        return [f"board.{self}"]


class OfTheWorld(Fixed):
    def topics(self):
        return [f"news.{FIELDS}"]


class OfEach(Fixed):
    def topics(self):
        return [str(number) for number in (1, 2)]


class OfAnother(Fixed):
    def topics(self):
        return [*super().topics()]


FIELDS = 2


@pytest.mark.parametrize(
    ("cls", "shifting"),
    [
        (Fixed, False),
        (Yielding, False),
        (type("Inheriting", (Fixed,), {}), False),
        (OfState, True),
        (OfItself, True),
        (OfTheWorld, True),
        (OfEach, True),
        (OfAnother, True),
    ],
)
def test_topics_that_look_at_nothing_are_known_never_to_become_others(cls, shifting):
    assert declaration(cls).shifting is shifting
