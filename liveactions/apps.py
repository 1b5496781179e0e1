"""The Django application: finds components, and teaches the floors below what Django knows."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules

__all__ = ["LiveActionsConfig"]


class LiveActionsConfig(AppConfig):
    name = "liveactions"
    verbose_name = "Live actions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from liveactions import checks  # noqa: F401  # registers itself
        from liveactions.components import registry
        from liveactions.files import spool
        from liveactions.references import teach_django
        from liveactions.results import teach_reference
        from liveactions.results.words.leaving import teach_spool
        from liveactions.signing import refer

        teach_django()
        teach_reference(refer)
        teach_spool(spool)
        if apps.is_installed("django.contrib.auth"):
            from liveactions.consumers.revocation import watch

            watch()
        registry.namer = public_name
        autodiscover_modules("components")


def public_name(cls: type) -> str:
    """``<app_label>.<snake_case_class>``; the first package's name where no app contains the class."""
    from liveactions.components.registry import snake_case

    app = apps.get_containing_app_config(cls.__module__)
    label = app.label if app is not None else cls.__module__.partition(".")[0]
    return f"{label}.{snake_case(cls.__name__)}"
