from __future__ import annotations

from django.urls import path

from sample_site.notices.views import Notifications, send

urlpatterns = [
    path("", Notifications.as_view(), name="notifications"),
    path("send/", send, name="send_notice"),
]
