"""The action request: who called what, from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ActionRequest"]


@dataclass(frozen=True)
class ActionRequest:
    """One call, as the action sees it (``self.request``, or a first parameter named ``request``).

    ``page`` is the page session's id and ``component`` the id of the component in it; ``call`` is the page's own
    number of the call. ``args`` are the arguments as they were sent, ``event`` what happened in the browser
    (``type``, ``value``, ``checked``, ``key``, ``name``) and ``flags`` what the client adds (``confirmed``).
    """

    user: Any = None
    page: str = ""
    component: int = 0
    action: str = ""
    call: int = 0
    args: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    is_interactive: bool = True
    """False when no person waits for the answer: a command, a task, a test."""

    @property
    def tab(self) -> str:
        """The tab that called: one page session is one tab."""
        return self.page

    @property
    def confirmed(self) -> bool:
        """True when the user has said yes to the action's ``confirm`` question."""
        return self.flags.get("confirmed") is True
