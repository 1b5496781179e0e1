from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "sample_site.archive"
    label = "archive"
