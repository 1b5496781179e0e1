"""Questions: what the user is asked, and what is done for each answer.

Two forms. ``request.confirm(function, "Sure?")`` goes on at once; ``function`` is called when the user has said yes.
``await request.confirm("Sure?")`` waits for the answer. Where no person waits (a command, a test), both answer
themselves, as ``request.set_confirm_answer`` says.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Generator, Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from liveactions.errors import LocalError, ResultError
from liveactions.results import Confirm, Variant

if TYPE_CHECKING:
    from liveactions.components.request import ActionRequest

__all__ = ["Callback", "Choice", "Markup", "Question", "escaped"]

logger = logging.getLogger("liveactions")

Function = Callable[[Any], Any]
"""What an answer does: called with the action request of the answer; what it returns is an action's answer."""

POSITIVE: Final = ("yes", "ok")
NEGATIVE: Final = ("no", "cancel")
LABELS: Final[Mapping[str, str]] = {"yes": "Yes", "no": "No", "ok": "OK", "cancel": "Cancel"}


class Markup(str):
    """A text that is markup already, for floors that know no Django."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def escaped(text: object) -> str:
    """``text`` as markup: as it is if it is marked safe. Quotes stay, for it never stands in an attribute."""
    if hasattr(text, "__html__"):
        return Markup(text.__html__())
    return Markup(escape(str(text), quote=False))


def joined(messages: Iterable[object]) -> str:
    """Several messages as one, a line each; markup if one of them is."""
    messages = list(messages)
    if any(hasattr(message, "__html__") for message in messages):
        return Markup("\n".join(escaped(message) for message in messages))
    return "\n".join(str(message) for message in messages)


class Choice(NamedTuple):
    """One answer: what it does, and what its button says."""

    function: Function
    label: str


def aborted(request: ActionRequest) -> None:
    """What "no" does unless something else was said."""
    request.success(request.say("Aborted"))


class Callback:
    """A question that waits for its answer: made by ``request.add_callback``, asked by ``request.set_callback``."""

    def __init__(
        self, *messages: object, uid: str = "", username: str = "", request: ActionRequest | None = None
    ) -> None:
        self.message = joined(messages)
        self.title = "Confirmation"
        self.variant: Variant = "primary"
        self.all_tabs = False
        """Whether it is put to every open tab of the user."""
        self.choices: dict[str, Choice] = {}
        self.uid = uid or hashlib.md5(f"{username}:{self.message}".encode(), usedforsecurity=False).hexdigest()
        """What identifies the question: the same for the same user and text, unless it was given."""
        self.request = request
        """Whose question it is."""

    def __repr__(self) -> str:
        return f"<Callback {self.message!r}: {', '.join(self.choices) or 'no choices'}>"

    def set_title(self, title: str) -> None:
        self.title = title

    def add_choice(self, name: str, function: Function | None = None, label: object = None) -> None:
        """One more button: ``yes``, ``no``, ``ok`` or ``cancel``, each at most once.

        ``function`` is called with the request of the answer; without one the action is "Aborted". Raises
        ``ResultError`` for other names and for duplicates.
        """
        if name not in Confirm.names:
            raise ResultError(
                f"{name!r} cannot be the name of a choice.", hint=f"Allowed are: {', '.join(Confirm.names)}."
            )
        if name in self.choices:
            raise ResultError(f"The question {self.message!r} has the choice {name!r} already.", hint="Give it once.")
        self.choices[name] = Choice(function or aborted, LABELS[name] if label is None else str(label))

    @property
    def buttons(self) -> list[list[str]]:
        return [[name, choice.label] for name, choice in self.choices.items()]

    def question(self, token: str = "") -> Confirm:
        """The word that asks it. ``token`` is what the answer will be known by."""
        return Confirm(self.message, self.title, self.buttons, self.variant, token=token, all_tabs=self.all_tabs)

    def answer(self, choice: object, request: ActionRequest) -> Any:
        """Do what ``choice`` stands for: what its function returns, with ``request`` as the request of the answer.

        The rows, values and people it is about are those of the request that asked. A choice that was not offered is
        an ``error`` of the request.
        """
        if not isinstance(choice, str) or choice not in self.choices:
            offered = ", ".join(self.choices)
            request.error(f"Can not run choice|{str(choice)[:40]}| not in available choices {{{offered}}}")
            return None
        if self.request is not None and self.request is not request:
            request.go_on_from(self.request)
        request.answered = {**request.answered, self.uid: choice}
        return self.choices[choice].function(request)

    def automatic(self, agree: bool) -> str:  # noqa: FBT001  # what set_confirm_answer was given
        """The choice that is made where nobody can be asked."""
        wanted = POSITIVE if agree else NEGATIVE
        names = list(self.choices)
        return next((name for name in wanted if name in self.choices), names[0 if agree else -1])


class Question:
    """What ``request.confirm("…")`` returns: to be awaited."""

    def __init__(self, callback: Callback, request: ActionRequest) -> None:
        self.callback = callback
        self.request = request
        self.awaited = False

    def __del__(self) -> None:
        if not self.awaited:
            logger.error(
                'The question %r was never awaited, so nobody was asked: write "await self.request.confirm(…)".',
                self.callback.message,
            )

    def __await__(self) -> Generator[Any, Any, bool | str]:
        """True or False for a question with yes and no; else the name of the choice."""
        self.awaited = True
        choice = yield from self.asked().__await__()
        return choice == "yes" if set(self.callback.choices) == {"yes", "no"} else choice

    async def asked(self) -> str:
        request, callback = self.request, self.callback
        if not request.is_interactive:
            return callback.automatic(request.confirm_answer)
        if request.scene is None:
            raise LocalError(
                f"{callback.message!r} cannot be asked: this request has no page.", hint="Set is_interactive=False."
            )
        return await request.scene.ask(callback)

    def __bool__(self) -> NoReturn:
        self.awaited = True  # what is raised here says it
        raise LocalError(
            f"The question {self.callback.message!r} was not awaited.",
            hint='Write "await self.request.confirm(…)" in an async action, or give confirm a function for "yes".',
        )
