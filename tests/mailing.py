"""By what Django sends mails in a test."""

from __future__ import annotations

from typing import Any

import django

__all__ = ["send_by"]


def send_by(settings: Any, backend: str, **options: Any) -> None:
    """Mails go to ``backend``, with these options (``host``, ``port``). Django names that in two ways."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        return
    settings.EMAIL_BACKEND = backend
    for name, value in options.items():
        setattr(settings, f"EMAIL_{name.upper()}", value)
