"""What is measured of a run: a table of figures by name. Times in seconds, memory in MiB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.history import Diary, History

__all__ = ["FIGURES", "Evidence", "percentile"]

AT_ONCE = 1.0
"""A socket that is lost within so many seconds of a fault was lost by it."""


@dataclass
class Evidence:
    """A history, and what was noted beside it. ``marks`` are the moments at which something was done."""

    history: History
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    growth: float = 0.0
    queries: int = 0


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them is; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def after(faults: Sequence[float], page: Diary, moments: Sequence[float]) -> Iterable[float]:
    """From each fault that cost the page its socket, the time to the next of these moments."""
    for fault in faults:
        lost = next((at for at in page.lost if fault <= at <= fault + AT_ONCE), None)
        if lost is not None:
            yield next((at - fault for at in moments if at >= lost), float("inf"))


def displaced(evidence: Evidence, share: float, moments: Callable[[Diary], Sequence[float]]) -> float:
    faults = evidence.marks.get("fault", ())
    times = [time for page in evidence.history.pages for time in after(faults, page, moments(page))]
    return percentile(times, share)


def resumed(evidence: Evidence, share: float) -> float:
    """From each moment at which Redis answered again to the first news on each page."""
    times = []
    for back in evidence.marks.get("redis back", ()):
        for page in evidence.history.pages:
            times += (
                [next((at - back for at in page.heard.at if at >= back), float("inf"))]
                if page.back or page.lost or page.heard
                else []
            )
    return percentile(times, share)


def noticed(evidence: Evidence, share: float) -> float:
    """From each moment at which history was lost until pages were told so."""
    times = [
        next((notice.at - lost for notice in page.notices if notice.at >= lost), float("inf"))
        for lost in evidence.marks.get("history lost", ())
        for page in evidence.history.pages
        if page.attempts
    ]
    return percentile(times, share)


def delivery(evidence: Evidence, share: float) -> float:
    began = {each.message: each.began for each in evidence.history.publications}
    times = [
        each.at - began[each.message]
        for page in evidence.history.pages
        for each in page.heard
        if each.at and each.message in began
    ]
    return percentile(times, share)


def calls(evidence: Evidence, share: float) -> float:
    return percentile((c.ended - c.asked for page in evidence.history.pages for c in page.calls if c.ended), share)


def doubtful(evidence: Evidence) -> float:
    return sum(called.outcome == "call.lost" for page in evidence.history.pages for called in page.calls)


def unannounced(evidence: Evidence) -> float:
    """Effects of which everybody was to be told, and nobody was."""
    from tests.faults.swarm import ANNOUNCER

    told = {
        each.message.serial
        for page in evidence.history.pages
        for each in page.heard
        if each.message.publisher == ANNOUNCER
    }
    done = set(evidence.history.effects)
    meant = [
        int(page.name[1:]) * 100_000 + number
        for page in evidence.history.pages
        for number, called in enumerate(page.calls, 1)
        if called.action == "announce" and called.call in done
    ]
    return sum(serial not in told for serial in meant)


def gap(evidence: Evidence) -> float:
    """The longest time that a page was without a connection."""
    pairs = [pair for page in evidence.history.pages for pair in zip(page.lost, page.back, strict=False)]
    return max((back - lost for lost, back in pairs), default=0.0)


FIGURES: Mapping[str, Callable[[Evidence], float]] = {
    "usable p50": lambda e: displaced(e, 0.5, lambda page: page.usable),
    "usable p99": lambda e: displaced(e, 0.99, lambda page: page.usable),
    "usable max": lambda e: displaced(e, 1.0, lambda page: page.usable),
    "back p50": lambda e: displaced(e, 0.5, lambda page: page.back),
    "back p99": lambda e: displaced(e, 0.99, lambda page: page.back),
    "displaced": lambda e: sum(len(list(after(e.marks.get("fault", ()), page, page.back))) for page in e.history.pages),
    "longest gap": gap,
    "sockets lost": lambda e: sum(len(page.lost) for page in e.history.pages),
    "attempts max": lambda e: max((page.attempts - 1 for page in e.history.pages), default=0),
    "mounted afresh": lambda e: sum(len(page.mounted_at) for page in e.history.pages),
    "resumes p99": lambda e: resumed(e, 0.99),
    "noticed p99": lambda e: noticed(e, 0.99),
    "delivery p99": lambda e: delivery(e, 0.99),
    "call p99": lambda e: calls(e, 0.99),
    "publish max": lambda e: max((each.ended - each.began for each in e.history.publications), default=0.0),
    "not acknowledged": lambda e: sum(not each.acknowledged for each in e.history.publications),
    "in doubt": doubtful,
    "not announced": unannounced,
    "growth": lambda e: e.growth,
    "queries": lambda e: e.queries,
    "deliveries": lambda e: e.history.deliveries,
    "calls": lambda e: sum(len(page.calls) for page in e.history.pages),
    "effects": lambda e: len(e.history.effects),
}
