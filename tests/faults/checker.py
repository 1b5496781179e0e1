"""Histories in, violations out: what is wrong with what happened. Pure: no I/O, no clock.

=====  =====================================================================================
I1     no gap: what was acknowledged to its publisher reached every page that had not seen it
I2     no message twice on a page
I3     one order for everybody, that of each publisher; one place holds one message; frames are as the protocol says
I4     no call has two effects, and there is none that nobody asked for
I5     what was answered with success was done, what was refused was not; every call was answered
I6     the state of every component is what its calls and its news make of it
I7     what was typed stands as it was typed
I8     where news are lost, every page that lost some is told so
=====  =====================================================================================

What is bounded (I9: memory, tasks, keys; I10: times) is a figure with a limit, not a violation: ``report``.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.faults.history import Called, Delivery, Diary, History, Message, Notice

__all__ = ["Violation", "check"]

Place = tuple[str, int]
"""An epoch, and an offset in it."""

UNKNOWN = "call.lost"
"""The one refusal after which a call may have been done, or not."""

FAILS = "fail"
"""The action that has no effect and is always refused."""

PARTING = 1.0
"""Seconds before a page was told never to come back from which on nothing is owed to it any more."""

SAME = 0.001
"""Seconds between a page's coming back and its finding its session lost, at most."""

MOST_STATES = 2**16
"""A component that may have more states than this is not judged by them, but for their number."""

SHOWN = 3
"""Of many violations of one kind on one page so many are told one by one."""


class Violation(NamedTuple):
    """``what`` went wrong for ``who``, against which of the invariants."""

    invariant: str
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.who}: {self.what}"


def check(history: History, *, news_lost: bool = False, sessions_lost: bool = False) -> list[Violation]:
    """Everything that is wrong. With ``news_lost`` gaps and forks are allowed that pages were told of; with
    ``sessions_lost`` a component may have been mounted afresh, and without it only while sessions were ``unkept``. Such
    a page may be told that it misses news: where it was mounted nobody may have been able to read them."""
    found: list[Violation] = []
    found += check_order(history, news_lost=news_lost)
    found += check_effects(history)
    done = set(history.effects)
    for page in history.pages:
        found += [Violation("I3", page.name, what) for what in page.broken]
        found += check_news(page, history, news_lost=news_lost or (sessions_lost and bool(page.mounted_at)))
        found += check_answers(page, done)
        found += check_state(page, history, sessions_lost=sessions_lost)
    found += [
        Violation("I7", typed.page, f"typed was {typed.meant}, there stands {typed.found}")
        for typed in history.typed
        if typed.meant != typed.found
    ]
    return found


# News ---------------------------------------------------------------------------------------------------------


def check_news(page: Diary, history: History, *, news_lost: bool) -> Iterator[Violation]:
    delivered = Counter(delivery.message for delivery in page.heard)
    twice = [message for message, times in delivered.items() if times > 1]
    yield from told("I2", page.name, "came twice", twice)
    missing = [
        publication
        for publication in history.publications
        if publication.acknowledged
        and publication.message not in delivered
        and not (page.dismissed and publication.ended > page.dismissed - PARTING)
        and publication.message.serial > page.seen.get(publication.message.publisher, 0)
        and not any(notice.at > publication.began for notice in page.notices if is_excused(notice, page, history))
    ]
    silent = [each.message for each in missing if not any(notice.at > each.began for notice in page.notices)]
    silenced = set(silent)
    if news_lost:
        yield from told("I8", page.name, "is missing, and nobody said so", silent)
    else:
        yield from told("I1", page.name, "is missing", silent)
        rest = [each.message for each in missing if each.message not in silenced]
        yield from told("I1", page.name, "is missing, though nothing was to be lost", rest)


def check_order(history: History, *, news_lost: bool) -> Iterator[Violation]:
    """With ``news_lost`` a place may have held two things, where each page that had one of them was told afterwards
    that its history is none: so much a Redis may do that forgets what some have heard of, until it is found out."""
    digests = {each.message: each.digest for each in history.publications}
    acknowledged = {each.message for each in history.publications if each.acknowledged}
    holds: dict[Place, tuple[Diary, Delivery]] = {}
    for page in history.pages:
        here: dict[Place, Message] = {}
        place = ("", 0)
        for each in page.heard:
            before, place = place, (each.epoch, each.offset)
            if each.epoch == before[0] and each.offset <= before[1]:
                yield Violation("I3", page.name, f"offset {each.offset} came after {before[1]}")
            there, other = holds.setdefault(place, (page, each))
            forked = other.message != each.message
            if forked and not (news_lost and is_told_after(page, each) and is_told_after(there, other)):
                yield Violation("I3", page.name, f"{place} is {each.message} here, {other.message} for others")
            if digests.get(each.message, each.digest) != each.digest:
                yield Violation("I3", page.name, f"{each.message} has another text than it was given")
            if news_lost:
                here[place] = each.message
        yield from check_publishers(here, acknowledged)
    if not news_lost:
        yield from check_publishers({place: each.message for place, (_, each) in holds.items()}, acknowledged)


