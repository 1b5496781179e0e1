from __future__ import annotations

from django.contrib.staticfiles.views import serve
from django.urls import path

from tests.browser.site import views

urlpatterns = [
    path("gates/<str:name>/", views.open_gate),
    path("tick/<int:number>/", views.tick),
    path("ticks/", views.ticks),
    path("tell/", views.tell),
    path("elsewhere/", views.elsewhere),
    path("windows/", views.windows),
    path("static/<path:path>", serve, {"insecure": True}),
    path("<str:names>/", views.page),
]
