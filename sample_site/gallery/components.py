"""The first results, each as an action one can press. The page shows these very lines beside the buttons."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liveactions import (
    HTML,
    Actions,
    Component,
    Delete,
    Error,
    Event,
    History,
    LoadJS,
    Notify,
    Redirect,
    Result,
    Signal,
    Signals,
    Toast,
    action,
    signal,
)

__all__ = ["BlockShape", "BrowserWords", "HtmlWords", "Messages", "ReturnShapes", "SignalWords", "Streams", "TextShape"]

Swap = Literal["inner", "outer", "before", "after", "prepend", "append", "delete", "none"]
Level = Literal["info", "success", "warning", "error"]
Color = Literal["blue", "green", "yellow", "orange", "red"]


def piece(text: str, name: str = "") -> SafeString:
    """A small piece of markup to put into a stage."""
    return format_html('<p class="stage__piece stage__piece--fresh"{}>{}</p>', id_of(name), text)


def id_of(name: str) -> SafeString:
    return format_html(' id="{}"', name) if name else SafeString()


def clock() -> str:
    return timezone.localtime().strftime("%H:%M:%S")


class HtmlWords(Component):
    """``HTML`` with its options, and ``Delete``."""

    template_name = "gallery/html_words.html"

    @action
    def swap(self, mode: Swap) -> HTML:
        name = "swap_target" if mode == "outer" else ""
        content = f"{mode}, {clock()}" if mode == "inner" else piece(f"{mode}, {clock()}", name)
        return HTML(content, target="#swap_target", swap=mode)

    @action
    def reset(self) -> HTML:
        target = format_html('<p class="stage__piece" id="swap_target">The target</p>')
        return HTML(target, target="#swap_stage", swap="inner")

    @action
    def remove(self) -> Delete:
        return Delete("#swap_target", transition=True)

    @action
    def slowly(self) -> HTML:
        fresh = piece(f"Slowly, {clock()}", "slow_target")
        return HTML(fresh, target="#slow_target", transition=True, swap_delay=200, settle_delay=200)

    @action
    def focus(self) -> HTML:
        field = format_html(
            '<label id="focus_target" class="field"><span class="field__label">It has the focus</span>'
            '<input class="input" name="focused" value="{}"></label>',
            clock(),
        )
        return HTML(field, target="#focus_target", focus="input[name=focused]")

    @action
    def first_invalid(self) -> HTML:
        fields = format_html(
            '<div id="focus_target" class="form"><input class="input" aria-label="Right" value="right">'
            '<input class="input" aria-label="Wrong" aria-invalid="true" value="wrong, {}"></div>',
            clock(),
        )
        return HTML(fields, target="#focus_target", focus="first-invalid")

    @action
    def missing(self, *, strict: bool) -> list[Result]:
        return [
            HTML("nobody sees this", target="#not_in_this_page", strict_targets=strict),
            Toast("A missing target was passed over."),
        ]


class Messages(Component):
    """``Toast``, ``Notify`` and ``Error``, with and without a button."""

    template_name = "gallery/messages.html"

    @action
    def toast(self, level: Level) -> Toast:
        return Toast(f"This is {level}.", level=level)

    @action
    def titled(self) -> Toast:
        return Toast("It stays until it is closed.", title="With a title", sticky=True)

    @action
    def undo(self) -> Toast:
        back = Notify("It is back.", color="green")
        return Toast("The line was removed.", action=back, action_label="Undo", timeout=8000)

    @action
    def payload(self) -> Toast:
        return Toast({"message": "A dictionary is handed on as it is", "level": "success", "order": 1042})

    @action
    def notify(self, color: Color) -> Notify:
        return Notify(f"This is {color}.", color=color)

    @action
    def with_button(self) -> Notify:
        return Notify("The report is ready.", color="green", action=Redirect("/gallery/?report=1#messages"))

    @action
    def error(self) -> Error:
        return Error("The carrier does not answer.", status=422, action=Toast("Tried again."), action_label="Try again")

    @action(confirm="Really ask everybody to leave?")
    def asked_first(self) -> Toast:
        return Toast("You said yes.", level="warning")


class BrowserWords(Component):
    """``Event``, ``History``, ``LoadJS`` and ``Redirect``."""

    template_name = "gallery/browser_words.html"

    @action
    def event(self) -> Event:
        return Event("gallery:hello", {"time": clock()})

    @action
    def event_at(self) -> Event:
        return Event("gallery:hello", {"time": clock()}, target="#event_target")

    @action
    def push(self) -> History:
        return History(push_url="/gallery/?pushed=1#browser")

    @action
    def replace(self) -> History:
        return History(replace_url="/gallery/?replaced=1#browser")

    @action
    def load(self) -> list[Result]:
        return [
            LoadJS(static("gallery/greeter.js")),
            Event("gallery:greet", {"name": self.user.get_username()}),
        ]

    @action
    def leave(self) -> list[Result]:
        return [
            Redirect("/gallery/?redirected=1#browser"),
            Toast("Nobody sees this: a redirect is the last thing.", level="error"),
        ]


class SignalWords(Component):
    """Values that live in the browser: of this component, and ``$`` of the whole page."""

    template_name = "gallery/signal_words.html"

    count: int = signal(0)

    @action
    def state(self) -> None:
        self.count += 1

    @action
    def local(self) -> Signal:
        return Signal("mood", f"fine at {clock()}")

    @action
    def everywhere(self) -> Signal:
        return Signal("$unread", 7)

    @action
    def several(self) -> Signals:
        return Signals({"mood": "busy", "$desk": {"open": True, "since": clock()}})

    @action
    def merge(self) -> Signals:
        return Signals({"$desk": {"open": False}})


class Streams(Component):
    """Generators: sync and async, one that fails, one that leaves."""

    template_name = "gallery/streams.html"

    @action
    def steps(self) -> Iterator[Result]:
        for step in range(1, 6):
            time.sleep(0.3)
            yield Signal("steps", step)
        yield Toast("Five steps, one by one.", level="success")

    @action
    async def asynchronous(self) -> AsyncIterator[Result]:
        for line in ("Packing the lines …", "Printing the label …", "Calling the courier …"):
            yield HTML(piece(line), target="#stream_stage", swap="append")
            await asyncio.sleep(0.4)
        yield Toast("Handed over.", level="success")

    @action
    def empty(self) -> HTML:
        return HTML("", target="#stream_stage", swap="inner")

    @action
    def fails(self) -> Iterator[Result]:
        yield HTML(piece("This arrives."), target="#stream_stage", swap="append")
        time.sleep(0.3)
        raise RuntimeError("What a programmer reads; a page is told only that it failed.")

    @action
    def stops(self) -> Iterator[Result]:
        yield Redirect("/gallery/?stream=1#streams")
        raise AssertionError("never reached: a generator is closed after a redirect")


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


class ReturnShapes(Component):
    """Everything an action may return."""

    template_name = "gallery/return_shapes.html"

    @action
    def nothing(self) -> None:
        return None

    @action
    def one(self) -> Result:
        return Toast("One result.")

    @action
    def a_list(self) -> list[Result]:
        return [Toast("First."), Toast("Second.", level="success")]

    @action
    def a_tuple(self) -> tuple[Result, ...]:
        return Toast("First."), Toast("Second.", level="success")

    @action
    def actions(self) -> Actions:
        return Actions(Toast("First."), Toast("Second.", level="success"))

    @action
    def an_empty_list(self) -> list[Result]:
        return []

    @action
    def generator(self) -> Iterator[Result]:
        yield Toast("Yielded first.")
        yield Toast("Yielded second.", level="success")

    @action
    def an_iterable(self) -> map[Toast]:
        return map(Toast, ("Made", "by map()"))

    @action
    def dictionary(self) -> dict[str, Any]:
        return {"type": "notify", "message": "A dictionary with a type.", "color": "green"}

    @action
    def redirection(self) -> HttpResponse:
        return redirect("/gallery/?response=1#shapes")

    @action
    def wrong(self) -> int:
        return 42

    @action
    async def awaited(self) -> Result:
        await asyncio.sleep(0.2)
        return Toast("From a coroutine.", level="success")
