from __future__ import annotations

from django.urls import path

from liveactions.contrib import records
from sample_site.office.views import OverviewPage

urlpatterns = [path("", OverviewPage.as_view(), name="office"), path("", records.urls())]
