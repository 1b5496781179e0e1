"""The builder: what an action says through its request, in any order, compiled once into results in a fixed one.

The keys are those of Lino's action responses. What they become, and in which order, stands in two tables: ``SPOKEN``
and ``PHASES``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from liveactions.components.callbacks import Callback, Markup
from liveactions.errors import ResultError
from liveactions.results import (
    HTML,
    ActiveTab,
    Alert,
    Close,
    Confirm,
    DataRecord,
    Delete,
    Download,
    EditingMode,
    Error,
    Focus,
    Log,
    Notify,
    OpenURL,
    RecordDeleted,
    Redirect,
    Refresh,
    Reload,
    Report,
    Result,
    Rows,
    SendMessage,
    Signal,
    Signals,
    Switch,
    Toast,
    UpdateParent,
    WindowAction,
    Wizard,
    forms_first,
    items_of,
)

__all__ = ["KEYS", "Response", "Step", "check_keys", "merge"]

logger = logging.getLogger("liveactions")


class Asked(Protocol):
    """What a response has to know of its request: which action it is, and of which rows of which model."""

    action: str

    @property
    def dev(self) -> bool: ...

    @property
    def model_name(self) -> str | None: ...

    @property
    def selected_pks(self) -> tuple[Any, ...]: ...


Step: TypeAlias = Result | Callback
"""What a compiled response is made of: results, and questions that wait for their answers."""
Values = Mapping[str, Any]

KEYS: Final = tuple(
    "active_tab alert clear_site_cache close_window count data data_record debug_message detail_handler_name"
    " editing_mode errors goto_url html info_message master_data message navinfo no_data_text open_url record_deleted"
    " record_id refresh refresh_all refresh_delayed_value replace_url reset_frontend rows success title toast_severity"
    " version_mismatch warning_message xcallback".split()
)
"""What ``set_response`` takes."""

INSTEAD: Final[Mapping[str, str]] = {
    "alert_eval_js": 'Put results behind the message: add(Alert("…", then=[…])).',
    "eval_js": "Dispatch an Event that your own script listens to, or open a record with WindowAction.",
    "open_webdav_url": "Register a result of your own with @register_result, or use open_url.",
}
"""What seeds know and this package refuses, with what to use instead."""


def check_keys(given: Values) -> None:
    """Raises ``ResultError`` for the first key that is not known, and lists the known ones."""
    for key in given:
        if key in INSTEAD:
            raise ResultError(f"{key!r} is not taken in an action response.", hint=INSTEAD[key])
        if key not in KEYS:
            raise ResultError(f"Unknown key {key!r} in action response.", hint=f"Known are: {', '.join(KEYS)}.")


class Response:
    """What has been said so far. One for each request, made when something is said."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.added: list[Result] = []
        self.questions: list[Callback] = []

    def update(self, given: Values) -> None:
        """Set keys; later ones overwrite. Raises ``ResultError``, and has stored nothing then."""
        check_keys(given)
        values = {**self.values, **given}
        if values.get("goto_url") and values.get("replace_url"):
            raise ResultError("The response has both goto_url and replace_url.", hint="Give one of them.")
        self.values = values

    def success(self, message: object, alert: object, given: Values) -> None:
        """The last of success and error decides; a message without an alert does not replace an earlier one."""
        check_keys(given)
        if self.values.get("success") is False:
            self.values = {key: value for key, value in self.values.items() if key not in ("alert", "errors")}
        said: dict[str, Any] = {"success": True, "toast_severity": "success"}
        if alert is not None:
            said["alert"] = "Success" if alert is True else alert
        if message is not None and (alert is not None or self.values.get("message") is None):
            said["message"] = message
        self.update({**said, **given})

    def ask(self, callback: Callback, *, wait: bool = True) -> None:
        """Put a question; with ``wait`` False it is only noted, for it is being answered."""
        buttons = callback.buttons
        if not buttons:
            raise ResultError(f"The question {callback.message!r} has no choices.", hint="Use add_choice().")
        self.values.update(
            message=callback.message,
            success=True,
            toast_severity="success",
            xcallback={"id": callback.uid, "title": callback.title, "buttons": buttons},
        )
        if wait:
            self.questions.append(callback)

    def add(self, given: Iterable[Any]) -> None:
        """Collect results, or what an action may return instead (lists, dicts with a type)."""
        for value in given:
            self.added += items_of(value, nothing_foreign)

    # Compiling ------------------------------------------------------------------------------------------------

    def compile(self, request: Asked) -> list[Step]:
        """Everything that was said, in the order of the phases; what cannot be performed any more is left out.

        Raises ``ResultError`` for values that cannot be, and for two places to go to.
        """
        steps: list[Step] = [*self.questions, *self.spoken(request), *self.added]
        steps.sort(key=phase_of)
        kept = alone(steps) or steps
        if len(kept) < len(steps):
            self.tell_dropped(request, [step for step in steps if not any(step is each for each in kept)], kept)
        if len(going := [step for step in kept if isinstance(step, Result) and step.terminal]) > 1:
            raise ResultError(f"The response goes to two places: {going[0]} and {going[1]}.", hint="Choose one.")
        return kept

    def spoken(self, request: Asked) -> Iterator[Result]:
        values = self.values
        if self.questions:  # whose text the message is
            values = {key: value for key, value in values.items() if key not in ("message", "alert")}
        for speak in SPOKEN:
            yield from speak(values, request)

    def tell_dropped(self, request: Asked, dropped: Sequence[Step], kept: Sequence[Step]) -> None:
        if request.dev:
            names = ", ".join(type(step).__name__ for step in dropped)
            logger.warning("%s: %s is performed alone; dropped were: %s", request.action, kept[0], names)


