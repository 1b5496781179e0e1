"""Reading ``live-…`` attributes."""

from __future__ import annotations

import pytest

from liveactions.testing.bindings import Model, binding_of, bindings_of, model_of, values_of
from liveactions.testing.document import Document, Node


def element(html: str) -> Node:
    return Document(html).select("body > *")[0]


class TestBindings:
    def test_a_shorthand_is_an_event(self):
        binding = binding_of("live-click", "save")
        assert binding is not None
        assert (binding.event, binding.action) == ("click", "save")

    def test_any_event_can_be_written_out(self):
        binding = binding_of("live-on-order:moved", "refresh")
        assert binding is not None
        assert binding.event == "order:moved"

    @pytest.mark.parametrize("name", ["live-id", "live-model", "live-value-x", "live-confirm", "class", "live-wiggle"])
    def test_other_attributes_are_no_bindings(self, name):
        assert binding_of(name, "x") is None

    def test_modifiers_are_flags_held_keys_and_keys(self):
        binding = binding_of("live-keydown.ctrl.enter.esc.prevent.debounce.300ms", "go")
        assert binding is not None
        assert binding.flags == {"prevent"}
        assert binding.held == {"ctrl"}
        assert binding.keys == {"enter", "escape"}

    def test_keys_fit_by_their_name(self):
        binding = binding_of("live-keydown.down", "go")
        assert binding is not None
        assert binding.fits("ArrowDown", frozenset())
        assert not binding.fits("Enter", frozenset())

    def test_keys_that_must_be_held_are_asked_for(self):
        binding = binding_of("live-keydown.cmd.s", "save")
        assert binding is not None
        assert not binding.fits("s", frozenset())
        assert binding.fits("s", frozenset({"meta", "shift"}))

    def test_an_element_may_have_several(self):
        found = bindings_of(element('<input live-input="a" live-change="b" name="c">'))
        assert [(binding.event, binding.action) for binding in found] == [("input", "a"), ("change", "b")]


class TestValues:
    def test_dashes_become_underscores(self):
        assert values_of(element('<a live-value-order-id="7" live-value-to="x">')) == {"order_id": "7", "to": "x"}


class TestModels:
    def test_a_model_names_its_field(self):
        assert model_of(element('<input live-model="q">')) == Model("q", numeric=False, as_list=False)

    def test_modifiers_say_what_the_value_is(self):
        assert model_of(element('<input live-model.lazy.number="q">')) == Model("q", numeric=True, as_list=False)
        assert model_of(element('<input live-model.list="q">')) == Model("q", numeric=False, as_list=True)

    def test_a_control_without_one_has_none(self):
        assert model_of(element("<input name=q>")) is None
