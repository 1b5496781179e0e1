"""What can be counted at any moment, and is only counted when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from liveactions.consumers.process import all_pages, lags
from liveactions.metrics import figures
from liveactions.metrics.figures import gauge
from liveactions.metrics.values import Family, Sample
from liveactions.runtime import Page
from liveactions.shared import by_loop
from liveactions.threads import runner

__all__ = ["families"]


def families() -> Iterator[Family]:
    """Every figure of this process, these among them."""
    return figures.families()


def everywhere() -> list[Page]:
    return [page for pages in all_pages() for page in list(pages.by_id.values())]


def summed(measure: Callable[[Page], int]) -> Iterator[Sample]:
    """The largest of all pages, and their sum."""
    sizes = [measure(page) for page in everywhere()]
    yield Sample(max(sizes, default=0), {"of": "max"})
    yield Sample(sum(sizes), {"of": "sum"})


@gauge("pages", "Page sessions, by whether they have a socket now or wait for their page to come back.")
def pages() -> Iterator[Sample]:
    open_pages = everywhere()
    connected = sum(page.connected for page in open_pages)
    yield Sample(connected, {"state": "connected"})
    yield Sample(len(open_pages) - connected, {"state": "waiting"})


@gauge("components", "Components on these pages.")
def components() -> Iterator[Sample]:
    yield Sample(sum(len(page.tree.nodes) for page in everywhere()))


@gauge("shared", "Shared components that pages of this process show.")
def rooms() -> Iterator[Sample]:
    yield Sample(sum(len(each.rooms) for each in list(by_loop.values())))


@gauge("outbox_bytes", "Bytes that wait because a page does not read them.")
def outboxes() -> Iterator[Sample]:
    return summed(lambda page: page.outbox.size)


@gauge("mailbox_jobs", "Calls and events that wait for their turn.")
def mailboxes() -> Iterator[Sample]:
    return summed(lambda page: len(page.mailbox.jobs))


@gauge("questions", "Questions that users were asked and have not answered.")
def questions() -> Iterator[Sample]:
    yield Sample(sum(len(page.questions.kept) for page in everywhere()))


@gauge("threads", "Threads for synchronous code.")
def threads() -> Iterator[Sample]:
    pool = runner().pool
    yield Sample(len(pool.workers) - len(pool.idle), {"state": "busy"})
    yield Sample(pool.size, {"state": "allowed"})


@gauge("thread_jobs", "Pieces of synchronous work that wait for a thread.")
def jobs() -> Iterator[Sample]:
    yield Sample(len(runner().pool.backlog))


@gauge("loop_lag_seconds", "How late the event loop was at worst in the last ten seconds or more.")
def lateness() -> Iterator[Sample]:
    yield Sample(max((lag.seconds for lag in list(lags.values())), default=0.0))
