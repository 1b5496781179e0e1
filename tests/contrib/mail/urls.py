"""A customer with a button to write to them, and windows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from liveactions import Component, SendMessage, action
from sample_site.desk.models import Customer


class CustomerCard(Component):
    name = "tests.customer_card"
    template = '<p>{{ record }} <button live-click="write">Write</button></p>'
    record: Customer

    @action
    def write(self):
        return SendMessage(contacts=[{"id": 1, "name": "Ada", "email": "ada@firm.test"}])


def card(request: HttpRequest, pk: int) -> HttpResponse:
    page = Template(
        '<!doctype html><html lang="en"><title>Card</title>{% load live live_windows %}<body>'
        '{% live "tests.customer_card" record=customer %}{% live "live_mail.chatter" record=customer %}'
        "{% live_windows %}</body></html>"
    )
    return HttpResponse(page.render(RequestContext(request, {"customer": Customer.objects.get(pk=pk)})))


urlpatterns = [path("card/<int:pk>/", card)]
