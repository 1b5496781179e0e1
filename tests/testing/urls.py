"""Pages that the kit's own tests open by URL."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, RequestContext, Template
from django.urls import path

PAGE = Template(
    """<!DOCTYPE html><title>Rooms</title><body><h1>{{ request.user }}</h1>
    {% load live %}{% live "tests.room" %}{% live "tests.counter" count=5 %}</body>"""
)


def rooms(request):
    return HttpResponse(PAGE.render(RequestContext(request)))


def plain(request):
    return HttpResponse(Template("<p>Nothing live</p>").render(Context()))


urlpatterns = [
    path("rooms/", rooms),
    path("mine/", login_required(rooms, login_url="/plain/")),
    path("plain/", plain),
    path("moved/", lambda request: HttpResponseRedirect("/rooms/?from=moved")),
]
