"""Signing out, and losing an account, ends the pages that are open: everywhere, at once."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from liveactions.bus import broadcast
from liveactions.consumers.admission import digest_of
from liveactions.errors import BusUnavailable
from liveactions.results import audience
from liveactions.runtime.page import SESSION_ENDED, USER_CHANGED

__all__ = ["watch"]

logger = logging.getLogger("liveactions.security")


def watch() -> None:
    """Listen to Django's signals; called once, at start-up."""
    user_logged_out.connect(signed_out, dispatch_uid="liveactions.signed_out")
    for signal in (post_save, post_delete):
        signal.connect(changed, sender=get_user_model(), dispatch_uid="liveactions.changed")


def signed_out(*, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """The pages of that browser are ended; the same user's pages in other browsers go on."""
    session = getattr(request, "session", None)
    if getattr(user, "pk", None) is not None and session is not None:
        tell(user.pk, SESSION_ENDED, session=digest_of(session.session_key))


def changed(*, instance: Any, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """A user was saved: deactivated perhaps, or given another password. Signing in saves only ``last_login``."""
    if update_fields != frozenset({"last_login"}) and instance.pk is not None:
        tell(instance.pk, USER_CHANGED)


def tell(pk: Any, event: str, **payload: Any) -> None:
    try:
        broadcast(audience.user(pk), event=event, **payload)
    except BusUnavailable:
        logger.exception("Open pages of user %s could not be told %s; they find out by themselves.", pk, event)
