from __future__ import annotations

from django.urls import path

from sample_site.archive.views import LargeLists

urlpatterns = [path("", LargeLists.as_view(), name="large_lists")]
