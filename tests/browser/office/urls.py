from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path

from liveactions.contrib import records

urlpatterns = [
    path("favicon.ico", lambda request: HttpResponse(status=204)),
    path("static/<path:path>", serve, {"insecure": True}),
    path("office/", records.urls()),
]


def policy(respond: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Nothing but scripts and styles of this site's own: what the components do not need is not allowed."""

    def with_policy(request: HttpRequest, **_: Any) -> HttpResponseBase:
        response = respond(request)
        response["Content-Security-Policy"] = "default-src 'self'; object-src 'none'; base-uri 'none'"
        return response

    return with_policy
