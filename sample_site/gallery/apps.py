from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "sample_site.gallery"
    label = "gallery"
