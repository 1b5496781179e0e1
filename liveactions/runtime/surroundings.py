"""In what a page is rendered and its actions run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """In which language, time zone and for whom a page is rendered; the same over HTTP and live."""

    user: Any = None
    language: str | None = None
    """None: the one that is spoken where nobody has chosen, as in a new task or thread of ours: the site's."""
    timezone: str | None = None
    csrf: Callable[[], str] = str
    """Makes a token for a form; the default makes none."""
    session: str = ""
    """Tells the browser's session from others without giving it away."""
    origin: str = ""
    """Where the page comes from: ``scheme://host[:port]``."""
    user_now: Callable[[], Awaitable[Any]] | None = None
    """Reads the user again, as the handshake did."""
    usual: bool = field(init=False, repr=False, compare=False)
    """Whether language and time zone are those that are there anyway."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "usual", self.language is None and self.timezone is None)
