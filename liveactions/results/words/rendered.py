"""Words that the package makes of what has changed in a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from liveactions.results.words.base import Result

__all__ = ["Patch", "Shared", "Whole"]


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


@dataclass(frozen=True, slots=True)
class Shared(Result):
    """The next version of a shared component, for wherever it stands. Made by the package, never by an application.

    ``key`` is in ``live-shared`` of its root elements. ``results`` are performed, in the name of each, on those that
    have the version before this one (``live-version``); a later one knows of it already, an earlier one asks to be sent
    whole.
    """

    key: str
    version: int
    results: Sequence[Result] = ()
