"""What can go wrong with a report in a way that its user should hear of."""

from __future__ import annotations

from liveactions.errors import LocalError

__all__ = ["ReportError"]


class ReportError(LocalError):
    """A report that cannot be made. ``message`` is meant for the user; ``status`` follows HTTP."""

    code = "report.failed"

    def __init__(self, message: str, *, status: int = 500, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
