"""Words that change what is in the page: markup, events, scripts, signals, focus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from liveactions.errors import ResultError
from liveactions.results.plain import MAX_DEPTH
from liveactions.results.urls import check_url
from liveactions.results.words.base import Result, check_filled, check_milliseconds, one_of

__all__ = [
    "HTML",
    "ActiveTab",
    "Delete",
    "EditingMode",
    "Event",
    "Focus",
    "History",
    "LoadJS",
    "Signal",
    "Signals",
    "Swap",
]

Swap = Literal["inner", "outer", "before", "after", "prepend", "append", "delete", "none"]

SWAP_ALIASES: dict[str, Swap] = {
    "innerhtml": "inner",
    "outerhtml": "outer",
    "replace": "outer",
    "beforebegin": "before",
    "afterend": "after",
    "afterbegin": "prepend",
    "beforeend": "append",
}


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
class Focus(Result):
    """Move the focus: ``"first-invalid"``, ``"preserve"`` (which leaves it), or a selector; the component without one.

    ``strict_targets`` as in ``HTML``.
    """

    target: str | None = None
    strict_targets: bool | None = None

    def __post_init__(self) -> None:
        if self.target is not None:
            check_filled("target", self.target)


@dataclass(frozen=True, slots=True)
class EditingMode(Result):
    """Whether the component is being edited: ``live-editing`` on its root element, and the event ``live:editing``.

    While it is, what others change is held back from it.
    """

    value: bool = True


@dataclass(frozen=True, slots=True)
class ActiveTab(Result):
    """Show one tab of the component's tab list: its number, counted from 0, or the name in its ``live-tab``."""

    value: int | str

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, (int, str)):
            raise ResultError(f"A tab is a number or a name, got {self.value!r}.")


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
