"""The registry: every component class by its public name."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from liveactions.components import Component, Registry, declaration, registry
from liveactions.components.registry import default_name, snake_case
from liveactions.errors import CallError, DeclarationError


def made(
    cls_name: str, *, module: str = "shop.components", bases: tuple[type, ...] = (Component,), **body: Any
) -> type:
    """A class as a module would hold it, not a function; the registry of the process has seen it come and go."""
    place = f"{module}.{cls_name}"
    cls = type(cls_name, bases, {"__module__": module, "__qualname__": cls_name, "template": "<p></p>", **body})
    registry.forget(place)
    return cls


@pytest.fixture
def names() -> Registry:
    return Registry()


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("OrderLines", "order_lines"),
        ("HTTPServer", "http_server"),
        ("Board2Go", "board2_go"),
        ("Counter", "counter"),
        ("lower", "lower"),
        ("A", "a"),
    ],
)
def test_class_names_become_words_with_underscores(name, snake):
    assert snake_case(name) == snake


def test_a_name_is_made_of_the_app_and_the_class(names):
    cls = made("OrderLines")
    names.enrol(cls)
    assert default_name(cls) == "shop.order_lines"
    assert names.get("shop.order_lines") is cls
    assert declaration(cls).name == "shop.order_lines"


def test_a_name_of_its_own_replaces_it(names):
    names.enrol(made("OrderLines", name="desk.lines"))
    assert names.names() == ["desk.lines"]


def test_a_name_of_its_own_is_not_inherited(names):
    base = made("OrderLines", name="desk.lines")
    child = made("Special", bases=(base,))
    assert names.name_of(child) == "shop.special"


def test_a_state_field_called_name_is_not_the_public_name(names):
    cls = made("Person", name="ana", __annotations__={"name": str})
    assert names.name_of(cls) == "shop.person"


@pytest.mark.parametrize("name", ["", "two words", ".desk", "desk.", "desk..lines", "é", "a/b"])
def test_a_name_that_cannot_be_is_refused(name):
    with pytest.raises(DeclarationError, match="words with dots"):
        made("Odd", name=name)


@pytest.mark.parametrize("other", [int, None, "board", object()])
def test_what_is_no_component_class_has_no_name(names, other):
    with pytest.raises(DeclarationError, match="not a component class"):
        names.name_of(other)


def test_two_of_one_name_are_refused_naming_both_places(names):
    names.enrol(made("Board", module="shop.components"))
    with pytest.raises(DeclarationError, match=r"shop.components.Board and shop.more.Board"):
        names.enrol(made("Board", module="shop.more"))


def test_the_first_of_two_keeps_the_name(names):
    first = made("Board", module="shop.components")
    names.enrol(first)
    with pytest.raises(DeclarationError):
        names.enrol(made("Board", module="shop.more"))
    assert names.get("shop.board") is first


def test_a_class_made_again_at_its_place_replaces_the_old_one(names):
    names.enrol(made("Board"))
    again = made("Board")
    names.enrol(again)
    assert names.get("shop.board") is again


def test_a_base_without_a_template_may_share_its_name(names):
    base, cls = made("Board", module="shop.base", template=None), made("Board")
    for order in ([base, cls], [cls, base]):
        fresh = Registry()
        for each in order:
            fresh.enrol(each)
        assert fresh.get("shop.board") is cls


def test_a_class_without_a_template_cannot_be_placed(names):
    names.enrol(made("Base", template=None))
    assert names.names() == []
    with pytest.raises(CallError, match="can only be subclassed") as refused:
        names.get("shop.base")
    assert refused.value.code == "component.unknown"


def test_a_near_miss_is_answered_with_what_was_meant(names):
    names.enrol(made("OrderLines"))
    with pytest.raises(CallError, match=r"no component named 'shop.order_line'. Did you mean shop.order_lines\?") as no:
        names.get("shop.order_line")
    assert (no.value.code, no.value.fault) == ("component.unknown", "page")


def test_a_name_unlike_any_other_is_answered_with_the_likely_cause(names):
    with pytest.raises(CallError, match="Is the module that defines it imported"):
        names.get("zebra")


def test_a_long_name_is_not_repeated(names):
    with pytest.raises(CallError) as refused:
        names.get("x" * 10_000)
    assert len(str(refused.value)) < 200


def test_a_class_made_inside_a_function_is_forgotten_with_it():
    def make():
        class Fleeting(Component):
            name = "tests.fleeting"
            template = "<p></p>"

        return Fleeting

    cls = make()
    assert registry.get("tests.fleeting") is cls
    del cls
    gc.collect()
    with pytest.raises(CallError):
        registry.get("tests.fleeting")


def test_of_local_classes_of_one_name_the_newest_counts():
    def make():
        class Fleeting(Component):
            name = "tests.newest"
            template = "<p></p>"

        return Fleeting

    first, second = make(), make()
    assert first is not second
    assert registry.get("tests.newest") is second


def test_a_class_made_inside_a_function_cannot_stand_in_for_one_of_the_application(names):
    lasting = made("Board", name="shop.board")
    names.enrol(lasting)
    fleeting = made("make.<locals>.Board", name="shop.board")
    with pytest.raises(DeclarationError, match=r"shop.components.Board and shop.components.make.<locals>.Board"):
        names.enrol(fleeting)
    assert names.get("shop.board") is lasting


def test_a_class_of_the_application_takes_its_name_from_one_made_inside_a_function(names):
    fleeting = made("make.<locals>.Board", name="shop.board")
    names.enrol(fleeting)
    lasting = made("Board", name="shop.board")
    names.enrol(lasting)
    assert names.get("shop.board") is lasting


def test_a_new_namer_names_all_classes_anew_except_those_with_a_name_of_their_own(names):
    names.enrol(made("OrderLines"))
    names.enrol(made("Other", name="desk.other"))
    names.namer = lambda cls: f"label.{cls.__name__.lower()}"
    assert names.names() == ["desk.other", "label.orderlines"]
    assert names.namer(made("Board")) == "label.board"


def test_every_class_enrols_itself():
    class Enrolled(Component):
        template = "<p></p>"

    assert registry.get(registry.name_of(Enrolled)) is Enrolled
    assert registry.name_of(Enrolled) in registry.names()
