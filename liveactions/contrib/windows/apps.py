from __future__ import annotations

from django.apps import AppConfig

__all__ = ["WindowsConfig"]


class WindowsConfig(AppConfig):
    name = "liveactions.contrib.windows"
    label = "live_windows"
    verbose_name = "Live windows"
