"""Fields that are told who is present."""

from __future__ import annotations

import pytest

from liveactions import Component, Present, presence
from liveactions.components import declaration, dump, newcomers, restore
from liveactions.errors import DeclarationError, LocalError, ResultError


class Editor(Component):
    template = "<p></p>"
    order: int = 7
    editing: str = "note"
    here: list[Present] = presence("order.{order}", tell=["editing"])


def seat(component):
    return declaration(type(component)).presences["here"].seat(component)


def test_the_topic_is_made_of_the_components_fields():
    editor = Editor()
    assert seat(editor) == ("order.7", True, {"editing": "note"})
    editor.order, editor.editing = 8, ""
    assert seat(editor) == ("order.8", True, {"editing": ""})


def test_at_first_nobody_is_known():
    assert Editor().here == []


def test_who_is_present_is_kept_with_the_state():
    editor = Editor()
    editor.here = [Present("1", "ana", 2, [{"editing": "note"}])]
    assert restore(Editor, dump(editor)).here == editor.here


def test_a_subclass_is_present_where_its_base_is():
    class Other(Editor):
        order: int = 9

    assert seat(Other()).stream == "order.9"


def test_a_topic_that_cannot_be_made_out_names_the_field():
    class Wrong(Component):
        here: list[Present] = presence("order.{number}")

    with pytest.raises(LocalError, match=r"Wrong\.here: presence\('order\.\{number\}'\) cannot be made out"):
        seat(Wrong())


def test_a_value_of_a_visitor_cannot_make_a_stream_of_the_package():
    class Free(Component):
        room: str = "@all"
        here: list[Present] = presence("{room}")

    with pytest.raises(ResultError):
        seat(Free())


def test_a_topic_has_to_be_named():
    with pytest.raises(DeclarationError, match=r'presence\("order\.\{order\}"\)'):
        presence("")


def test_newcomers_are_those_who_were_not_there_before():
    ana, ben = Present("1", "ana"), Present("2", "ben")
    assert newcomers([ana], [Present("1", "ana", 2), ben]) == [ben]
