"""Words about other words: several, none, another action, one of the application's own, one that the server keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from liveactions.results.words.base import Result, check_filled, several

__all__ = ["Custom", "Multi", "Noop", "Reference", "Switch"]


@dataclass(frozen=True, slots=True)
class Noop(Result):
    """Nothing. Behind a button: only closes the message."""


@dataclass(frozen=True, slots=True)
class Multi(Result):
    """Several results in order, each done before the next, where one is asked for (a button)."""

    actions: Sequence[Result] = ()

    def __post_init__(self) -> None:
        several(self, "actions")

    @property
    def label(self) -> str | None:
        return next((result.label for result in self.actions if result.label), None)


@dataclass(frozen=True, slots=True)
class Switch(Result):
    """Go on with another action: of this component, or of ``component`` (a name) on the same page. Terminal.

    It is checked like a call of the browser: it must be an action, the user must be allowed to, the arguments must fit.
    """

    terminal: ClassVar[bool] = True
    server: ClassVar[bool] = True

    action: str
    args: Mapping[str, Any] = field(default_factory=dict)
    component: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        check_filled("action", self.action)

    @property
    def label(self) -> str | None:
        return self.title


@dataclass(frozen=True, slots=True)
class Reference(Result):
    """What the server has signed: performing it asks the server to do it for the user of this page."""

    token: str


@dataclass(frozen=True, slots=True)
class Custom(Result):
    """A result of the application's own, performed by what it registered in the browser under this name."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
