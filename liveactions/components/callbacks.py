"""Questions whose answer is a function of the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveactions.results import Confirm

__all__ = ["Callback"]


@dataclass
class Callback:
    """A question, and what each answer runs: ``choices`` maps names to (label, function)."""

    message: str
    title: str = "Confirmation"
    choices: dict[str, tuple[str, Callable[[Any], Any]]] = field(default_factory=dict)

    def question(self, token: str = "") -> Confirm:
        choices = [(name, label) for name, (label, _) in self.choices.items()]
        return Confirm(self.message, self.title, choices, token=token)

    def answer(self, choice: str, request: Any) -> Any:
        return self.choices[choice][1](request)
