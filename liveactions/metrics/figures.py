"""The figures of this process: one name for each thing that is counted, and ``families`` to read them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from liveactions.metrics.values import Calls, Counter, Family, Sample

__all__ = [
    "BALANCED",
    "BUSY",
    "BYTES_IN",
    "BYTES_OUT",
    "CALLS",
    "DELIVERED",
    "DRAINED",
    "EVENTS_HEARD",
    "FRAMES_IN",
    "FRAMES_OUT",
    "GAPS_FILLED",
    "GAPS_LOST",
    "PATCHES",
    "PUBLISHED",
    "REDIS_ERRORS",
    "REFUSED_ORIGINS",
    "RENDERS",
    "RESUMES",
    "RESUMES_RECOVERED",
    "SHARED_CONFLICTS",
    "SHARED_STEPS",
    "SHED",
    "SLOW",
    "SOCKETS",
    "STREAMS",
    "TURNED_AWAY",
    "WHOLES",
    "families",
    "gauge",
]

CALLS = Calls()

COUNTERS: list[Counter] = []


def counter(name: str, about: str = "", **labels: str) -> Counter:
    """A counter that ``families`` tells of. Counters of one name stand together, each with other labels."""
    made = Counter(name, about, labels)
    COUNTERS.append(made)
    return made


RENDERS = counter("renders", "Times that a component's template, or what changed in it, was evaluated.")
PATCHES = counter("results", "Results that pages were told, by how they carry HTML.", kind="patch")
WHOLES = counter("results", kind="whole")
SOCKETS = counter("sockets_opened", "Connections that were let in, over a WebSocket or an event stream.")
STREAMS = counter("streams_opened", "Event streams that were opened, by pages whose WebSocket is blocked.")
REFUSED_ORIGINS = counter("origins_refused", "Connections that were not let in, because of their origin.")
FRAMES_IN = counter("frames", "Frames of the protocol.", direction="in")
FRAMES_OUT = counter("frames", direction="out")
BYTES_IN = counter("frame_bytes", "Bytes of these frames.", direction="in")
BYTES_OUT = counter("frame_bytes", direction="out")
RESUMES = counter("resumes", "Pages that came back with a token of an earlier connection.")
RESUMES_RECOVERED = counter("resumes_recovered", "Those of them that went on where they were.")
DRAINED = counter("pages_drained", "Pages that were asked to go on in another process, because this one was ending.")
BALANCED = counter("pages_balanced", "Pages that were asked to go on elsewhere, because others had fewer.")
SHED = counter("pages_shed", "Times that a page which did not read was spared news, to be rendered afresh instead.")
SLOW = counter("pages_slow", "Pages whose socket was closed, because they did not read.")
BUSY = counter("calls_refused", "Calls that were refused at once, because too much waited.")
TURNED_AWAY = counter("pages_turned_away", "Pages that were asked to come later, because too many others were here.")
GAPS_FILLED = counter("gaps", "Stretches of a topic that were not heard at once, by how that ended.", ended="filled")
GAPS_LOST = counter("gaps", ended="lost")
PUBLISHED = counter("news_published", "Pieces of news that this process has entered in the log.")
DELIVERED = counter("news_delivered", "Frames of topics that were handed to pages.")
EVENTS_HEARD = counter("events_heard", "Server-side events that were handed to pages.")
REDIS_ERRORS = counter("redis_errors", "Times that Redis did not do its part.")

SHARED_STEPS = counter("shared_steps", "New versions of shared components that this process has made.")
SHARED_CONFLICTS = counter(
    "shared_conflicts", "Times that another process was faster, and it was done again on theirs."
)

Reading = Callable[[], Iterator[Sample]]

GAUGES: dict[str, tuple[str, Reading]] = {}


def gauge(name: str, about: str) -> Callable[[Reading], Reading]:
    """Have ``families`` ask a function for what can be counted at any moment. The function may be slow, not raise."""

    def known(reading: Reading) -> Reading:
        GAUGES[name] = (about, reading)
        return reading

    return known


def families() -> Iterator[Family]:
    """Every figure as it is now."""
    yield Family("liveactions_calls_total", "counter", "Numbered frames of pages that were answered.", CALLS.counted())
    yield Family("liveactions_call_seconds", "histogram", "From its turn to its answer.", CALLS.timed())
    by_name: dict[str, list[Counter]] = {}
    for each in COUNTERS:
        by_name.setdefault(each.name, []).append(each)
    for name, counters in by_name.items():
        samples = [each.sample for each in counters]
        yield Family(f"liveactions_{name}_total", "counter", counters[0].about, samples)
    for name, (about, reading) in GAUGES.items():
        yield Family(f"liveactions_{name}", "gauge", about, reading())
