"""What every word has, and the checks that words share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from liveactions.errors import ResultError
from liveactions.results.audience import Audience
from liveactions.results.plain import teach

__all__ = [
    "Addressed",
    "Result",
    "check_button",
    "check_filled",
    "check_milliseconds",
    "check_record",
    "fill_html",
    "one_of",
    "several",
]


@dataclass(frozen=True, slots=True)
class Result:
    """What an action answers. Results are values: equal when their fields are, safe to keep, log and send."""

    terminal: ClassVar[bool] = False
    """True for a word after which nothing more is delivered (``Redirect``)."""
    server: ClassVar[bool] = False
    """True for a word that the server performs."""

    @property
    def local(self) -> bool:
        """Whether the server performs it: a browser is only handed a signed reference to it."""
        return self.server

    @property
    def label(self) -> str | None:
        """What a button says behind which this result is, if nobody else has a word for it."""
        return None

    def to(self, *audience: Audience | str) -> Addressed:
        """The same result for somebody else: a topic, ``audience.user(…)``, everyone. Sent when the action is done."""
        return Addressed(self, audience)


@dataclass(frozen=True, slots=True)
class Addressed(Result):
    """``Toast("Hello").to("team.7")``: broadcast when the action has succeeded, and its transaction is committed."""

    server: ClassVar[bool] = True

    result: Result
    audience: tuple[Audience | str, ...]

    def __post_init__(self) -> None:
        if not self.audience:
            raise ResultError("to() needs to know for whom.", hint='Write .to("team.7") or .to(audience.everyone).')


def refuse_inside(result: Result) -> NoReturn:
    raise ResultError(
        f"A {type(result).__name__} stands among data, where nobody would perform it.",
        hint="Return it, or put it where a result belongs: action, then, notify.",
    )


teach(Result, refuse_inside)  # as data it would tell the browser what is the server's: a path, the values of a wizard


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


def check_button(word: Any) -> None:
    """``action`` is a result; ``action_label`` is its own label where it has one and nothing else was given."""
    if word.action is None:
        return
    check_result(f"{type(word).__name__}.action", word.action)
    if word.action_label is None:
        object.__setattr__(word, "action_label", word.action.label)


def check_result(name: str, value: object) -> None:
    if not isinstance(value, Result):
        raise ResultError(
            f"{name} must be a result, got {type(value).__name__}.",
            hint='Write for example action=Redirect("/orders/7/").',
        )
    if isinstance(value, Addressed):
        raise ResultError(f"{name} is addressed to somebody else.", hint="Address the message it is part of.")


def several(word: Any, name: str) -> None:
    """The field ``name`` holds results: one, several or none are all right, and kept as a tuple."""
    value = getattr(word, name)
    results = () if value is None else (value,) if isinstance(value, Result) else value
    if isinstance(results, (str, Mapping)) or not isinstance(results, Iterable):
        raise ResultError(f"{type(word).__name__}.{name} takes results, got {type(value).__name__}.")
    results = tuple(results)
    for result in results:
        check_result(f"{type(word).__name__}.{name}", result)
    object.__setattr__(word, name, results)


def fill_html(word: Any) -> None:
    """A message that is marked safe (``SafeString``) is markup; every other one is text."""
    if hasattr(word.message, "__html__"):
        object.__setattr__(word, "html", True)
        object.__setattr__(word, "message", str.__str__(str(word.message.__html__())))


def check_record(name: str, value: object) -> None:
    """A primary key: a number or a text (a UUID is its text)."""
    if value is None or isinstance(value, (bool, bytes, float)) or (isinstance(value, str) and not value):
        raise ResultError(f"{name} must be a primary key, got {value!r}.")
