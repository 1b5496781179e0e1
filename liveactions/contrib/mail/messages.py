"""Writing, sending and following, for the composer and for code."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from liveactions import Result, Toast, WindowAction, audience, broadcast
from liveactions.contrib.mail.cleaning import cleaned
from liveactions.contrib.mail.models import DRAFT, MESSAGE, SENDING, SENT, Attachment, Follower, Message
from liveactions.contrib.mail.people import Contact, contact_of, display, follower_contacts
from liveactions.contrib.mail.sandbox import text_of
from liveactions.errors import BusUnavailable
from liveactions.requests import post

__all__ = [
    "CHANGED",
    "File",
    "earlier_recipients",
    "follow",
    "followers",
    "is_following",
    "may_see",
    "messages_of",
    "send",
    "topic_of",
    "unfollow",
    "write",
]

logger = logging.getLogger("liveactions.mail")

CHANGED = "live_mail_changed"
"""The event by which everything that shows a record's messages hears of a change."""

MAX_RECIPIENTS = 50
MAX_BYTES = 15 * 1024 * 1024

NOBODY = "@example.com"
"""Addresses of invented people, as for ``request.send_email``: nothing is sent to them."""

File = tuple[str, bytes, str]
"""Name, content, MIME type."""


# Writing and sending ------------------------------------------------------------------------------------------


def write(
    record: Model | None = None,
    *,
    author: Any = None,
    subject: str = "",
    body: str = "",
    recipients: Iterable[str | Mapping[str, Any]] = (),
    kind: str = "message",
    attachments: Sequence[File] = (),
    draft: Message | None = None,
) -> Message:
    """Keep a message as a draft; ``send`` sends it. ``draft`` is one that is written anew.

    ``body`` is HTML and is cleaned, ``recipients`` are addresses or contacts. Raises ``ValidationError``.
    """
    contacts = unique(contact_of(each) for each in recipients)
    if len(contacts) > MAX_RECIPIENTS:
        raise ValidationError(_("A message has at most %(number)d recipients.") % {"number": MAX_RECIPIENTS})
    if sum(len(content) for _name, content, _type in attachments) > MAX_BYTES:
        raise ValidationError(_("The attachments are too large."))
    message = draft if draft is not None else Message(kind=kind, author=author, **key_of(record))
    message.subject, message.body = " ".join(subject.split())[:255], str(cleaned(body))
    message.recipients, message.error = contacts, ""
    with transaction.atomic():
        message.save()
        message.attachments.all().delete()
        Attachment.objects.bulk_create(
            Attachment(message=message, filename=name, content=content, mimetype=mimetype)
            for name, content, mimetype in attachments
        )
    return message


def unique(contacts: Iterable[Contact]) -> list[Contact]:
    return list({each["email"].lower(): each for each in contacts}.values())


def send(message: Message) -> Message:
    """Send a draft: a message goes out by mail, a note is only shown. Followers are told. At most once.

    What goes wrong is kept in ``message.error``; it stays a draft then, and may be sent again.
    """
    taken = Message.objects.filter(pk=message.pk, status=DRAFT).update(status=SENDING)
    if not taken:
        message.refresh_from_db()
        return message
    try:
        if message.kind == MESSAGE:
            post(mail_of(message))
        message.status, message.sent_at, message.error = SENT, timezone.now(), ""
    except Exception as error:  # noqa: BLE001  # a mail backend raises what it likes
        logger.warning("Message %s could not be sent: %s", message.pk, error)
        message.status, message.error = DRAFT, told(error)
    message.save(update_fields=["status", "sent_at", "error"])
    if message.status == SENT:
        if message.author is not None and message.record is not None:
            follow(message.record, message.author)
        tell_followers(message)
    tell_viewers(message.record)
    return message


