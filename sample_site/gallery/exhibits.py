"""What is shown of an action: of which word (or other matter) it is an exhibit, its lines, and its buttons.

``@exhibits(Toast)`` above an action is all there is to write. Everything else is read off the action: its docstring is
what stands beside the buttons, a parameter annotated with ``Literal`` makes one button of each value.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from django.apps import apps

from liveactions import Result
from sample_site.gallery.source import lines_of

__all__ = ["Button", "Exhibit", "Topic", "exhibits", "exhibits_of"]


class Topic(NamedTuple):
    """What is shown here although it is not a word."""

    name: str
    about: str


Subject = type[Result] | Topic
NOTHING: Mapping[str, str] = {}
Function = TypeVar("Function", bound=Callable[..., Any])


class Button(NamedTuple):
    """One way to press an action: ``argument`` is a name and a value, or nothing."""

    label: str
    argument: tuple[str, Any] | None = None


class Mark(NamedTuple):
    subject: Subject
    labels: tuple[str, ...]
    also: tuple[Any, ...]
    once: bool
    needs: str
    promises: Mapping[str, str]


class Exhibit(NamedTuple):
    """An action as the gallery shows it. ``missing`` is the app that it needs and this site does not have, or "".

    ``promises`` are attributes of its buttons.
    """

    action: str
    about: str
    source: str
    buttons: tuple[Button, ...]
    once: bool
    missing: str
    promises: tuple[tuple[str, str], ...]


def exhibits(
    subject: Subject,
    *labels: str,
    also: tuple[Any, ...] = (),
    once: bool = False,
    needs: str = "",
    promises: Mapping[str, str] = NOTHING,
) -> Callable[[Function], Function]:
    """The action below is an exhibit of ``subject``. ``labels`` are those of its buttons, if its name does not do.

    ``also`` are classes and functions whose lines belong to it. ``once``: it cannot be pressed again while it runs.
    ``needs``: the app without which it cannot be pressed. ``promises``: what is shown before its answer, by the ends of
    the attributes ``live-optimistic-…``.
    """

    def mark(function: Function) -> Function:
        function.exhibits = Mark(subject, labels, also, once, needs, promises)
        return function

    return mark


def exhibits_of(cls: type) -> Iterator[tuple[Subject, Exhibit]]:
    """The exhibits among the actions of a class, in their order there."""
    for name, function in vars(cls).items():
        mark = getattr(function, "exhibits", None)
        if isinstance(mark, Mark):
            yield mark.subject, exhibit_of(name, inspect.unwrap(function), mark)


def exhibit_of(name: str, function: Callable[..., Any], mark: Mark) -> Exhibit:
    return Exhibit(
        action=name,
        about=inspect.getdoc(function) or "",
        source="\n\n\n".join(lines_of(each) for each in (*mark.also, function)),
        buttons=tuple(buttons_of(name, function, mark.labels)),
        once=mark.once,
        missing="" if not mark.needs or apps.is_installed(mark.needs) else mark.needs,
        promises=tuple((f"live-optimistic-{name}", value) for name, value in mark.promises.items()),
    )


def buttons_of(name: str, function: Callable[..., Any], labels: tuple[str, ...]) -> Iterator[Button]:
    for parameter, annotation in get_type_hints(function).items():
        if get_origin(annotation) is Literal:
            values = get_args(annotation)
            yield from (
                Button(label, (parameter, value)) for label, value in zip(labels or values, values, strict=True)
            )
            return
    yield from (Button(label) for label in labels or (name.replace("_", " ").capitalize(),))
