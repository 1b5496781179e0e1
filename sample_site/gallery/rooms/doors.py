"""What an action may return."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from liveactions import HTML, Actions, Component, DataRecord, Redirect, Result, Signal, Toast, action
from sample_site.gallery.exhibits import Topic, exhibits
from sample_site.gallery.pieces import clock, piece
from sample_site.gallery.room import Room

__all__ = ["BlockShape", "Doors", "TextShape"]

THREE_WAYS = Topic("Three ways", "One answer: as results, collected by the request, as dicts. The frames are the same.")
RESULTS = Topic("Results", "One, several in order, or none.")
STEPS = Topic("Generators", "Each item arrives as it is yielded, before the rest is done.")
OTHERS = Topic("Other values", "Dicts and responses become results; what is no result is refused.")
MARKUP = Topic("Text and context", "A string is the component’s own markup; a dict without a type is for its block.")


class TextShape(Component):
    """An action that returns a string: it becomes the component's own root element."""

    template_name = "gallery/text_shape.html"

    @action
    def text(self) -> str:
        return format_html(
            '<p class="stage__piece stage__piece--fresh" id="text_shape">A string, {}. '
            '<button class="next" type="button" live-click="text">Again</button></p>',
            clock(),
        )


class BlockShape(Component):
    """An action that returns a dict without ``type``: the template block of its name is rendered with it."""

    template_name = "gallery/block_shape.html"

    @action
    def greeting(self) -> dict[str, Any]:
        return {"who": self.user.get_username(), "when": clock()}


class Doors(Room):
    about = "What an action may return: every shape, and what it comes to."

    # One answer, three ways

    @exhibits(THREE_WAYS, "Ordered")
    @action
    def ordered(self) -> list[Result]:
        """As results, performed in the order in which they stand."""
        return [
            DataRecord({"number": 1042, "stage": "Shipped"}, title="Order 1042"),
            Toast("Order 1042 is on its way.", level="success"),
        ]

    @exhibits(THREE_WAYS, "Builder")
    @action
    def builder(self) -> None:
        """Said to the request in any order, from anywhere, and put in order when the action is done."""
        self.request.success("Order 1042 is on its way.")
        self.request.set_response(data={"number": 1042, "stage": "Shipped"}, title="Order 1042")

    @exhibits(THREE_WAYS, "Dicts")
    @action
    def dicts(self) -> list[dict[str, Any]]:
        """As plain dicts, which need no import."""
        return [
            {"type": "data_record", "data": {"number": 1042, "stage": "Shipped"}, "title": "Order 1042"},
            {"type": "toast", "message": "Order 1042 is on its way.", "level": "success"},
        ]

    # Results

    @exhibits(RESULTS, "None")
    @action
    def nothing(self) -> None:
        return None

    @exhibits(RESULTS, "One")
    @action
    def one(self) -> Result:
        return Toast("One result.")

    @exhibits(RESULTS, "List")
    @action
    def a_list(self) -> list[Result]:
        return [Toast("First."), Toast("Second.", level="success")]

    @exhibits(RESULTS, "Empty list")
    @action
    def an_empty_list(self) -> list[Result]:
        return []

    @exhibits(RESULTS, "Tuple")
    @action
    def a_tuple(self) -> tuple[Result, ...]:
        return Toast("First."), Toast("Second.", level="success")

    @exhibits(RESULTS, "Actions")
    @action
    def actions(self) -> Actions:
        return Actions(Toast("First."), Toast("Second.", level="success"))

    @exhibits(RESULTS, "Iterable")
    @action
    def an_iterable(self) -> Iterable[Toast]:
        return map(Toast, ("Made", "by map()"))

    @exhibits(RESULTS, "Coroutine")
    @action
    async def awaited(self) -> Result:
        await asyncio.sleep(0.2)
        return Toast("From a coroutine.", level="success")

    # Generators

    @exhibits(STEPS, "Five steps", once=True)
    @action
    def steps(self) -> Iterator[Result]:
        for step in range(1, 6):
            time.sleep(0.3)
            yield Signal("steps", step)
        yield Toast("Five steps, one by one.", level="success")

    @exhibits(STEPS, "Async")
    @action
    async def asynchronous(self) -> AsyncIterator[Result]:
        for line in ("Packing the lines …", "Printing the label …", "Calling the courier …"):
            yield HTML(piece(line), target="#stream_stage", swap="append")
            await asyncio.sleep(0.4)
        yield Toast("Handed over.", level="success")

    @exhibits(STEPS, "Fail half-way")
    @action
    def fails(self) -> Iterator[Result]:
        """After an exception, what came before it stays."""
        yield HTML(piece("This arrives."), target="#stream_stage", swap="append")
        time.sleep(0.3)
        raise RuntimeError("What a programmer reads; a page is told only that it failed.")

    @exhibits(STEPS, "Redirect half-way")
    @action
    def stops(self) -> Iterator[Result]:
        yield Redirect("/gallery/?stream=1#generators")
        raise AssertionError("never reached: a generator is closed after a redirect")

    @exhibits(STEPS, "Empty the stage")
    @action
    def empty(self) -> HTML:
        return HTML("", target="#stream_stage", swap="inner")

    # Other values

    @exhibits(OTHERS, "Dict with a type")
    @action
    def dictionary(self) -> dict[str, Any]:
        return {"type": "notify", "message": "A dictionary with a type.", "color": "green"}

    @exhibits(OTHERS, "HTTP redirect")
    @action
    def redirection(self) -> HttpResponse:
        return redirect("/gallery/?response=1#other_values")

    @exhibits(OTHERS, "A number")
    @action
    def wrong(self) -> int:
        """Refused, with the place of the wrong item and what is allowed."""
        return 42

    # Text and context

    @exhibits(MARKUP, "A text from here", also=(TextShape, BlockShape))
    @action
    def block(self) -> HTML:
        """The two components on the stage answer for themselves."""
        return HTML(piece(f"Markup from outside, {clock()}", "markup_note"), target="#markup_note")
