"""The Django application: finds the ``reports.py`` of every app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

__all__ = ["ReportsConfig"]


class ReportsConfig(AppConfig):
    name = "liveactions.contrib.reports"
    label = "live_reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from liveactions.contrib.reports import checks, performing  # noqa: F401  # they register themselves

        autodiscover_modules("reports")
