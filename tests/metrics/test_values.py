"""Numbers that only grow."""

from __future__ import annotations

from liveactions.metrics.values import BOUNDS, Calls


def test_calls_are_counted_by_component_action_and_outcome():
    calls = Calls()
    calls.note("shop.cart", "add", "done", 0.002)
    calls.note("shop.cart", "add", "done", 0.002)
    calls.note("shop.cart", "add", "page", 0.002)
    told = {(s.labels["action"], s.labels["outcome"]): s.value for s in calls.counted()}
    assert told == {("add", "done"): 2, ("add", "page"): 1}


def test_each_bucket_of_the_histogram_holds_the_quicker_ones_too():
    calls = Calls()
    for seconds in (0.0005, 0.001, 0.2, 99.0):
        calls.note("a", "b", "done", seconds)
    buckets = {s.labels["le"]: s.value for s in calls.timed() if s.suffix == "_bucket"}
    assert (buckets["0.001"], buckets["0.25"], buckets[str(BOUNDS[-1])], buckets["+Inf"]) == (2, 3, 3, 4)
    rest = {s.suffix: s.value for s in calls.timed() if s.suffix != "_bucket"}
    assert rest == {"_sum": 99.2015, "_count": 4}
