from __future__ import annotations

import asyncio
import json

from django.contrib.auth import logout
from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from liveactions.bus import attendance
from liveactions.consumers.process import pages
from tests.faults.site import queries
from tests.faults.site.components import NEWS
from tests.faults.site.lateness import lateness

PAGE = """{% load live %}<!doctype html><html lang="en"><title>Till</title><link rel="icon" href="data:,">
{% live_client %}{% live "faults.till" %}</html>"""


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return HttpResponse("Goodbye.")


async def figures(_: HttpRequest) -> HttpResponse:
    """What this process says of itself."""
    told = {
        "tasks": len(asyncio.all_tasks()),
        "queries": queries.sent(),
        "sockets": len(pages().connections),
        "present": len(attendance().people(NEWS)),
    }
    return HttpResponse(json.dumps(told), content_type="application/json")


async def late(_: HttpRequest) -> HttpResponse:
    """How late the event loop was since this was asked last."""
    return HttpResponse(json.dumps(lateness().told()), content_type="application/json")


urlpatterns = [
    path("", page),
    path("figures/", figures),
    path("late/", late),
    path("leave/", leave),
    path("static/<path:path>", serve, {"insecure": True}),  # browsers need the client, without what DEBUG costs it
]
