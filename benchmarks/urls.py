"""Pages with live components, and a door by which a benchmark asks the server to broadcast."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from liveactions import Component, SharedComponent, Toast, abroadcast, action, field, on
from liveactions.wire import encode_items


class Counter(Component):
    template = "<div><output>{{ count }}</output><button live-click='increment'>+1</button></div>"
    count: int = 0

    def topics(self) -> list[str]:
        return ["bench"]

    @action
    async def increment(self, by: int = 1) -> None:
        self.count += by

    @action(repeatable=True)
    async def repeatable(self, by: int = 1) -> None:
        self.count += by

    @action(repeatable=True)
    def repeatable_sync(self, by: int = 1) -> None:
        self.count += by

    @action
    def increment_sync(self, by: int = 1) -> None:
        self.count += by


class Board:
    """What is shown to many: thirty rows, of which one changes at a time."""

    template = "<table>{% for row in rows %}<tr><td>{{ row }}</td></tr>{% endfor %}</table>"
    rows: list[int]

    def change(self) -> None:
        self.rows[sum(self.rows) % len(self.rows)] += 1


class OwnBoard(Board, Component):
    rows: list[int] = field(default_factory=lambda: [0] * 30)

    def topics(self) -> list[str]:
        return ["bench.own"]

    @on("moved")
    def moved(self) -> None:
        self.change()


class SharedBoard(Board, SharedComponent):
    rows: list[int] = field(default_factory=lambda: [0] * 30)

    def topics(self) -> list[str]:
        return ["bench.shared"]

    @on("moved")
    def moved(self) -> None:
        self.change()


async def move(request: HttpRequest, board: str) -> HttpResponse:
    """Have all boards of one kind hear ``n`` events."""
    for _ in range(int(request.GET["n"])):
        await abroadcast(f"bench.{board}", event="moved")
    return HttpResponse()


def board(request: HttpRequest, board: str) -> HttpResponse:
    source = f"{{% load live %}}<!doctype html><title>bench</title>{{% live 'benchmarks.{board}_board' %}}"
    return HttpResponse(engines["django"].from_string(source).render({}, request))


PAGE = "{% load live %}<!doctype html><title>bench</title>{% live 'benchmarks.counter' %}"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def toast(number: int) -> Toast:
    return Toast(f"Message {number:06d} of a broadcast benchmark, padded to a usual length.")


async def send(request: HttpRequest) -> JsonResponse:
    """Broadcast ``n`` toasts to the topic; answers how long that took."""
    began = time.perf_counter()
    for number in range(int(request.GET["n"])):
        await abroadcast("bench", toast(number))
    return JsonResponse({"seconds": time.perf_counter() - began})


TEXT = "Message 000000 of a broadcast benchmark, padded to a usual length."
CHANNELS = {
    "bench": {"type": "bench.message", "text": TEXT},
    "fan": {"type": "fan.message", "frame": TEXT.encode() + b" (and a frame)"},
}


async def group_send(request: HttpRequest) -> JsonResponse:
    """The same through Channels itself: to as many stock consumers, or to one that writes to all sockets."""
    from channels.layers import get_channel_layer

    group, layer = request.GET["group"], get_channel_layer(request.GET.get("layer", "default"))
    for _ in range(int(request.GET["n"])):
        await layer.group_send(group, CHANNELS[group])
    return JsonResponse({})


async def layer_send(request: HttpRequest) -> JsonResponse:
    """The broadcast of ``send`` without a log: encoded, and handed to the layer."""
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    for number in range(int(request.GET["n"])):
        frame = encode_items([(None, toast(number))])
        await layer.group_send("fan", {"type": "fan.message", "frame": frame})
    return JsonResponse({})


urlpatterns = [
    path("", page),
    path("send", send),
    path("group_send", group_send),
    path("layer_send", layer_send),
    path("<str:board>/move", move),
    path("<str:board>/", board),
]
