"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["MailConfig"]


class MailConfig(AppConfig):
    name = "liveactions.contrib.mail"
    label = "live_mail"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from liveactions.contrib.mail import checks, performing  # noqa: F401  # they register themselves
