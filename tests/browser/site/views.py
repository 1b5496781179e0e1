"""A page with components, and levers for tests: opening a gate, telling something, a burst of ticks."""

from __future__ import annotations

import asyncio

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liveactions import Toast, abroadcast
from tests.browser.site.components import TICKS
from tests.browser.site.gates import gate


def page(request: HttpRequest, names: str) -> HttpResponse:
    """The components ``names`` (``bound``, or ``bound+clock``) of this site, the first with the query's parameters.

    ``?alpine`` puts Alpine into the page, ``?cached`` lets the browser keep it for its back button.
    """
    params = request.GET.dict()
    alpine, cached = (params.pop(name, None) is not None for name in ("alpine", "cached"))
    first, *others = (f"site.{name}" for name in names.split("+"))
    context = {"first": first, "markup": params.get("markup", ""), "others": others, "alpine": alpine}
    response = render(request, "site/page.html", context)
    if not cached:
        response["Cache-Control"] = "no-store"
    return response


def windows(request: HttpRequest) -> HttpResponse:
    """A till and its windows, under a policy that lets nothing inline pass."""
    response = render(request, "site/windows.html")
    response["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def elsewhere(request: HttpRequest) -> HttpResponse:
    """A page without anything alive."""
    return HttpResponse('<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,"><p>Elsewhere</p>')


async def open_gate(request: HttpRequest, name: str) -> HttpResponse:
    """Let every action through that waits at this gate, and who comes later."""
    gate(name).set()
    return HttpResponse(status=204)


async def tell(request: HttpRequest) -> HttpResponse:
    """``?text=…``: a toast for every page with a clock."""
    await abroadcast(TICKS, Toast(request.GET["text"]))
    return HttpResponse(status=204)


async def tick(request: HttpRequest, number: int) -> HttpResponse:
    """One tick, of this number."""
    await abroadcast(TICKS, event="tick", number=number)
    return HttpResponse(status=204)


async def ticks(request: HttpRequest) -> HttpResponse:
    """``?count=40&every=0.05``: so many ticks for every clock, with so many seconds between them."""
    for number in range(1, int(request.GET["count"]) + 1):
        await abroadcast(TICKS, event="tick", number=number)
        await asyncio.sleep(float(request.GET["every"]))
    return HttpResponse(status=204)
