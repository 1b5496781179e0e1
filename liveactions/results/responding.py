"""Several results in one call, named by what they do: the ``action_response`` of HyperDjango."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from liveactions.errors import ResultError
from liveactions.results.doors import Actions
from liveactions.results.words import HTML, Error, History, LoadJS, Redirect, Signals, Swap, Toast

__all__ = ["action_response"]


def action_response(
    *,
    html: str | None = None,
    content: str | None = None,
    target: str | None = None,
    swap: Swap | None = None,
    transition: bool | None = None,
    focus: str | None = None,
    swap_delay: int | None = None,
    settle_delay: int | None = None,
    strict_targets: bool | None = None,
    signals: Mapping[str, Any] | None = None,
    toast: Any = None,
    toasts: Sequence[Any] = (),
    push_url: str | None = None,
    replace_url: str | None = None,
    load_js: str | None = None,
    redirect_to: str | None = None,
    errors: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> Actions:
    """Results in this order: signals, toasts, address bar, HTML, script. ``toast`` is a text, a payload or a ``Toast``.

    ``status=422`` is for a form that was not valid, with its ``errors`` by field. Raises ``ResultError`` for ``html``
    and ``content`` together, for ``redirect_to`` with anything else, and for other statuses above 400 (raise the
    exception instead: ``PermissionDenied``, ``Http404``).
    """
    given = {name: value for name, value in locals().items() if value not in (None, ()) and name != "status"}
    check_status(status, errors)
    if redirect_to is not None:
        check_alone(given)
        return Actions(Redirect(redirect_to))
    if html is not None and content is not None:
        raise ResultError("Both html and content were given.", hint="They are the same: give one of them.")
    changes = {name: given[name] for name in HTML_FIELDS if name in given}
    if html is not None:
        changes["content"] = html
    return Actions(
        *([Signals(signals)] if signals else []),
        *(each if isinstance(each, Toast) else Toast(each) for each in (toast, *toasts) if each is not None),
        *([History(push_url, replace_url)] if push_url or replace_url else []),
        *([HTML(**changes)] if changes else []),
        *([LoadJS(load_js)] if load_js else []),
        *([Error(all_messages(errors), errors, 422)] if errors else []),
    )


HTML_FIELDS = (
    "content",
    "target",
    "swap",
    "transition",
    "focus",
    "swap_delay",
    "settle_delay",
    "strict_targets",
)


def check_alone(given: Mapping[str, Any]) -> None:
    if others := sorted(given.keys() - {"redirect_to"}):
        raise ResultError(f"redirect_to was given with {', '.join(others)}.", hint="Nothing else is performed then.")


def check_status(status: int, errors: object) -> None:
    if status >= 400 and status != 422:
        raise ResultError(f"status={status} is not an answer.", hint="Raise an exception for 403, 404 and 500.")
    if errors and status != 422:
        raise ResultError("errors were given without status=422.", hint="A form that is not valid has status 422.")


def all_messages(errors: Mapping[str, list[str]]) -> str:
    return " ".join(message for messages in errors.values() for message in messages)