def told(error: Exception) -> str:
    """What the author hears of it: whose fault it is, and no secrets of the server."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    refused = getattr(error, "recipients", None)  # smtplib.SMTPRecipientsRefused
    if isinstance(refused, dict):
        return _("The mail server does not take: %(names)s.") % {"names": ", ".join(map(str, refused))}
    return _("The mail server could not be reached, or refused it (%(kind)s).") % {"kind": type(error).__name__}


def mail_of(message: Message) -> EmailMultiAlternatives:
    """The mail of a message, with its text beside the HTML. Raises ``ValidationError`` if it is for nobody."""
    contacts = [contact_of(each) for each in message.recipients]
    known = [each for each in contacts if not each["email"].lower().endswith(NOBODY)]
    if not known:
        raise ValidationError(_("There is nobody to send it to."))
    authors = follower_contacts([message.author] if message.author is not None else [])
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=text_of(message.body),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[display(each) for each in known],
        reply_to=[display(each) for each in authors] or None,
    )
    mail.attach_alternative(f"<!doctype html><html><body>{message.body}</body></html>", "text/html")
    for each in message.attachments.all():
        mail.attach(each.filename, bytes(each.content), each.mimetype)
    return mail


# Who is told --------------------------------------------------------------------------------------------------


def tell_followers(message: Message) -> None:
    """A toast for everyone who follows the record, but for who wrote it."""
    record = message.record
    if record is None:
        return
    text = _("%(author)s wrote about %(record)s") % {"author": message.author or _("Somebody"), "record": record}
    toast = Toast(f"{text}: {message.subject}" if message.subject else text, action=link_to(record))
    users = [user for user in followers(record) if user != message.author and may_see(user, record)]
    if users:
        quietly([audience.user(user) for user in users], toast)


def link_to(record: Model) -> Result | None:
    """The way to the record, where something knows it."""
    if not apps.is_installed("liveactions.contrib.records"):
        return None
    return WindowAction(model=record._meta.label_lower, record_id=plain(record.pk), title=_("Show"))  # noqa: SLF001  # documented


def plain(pk: Any) -> int | str:
    return pk if isinstance(pk, int) else str(pk)


def tell_viewers(record: Model | None) -> None:
    if record is not None:
        quietly(topic_of(record), event=CHANGED)


def quietly(to: Any, *results: Result, event: str | None = None) -> None:
    """The message is written, and often sent; that others do not hear of it is a matter for the log."""
    try:
        broadcast(to, *results, event=event)
    except BusUnavailable as error:
        logger.warning("Nobody was told of a message. %s", error)


def topic_of(record: Model) -> str:
    """The topic of everything that shows the messages of ``record``."""
    key = hashlib.sha256(str(record.pk).encode()).hexdigest()[:16]
    return f"live_mail.{record._meta.label_lower}.{key}"  # noqa: SLF001  # documented


# Records ------------------------------------------------------------------------------------------------------


def key_of(record: Model | None) -> dict[str, Any]:
    if record is None:
        return {"content_type": None, "object_id": ""}
    return {"content_type": ContentType.objects.get_for_model(record), "object_id": str(record.pk)}


def messages_of(record: Model) -> QuerySet[Message]:
    """The messages and notes about a record, the latest first."""
    found: QuerySet[Message] = Message.objects.filter(**key_of(record))
    return found.select_related("author").prefetch_related("attachments")  # type: ignore[no-any-return]


def earlier_recipients(record: Model) -> list[Contact]:
    sent = Message.objects.filter(**key_of(record)).values_list("recipients", flat=True)[:20]
    return unique(each for recipients in sent for each in recipients)


def may_see(user: Any, record: Model | None) -> bool:
    """Whether a user may read and write about a record: its own ``mail_permission(user)``, else who may view it."""
    if user is None or not user.is_authenticated:
        return False
    if record is None:
        return True
    own = getattr(record, "mail_permission", None)
    if own is not None:
        return bool(own(user))
    options = record._meta  # noqa: SLF001  # documented
    return bool(user.has_perm(f"{options.app_label}.{get_permission_codename('view', options)}"))


def follow(record: Model, user: Any) -> None:
    """From now on the user is told of what is written about the record."""
    Follower.objects.get_or_create(**key_of(record), user=user)


def unfollow(record: Model, user: Any) -> None:
    Follower.objects.filter(**key_of(record), user=user).delete()


def is_following(record: Model, user: Any) -> bool:
    return bool(user.is_authenticated) and Follower.objects.filter(**key_of(record), user=user).exists()


def followers(record: Model) -> QuerySet[Any]:
    """The users who follow a record, active ones only."""
    ids = Follower.objects.filter(**key_of(record)).values("user")
    users: QuerySet[Any] = get_user_model()._default_manager.all()  # noqa: SLF001  # documented
    return users.filter(pk__in=ids, is_active=True).order_by("pk")  # type: ignore[no-any-return]
