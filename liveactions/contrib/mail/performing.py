"""The word ``SendMessage``: opens the composer. Nothing is sent before its user sends it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from liveactions import ActionRequest, Error, SendMessage, performs
from liveactions.errors import LocalError

__all__ = ["about", "compose"]


@performs(SendMessage)
def compose(word: SendMessage, request: ActionRequest) -> Error | None:
    """A composer in a window, about the record that the word names, else the one that the component shows."""
    if not apps.is_installed("liveactions.contrib.windows"):
        raise LocalError(
            "A message is written in a window.", hint='Add "liveactions.contrib.windows" to INSTALLED_APPS.'
        )
    from liveactions.contrib.windows import open_window

    if request.user is None or not request.user.is_authenticated:
        return Error(_("Sign in to write a message."), status=403)
    model, record_id = (word.model, word.record_id) if word.model else about(request.component_instance)
    params = {
        "model": model,
        "record_id": None if record_id is None else str(record_id),
        "kind": word.modal_type,
        "template_id": word.template_id,
        "subject": word.rendered_subject,
        "body": word.rendered_body,
        "report_id": None if word.report_id is None else str(word.report_id),
        "contacts": [dict(each) for each in word.contacts],
    }
    given = {name: value for name, value in params.items() if value not in (None, [])}
    open_window(request, "live_mail.composer", title=title_of(word.modal_type), params=given)
    return None


def title_of(kind: str) -> str:
    return {"note": _("Log a note"), "followers": _("Write to followers")}.get(kind, _("New message"))


def about(component: Any) -> tuple[str | None, Any]:
    """(model, primary key) of the record that a component shows; (None, None) if it shows none."""
    for name in ("record", "instance", "master_instance", "object"):
        found = getattr(component, name, None)
        if isinstance(found, Model) and found.pk is not None:
            return found._meta.label_lower, found.pk  # noqa: SLF001  # documented
    model = getattr(component, "model", None)
    pk = next((key for key in (getattr(component, name, None) for name in ("pk", "record_id")) if key), None)
    if isinstance(model, type) and issubclass(model, Model):
        model = model._meta.label_lower  # noqa: SLF001  # documented
    return (model, pk) if isinstance(model, str) and model and pk else (None, None)
