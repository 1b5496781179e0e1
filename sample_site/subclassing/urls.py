from __future__ import annotations

from django.urls import path

from sample_site.subclassing.views import Subclassing

urlpatterns = [path("", Subclassing.as_view(), name="subclassing")]
