from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

__all__ = ["Notice"]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread_of(self, user: User) -> NoticeQuerySet:
        return self.filter(user=user, read_at=None)


class Notice(models.Model):
    """A message kept for one user until it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=160)
    level = models.CharField(max_length=10, default="info")
    sender = models.CharField(max_length=150, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return self.text
