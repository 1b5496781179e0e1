from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from liveactions import broadcast


def page(request: HttpRequest, topic: str) -> HttpResponse:
    source = "{% load live %}<!doctype html><title>Poll</title>{% live_client %}{% live 'sharing.poll' topic=topic %}"
    return HttpResponse(engines["django"].from_string(source).render({"topic": topic}, request))


def close(request: HttpRequest, topic: str) -> HttpResponse:
    broadcast(f"polls.{topic}", event="closed", by="the chair")
    return HttpResponse()


urlpatterns = [path("<str:topic>/", page), path("<str:topic>/close/", close)]
