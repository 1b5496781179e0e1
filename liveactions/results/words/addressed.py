"""A result for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liveactions.errors import ResultError
from liveactions.results.audience import Audience
from liveactions.results.words.base import Result

__all__ = ["Addressed"]


@dataclass(frozen=True, slots=True)
class Addressed(Result):
    """``Toast("Hello").to("team.7")``: broadcast when the action has succeeded, and its transaction is committed."""

    server: ClassVar[bool] = True

    result: Result
    audience: tuple[Audience | str, ...]

    def __post_init__(self) -> None:
        if not self.audience:
            raise ResultError("to() needs to know for whom.", hint='Write .to("team.7") or .to(audience.everyone).')
