from __future__ import annotations

import asyncio
import json

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from liveactions.bus import attendance
from liveactions.consumers.process import pages
from tests.faults.site import queries
from tests.faults.site.components import PORCH

PAGE = """{% load live %}<!doctype html><html lang="en"><title>Till</title><link rel="icon" href="data:,">
{% live_client %}{% live component %}</html>"""


def page(request: HttpRequest, component: str = "faults.till") -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({"component": component}, request))


def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return HttpResponse("Goodbye.")


async def figures(_: HttpRequest) -> HttpResponse:
    """What this process says of itself."""
    told = {"tasks": len(asyncio.all_tasks()), "queries": queries.sent(), "sockets": len(pages().connections)}
    told["present"] = len(attendance().people(PORCH))
    return HttpResponse(json.dumps(told), content_type="application/json")


urlpatterns = [
    path("", page),
    path("porch/", page, {"component": "faults.porch"}),
    path("figures/", figures),
    path("leave/", leave),
]
