from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path


def page(request: HttpRequest, component: str = "operations.room") -> HttpResponse:
    source = "{% load live %}<!doctype html><title>Room</title>{% live_client %}{% live component %}"
    return HttpResponse(engines["django"].from_string(source).render({"component": component}, request))


urlpatterns = [path("", page), path("tally/", page, {"component": "operations.tally"})]
