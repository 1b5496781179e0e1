"""A component, seen from both sides."""

from __future__ import annotations

from datetime import date

import pytest

from liveactions import Toast
from liveactions.testing import NotFound, State
from tests.testing.components import Counter, Room, Rows, Search


def test_state_is_read_by_name_or_as_an_attribute():
    state = State(count=4)
    assert state["count"] == state.count == 4
    with pytest.raises(AttributeError, match=r"There is no field 'cuont'. There is: count."):
        _ = state.cuont


def test_the_instance_is_the_one_on_the_server(live):
    component = live.open(Counter, count=2).component(Counter)
    component.instance.count = 40
    assert component.call("increment", by=2) == [Toast("Counted to 42", level="success")]
    assert component.text("output") == "42"


def test_bound_fields_are_written_as_a_page_does(live):
    component = live.open(Search).component("testing.search")
    component.set(words="abc")
    assert component.state.words == "abc"
    assert component.html.count("abc") == 2


def test_arguments_travel_as_they_would_from_a_browser(live):
    page = live.open(Counter)
    page.component(Counter).call("increment", by="3")
    assert page.text("output") == "3"


def test_dates_and_the_like_travel_as_text(live):
    assert live.open(Counter).call("since", day=date(2026, 11, 21)) == [Toast("since 21.11.")]


def test_topics_are_those_it_follows(live):
    assert live.open(Room, room="cellar").component(Room).topics == {"room.cellar"}


def test_a_component_that_has_ended_says_so(live):
    page = live.open(Rows)
    second = page.component(5)
    page.call("order", labels=["a"])
    with pytest.raises(NotFound, match="Component 5 has ended"):
        _ = second.state
    with pytest.raises(NotFound, match="not in the page any more"):
        _ = second.html


def test_a_component_is_shown_by_its_name(live):
    assert repr(live.open(Counter).component(Counter)) == "<ComponentHandle tests.counter 1>"
