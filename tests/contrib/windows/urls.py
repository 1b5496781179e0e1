"""A page with a till and windows, and one without windows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from tests.contrib.windows import components

__all__ = ["components", "urlpatterns"]

HEAD = '<!doctype html><html lang="en"><title>Till</title>{% load live live_windows %}<body>{% live "till.desk" %}'
TILL = Template(HEAD + "{% live_windows %}</body></html>")
BARE = Template(HEAD + "</body></html>")


def till(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TILL.render(RequestContext(request)))


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BARE.render(RequestContext(request)))


urlpatterns = [path("till/", till), path("bare/", bare)]
