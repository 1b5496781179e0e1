from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import path

from liveactions import Toast, audience, broadcast
from liveactions.models import Dispatch
from tests.crashes.till import crashing
from tests.crashes.till.models import Payment


def page(request: HttpRequest, name: str) -> HttpResponse:
    template = Template("{% load live %}<!doctype html><title>Till</title><body>{% live name %}</body>")
    return HttpResponse(template.render(RequestContext(request, {"name": name})))


def sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """The key of a session of this user."""
    login(request, get_user_model().objects.get_or_create(username=name)[0], settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return HttpResponse(request.session.session_key)


def arm(_: HttpRequest, moment: str, kind: str, times: int) -> HttpResponse:
    crashing.arm(moment, kind, times)
    return HttpResponse(status=204)


def say(_: HttpRequest, text: str) -> HttpResponse:
    broadcast("till", Toast(text))
    return HttpResponse(status=204)


def happen(_: HttpRequest, page: str, event: str) -> HttpResponse:
    broadcast(audience.page(page), event=event)
    return HttpResponse(status=204)


def books(_: HttpRequest) -> JsonResponse:
    """What was written, and how much is still to be told."""
    return JsonResponse(
        {"paid": list(Payment.objects.order_by("pk").values_list("name", flat=True)), "left": Dispatch.objects.count()}
    )


urlpatterns = [
    path("page/<str:name>/", page),
    path("sign-in/<str:name>/", sign_in),
    path("arm/<str:moment>/<str:kind>/<int:times>/", arm),
    path("say/<str:text>/", say),
    path("happen/<str:page>/<str:event>/", happen),
    path("books/", books),
]
