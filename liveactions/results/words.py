"""The vocabulary: every word an action may answer with, as frozen data.

To add a word: one class here, one line in ``WORDS``, one performer in ``js/src/results.ts``, one golden
file in ``protocol/results/``. The TypeScript types are generated from these classes
(``python -m liveactions.devtools.vocabulary``); a missing performer is a compile error there.

Sources: the action items of HyperDjango (``HTML`` … ``Signals``) and the action results of an ERP
(``Notify``). Where they leave an edge open, the docstring says what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from liveactions.errors import ResultError
from liveactions.results.plain import MAX_DEPTH
from liveactions.results.urls import check_url

__all__ = [
    "HTML",
    "WORDS",
    "Delete",
    "Error",
    "Event",
    "History",
    "Level",
    "LoadJS",
    "Notify",
    "Patch",
    "Redirect",
    "Result",
    "Signal",
    "Signals",
    "Swap",
    "Toast",
    "Whole",
]

Swap = Literal["inner", "outer", "before", "after", "prepend", "append", "delete", "none"]
Level = Literal["info", "success", "warning", "error"]

SWAP_ALIASES: dict[str, Swap] = {
    "innerhtml": "inner",
    "outerhtml": "outer",
    "replace": "outer",
    "beforebegin": "before",
    "afterend": "after",
    "afterbegin": "prepend",
    "beforeend": "append",
}
LEVEL_ALIASES: dict[str, Level] = {
    "blue": "info",
    "green": "success",
    "yellow": "warning",
    "orange": "warning",
    "red": "error",
    "danger": "error",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What an action answers. Results are values: equal when their fields are, safe to keep, log and send."""

    terminal: ClassVar[bool] = False
    """True for a word after which nothing more is delivered (``Redirect``)."""


@dataclass(frozen=True, slots=True)
class HTML(Result):
    """Put ``content`` into the page.

    ``target`` is a CSS selector; without one it is the component's own root element. ``swap`` is one of
    the eight modes (DOM spellings such as ``beforeend`` are understood). ``transition`` asks for a view
    transition. ``focus`` is ``"preserve"`` (default), ``"first-invalid"`` or a selector. ``swap_delay`` and
    ``settle_delay`` are milliseconds. ``strict_targets`` turns a missing target into an error; None leaves
    it to the page's setting. ``delete`` and ``none`` need no content.
    """

    content: str | None = ""
    target: str | None = None
    swap: Swap = "outer"
    transition: bool = False
    focus: str | None = None
    swap_delay: int | None = None
    settle_delay: int | None = None
    strict_targets: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", "" if self.content is None else str(self.content))
        object.__setattr__(self, "swap", one_of("swap", self.swap, get_args(Swap), SWAP_ALIASES))
        check_milliseconds("swap_delay", self.swap_delay)
        check_milliseconds("settle_delay", self.settle_delay)


@dataclass(frozen=True, slots=True)
class Delete(Result):
    """Remove the first element that matches ``target``."""

    target: str
    transition: bool = False
    swap_delay: int | None = None
    settle_delay: int | None = None
    strict_targets: bool | None = None

    def __post_init__(self) -> None:
        check_filled("target", self.target)
        check_milliseconds("swap_delay", self.swap_delay)
        check_milliseconds("settle_delay", self.settle_delay)


@dataclass(frozen=True, slots=True)
class Event(Result):
    """Dispatch a bubbling ``CustomEvent`` on ``target`` (a selector), or on ``window`` without one."""

    name: str
    payload: Any = field(default_factory=dict)
    target: str | None = None

    def __post_init__(self) -> None:
        check_filled("name", self.name)
        if self.payload is None:
            object.__setattr__(self, "payload", {})


@dataclass(frozen=True, slots=True)
class Toast(Result):
    """Show a short message that goes away by itself.

    ``message`` is text, or any payload for a page that draws its own toasts (it listens to ``live:toast``).
    ``level`` is info, success, warning or error. ``timeout`` is milliseconds; ``sticky`` stays until closed.
    ``action`` is a result behind a button labelled ``action_label`` (default "Open").
    """

    message: Any
    level: Level = "info"
    title: str | None = None
    sticky: bool = False
    timeout: int | None = None
    action: Result | None = None
    action_label: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", one_of("level", self.level, get_args(Level), LEVEL_ALIASES))
        check_milliseconds("timeout", self.timeout)
        check_action(self)


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
        check_action(self)


@dataclass(frozen=True, slots=True)
class Redirect(Result):
    """Leave the page for ``url``. Terminal: nothing after it is delivered and a generator is closed.

    ``replace`` keeps the present page out of the history. Another origin needs ``external=True``.
    """

    terminal: ClassVar[bool] = True

    url: str
    replace: bool = False
    external: bool = False

    def __post_init__(self) -> None:
        check_url("url", self.url, external=self.external)


