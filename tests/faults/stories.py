"""Histories that might have happened: a right one first, and then every way to make it wrong."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.faults.history import Called, Delivery, Diary, History, Message, Publication, State

__all__ = ["EPOCH", "calls_of", "page", "publication", "stories"]

EPOCH = "one"


def page(name: str, news: Sequence[Publication], calls: Sequence[Called], seen: int = 0) -> Diary:
    """A page on which everything went as it should."""
    diary = Diary(name, seen={1: seen}, calls=list(calls))
    count = trail = heard = heard_trail = 0
    for each in news:
        if each.acknowledged and each.message.serial > seen:
            offset = each.message.serial
            diary.heard.add(Delivery(EPOCH, offset, each.message, each.digest, each.said, each.ended))
            if each.said:
                heard, heard_trail = heard + 1, zlib.crc32(str(each.message).encode(), heard_trail)
    for called in calls:
        if called.outcome == "ok":
            count, trail = count + 1, zlib.crc32(called.call.encode(), trail)
    diary.state = State(count, trail, heard, heard_trail)
    return diary


def publication(serial: int, acknowledged: bool = True) -> Publication:
    message = Message(1, serial)
    return Publication(message, float(serial), serial + 0.5, acknowledged, zlib.crc32(b"%d" % serial), serial % 2 == 0)


def calls_of(name: str, outcomes: Sequence[str]) -> list[Called]:
    return [Called(f"{name}-{n}", "book", float(n), n + 0.5, outcome) for n, outcome in enumerate(outcomes, 1)]


@st.composite
def stories(draw: st.DrawFn) -> History:
    """A history of a few pages in which nothing is wrong: some calls are refused, of some it is not known."""
    history = History()
    history.publications = [publication(n, draw(st.booleans()) or n == 1) for n in range(1, draw(st.integers(2, 8)))]
    for number in range(draw(st.integers(1, 3))):
        outcomes = draw(st.lists(st.sampled_from(["ok", "ok", "call.lost", "page.busy"]), max_size=6))
        calls = calls_of(f"p{number}", outcomes)
        # What is not known was done, or was not.
        done = [
            called
            for called in calls
            if called.outcome == "ok" or (called.outcome == "call.lost" and draw(st.booleans()))
        ]
        diary = page(f"p{number}", history.publications, calls, seen=draw(st.integers(0, 3)))
        assert diary.state is not None
        trail = 0
        for called in done:
            trail = zlib.crc32(called.call.encode(), trail)
        diary.state = diary.state._replace(count=len(done), trail=trail)
        history.pages.append(diary)
        history.effects += [called.call for called in done]
    return history
