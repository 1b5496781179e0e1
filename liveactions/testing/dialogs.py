"""What a page tells and asks its user in dialogs, and what waits for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from liveactions.results import Alert, Confirm, Result
from liveactions.testing.errors import NotFound

__all__ = ["Dialog", "Dialogs", "choice_of", "holds"]

AGREED = frozenset({"yes", "ok"})
REFUSALS = ("cancel", "no")


class Dialog(NamedTuple):
    """An alert or a question of the component ``scope``, and the results of its frame that wait for it."""

    scope: int | None
    word: Alert | Confirm
    rest: Sequence[tuple[int | None, Result]]

    def follows(self, choice: str) -> list[tuple[int | None, Result]]:
        """What is performed when it was answered so, or read."""
        agreed = isinstance(self.word, Alert) or choice in AGREED
        return [*((self.scope, result) for result in (self.word.then if agreed else ())), *self.rest]


@dataclass(slots=True)
class Dialogs:
    """The open ones, in the order in which a browser would show them."""

    open: list[Dialog] = field(default_factory=list)

    @property
    def alerts(self) -> list[Alert]:
        return [dialog.word for dialog in self.open if isinstance(dialog.word, Alert)]

    @property
    def questions(self) -> list[Confirm]:
        return [dialog.word for dialog in self.open if isinstance(dialog.word, Confirm)]

    def take(self, kind: type[Alert | Confirm], choice: str = "") -> Dialog:
        """The first open one, which is open no longer. Raises ``NotFound`` without one, or if it has no such choice."""
        for dialog in self.open:
            if isinstance(dialog.word, kind):
                check_choice(dialog.word, choice)
                self.open.remove(dialog)
                return dialog
        raise NotFound(f"No {'question' if kind is Confirm else 'alert'} is open.")

    def withdraw(self, token: object) -> Dialog | None:
        """The question of this token, which was answered on another tab; None if it is not open."""
        for dialog in self.open:
            if isinstance(dialog.word, Confirm) and dialog.word.token == token:
                self.open.remove(dialog)
                return dialog
        return None


def check_choice(word: Alert | Confirm, choice: str) -> None:
    names = [name for name, _ in word.choices] if isinstance(word, Confirm) else [choice]
    if choice not in names:
        raise NotFound(f"{word.message!r} cannot be answered with {choice!r}. The choices are: {', '.join(names)}.")


def choice_of(question: Confirm, *, agreed: bool) -> str:
    """What a user chooses who agrees, or does not: the first choice, or the one that Escape means."""
    names = [name for name, _ in question.choices]
    return names[0] if agreed else next((name for name in REFUSALS if name in names), names[-1])


def holds(result: Result) -> bool:
    """Whether what follows it in its frame waits until the user has answered."""
    return isinstance(result, Confirm) or (isinstance(result, Alert) and bool(result.then))
