"""Listeners: methods that hear the events of topics."""

from __future__ import annotations

import pytest

from liveactions.components import Component, declaration, on
from liveactions.errors import ArgumentError, DeclarationError


def listeners_of(cls):
    return {event: [spec.attribute for spec in specs] for event, specs in declaration(cls).listeners.items()}


class Board(Component):
    @on("shipped", "cancelled")
    def refresh(self, order: int):
        return order

    @on("shipped")
    async def count(self): ...

    @on("one")
    @on("two")
    def both(self): ...


def test_every_event_has_its_listeners_in_the_order_of_their_declaration():
    assert listeners_of(Board) == {
        "shipped": ["refresh", "count"],
        "cancelled": ["refresh"],
        "one": ["both"],
        "two": ["both"],
    }


def test_a_payload_is_converted_and_what_is_not_asked_for_is_passed_over():
    (spec, _) = declaration(Board).listeners["shipped"]
    assert spec.bind(Board(), {"order": "7", "by": "ana"})() == 7


def test_a_payload_that_does_not_fit_is_refused_with_its_path():
    (spec, _) = declaration(Board).listeners["shipped"]
    with pytest.raises(ArgumentError) as refused:
        spec.bind(Board(), {"order": "x"})
    assert refused.value.detail["path"] == "order"
    with pytest.raises(ArgumentError, match="needs the argument 'order'"):
        spec.bind(Board(), {})


def test_a_payload_named_like_a_browser_event_is_an_ordinary_argument():
    class Typed(Component):
        @on("typed")
        def hear(self, value: int = 0, event: str = "none"):
            return value, event

    (spec,) = declaration(Typed).listeners["typed"]
    assert spec.bind(Typed(), {"value": 3, "event": "e"})() == (3, "e")
    assert spec.bind(Typed(), {})() == (0, "none")


def test_a_listener_may_take_the_request():
    class Asking(Component):
        @on("asked")
        def hear(self, request, who: str):
            return request, who

    (spec,) = declaration(Asking).listeners["asked"]
    assert spec.bind(Asking(), {"who": "ana"}, request="the request")() == ("the request", "ana")


def test_kinds_are_told_apart():
    assert [spec.kind for spec in declaration(Board).listeners["shipped"]] == ["sync", "async"]


def test_listeners_are_inherited():
    class Child(Board):
        @on("more")
        def more(self): ...

    assert listeners_of(Child) == {**listeners_of(Board), "more": ["more"]}


def test_an_override_listens_only_to_what_it_names():
    class Child(Board):
        @on("cancelled")
        def refresh(self, order: int): ...

    assert listeners_of(Child)["cancelled"] == ["refresh"]
    assert listeners_of(Child)["shipped"] == ["count"]


def test_none_and_an_unmarked_override_silence_a_listener():
    class Child(Board):
        count = None

        def both(self): ...

    assert listeners_of(Child) == {"shipped": ["refresh"], "cancelled": ["refresh"]}


def test_a_template_cannot_call_a_listener():
    assert Board.refresh.alters_data is True


@pytest.mark.parametrize("events", [(), ("",), ("  ",), (7,), ("shipped", None)])
def test_a_listener_names_its_events(events):
    with pytest.raises(DeclarationError, match="@on"):
        on(*events)


def test_the_brackets_cannot_be_forgotten():
    with pytest.raises(DeclarationError, match="Write the event's name"):

        @on
        def hear(self): ...


def test_one_event_named_twice_is_refused():
    with pytest.raises(DeclarationError, match="listens twice"):

        @on("a")
        @on("b", "a")
        def hear(self): ...


@pytest.mark.parametrize("target", [staticmethod(len), classmethod(len), 7])
def test_only_methods_listen(target):
    with pytest.raises(DeclarationError, match="not a method"):
        on("a")(target)


@pytest.mark.parametrize("wrapper", [staticmethod, classmethod])
def test_a_static_or_class_method_above_the_mark_is_refused(wrapper):
    with pytest.raises(DeclarationError, match="not an ordinary method"):
        type("Wrong", (Component,), {"hear": wrapper(on("a")(lambda self: None))})
