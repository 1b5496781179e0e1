"""Browser-side values."""

from __future__ import annotations

import pytest

from liveactions.testing.signals import Signals, merge


class TestMerging:
    @pytest.mark.parametrize(
        ("patch", "expected"),
        [
            ({"a": {"y": 2}}, {"a": {"x": 1, "y": 2}, "l": [1]}),
            ({"l": [2]}, {"a": {"x": 1}, "l": [2]}),
            ({"a": None}, {"a": None, "l": [1]}),
            ({"a": 3}, {"a": 3, "l": [1]}),
            ({"n": {"z": 1}}, {"a": {"x": 1}, "l": [1], "n": {"z": 1}}),
        ],
    )
    def test_maps_merge_deeply_and_everything_else_replaces(self, patch, expected):
        target = {"a": {"x": 1}, "l": [1]}
        merge(target, patch)
        assert target == expected

    def test_nothing_of_the_patch_is_shared_afterwards(self):
        target: dict = {}
        patch = {"l": [1]}
        merge(target, patch)
        patch["l"].append(2)
        assert target == {"l": [1]}


class TestHomes:
    def test_a_dollar_means_the_page_the_others_are_the_components(self):
        signals = Signals()
        signals.patch(3, {"$unread": 1, "count": 2, "$": 9})
        assert signals.page == {"$unread": 1}
        assert signals.of(3) == {"count": 2, "$": 9}

    def test_what_no_component_sends_belongs_to_the_page(self):
        signals = Signals()
        signals.patch(None, {"theme": "dark"})
        assert signals.page == {"theme": "dark"}

    def test_the_same_first_values_again_are_no_news(self):
        signals = Signals()
        signals.read(3, '{"count":1}', {"count": 1})
        signals.patch(3, {"count": 5})
        signals.read(3, '{"count":1}', {"count": 1})
        assert signals.of(3) == {"count": 5}
        signals.read(3, '{"count":2}', {"count": 2})
        assert signals.of(3) == {"count": 2}
