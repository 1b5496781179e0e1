from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    source = "{% load live %}<!doctype html><title>Room</title>{% live_client %}{% live 'operations.room' %}"
    return HttpResponse(engines["django"].from_string(source).render({}, request))


urlpatterns = [path("", page)]
