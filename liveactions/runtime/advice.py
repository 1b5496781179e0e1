"""What is allowed and is probably a mistake: told in the log while the site is developed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from liveactions.results import HTML, Result

__all__ = ["advise"]

logger = logging.getLogger("liveactions")


def advise(action: str, value: object, results: Sequence[Any]) -> None:
    """Look at what an action has answered, and at the results that this means."""
    for advice in (*unheard(value), *(each for result in results for each in wasted(result))):
        logger.warning("%s: %s", action, advice)


def unheard(value: object) -> Iterator[str]:
    """What stands behind the end of a list."""
    if not isinstance(value, (list, tuple)):
        return
    for index, item in enumerate(value[:-1]):
        if isinstance(item, Result) and item.terminal:
            yield f"item {index} is {type(item).__name__}: the {len(value) - index - 1} after it are never performed."
            return


def wasted(result: object) -> Iterator[str]:
    if isinstance(result, HTML) and result.content and result.swap in ("delete", "none"):
        yield f'HTML with swap="{result.swap}" has content, which is not looked at.'
