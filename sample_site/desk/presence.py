"""Who is looking at the dashboard: one row for each open page, kept alive by its beat.

A page that says goodbye is forgotten at once; one that cannot (a crash, a flat battery) when its beat stops.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from sample_site.desk import news
from sample_site.desk.models import Presence

__all__ = ["arrive", "forget_stale", "leave", "people"]


def arrive(page: str, user: User) -> None:
    """``user`` is looking through ``page``, now. Tells the others only when it is new."""
    _, new = Presence.objects.update_or_create(page=page, defaults={"user": user, "seen_at": timezone.now()})
    if new:
        news.who_changed()


def leave(page: str) -> None:
    """``page`` has been closed. Unknown pages are ignored."""
    if Presence.objects.filter(page=page).delete()[0]:
        news.who_changed()


def forget_stale() -> int:
    """Forget the pages that have not been heard of for ``Presence.STALE_AFTER``; how many they were."""
    gone = Presence.objects.filter(seen_at__lt=timezone.now() - Presence.STALE_AFTER).delete()[0]
    if gone:
        news.who_changed()
    return gone


def people() -> QuerySet[User]:
    """The users with at least one page open, each once, by name."""
    fresh = Presence.objects.filter(seen_at__gte=timezone.now() - Presence.STALE_AFTER)
    return get_user_model().objects.filter(pk__in=fresh.values("user")).order_by("username")
