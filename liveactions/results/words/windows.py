"""Words about windows, and about what stands under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from liveactions.errors import ResultError
from liveactions.results.words.base import Result, check_filled, check_record, check_result, one_of
from liveactions.results.words.messages import Notify

__all__ = ["Close", "Refresh", "SendMessage", "WindowAction", "Wizard"]


@dataclass(frozen=True, slots=True)
class Close(Result):
    """Close the window on top (a ``<dialog>``); where none is open, only the rest is done.

    ``reload`` refreshes what is under it. ``notify`` is a message for afterwards: a text (green), or any result.
    ``infos`` is handed to who opened the window (the event ``live:window:closed``).
    """

    reload: bool = False
    notify: Result | str | None = None
    infos: Any = None

    def __post_init__(self) -> None:
        if isinstance(self.notify, str):
            object.__setattr__(self, "notify", Notify(self.notify, color="green"))
        if self.notify is not None:
            check_result("Close.notify", self.notify)


@dataclass(frozen=True, slots=True)
class Refresh(Result):
    """Have components look at their data again and be rendered: this one, the one around or under it, or all.

    ``delayed`` loads values anew that are loaded lazily (``live-load``): True for all in scope, or their names.
    ``focus`` moves the focus into the refreshed component.
    """

    scope: Literal["self", "parent", "all"] = "self"
    delayed: bool | Sequence[str] = False
    focus: bool = False

    def __post_init__(self) -> None:
        one_of("scope", self.scope, ("self", "parent", "all"), {})
        if not isinstance(self.delayed, bool):
            names = (self.delayed,) if isinstance(self.delayed, str) else tuple(self.delayed)
            object.__setattr__(self, "delayed", names)


@dataclass(frozen=True, slots=True)
class Wizard(Result):
    """Open a component in a window: by its ``model`` (a registered name). Its confirm button calls ``method``.

    ``ctx`` is what it starts with: ``default_<field>`` fills a field, ``active_model`` and ``active_ids`` say what it
    is about. A wizard opened from a wizard stands on top of it; ``replace=True`` takes its place.
    """

    server: ClassVar[bool] = True

    model: str
    title: str | None = None
    method: str = "action_confirm"
    ctx: Mapping[str, Any] = field(default_factory=dict)
    replace: bool = False

    def __post_init__(self) -> None:
        check_filled("model", self.model)
        check_filled("method", self.method)

    @property
    def label(self) -> str | None:
        return self.title


@dataclass(frozen=True, slots=True)
class WindowAction(Result):
    """Go to a record's form: by ``model`` and ``record_id``, or by the ``identifier`` of a view.

    ``action`` is the ERP seed's word for ``record_id``. ``target="new"`` opens it in a window.
    """

    server: ClassVar[bool] = True

    model: str | None = None
    record_id: int | str | None = None
    identifier: str | None = None
    action: int | str | None = None
    target: Literal["current", "new"] = "current"
    title: str | None = None

    def __post_init__(self) -> None:
        if self.action is not None:
            if self.record_id is not None and self.record_id != self.action:
                raise ResultError("WindowAction() got two records: action and record_id.", hint="Give record_id.")
            object.__setattr__(self, "record_id", self.action)
            object.__setattr__(self, "action", None)
        if (self.model is None) == (self.identifier is None):
            raise ResultError("WindowAction() needs a model or an identifier, and not both.")
        if self.model is not None:
            check_record("record_id", self.record_id)
        one_of("target", self.target, ("current", "new"), {})

    @property
    def label(self) -> str | None:
        return self.title


@dataclass(frozen=True, slots=True)
class SendMessage(Result):
    """Open the composer of a message about a record; nothing is sent before the user sends it.

    ``model`` and ``record_id`` are those of the component if they are not given. ``template_id`` is chosen at first;
    ``rendered_subject`` and ``rendered_body`` (HTML) are ready texts, for what has no row; ``report_id`` names a report
    whose PDF is attached; ``contacts`` are ``{"id", "name", "email"}``.
    """

    server: ClassVar[bool] = True

    model: str | None = None
    record_id: int | str | None = None
    template_id: int | None = None
    modal_type: Literal["message", "note", "followers"] = "message"
    rendered_subject: str | None = None
    rendered_body: str | None = None
    report_id: int | str | None = None
    contacts: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        one_of("modal_type", self.modal_type, ("message", "note", "followers"), {})
        object.__setattr__(self, "contacts", tuple(dict(contact) for contact in self.contacts))
        for contact in self.contacts:
            if unknown := sorted(set(contact) - {"id", "name", "email"}):
                raise ResultError(f"A contact has no {unknown[0]!r}.", hint="It has: id, name, email.")
