from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sample_site.notices"
    label = "notices"
