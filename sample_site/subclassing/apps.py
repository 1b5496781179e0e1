from django.apps import AppConfig


class SubclassingConfig(AppConfig):
    name = "sample_site.subclassing"
    label = "subclassing"
