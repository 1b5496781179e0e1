"""What is measured of a run: a table of figures by name. Times in seconds, memory in MiB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.history import Diary, History

__all__ = ["FIGURES", "Evidence", "measure", "percentile"]

AT_ONCE = 1.0
"""A socket that is lost within so many seconds of a fault was lost by it."""


@dataclass
class Evidence:
    """A history, and what was noted beside it. ``marks`` are the moments at which something was done."""

    history: History
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    growth: float = 0.0
    queries: int = 0
    measured: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """What was measured while it was done, by the name of the figure; the greatest counts."""
    aside: Collection[str] = ()
    """The pages that something was done to, where the others are to notice nothing."""

    @property
    def others(self) -> Iterable[Diary]:
        return (page for page in self.history.pages if page.name not in self.aside)


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them is; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def after(faults: Sequence[float], page: Diary, moments: Sequence[float]) -> Iterable[float]:
    """From each fault that cost the page its socket, the time to the next of these moments."""
    lost_by_faults = [at for at in page.lost if at not in page.changed]
    for fault in faults:
        lost = next((at for at in lost_by_faults if fault <= at <= fault + AT_ONCE), None)
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


def calls(evidence: Evidence, share: float, outcome: str = "") -> float:
    """From each call to its answer; of those only that ended so, if that is said."""
    asked = (called for page in evidence.history.pages for called in page.calls if called.ended)
    return percentile((each.ended - each.asked for each in asked if outcome in ("", each.outcome)), share)


Times = Callable[[Diary], Iterable[tuple[float, float]]]
"""Of one page, when something began and how long it took."""


def compared(evidence: Evidence, times: Times) -> tuple[list[float], list[float]]:
    """How long it took the other pages before something was done, and while it was."""
    begin, end = evidence.marks["aside"]
    both = [each for page in evidence.others for each in times(page)]
    return (
        [took for began, took in both if began < begin],
        [took for began, took in both if begin <= began < end],
    )


def p99s(evidence: Evidence, times: Times) -> tuple[float, float]:
    """The same at the 99th percentile."""
    before, during = compared(evidence, times)
    return percentile(before, 0.99), percentile(during, 0.99)


def slower(evidence: Evidence, times: Times) -> float:
    """How many times as long it takes other pages at the 99th percentile while something is done, as it did before."""
    before, during = p99s(evidence, times)
    return during / before if before else 1.0


def news(evidence: Evidence) -> Times:
    """When each message was published, and how long it took to a page."""
    began = {each.message: each.began for each in evidence.history.publications}
    return lambda page: ((began[n.message], n.at - began[n.message]) for n in page.heard)


def answers(page: Diary) -> Iterable[tuple[float, float]]:
    """When each call was made, and how long it took to be answered."""
    return ((each.asked, each.ended - each.asked) for each in page.calls if each.ended)


def caught_up(evidence: Evidence, share: float) -> float:
    """From the moment at which each page was welcome again until it knew of all that was acknowledged before it."""
    publications = sorted(evidence.history.publications, key=lambda each: each.ended)
    times = []
    for page in evidence.history.pages:
        for back in page.back:
            latest = next((p for p in reversed(publications) if p.acknowledged and p.ended < back), None)
            if latest is not None:
                times.append(next((n.at - back for n in page.heard if n.message == latest.message), 0.0))
    return percentile((max(0.0, time) for time in times), share)


def dismissed(evidence: Evidence, share: float) -> float:
    """From each moment at which somebody signed out until those pages were told so that had to be; never: infinite."""
    gone = [page.dismissed for page in evidence.history.pages if page.name in evidence.aside]
    ends = evidence.marks["signed out"]
    return percentile((at - max(e for e in ends if e <= at) if at else float("inf") for at in gone), share)


def noticed_by_pages(evidence: Evidence) -> float:
    """From the moment at which the network was gone without a word until the last page had thrown its socket away."""
    (vanished,) = evidence.marks["vanished"]
    firsts = (next((at for at in page.lost if at >= vanished), float("inf")) for page in evidence.history.pages)
    return max(firsts) - vanished


def goodput_lost(evidence: Evidence) -> float:
    """The share of what could have been done in the time of the load that was not."""
    (begin,), capacity = evidence.marks["begin"], max(evidence.measured["capacity"])
    answered = [c for page in evidence.history.pages for c in page.calls if c.outcome == "ok"]
    last = max((called.asked for called in answered), default=begin)
    return 1 - sum(called.ended <= last for called in answered) / (capacity * (last - begin)) if last > begin else 1.0


def recovered(evidence: Evidence) -> float:
    """From the last call to the last answer."""
    every = [called for page in evidence.history.pages for called in page.calls]
    return max((each.ended for each in every), default=0.0) - max((each.asked for each in every), default=0.0)


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
    "accepted p99": lambda e: calls(e, 0.99, "ok"),
    "refused p99": lambda e: calls(e, 0.99, "page.busy"),
    "refused": lambda e: sum(c.outcome == "page.busy" for page in e.history.pages for c in page.calls),
    "goodput lost": goodput_lost,
    "recovery": recovered,
    "noticed by pages": noticed_by_pages,
    "caught up p99": lambda e: caught_up(e, 0.99),
    "news slower": lambda e: slower(e, news(e)),
    "news p99 before": lambda e: p99s(e, news(e))[0],
    "news p99 meanwhile": lambda e: p99s(e, news(e))[1],
    "calls slower": lambda e: slower(e, answers),
    "call p99 before": lambda e: p99s(e, answers)[0],
    "call p99 meanwhile": lambda e: p99s(e, answers)[1],
    "calls before": lambda e: len(compared(e, answers)[0]),
    "calls meanwhile": lambda e: len(compared(e, answers)[1]),
    "dismissed p99": lambda e: dismissed(e, 0.99),
    "dismissed others": lambda e: sum(bool(page.dismissed) for page in e.others),
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


def measure(name: str, evidence: Evidence) -> float:
    """One figure: made of the history, or measured while it was done. Raises ``KeyError`` for a name of neither."""
    return float(FIGURES[name](evidence) if name in FIGURES else max(evidence.measured[name]))
