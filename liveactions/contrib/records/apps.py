from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

__all__ = ["RecordsConfig"]


class RecordsConfig(AppConfig):
    name = "liveactions.contrib.records"
    label = "live_records"
    verbose_name = "Live records"

    def ready(self) -> None:
        from liveactions.contrib.records import changes, checks, performers  # noqa: F401  # they register themselves

        autodiscover_modules("records")
        changes.watch()
