"""The same figures for OpenTelemetry, if ``opentelemetry-api`` is installed: nothing is counted twice, only read.

In the place where the project sets OpenTelemetry up, after its ``MeterProvider``::

    from liveactions.operations.telemetry import instrument

    instrument()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from liveactions.errors import LocalError
from liveactions.metrics.values import Family
from liveactions.operations.gauges import families

__all__ = ["instrument"]


def instrument(meter: Any = None) -> list[str]:
    """Have ``meter`` (default: the global provider's) observe every figure. Returns the names of the instruments.

    A histogram is told as its sum and its count: an observed one does not exist in OpenTelemetry.
    Raises ``LocalError`` where ``opentelemetry-api`` is not installed.
    """
    try:
        from opentelemetry.metrics import Observation, get_meter
    except ImportError as error:
        raise LocalError(
            "opentelemetry-api is not installed.", hint="pip install opentelemetry-api, or scrape METRICS instead."
        ) from error
    meter = get_meter("liveactions") if meter is None else meter
    makers = {"counter": meter.create_observable_counter, "gauge": meter.create_observable_gauge}
    made = []
    for name, kind, about, suffix in instruments():
        makers[kind](name, callbacks=[observing(name, suffix, Observation)], description=about)
        made.append(name)
    return made


def instruments() -> Iterator[tuple[str, str, str, str]]:
    """Name, kind, meaning, and which samples of its family belong to it."""
    for family in families():
        name = told(family)
        if family.kind == "histogram":
            yield f"{name}.sum", "counter", family.about, "_sum"
            yield f"{name}.count", "counter", family.about, "_count"
        else:
            yield name, family.kind, family.about, ""


def told(family: Family) -> str:
    """``liveactions_calls_total`` → ``liveactions.calls``."""
    return family.name.removesuffix("_total").replace("_", ".", 1)


def observing(name: str, suffix: str, observation: Any) -> Callable[[Any], Iterator[Any]]:
    def observe(_: Any) -> Iterator[Any]:
        for family in families():
            if told(family) + suffix.replace("_", ".") == name:
                for sample in family.samples:
                    if sample.suffix == suffix:
                        yield observation(sample.value, dict(sample.labels))

    return observe
