"""Words that say something to the person at the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from liveactions.errors import ResultError
from liveactions.results.words.base import (
    Result,
    check_button,
    check_filled,
    check_milliseconds,
    fill_html,
    one_of,
    several,
)

__all__ = ["Alert", "Confirm", "Error", "Level", "Log", "Notify", "Toast", "Variant"]

Level = Literal["info", "success", "warning", "error"]
Variant = Literal["primary", "danger", "warning"]

LEVEL_ALIASES: dict[str, Level] = {
    "blue": "info",
    "green": "success",
    "yellow": "warning",
    "orange": "warning",
    "red": "error",
    "danger": "error",
}
ALERT_TITLES: dict[str, str] = {"info": "Alert", "warning": "Warning", "success": "Success", "error": "Error"}


@dataclass(frozen=True, slots=True)
class Toast(Result):
    """Show a short message that goes away by itself.

    ``message`` is text (markup if it is marked safe), or any payload for a page that draws its own toasts (it listens
    to ``live:toast``). ``level`` is info, success, warning or error. ``timeout`` is milliseconds; ``sticky`` stays
    until closed. ``action`` is a result behind a button labelled ``action_label``, else by the action's own label,
    else "Open".
    """

    message: Any
    level: Level = "info"
    title: str | None = None
    sticky: bool = False
    timeout: int | None = None
    action: Result | None = None
    action_label: str | None = None
    html: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", one_of("level", self.level, get_args(Level), LEVEL_ALIASES))
        check_milliseconds("timeout", self.timeout)
        check_button(self)
        fill_html(self)


@dataclass(frozen=True, slots=True)
class Notify(Result):
    """A notification in the colours of the ERP seed: blue (info), green, yellow or orange, red.

    Closes nothing. ``action`` is any result, shown as a button; its label is ``action_label``, else the
    action's own label, else "Open".
    """

    message: str
    color: Literal["blue", "green", "yellow", "orange", "red"] = "blue"
    action: Result | None = None
    action_label: str | None = None

    def __post_init__(self) -> None:
        one_of("color", self.color, ("blue", "green", "yellow", "orange", "red"), {})
        check_button(self)


@dataclass(frozen=True, slots=True)
class Alert(Result):
    """A message that has to be read: a dialog with an OK button. ``then`` is performed after it.

    ``title`` is "Success", "Error", "Warning" or "Alert" by ``level`` if none is given. ``action`` is a second button.
    """

    message: str
    title: str | None = None
    level: Level = "info"
    then: Sequence[Result] = ()
    action: Result | None = None
    action_label: str | None = None
    html: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", one_of("level", self.level, get_args(Level), LEVEL_ALIASES))
        if self.title is None:
            object.__setattr__(self, "title", ALERT_TITLES[self.level])
        several(self, "then")
        check_button(self)
        fill_html(self)


@dataclass(frozen=True, slots=True)
class Confirm(Result):
    """Ask, and hold what follows until there is an answer.

    Returned, ``then`` is performed on yes (or ok). Yielded by a generator, the ``yield`` gives the name of the choice
    (``self.request.confirm`` asks the same way). ``choices`` are names with labels, of yes, no, ok, cancel; the first
    is the primary button, and ``variant`` colours it. ``token`` is the server's. ``all_tabs`` puts a question for
    whose answer the server waits to every open tab of the user: the first answer counts, and it closes everywhere.
    """

    names: ClassVar[tuple[str, ...]] = ("yes", "no", "ok", "cancel")

    message: str
    title: str = "Confirmation"
    choices: Sequence[Sequence[str]] = (("yes", "Yes"), ("no", "No"))
    variant: Variant = "primary"
    then: Sequence[Result] = ()
    html: bool = False
    token: str = ""
    all_tabs: bool = False

    def __post_init__(self) -> None:
        fill_html(self)
        check_filled("message", self.message)
        object.__setattr__(self, "choices", tuple(tuple(map(str, choice)) for choice in pairs(self.choices)))
        names = [choice[0] for choice in self.choices]
        if not names or len(set(names)) < len(names) or not set(names) <= set(self.names):
            raise ResultError(
                f"The choices of a question cannot be {', '.join(names) or 'none'}.",
                hint=f"Give each of these at most once: {', '.join(self.names)}.",
            )
        one_of("variant", self.variant, get_args(Variant), {})
        several(self, "then")


def pairs(choices: Any) -> Iterable[Any]:
    return choices.items() if isinstance(choices, Mapping) else choices


@dataclass(frozen=True, slots=True)
class Error(Result):
    """Tell the page that something went wrong, in words meant for its user.

    ``errors`` maps form field names to messages. ``status`` follows HTTP (403, 404, 422, 500). ``title`` stands above
    the message.
    """

    message: str
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    status: int = 500
    action: Result | None = None
    action_label: str | None = None
    html: bool = False
    title: str | None = None

    def __post_init__(self) -> None:
        check_button(self)
        fill_html(self)


@dataclass(frozen=True, slots=True)
class Log(Result):
    """A line for the browser's console."""

    text: str
    level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        one_of("level", self.level, ("debug", "info", "warning", "error"), {})
