from __future__ import annotations

from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

SQLITE_START = getattr(settings, "SQLITE_START", "")


class DeskConfig(AppConfig):
    name = "sample_site.desk"
    label = "desk"

    def ready(self) -> None:
        if django.VERSION < (5, 1) and SQLITE_START:
            connection_created.connect(prepare, dispatch_uid="desk.sqlite")


def prepare(connection: Any, **_: Any) -> None:
    """What ``init_command`` does for SQLite from Django 5.1 on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in filter(None, SQLITE_START.split(";")):
                cursor.execute(statement)