def nothing_foreign(_: Any) -> None:
    return None


def alone(steps: Sequence[Step]) -> list[Step]:
    """What leaves no room for anything else: reloading the page; questions."""
    for step in reversed(steps):
        if isinstance(step, Reload):
            return [step]
    return [step for step in steps if isinstance(step, (Callback, Confirm))]


# What the keys become ---------------------------------------------------------------------------------------------


def reset(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("clear_site_cache"):
        yield Reload("caches")
    elif values.get("reset_frontend"):
        yield Reload("frontend")
    elif values.get("version_mismatch"):
        yield Reload()


def form_under(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("master_data"):
        yield UpdateParent(values["master_data"])


def close(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("close_window"):
        yield Close()


def data(values: Values, _: Asked) -> Iterator[Result]:
    rows = chosen(values, "rows", "count", "no_data_text")
    record = {**chosen(values, "navinfo", "data"), **(values.get("data_record") or {})}
    title = chosen(values, "title")
    if record:
        yield DataRecord(**{"data": {}, **({} if rows else title), **record})
    if rows or (title and not record):
        yield Rows(**{"rows": (), **title, **rows})


def html(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("html") is not None:
        yield HTML(text(values["html"]))


def messages(values: Values, _: Asked) -> Iterator[Result]:
    for key, level in (("debug_message", "debug"), ("info_message", "info")):
        if values.get(key):
            yield Log(str(values[key]), level)  # type: ignore[arg-type]  # one of the two above
    if values.get("warning_message"):
        yield Alert(text(values["warning_message"]), level="warning")
    yield from failure(values) if failed(values) else news(values)


def failed(values: Values) -> bool:
    success = values.get("success")
    return success is False or (success is None and bool(values.get("errors")))


def failure(values: Values) -> Iterator[Result]:
    message, title, errors = text(values.get("message")), values.get("alert"), values.get("errors") or {}
    if not message and errors:
        message = " ".join(str(each) for found in errors.values() for each in found)
    named = None if title in (None, False, True, "Error") else str(title)
    if named and not errors:
        yield Alert(message, named, "error")
    elif message:
        yield Error(message, errors, status=422 if errors else 400, title=named)


def news(values: Values) -> Iterator[Result]:
    message, title = text(values.get("message")), values.get("alert")
    level: Any = values.get("toast_severity") or "info"
    if title:
        yield Alert(message, None if title is True else str(title), level)
    elif message:
        yield Toast(message, level)


def gone(values: Values, request: Asked) -> Iterator[Result]:
    which = values.get("record_deleted")
    if which is True:
        yield RecordDeleted(request.selected_pks, request.model_name)
    elif which is not None and which is not False:
        yield RecordDeleted(which, request.model_name)


def refreshing(values: Values, _: Asked) -> Iterator[Result]:
    scope = "all" if values.get("refresh_all") else values.get("refresh")
    delayed = values.get("refresh_delayed_value") or False
    if scope or delayed:
        yield Refresh(scope if isinstance(scope, str) else "self", delayed)  # type: ignore[arg-type]  # checked there


def beside(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("open_url"):
        yield OpenURL(text(values["open_url"]))


def looks(values: Values, _: Asked) -> Iterator[Result]:
    if values.get("editing_mode") is not None:
        yield EditingMode(bool(values["editing_mode"]))
    if values.get("active_tab") is not None:
        yield ActiveTab(values["active_tab"])


def elsewhere(values: Values, request: Asked) -> Iterator[Result]:
    pk, view = values.get("record_id"), values.get("detail_handler_name")
    if view is not None:
        yield WindowAction(identifier=view, record_id=pk)
    elif pk is not None:
        if request.model_name is None:
            raise ResultError(
                f"record_id={pk!r} does not say of which model.", hint="Use goto_instance(), or add(WindowAction(…))."
            )
        yield WindowAction(request.model_name, pk)
    if values.get("goto_url"):
        yield Redirect(text(values["goto_url"]))
    if values.get("replace_url"):
        yield Redirect(text(values["replace_url"]), replace=True)


SPOKEN: Final[tuple[Callable[[Values, Asked], Iterator[Result]], ...]] = (
    reset,
    form_under,
    close,
    data,
    html,
    messages,
    gone,
    refreshing,
    beside,
    looks,
    elsewhere,
)


def chosen(values: Values, *keys: str) -> dict[str, Any]:
    return {key: values[key] for key in keys if values.get(key) is not None}


def text(value: object) -> str:
    """A message as a text; what is marked safe stays marked."""
    if value is None or isinstance(value, str):
        return value or ""
    return Markup(value.__html__()) if hasattr(value, "__html__") else str(value)


# In which order -----------------------------------------------------------------------------------------------------

ORDER: Final[tuple[tuple[type[Step], ...], ...]] = (
    (Reload,),
    (Callback, Confirm),
    (UpdateParent,),  # into the form under the window, so before the window is closed
    (Close,),
    (DataRecord, Rows),
    (HTML, Delete, Signal, Signals),
    (),  # events, scripts, the address bar, results of the application's own
    (Toast, Notify, Alert, Error, Log),
    (RecordDeleted,),
    (Refresh,),
    (Download, Report, OpenURL, SendMessage, Wizard),
    (EditingMode, ActiveTab, Focus),
    (WindowAction,),
    (Redirect, Switch),
)
PHASES: Final[dict[type, int]] = {kind: phase for phase, kinds in enumerate(ORDER) for kind in kinds}
MIDDLE: Final = ORDER.index(())


def phase_of(step: Step) -> int:
    return PHASES.get(type(step), MIDDLE)


def merge(returned: Sequence[Step], built: Sequence[Step]) -> list[Step]:
    """What was returned, then what was built; the other way round if something built is a question or an error.

    A place to go to stays the last; of two the returned one counts.
    """
    pairs = (built, returned) if any(is_urgent(step) for step in built) else (returned, built)
    body = [step for steps in pairs for step in steps if not is_terminal(step)]
    return forms_first(body) + [step for step in (*returned, *built) if is_terminal(step)][:1]


def is_urgent(step: Step) -> bool:
    return isinstance(step, (Callback, Confirm, Error)) or (isinstance(step, Alert) and step.level == "error")


def is_terminal(step: Step) -> bool:
    return isinstance(step, Result) and step.terminal