def is_told_after(page: Diary, delivery: Delivery) -> bool:
    return any(notice.at >= delivery.at for notice in page.notices)


def check_publishers(holds: dict[Place, Message], acknowledged: set[Message]) -> Iterator[Violation]:
    """A publisher that waits for one message to be acknowledged before it sends the next finds them in that order."""
    latest: dict[tuple[str, int], int] = {}
    for (epoch, offset), message in sorted(holds.items()):
        if message in acknowledged:
            key = (epoch, message.publisher)
            if message.serial < latest.get(key, 0):
                yield Violation("I3", f"publisher {message.publisher}", f"{message} at {offset} is behind later ones")
            latest[key] = max(message.serial, latest.get(key, 0))


# Calls --------------------------------------------------------------------------------------------------------


def check_effects(history: History) -> Iterator[Violation]:
    done = Counter(history.effects)
    asked = {called.call for page in history.pages for called in page.calls}
    yield from told("I4", "ledger", "was done twice", [call for call, times in done.items() if times > 1])
    yield from told("I4", "ledger", "was done, but not asked for", [call for call in done if call not in asked])


def check_answers(page: Diary, done: set[str]) -> Iterator[Violation]:
    calls = [called for called in page.calls if called.action != FAILS]
    unanswered = [called.call for called in page.calls if not called.outcome]
    yield from told("I5", page.name, "was never answered", unanswered)
    missing = [called.call for called in calls if called.outcome == "ok" and called.call not in done]
    yield from told("I5", page.name, "was answered with success, but not done", missing)
    known = ("", "ok", UNKNOWN)
    wrong = [f"{each.call} ({each.outcome})" for each in calls if each.outcome not in known and each.call in done]
    yield from told("I5", page.name, "was refused, but done", wrong)


# State --------------------------------------------------------------------------------------------------------


def check_state(page: Diary, history: History, *, sessions_lost: bool) -> Iterator[Violation]:
    lost = len(page.mounted_at) - sum(is_excused(each, page, history) for each in page.notices)
    if lost > 0 and not sessions_lost:
        yield Violation("I6", page.name, f"its session was lost {lost} times")
    if page.dismissed:
        return
    if page.state is None:
        yield Violation("I6", page.name, "never said what its state is")
        return
    found = (page.state.count, page.state.trail)
    possible = possible_states(page.calls[page.mounted_at[-1] if page.mounted_at else 0 :])
    if len(possible) > MOST_STATES:
        yield Violation("I6", page.name, "so many of its calls are in doubt that nothing can be said of its state")
    elif found not in possible:
        yield Violation("I6", page.name, f"its state is {found}; its calls make {sorted(possible)[:4]}")
    if not page.notices and (page.state.heard, page.state.heard_trail) != heard_state(page):
        told_of = heard_state(page)[0]
        yield Violation("I6", page.name, f"its component heard {page.state.heard} news, of {told_of} that were said")


def is_excused(notice: Notice, page: Diary, history: History) -> bool:
    """Whether it is the end of a session that nobody could keep. The page may have asked for it for long: whenever it
    came, Redis may have been away."""
    before = max((at for at in page.back if at < notice.at - SAME), default=0.0)
    gone = min((at for at in page.lost if at > before), default=notice.at)
    return not notice.epoch and any(start <= notice.at and gone <= end for start, end in history.unkept)


def possible_states(calls: Sequence[Called]) -> set[tuple[int, int]]:
    """What calls in this order may have made of a component: of some it is not known whether they were done, until the
    page is shown what they have come to. Where that is more than ``MOST_STATES``, not all of it."""
    states = {(0, 0)}
    for called in calls:
        after = {(count + 1, zlib.crc32(called.call.encode(), trail)) for count, trail in states}
        if called.outcome == "ok":
            states = after
        elif called.outcome in ("", UNKNOWN):
            states |= after
        if called.shown is not None:
            states &= {called.shown}
        if len(states) > MOST_STATES:
            break
    return states


def heard_state(page: Diary) -> tuple[int, int]:
    count = trail = 0
    for delivery in page.heard:
        if delivery.said:
            count, trail = count + 1, zlib.crc32(str(delivery.message).encode(), trail)
    return count, trail


def told(invariant: str, who: str, what: str, things: Iterable[object]) -> Iterator[Violation]:
    """The first of these one by one, the rest as a number."""
    named = [str(thing) for thing in things]
    for thing in named[:SHOWN]:
        yield Violation(invariant, who, f"{thing} {what}")
    if len(named) > SHOWN:
        yield Violation(invariant, who, f"{what}: {len(named) - SHOWN} more")
