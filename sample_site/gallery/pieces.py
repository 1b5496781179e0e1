"""Small markup for stages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = ["Looking", "clock", "piece"]


def piece(text: str, name: str = "") -> SafeString:
    """A small piece of markup to put into a stage."""
    id_of = format_html(' id="{}"', name) if name else SafeString()
    return format_html('<p class="stage__piece stage__piece--fresh"{}>{}</p>', id_of, text)


def clock() -> str:
    return timezone.localtime().strftime("%H:%M:%S")


class Looking:
    """For components that show when they have last looked at their data, to the millisecond."""

    def mount(self, **params: Any) -> None:
        super().mount(**params)  # type: ignore[misc]
        self.restored()

    def restored(self) -> None:
        self.looked_at = timezone.localtime().strftime("%H:%M:%S.%f")[:-3]
