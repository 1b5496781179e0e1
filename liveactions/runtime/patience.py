"""How long somebody who asks in vain is asked to come again."""

from __future__ import annotations

from collections.abc import Callable, Hashable

__all__ = ["Patience"]

REMEMBERED = 60.0
"""Seconds for which it is remembered that somebody has come: who is turned away waits longer each time …"""

MOST = 10_000
"""… and of how many. Those who came first are forgotten first."""


class Patience:
    """Who has come in vain, and since when. It lasts so many ``seconds`` for each; ``now`` is the clock."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self.seconds = seconds
        self.now = now
        self.since: dict[Hashable, float] = {}
        """Those who came first in front."""

    def lasts(self, who: Hashable) -> bool:
        """Somebody comes in vain: whether they may come again."""
        now = self.now()
        since = self.since.setdefault(who, now)
        while self.since and (len(self.since) > MOST or now - next(iter(self.since.values())) > REMEMBERED):
            del self.since[next(iter(self.since))]
        return now - since < self.seconds

    def end(self, who: Hashable) -> None:
        """They have come for the last time."""
        self.since.pop(who, None)

    def begin_anew(self) -> None:
        """Whoever came in vain need not have: for all it begins again."""
        self.since.clear()
