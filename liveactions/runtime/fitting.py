"""How much a page is told at once. What is more is refused where it is made, while it can still be taken back.

Whatever is made for a page is weighed by ``fitting``, inside of what takes back what has been done: an answer that is
too large ends as one that has failed. ``Page`` looks once more at each frame that it makes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from liveactions.errors import ResultError
from liveactions.results import Error, Patch, Result, Signals, Whole, to_wire
from liveactions.runtime.host import Host
from liveactions.runtime.limits import Limits
from liveactions.runtime.tree import Item
from liveactions.wire import pack, weight

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = [
    "ENVELOPE",
    "FAILED",
    "TOO_LARGE",
    "InSight",
    "fitting",
    "in_sight",
    "oversize",
    "rescued",
    "room",
    "too_large",
    "without_sockets",
]

logger = logging.getLogger("liveactions")

TOO_LARGE = "result.too_large"

FAILED = "The server could not answer this."

ENVELOPE = 1024
"""Bytes of a frame that are for what stands around its items."""


def fitting(page: Page, items: list[Item]) -> list[Item]:
    """The same. Raises ``ResultError`` (``result.too_large``) if they are more than a page is told at once."""
    if items and (size := weight(items)) + ENVELOPE > page.host.limits.max_answer:
        raise too_large(size, room(page.host.limits), largest(page, items))
    return items


def without_sockets(host: Host, most: int = 1 << 62) -> Host:
    """The same, for pages that may be told so many bytes at once, for nothing of it goes over a socket."""
    return replace(host, limits=replace(host.limits, max_answer=most))


def room(limits: Limits) -> int:
    """Bytes that the items of one frame may have."""
    return limits.max_answer - ENVELOPE


def oversize(page: Page, frame: bytes, items: Sequence[Item]) -> ResultError:
    """Why a frame that holds these items is not sent."""
    return too_large(len(frame), page.host.limits.max_answer, largest(page, items))


def largest(page: Page, items: Sequence[Item]) -> str:
    """The name of the largest result, and of the component that speaks."""
    if not items:
        return "what it was refused with"
    scope, result = max(items, key=lambda item: weight([item]))
    node = page.tree.nodes.get(scope or 0)
    told = f"{type(result).__name__}, {weight([(scope, result)]):,} bytes"
    return told if node is None else f"{told} of {node.name}"


def too_large(size: int, most: int, what: str) -> ResultError:
    """``what`` names the largest part of it."""
    return ResultError(
        f"{size:,} bytes are too much for a page at once; it is sent at most {most:,}. Most of it: {what}.",
        code=TOO_LARGE,
        hint="Show a part of it (window(), stream(), pages), offer it as a Download, or raise MAX_ANSWER.",
    )


# What cannot be taken back -----------------------------------------------------------------------------------------


class InSight(NamedTuple):
    """How components look, as much of it as one frame holds."""

    items: list[Item]
    later: list[int]
    """The components for which there is no room beside the others …"""
    wrong: ResultError | None
    """… and what is to be said of one for which there is none at all."""


def in_sight(page: Page, items: Sequence[Item]) -> InSight:
    """How components look, for a page that is in doubt of it. What is left out is sent whole the next time.

    One that is too large for any frame is replaced by an ``Error``, and the log is told.
    """
    seen: list[Item] = []
    later: dict[int, None] = {}
    wrong: ResultError | None = None
    left = most = room(page.host.limits)
    for scope, result in items:
        size = weight([(scope, result)])
        if size <= left:
            seen.append((scope, result))
            left -= size
            continue
        doubt(page, scope)
        if size <= most and scope is not None:
            later[scope] = None
        else:
            wrong = too_large(size, most, largest(page, [(scope, result)]))
            logger.error("Page %s cannot be shown a component. %s", page.page_id, wrong)
            seen.append((scope, Error(FAILED)))
    return InSight(seen, list(later), wrong)


def doubt(page: Page, scope: int | None) -> None:
    """What the page has of a component is not known any more."""
    if (node := page.tree.nodes.get(scope or 0)) is not None:
        node.doubt()


def rescued(page: Page, items: Sequence[Item]) -> list[Item]:
    """Of items that could not be sent, those that say how components look: they are made up once.

    Where one of these cannot be sent either, its component is sent whole when it has changed.
    """
    kept: list[Item] = []
    left = room(page.host.limits)
    for item in items:
        if type(item[1]) not in LOOKS:
            continue
        if is_sendable(item[1]) and (size := weight([item])) <= left:
            kept.append(item)
            left -= size
        else:
            doubt(page, item[0])
    return kept


LOOKS = (Whole, Patch, Signals)


def is_sendable(result: Result) -> bool:
    try:
        pack(to_wire(result))
    except ResultError:
        return False
    return True
