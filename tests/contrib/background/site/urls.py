from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string('{% load live %}{% live "background.import" folder=folder %}')
    return HttpResponse(template.render({"folder": request.GET["folder"]}, request))


urlpatterns = [path("", page)]
