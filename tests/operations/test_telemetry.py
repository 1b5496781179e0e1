"""Figures lent to OpenTelemetry."""

from __future__ import annotations

import pytest

from liveactions.metrics import figures
from liveactions.operations.telemetry import instrument

pytest.importorskip("opentelemetry.sdk.metrics", reason="needs opentelemetry-sdk")


def test_opentelemetry_observes_the_same_numbers():
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    names = instrument(MeterProvider([reader]).get_meter("test"))
    figures.CALLS.note("telemetry.x", "act", "done", 0.5)
    figures.FRAMES_OUT.count += 1
    (resource,) = reader.get_metrics_data().resource_metrics
    told = {metric.name: metric.data.data_points for scope in resource.scope_metrics for metric in scope.metrics}
    assert {"liveactions.calls", "liveactions.call_seconds.sum", "liveactions.pages"} <= told.keys() & set(names)
    out = next(p.value for p in told["liveactions.frames"] if p.attributes["direction"] == "out")
    assert out == figures.FRAMES_OUT.count
    call = {"component": "telemetry.x", "action": "act"}
    assert [p.value for p in told["liveactions.call_seconds.sum"] if p.attributes == call] == [0.5]
