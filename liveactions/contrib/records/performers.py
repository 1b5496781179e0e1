"""Words about records, performed on the server: ``WindowAction`` and ``RecordDeleted``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from liveactions import Error, RecordDeleted, Redirect, Result, WindowAction, performs
from liveactions.contrib.records import changes, registry
from liveactions.contrib.records.options import Records
from liveactions.contrib.records.routes import address
from liveactions.requests import record_urls

__all__ = ["forget_deleted", "has_windows", "open_in_window", "open_record", "shown_at"]

WINDOWS = "liveactions.contrib.windows"
STACK = "live_windows.stack"


@performs(WindowAction)
def open_record(word: WindowAction, request: Any) -> Any:
    """Go to a record, or to a list where no record is named. A record that the user may not know of is not found."""
    try:
        records = registry.find(word.model or word.identifier or "")
    except LookupError as reason:
        return Error(str(reason), status=404)
    if word.record_id is None:
        return go_to_list(records, request)
    obj = record(records, request, word.record_id)
    if obj is None:
        return Error(_("There is no %(what)s %(pk)s.") % {"what": records.label, "pk": word.record_id}, status=404)
    if not records.can_view(request, obj):
        return Error(_("You may not see this %(what)s.") % {"what": records.label}, status=403)
    if word.target == "new":
        return open_in_window(records, request, str(obj.pk), title=word.title or records.title_of(obj))
    return go_to(records, "detail", pk=str(obj.pk))


def go_to_list(records: Records, request: Any) -> Result:
    if not records.can_view(request):
        return Error(_("You may not see %(what)s.") % {"what": records.plural}, status=403)
    return go_to(records, "list")


def record(records: Records, request: Any, pk: object) -> Any:
    try:
        return records.get_queryset(request).filter(pk=pk).first()
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None  # such a primary key cannot be


def go_to(records: Records, page: str, query: str = "", **rest: str) -> Result:
    url = address(page, records.model, query, **rest)
    if not url:
        return Error(_("%(what)s has no page.") % {"what": records.plural}, status=404)
    return Redirect(url)


def has_windows() -> bool:
    """Whether ``liveactions.contrib.windows`` is installed."""
    return apps.is_installed(WINDOWS)


def open_in_window(records: Records, request: Any, pk: str = "", query: str = "", *, title: str | None = None) -> Any:
    """The form of a record ("": of a new one) in a window; on its page where the present page has no windows."""
    if not has_windows() or request.find(STACK) is None:
        return go_to(records, "detail", query, pk=pk) if pk else go_to(records, "new", query)
    open_window = import_module(WINDOWS).open_window
    params = {"model": records.name, "pk": pk, "query": query, "in_window": True}
    return open_window(
        request, records.detail_component, title=title or _("New %(what)s") % {"what": records.label}, params=params
    )


@record_urls
def shown_at(model: type[Model], pk: Any) -> str | None:
    """Where ``request.obj2url`` and its relatives lead."""
    records = registry.of(model)
    return None if records is None else address("detail", records.model, pk=str(pk)) or None


@performs(RecordDeleted)
def forget_deleted(word: RecordDeleted, request: Any) -> Result:  # noqa: ARG001  # as every performer
    """Lists and forms of these records hear of it, however they were deleted; then the page does."""
    if word.model is not None:
        try:
            changes.note(registry.find(word.model).model, word.pks, gone=True)
        except LookupError:
            pass  # a model of which nothing is shown here
    return word
