from __future__ import annotations

from django.urls import path

from sample_site.gallery.views import Gallery

urlpatterns = [path("", Gallery.as_view(), name="gallery")]
