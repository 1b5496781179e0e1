"""The dict door: ``{"type": "notify", …}`` → a result. Properties are the word's fields; an unknown one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from liveactions.errors import ResultError
from liveactions.results.custom import BY_NAME
from liveactions.results.encoding import NUMBERS, SHAPES
from liveactions.results.words import (
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
    Event,
    Focus,
    History,
    LoadJS,
    Log,
    Multi,
    Noop,
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
)

__all__ = ["TYPES", "Spelling", "from_dict"]


class Spelling(NamedTuple):
    """What a ``type`` means: a word, fields that it sets, and properties that have another name here."""

    word: type[Result]
    fixed: Mapping[str, Any] = {}
    renamed: Mapping[str, str] = {}


CANONICAL: dict[str, Spelling] = {
    "html": Spelling(HTML),
    "delete": Spelling(Delete),
    "event": Spelling(Event),
    "toast": Spelling(Toast),
    "notify": Spelling(Notify),
    "alert": Spelling(Alert),
    "confirm": Spelling(Confirm),
    "error": Spelling(Error),
    "log": Spelling(Log),
    "redirect": Spelling(Redirect),
    "open_url": Spelling(OpenURL),
    "history": Spelling(History),
    "reload": Spelling(Reload),
    "load_js": Spelling(LoadJS),
    "signal": Spelling(Signal),
    "signals": Spelling(Signals),
    "focus": Spelling(Focus),
    "editing_mode": Spelling(EditingMode),
    "active_tab": Spelling(ActiveTab),
    "close": Spelling(Close),
    "refresh": Spelling(Refresh),
    "wizard": Spelling(Wizard),
    "window_action": Spelling(WindowAction),
    "send_message": Spelling(SendMessage),
    "update_parent": Spelling(UpdateParent),
    "data_record": Spelling(DataRecord),
    "rows": Spelling(Rows),
    "record_deleted": Spelling(RecordDeleted),
    "report": Spelling(Report),
    "download": Spelling(Download),
    "switch": Spelling(Switch),
    "multi": Spelling(Multi),
    "noop": Spelling(Noop),
}

SEEDS: dict[str, Spelling] = {
    # The ERP's
    "file_download": Spelling(Download),
    "act_multi": Spelling(Multi),
    "act_window_none": Spelling(Noop),
    # HyperDjango's
    "patch_html": Spelling(HTML),
    "dispatch_event": Spelling(Event),
    "patch_signals": Spelling(Signals),
    "actions": Spelling(Multi),
    "switch_action": Spelling(Switch),
    # Lino's
    "goto_url": Spelling(Redirect),
    "replace_url": Spelling(Redirect, fixed={"replace": True}),
    "close_window": Spelling(Close),
    "refresh_all": Spelling(Refresh, fixed={"scope": "all"}),
    "refresh_delayed_value": Spelling(Refresh, fixed={"delayed": True}),
    "xcallback": Spelling(Confirm),
    "master_data": Spelling(UpdateParent),
    "goto_instance": Spelling(WindowAction, renamed={"pk": "record_id"}),
    "record_id": Spelling(WindowAction, renamed={"value": "record_id"}),
    "info_message": Spelling(Log, fixed={"level": "info"}, renamed={"message": "text"}),
    "debug_message": Spelling(Log, fixed={"level": "debug"}, renamed={"message": "text"}),
    "warning_message": Spelling(Alert, fixed={"level": "warning"}),
    "reset_frontend": Spelling(Reload, fixed={"scope": "frontend"}),
    "clear_site_cache": Spelling(Reload, fixed={"scope": "caches"}),
    "version_mismatch": Spelling(Reload, fixed={"scope": "page"}),
}

TYPES: dict[str, Spelling] = {**CANONICAL, **SEEDS}
"""Every accepted spelling of ``type``. The names of the classes are understood too (``HTML``, ``LoadJS``)."""

BY_CLASS = {spelling.word.__name__: spelling for spelling in CANONICAL.values()}


def from_dict(data: Mapping[str, Any]) -> Result:
    """The result that ``data["type"]`` names, made of the other properties.

    Where results belong (``action``, ``then``), dicts with a ``type`` are read the same way. ``{"type": "url"}`` is a
    ``Redirect`` for the target ``self``, and an ``OpenURL`` for every other one that is given.
    Raises ``ResultError`` for an unknown type or property (listing the allowed ones) and for missing ones.
    """
    name = data["type"]
    properties = {key: value for key, value in data.items() if key != "type"}
    word, fixed, renamed = url_spelling(properties) if name == "url" else spelling_of(name)
    given = {renamed.get(key, key): value for key, value in properties.items()}
    return word(**fixed, **checked(str(name), word, fixed, given))


def spelling_of(name: object) -> Spelling:
    if isinstance(name, str):
        if (known := TYPES.get(name) or BY_CLASS.get(name)) is not None:
            return known
        if (custom := BY_NAME.get(name)) is not None:
            return Spelling(custom)
    raise ResultError(
        f"{name!r} is not a known type.", hint=f"Known are: {', '.join(sorted({*TYPES, *BY_NAME, 'url'}))}."
    )


def url_spelling(properties: dict[str, Any]) -> Spelling:
    if properties.get("target", "self") in ("self", "_self"):
        properties.pop("target", None)
        return Spelling(Redirect)
    return Spelling(OpenURL)


def checked(name: str, word: type[Result], fixed: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as fields of the word, each known, none missing; nested dicts as results."""
    allowed = {f.name: f for f in fields(word) if f.name not in fixed and f.name not in INNER.get(word, ())}
    if unknown := [key for key in given if key not in allowed]:
        raise ResultError(
            f"{name!r} has no property {', '.join(map(repr, unknown))}.", hint=f"It has: {', '.join(allowed)}."
        )
    required = [key for key, f in allowed.items() if f.default is MISSING and f.default_factory is MISSING]
    if missing := [key for key in required if key not in given]:
        raise ResultError(f"{name!r} lacks {', '.join(missing)}.", hint="Give it a value.")
    nests = SHAPES[NUMBERS[word]].nests if word in NUMBERS else {}
    return {key: nested(value) if key in nests else value for key, value in given.items()}


INNER: dict[type[Result], frozenset[str]] = {
    Confirm: frozenset({"token"}),
    Download: frozenset({"size", "id", "path"}),
}
"""Fields that only the server fills, and one that no data from elsewhere shall ever fill: what is on the disk."""


def nested(value: Any) -> Any:
    if isinstance(value, Mapping):
        return from_dict(value) if "type" in value else value
    return [nested(item) for item in value] if isinstance(value, (list, tuple)) else value
