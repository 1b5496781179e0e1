"""Opening and closing: for applications, for other batteries, and for the words ``Wizard`` and ``Close``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from liveactions import Close, Component, Event, Refresh, Wizard, performs, registry
from liveactions.contrib.windows.stack import OpenWindow, WindowStack
from liveactions.errors import CallError, LocalError, ResultError

__all__ = ["Asking", "close_window", "open_window"]


class Asking(Protocol):
    """What is needed of an action request: who asks, and the page around."""

    @property
    def component(self) -> int: ...
    @property
    def parent(self) -> Any: ...
    def find(self, which: int | str | type[Component], /) -> Any: ...


def open_window(
    request: Asking | None,
    component: str | type[Component],
    *,
    title: str | None = None,
    params: Mapping[str, Any] | None = None,
    method: str | None = None,
    replace: bool = False,
) -> None:
    """Open a component, by its name or class, in a window of the page that calls (``self.request``).

    ``params`` go to its ``mount``; records among them are given by their primary keys. ``method`` is one parameter
    more: what the confirm button of a wizard calls. ``replace`` takes the window on top away. Raises ``LocalError``
    without windows on the page, ``ResultError`` for an unknown component.
    """
    stack = None if request is None else request.find(WindowStack)
    if request is None or stack is None:
        raise LocalError("This page has no windows.", hint="Put {% load live_windows %}{% live_windows %} into it.")
    try:
        name = component if isinstance(component, str) else registry.name_of(component)
        registry.get(name)
    except CallError as error:
        raise ResultError(error.message, hint=error.hint) from None
    given = {key: plain(value) for key, value in (params or {}).items()}
    replaced = stack.drop() if replace else None
    opener = replaced.opener if replaced else opener_now(request)
    stack.push(
        name, None if title is None else str(title), given if method is None else {**given, "method": method}, opener
    )


def opener_now(request: Asking) -> int:
    """The component that opens a window: the one that speaks, or who opened its window if that has just closed."""
    if request.find(request.component) is not None:
        return request.component
    under = request.parent
    return under.id if under is not None else 0


def plain(value: Any) -> Any:
    """Records as their primary keys, translations as texts; everything else as it is."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, SEVERAL) else value


SEVERAL = (list, tuple, set, frozenset, QuerySet)


def close_window(
    request: Asking | None,
    *,
    reload: bool = False,
    notify: Any = None,
    infos: Any = None,
    key: str | None = None,
) -> list[Any]:
    """Close the window on top of the page that calls, or the one of ``key``; return what it answers.

    Its opener hears of it once: ``window_closed(infos)``, if it has such a method, and the browser by
    ``live:window:closed``. Then ``reload`` refreshes what is under it, and then comes ``notify``.
    Without a window only the rest is done.
    """
    stack = None if request is None else request.find(WindowStack)
    closed = stack.drop(key) if stack is not None else None
    answers = told(request, closed, infos) if request is not None and closed is not None else []
    if reload:
        answers.append(Refresh(scope_of(request, closed)))
    return [*answers, notify]


def told(request: Asking, closed: OpenWindow, infos: Any) -> list[Any]:
    """What the opener makes of it, and the event."""
    opener = request.find(closed.opener) if closed.opener else None
    hook = getattr(opener, "window_closed", None)
    event = Event("live:window:closed", {"component": closed.component, "infos": infos})
    return [hook(infos) if hook is not None else None, event]


def scope_of(request: Asking | None, closed: OpenWindow | None) -> Any:
    """Who is under the window, as the component that speaks sees it."""
    if request is None or closed is None or not closed.opener:
        return "all"
    if request.component == closed.opener:
        return "self"
    under = request.parent
    return "parent" if under is not None and under.id == closed.opener else "all"


@performs(Wizard)
def wizard(word: Wizard, request: Asking) -> None:
    """A wizard in a window of this page."""
    params = {"ctx": dict(word.ctx)} if word.ctx else {}
    method = None if word.method == DEFAULT_METHOD else word.method
    open_window(request, word.model, title=word.title, params=params, method=method, replace=word.replace)


DEFAULT_METHOD = "action_confirm"


@performs(Close)
def close(word: Close, request: Asking) -> Any:
    """The window on top; where there is none, it is for the browser, which may have a ``<dialog>`` of its own."""
    stack = request.find(WindowStack)
    if stack is None or stack.top is None:
        return word
    return close_window(request, reload=word.reload, notify=word.notify, infos=word.infos)
