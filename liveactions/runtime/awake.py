"""The clock by which pages are slow: what their process itself stood still for, it does not hold against them."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Awake"]


class Awake:
    """Called, it tells for how many seconds, by the clock ``now``, this process was awake.

    A process that was stopped, or has had no processor, or whose event loop was blocked, has not taken what was said to
    it meanwhile: nobody was silent because of that.
    """

    __slots__ = ("now", "slept")

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.slept = 0.0

    def __call__(self) -> float:
        return self.now() - self.slept

    def overslept(self, seconds: float) -> None:
        """For so long nothing was done in time."""
        self.slept += seconds
