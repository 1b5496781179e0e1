"""The text format of Prometheus."""

from __future__ import annotations

from liveactions.metrics import Family, Sample, exposition


def test_a_family_is_told_with_its_meaning_its_kind_and_its_samples():
    family = Family("live_x_total", "counter", "What x is.", [Sample(3, {"of": "a"}), Sample(0.5, {"of": "b"}, "_sum")])
    assert exposition([family]).splitlines() == [
        "# HELP live_x_total What x is.",
        "# TYPE live_x_total counter",
        'live_x_total{of="a"} 3',
        'live_x_total_sum{of="b"} 0.5',
    ]


def test_a_label_cannot_end_its_quotes():
    assert r'x{a="\"\\\n"} 1' in exposition([Family("x", "gauge", "", [Sample(1, {"a": '"\\\n'})])])


def test_the_page_ends_with_a_line_end_and_a_sample_may_have_no_labels():
    assert exposition([Family("x", "gauge", "X.", [Sample(1)])]).endswith("\nx 1\n")
