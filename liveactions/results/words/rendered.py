"""Words that the package makes of what has changed in a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from liveactions.results.words.base import Result

__all__ = ["Patch", "Whole"]


@dataclass(frozen=True, slots=True)
class Whole(Result):
    """The whole HTML of a component. Made by the package, never by an application."""

    html: str


@dataclass(frozen=True, slots=True)
class Patch(Result):
    """Which slots of a component have changed, and their new values. Made by the package, never by an application.

    ``changes`` is ``[slot, change, slot, change, …]``; ``protocol/README.md`` says what a change is.
    """

    changes: list[Any]
