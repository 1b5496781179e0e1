"""What a test is told when something is not as it wrote it."""

from __future__ import annotations

from typing import Any

__all__ = ["CallRefused", "NotFound", "NotUsable", "PageFailed", "TimedOut"]


class CallRefused(Exception):
    """The server refused what the page asked for. ``expect="action.forbidden"`` on the gesture says that it should.

    ``code`` and ``fault`` are those of ``protocol/README.md`` §7; ``detail`` is plain data (``detail["path"]`` names
    a wrong argument). If the application raised, that exception is the ``__cause__``.
    """

    def __init__(self, code: str, message: str, fault: str = "page", detail: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fault = fault
        self.detail: dict[str, Any] = detail or {}


class NotFound(LookupError):
    """Nothing in the page is what the test asked for, or more than one thing is. Says what is there."""


class NotUsable(Exception):
    """It is there, but a user could not do this with it: it is disabled, or answers to nothing."""


class PageFailed(Exception):
    """A page could not be opened: the URL answered with an error, or the socket was not let in."""


class TimedOut(Exception):
    """Something was waited for and did not come. Says what was still going on."""
