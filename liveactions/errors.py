"""Every exception of the package, and the refusal that tells a page about one.

::

    LiveActionsError
    ├── LocalError            the application's mistake: wrong code, wrong set-up
    │   ├── DeclarationError      a component, field or action is declared wrongly
    │   ├── ResultError           an action answered with something that is not a result
    │   └── BusUnavailable        news could not be handed to the other processes
    └── RemoteError           the page's mistake (or attack): it is answered, nothing breaks
        ├── FrameError            the bytes are not a frame
        ├── TokenError            a mount token that is forged, expired or somebody else's
        ├── CallError             a call that cannot be run: unknown, forbidden, busy
        └── ArgumentError         a call whose arguments do not fit; names the path

Every error has a stable ``code`` (``noun.adjective``), says whose ``fault`` it is, and — as ``hint`` —
what to do next. ``Refusal`` is the part of it that may travel to a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = [
    "FAULTS",
    "ArgumentError",
    "BusUnavailable",
    "CallError",
    "DeclarationError",
    "Fault",
    "FrameError",
    "LiveActionsError",
    "LocalError",
    "Refusal",
    "RemoteError",
    "ResultError",
    "TokenError",
]

Fault = Literal["page", "application", "network", "server"]

FAULTS: dict[str, Fault] = {
    "action.timeout": "application",
    "component.failed": "application",
    "switch.loop": "application",
    "page.busy": "server",
    "bus.unavailable": "server",
    "call.lost": "server",
}
"""Codes whose fault is not the one of the class that usually carries them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a browser is told about an error: no secret, and enough to act on.

    ``code`` is stable and listed in ``protocol/README.md``; ``fault`` is one of ``page``, ``application``,
    ``network``, ``server``; ``message`` is one sentence for a person; ``detail`` is plain data for a program
    (the path of a wrong argument, milliseconds to wait …), and in DEBUG it may carry ``traceback``.
    """

    code: str
    fault: Fault
    message: str
    detail: dict[str, object] | None = None


class LiveActionsError(Exception):
    """The root of the tree. ``str(error)`` says what was seen and what is allowed; ``hint`` what to do next."""

    code: str = "server.failed"
    fault: ClassVar[Fault] = "server"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "", **detail: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def refusal(self) -> Refusal:
        """The part of this error that may be told to the page."""
        return Refusal(self.code, FAULTS.get(self.code, self.fault), str(self), self.detail or None)


class LocalError(LiveActionsError):
    """The application did something that cannot work; the page hears only that it failed."""

    code = "application.failed"
    fault: ClassVar[Fault] = "application"

    def refusal(self) -> Refusal:
        return Refusal(self.code, FAULTS.get(self.code, self.fault), "The server could not answer this.")


class DeclarationError(LocalError):
    """A component, a field or an action is declared in a way that cannot work. Raised while classes are made."""

    code = "declaration.invalid"


class ResultError(LocalError):
    """An action answered with something that is not a result, or a result was made with wrong values."""

    code = "result.invalid"


class BusUnavailable(LocalError):
    """News could not be handed to the other processes (Redis is away, or refused it)."""

    code = "bus.unavailable"


class RemoteError(LiveActionsError):
    """The page sent something that is answered with a refusal; nothing else is disturbed."""

    code = "page.refused"
    fault: ClassVar[Fault] = "page"


class FrameError(RemoteError):
    """The bytes are not a frame of this protocol. ``fatal`` frames end the connection."""

    code = "frame.malformed"


class TokenError(RemoteError):
    """A mount or resume token is forged, expired, or belongs to somebody else."""

    code = "token.forged"


class CallError(RemoteError):
    """A call that cannot be run: unknown component or action, forbidden, busy, before its mount."""

    code = "action.unknown"


class ArgumentError(RemoteError):
    """Arguments that do not fit. ``detail["path"]`` names the argument (``lines.0.qty``)."""

    code = "argument.invalid"
