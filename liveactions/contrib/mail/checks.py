"""System checks.

======================  ============================================
``live_mail.E001``      windows, in which messages are written, are missing
``live_mail.E002``      nh3, which makes their HTML safe, is missing
``live_mail.W003``      mail would be sent by a ``DEFAULT_FROM_EMAIL`` that Django has made up
======================  ============================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks

from liveactions.contrib.mail.cleaning import INSTALL, is_installed

__all__ = ["check_mail"]


@checks.register("live_mail")
def check_mail(**_: Any) -> list[checks.CheckMessage]:
    return list(wrong())


def wrong() -> Iterator[checks.CheckMessage]:
    if not apps.is_installed("liveactions.contrib.windows"):
        hint = 'Add "liveactions.contrib.windows" to INSTALLED_APPS.'
        yield checks.Error("Messages are written in a window.", hint=hint, id="live_mail.E001")
    if not is_installed():
        yield checks.Error("Messages are installed, but nh3 is not.", hint=INSTALL, id="live_mail.E002")


@checks.register("live_mail", deploy=True)
def check_sender(**_: Any) -> list[checks.CheckMessage]:
    if settings.DEFAULT_FROM_EMAIL != "webmaster@localhost":
        return []
    hint = 'Set DEFAULT_FROM_EMAIL = "Shop <shop@your.domain>".'
    return [checks.Warning("Mail would be sent by webmaster@localhost.", hint=hint, id="live_mail.W003")]
