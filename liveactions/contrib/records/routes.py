"""Addresses: the pages of registered models, and the way from a record to its own."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from liveactions import ActionRequest
from liveactions.contrib.records import registry
from liveactions.contrib.records.naming import label_of, plain_pk

__all__ = ["NAMESPACE", "address", "url_of"]

NAMESPACE = "live_records"


def address(name: str, model: type[Model], query: str = "", **rest: Any) -> str:
    """The address of a page, "" where ``urls()`` is not in the project's addresses."""
    app, _, model_name = label_of(model).partition(".")
    try:
        found = reverse(f"{NAMESPACE}:{name}", kwargs={"app": app, "model": model_name, **rest})
    except NoReverseMatch:
        return ""
    return f"{found}?{query}" if query else found


def url_of(obj: Model, user: Any = None, query: str = "") -> str | None:
    """Where the record is shown: None if its model is not registered, the pages are not there, or the user may not.

    With ``user`` None the permission is not asked for: the page will do so.
    """
    records = registry.of(obj)
    if records is None or obj.pk is None:
        return None
    if user is not None and not records.can_view(ActionRequest(user=user), obj):
        return None
    return address("detail", records.model, query, pk=plain_pk(obj.pk)) or None
