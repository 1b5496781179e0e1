from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class FaultsConfig(AppConfig):
    name = "tests.faults.site"
    label = "faults"

    def ready(self) -> None:
        from tests.faults.site import planted, queries

        connection_created.connect(queries.count_those_of)
        if settings.FAULTS_PLANTED in planted.PLANTS:
            planted.PLANTS[settings.FAULTS_PLANTED]()