@dataclass(frozen=True, slots=True)
class History(Result):
    """Change the address bar without leaving: ``push_url`` adds an entry, ``replace_url`` replaces it."""

    push_url: str | None = None
    replace_url: str | None = None

    def __post_init__(self) -> None:
        if self.push_url and self.replace_url:
            raise ResultError("History() got both push_url and replace_url.", hint="Give one of them.")
        for name in ("push_url", "replace_url"):
            if (url := getattr(self, name)) is not None:
                check_url(name, url, external=False)


@dataclass(frozen=True, slots=True)
class LoadJS(Result):
    """Load a module script once; what follows waits for it. A foreign origin needs ``integrity``."""

    src: str
    integrity: str | None = None

    def __post_init__(self) -> None:
        check_url("src", self.src, external=self.integrity is not None)


@dataclass(frozen=True, slots=True)
class Signal(Result):
    """Patch one browser-side value: ``count`` of the component, ``$count`` of the whole page."""

    name: str
    value: Any = None

    def __post_init__(self) -> None:
        check_signal_name(self.name)
        check_signal_value(self.value)


@dataclass(frozen=True, slots=True)
class Signals(Result):
    """Patch several browser-side values at once. Maps merge deeply; lists and None replace."""

    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.values, Mapping):
            raise ResultError(
                f"Signals() takes a mapping of names to values, got {type(self.values).__name__}.",
                hint='Write Signals({"count": 1}).',
            )
        for name, value in self.values.items():
            check_signal_name(name)
            check_signal_value(value)


@dataclass(frozen=True, slots=True)
class Error(Result):
    """Tell the page that something went wrong, in words meant for its user.

    ``errors`` maps form field names to messages. ``status`` follows HTTP (403, 404, 422, 500).
    """

    message: str
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    status: int = 500
    action: Result | None = None
    action_label: str | None = None

    def __post_init__(self) -> None:
        check_action(self)


@dataclass(frozen=True, slots=True)
class Whole(Result):
    """The whole HTML of a component. Made by the package, never by an application."""

    html: str


@dataclass(frozen=True, slots=True)
class Patch(Result):
    """Which slots of a component have changed, and their new values. Made by the package, never by an application.

    ``changes`` is ``[slot, change, slot, change, …]``; ``protocol/README.md`` says what a change is.
    """

    changes: list[Any]


WORDS: dict[int, type[Result]] = {
    1: HTML,
    2: Delete,
    3: Event,
    4: Toast,
    5: Notify,
    6: Redirect,
    7: History,
    8: LoadJS,
    9: Signal,
    10: Signals,
    11: Error,
    12: Whole,
    13: Patch,
}
"""The number of each word on the wire. A number is never used again for another word."""


def one_of(name: str, value: object, allowed: tuple[str, ...], aliases: Mapping[str, str]) -> str:
    """``value`` in its canonical spelling, or a ``ResultError`` that lists what is allowed."""
    text = str(value)
    canonical = aliases.get(text.lower(), text)
    if canonical not in allowed:
        raise ResultError(f"{name}={value!r} is not known.", hint=f"Use one of: {', '.join(allowed)}.")
    return canonical


def check_filled(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ResultError(f"{name} must be a non-empty string, got {value!r}.")


def check_milliseconds(name: str, value: object) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise ResultError(f"{name} must be a number of milliseconds, 0 or more, got {value!r}.")


def check_action(word: Toast | Notify | Error) -> None:
    if word.action is not None and not isinstance(word.action, Result):
        raise ResultError(
            f"{type(word).__name__}.action must be a result, got {type(word.action).__name__}.",
            hint='Write for example action=Redirect("/orders/7/").',
        )


FORBIDDEN_NAMES = frozenset({"__proto__", "constructor", "prototype"})


def check_signal_name(name: object) -> None:
    if not isinstance(name, str) or not name or name == "$":
        raise ResultError(f"A signal needs a name, got {name!r}.", hint='Write "count" or "$count".')
    check_names(*name.lstrip("$").split("."))


def check_signal_value(value: object, depth: int = 0) -> None:
    """Browsers merge maps into what they have, key by key: no key may lead out of the data."""
    if depth > MAX_DEPTH:
        return  # such a value is refused when it is sent
    if isinstance(value, Mapping):
        check_names(*value)
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            check_signal_value(item, depth + 1)


def check_names(*names: object) -> None:
    for name in names:
        if name in FORBIDDEN_NAMES:
            raise ResultError(f"{name!r} cannot be the name of a signal.", hint="Choose another name.")
