from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sample_site.desk"
    label = "desk"
