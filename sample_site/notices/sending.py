"""Sending to one user, to a team (a topic), to everyone: the component, the view and the command all come here."""

from __future__ import annotations

from typing import Literal, get_args

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from liveactions import Signal, Toast, audience, broadcast
from liveactions.results.audience import Audience
from sample_site.notices.models import Notice

__all__ = [
    "LEVELS",
    "Level",
    "UnknownRecipient",
    "choices",
    "mark_read",
    "receipt",
    "recipients",
    "send",
    "set_badge",
    "topics_of",
]

Level = Literal["info", "success", "warning", "error"]
LEVELS: tuple[Level, ...] = get_args(Level)
EVERYONE = "everyone"


class UnknownRecipient(ValueError):
    """There is no such user or team."""


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everybody one can send to, for a select: ``everyone``, ``topic:warehouse``, ``user:ana``."""
    users = get_user_model().objects.filter(is_active=True).order_by("username").values_list("username", flat=True)
    teams = Group.objects.order_by("name").values_list("name", flat=True)
    return [
        ("Everyone", [(EVERYONE, "Everyone")]),
        ("A team (a topic)", [(f"topic:{name}", f"Team {name}") for name in teams]),
        ("One user", [(f"user:{name}", name) for name in users]),
    ]


def recipients(to: str) -> tuple[Audience, QuerySet[User]]:
    """The audience and the users behind ``everyone``, ``topic:…`` or ``user:…``. Raises ``UnknownRecipient``."""
    users = get_user_model().objects.filter(is_active=True)
    kind, _, name = to.partition(":")
    if to == EVERYONE:
        return audience.everyone, users
    if kind == "topic" and Group.objects.filter(name=name).exists():
        return audience.topic(team_topic(name)), users.filter(groups__name=name)
    if kind == "user" and (user := users.filter(username=name).first()):
        return audience.user(user), users.filter(pk=user.pk)
    known = ", ".join(value for _, group in choices() for value, _ in group)
    raise UnknownRecipient(f"{to!r} is nobody here. Known are: {known}.")


def team_topic(name: str) -> str:
    return f"team.{name}"


def topics_of(user: User) -> list[str]:
    """The topics of a user's teams. Who may follow what is decided here, on the server."""
    return [team_topic(name) for name in Group.objects.filter(user=user).values_list("name", flat=True)]


def send(to: str, text: str, level: Level = "info", *, keep: bool = False, sender: str = "") -> int:
    """Show a toast to everybody behind ``to``; with ``keep`` also put it into their notices. How many users that is.

    The toast is encoded once for all. The number of unread notices is each user's own, so it goes to each user.
    """
    whom, users = recipients(to)
    with transaction.atomic():
        if keep:
            Notice.objects.bulk_create(Notice(user=user, text=text, level=level, sender=sender) for user in users)
        broadcast(whom, Toast(text, level=level, title=f"From {sender}" if sender else None))
        if keep:
            for user in users:
                tell_unread(user)
    return users.count()


def receipt(count: int) -> str:
    """``Sent to 2 people.``"""
    return f"Sent to {count} {'person' if count == 1 else 'people'}."


def set_badge(to: str, number: int) -> int:
    """Set ``$unread`` for everybody behind ``to``, in one broadcast; nothing is kept. How many users that is."""
    whom, users = recipients(to)
    broadcast(whom, Signal("$unread", number))
    return users.count()


def mark_read(user: User) -> int:
    """Mark all notices of ``user`` as read, and say so to every tab of theirs. How many they were."""
    with transaction.atomic():
        read = Notice.objects.unread_of(user).update(read_at=timezone.now())
        tell_unread(user)
    return read


def tell_unread(user: User) -> None:
    """Tell every page of ``user`` how many notices are unread, and let an open list look again."""
    unread = Notice.objects.unread_of(user).count()
    broadcast(audience.user(user), Signal("$unread", unread), event="notices_changed")
