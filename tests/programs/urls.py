"""Addresses for ``{% url %}``."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("home/", lambda _: HttpResponse(), name="home"),
    path("item/<int:number>/", lambda _, number: HttpResponse(), name="item"),
    path("word/<str:word>/", lambda _, word: HttpResponse(), name="word"),
]
