"""What is kept: templates of messages, messages about a record with their attachments, and who follows it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.template import TemplateSyntaxError
from django.utils.translation import gettext_lazy as _

from liveactions.contrib.mail import sandbox

__all__ = ["DRAFT", "MESSAGE", "NOTE", "SENDING", "SENT", "Attachment", "Follower", "Message", "MessageTemplate"]

MESSAGE, NOTE = "message", "note"
KINDS = [(MESSAGE, _("Message")), (NOTE, _("Note"))]

DRAFT, SENDING, SENT = "draft", "sending", "sent"
STATUSES = [(DRAFT, _("Draft")), (SENDING, _("Being sent")), (SENT, _("Sent"))]


class MessageTemplate(models.Model):
    """A text with gaps, about the records of one model (``app.model``), or of any."""

    name = models.CharField(_("name"), max_length=120)
    model = models.CharField(_("model"), max_length=120, blank=True, help_text=_("app.model; empty: for all"))
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    body = models.TextField(_("body"), blank=True, help_text=_("HTML; {{ record.name }} fills in"))
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("empty: that of the author"))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.model = self.model.lower()
        for name in ("subject", "body"):
            try:
                sandbox.compiled(getattr(self, name))
            except TemplateSyntaxError as error:
                raise ValidationError({name: str(error)}) from error


class OfRecord(models.Model):
    """Something that belongs to a record of any model, or (a message) to none."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True, related_name="+")
    object_id = models.CharField(max_length=64, blank=True)
    record: Any = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Message(OfRecord):
    """A message to people by mail, or a note for colleagues. One that could not be sent stays, with the reason."""

    kind = models.CharField(max_length=10, choices=KINDS, default=MESSAGE)
    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    """HTML that has been cleaned."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    recipients = models.JSONField(default=list, blank=True)
    """``[{"name": …, "email": …}, …]``."""
    status = models.CharField(max_length=10, choices=STATUSES, default=DRAFT)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["content_type", "object_id", "-created_at"], name="live_mail_message_of")]

    def __str__(self) -> str:
        return self.subject or f"{self.get_kind_display()} {self.pk}"


class Attachment(models.Model):
    """A file of a message. It is kept in the database: what is in ``MEDIA_ROOT`` is often there for everyone."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    filename = models.CharField(max_length=255)
    mimetype = models.CharField(max_length=120, default="application/octet-stream")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.filename


class Follower(OfRecord):
    """Somebody who is told of every message and note about a record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "user"], name="live_mail_follows_once")
        ]

    def __str__(self) -> str:
        return str(self.user)
