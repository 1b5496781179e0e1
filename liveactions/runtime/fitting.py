"""How much a page is told at once. What is more is refused where it is made, while it can still be taken back.

Whatever is made for a page is weighed by ``fitting``, inside of what takes back what has been done: an answer that is
too large ends as one that has failed. ``Page`` looks once more at each frame that it makes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from liveactions.errors import ResultError
from liveactions.results import Error, Patch, Result, Signals, Whole, to_wire
from liveactions.runtime.limits import Limits
from liveactions.wire import pack, weight

if TYPE_CHECKING:
    from liveactions.runtime.page import Page

__all__ = ["ENVELOPE", "FAILED", "TOO_LARGE", "fitting", "in_portions", "in_sight", "rescued", "room", "too_large"]

logger = logging.getLogger("liveactions")

Item = tuple[int | None, Result]

TOO_LARGE = "result.too_large"

FAILED = "The server could not answer this."

ENVELOPE = 1024
"""Bytes of a frame that are for what stands around its items."""


def fitting(page: Page, items: list[Item]) -> list[Item]:
    """The same. Raises ``ResultError`` (``result.too_large``) if they are more than a page is told at once."""
    if items and (size := weight(items)) > (most := room(page.host.limits)):
        raise too_large(size, most, largest(page, items))
    return items


def room(limits: Limits) -> int:
    """Bytes that the items of one frame may have."""
    return limits.max_answer - ENVELOPE


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


def in_sight(page: Page, items: Iterable[Item]) -> tuple[list[Item], ResultError | None]:
    """How components look, for a page that is in doubt of it, and what was wrong with that, if anything was.

    One that is too large is passed over, and the log told; it is sent whole when it has changed, if it fits then.
    """
    seen: list[Item] = []
    wrong: ResultError | None = None
    for item in items:
        try:
            seen += fitting(page, [item])
        except ResultError as error:
            logger.error("Page %s cannot be shown a component. %s", page.page_id, error)  # noqa: TRY400  # says it all
            doubt(page, item[0])
            seen.append((item[0], Error(FAILED)))
            wrong = error
    return seen, wrong


def doubt(page: Page, scope: int | None) -> None:
    """What the page has of a component is not known any more."""
    if (node := page.tree.nodes.get(scope or 0)) is not None:
        node.doubt()


def in_portions(page: Page, items: Sequence[Item]) -> list[list[Item]]:
    """The items in as many frames as it takes, at least one; none of them alone is too large."""
    portions: list[list[Item]] = [[]]
    most, size = room(page.host.limits), 0
    for item in items:
        own = weight([item])
        if size + own > most:
            portions.append([])
            size = 0
        portions[-1].append(item)
        size += own
    return portions


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
