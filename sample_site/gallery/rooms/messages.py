"""Words that say something to the person at the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

from django.utils.html import format_html

from liveactions import Alert, Confirm, Error, Log, Notify, Redirect, Result, Toast, action
from liveactions.results.words import Level, messages
from sample_site.gallery.exhibits import exhibits
from sample_site.gallery.room import Room

__all__ = ["Messages"]


class Messages(Room):
    words = messages

    answered: str = "nothing yet"

    # Toast

    @exhibits(Toast)
    @action
    def toast(self, level: Level) -> Toast:
        return Toast(f"This is {level}.", level=level)

    @exhibits(Toast, "Title, sticky")
    @action
    def titled(self) -> Toast:
        return Toast("It stays until it is closed.", title="With a title", sticky=True)

    @exhibits(Toast, "A payload")
    @action
    def payload(self) -> Toast:
        """For a page that draws its own toasts: it listens to ``live:toast``."""
        return Toast({"message": "A dictionary is handed on as it is", "level": "success", "order": 1042})

    # Notify

    @exhibits(Notify)
    @action
    def notify(self, color: Literal["blue", "green", "yellow", "orange", "red"]) -> Notify:
        return Notify(f"This is {color}.", color=color)

    @exhibits(Notify, "With a button")
    @action
    def with_button(self) -> Notify:
        """Any result can stand behind the button; without a label it says “Open”."""
        return Notify("The report is ready.", color="green", action=Redirect("/gallery/?report=1#Notify"))

    # Alert

    @exhibits(Alert)
    @action
    def alert(self, level: Level) -> Alert:
        return Alert(f"This is {level}.", level=level)

    @exhibits(Alert, "And then")
    @action
    def read_first(self) -> list[Result]:
        """``then``, and everything else that follows, waits until it has been read."""
        return [
            Alert("The invoice was posted. It cannot be changed any more.", then=Toast("You have read it.")),
            Toast("And this comes last.", level="success"),
        ]

    @exhibits(Alert, "A second button")
    @action
    def second_button(self) -> Alert:
        message = format_html("<p>The carrier has <b>two</b> offers.</p>")
        return Alert(message, title="Choose later?", action=Toast("The offers."), action_label="Show them")

    # Confirm

    @exhibits(Confirm, "Returned")
    @action
    def confirmed(self) -> Confirm:
        """Returned, with what is done on a yes. The server is not asked again."""
        return Confirm(
            "Three orders will be shipped today.",
            title="Ship them all?",
            choices={"yes": "Ship all", "no": "Not yet"},
            then=Toast("Shipped.", level="success"),
        )

    @exhibits(Confirm, "Awaited")
    @action
    async def awaited(self) -> Toast:
        """Awaited: the action stands still until there is an answer, and goes on where it stood."""
        if await self.request.confirm("Is everything packed?", title="Before we close"):
            return Toast("Closed for today.", level="success")
        return Toast("Still open.", level="warning")

    @exhibits(Confirm, "On every tab")
    @action
    async def on_every_tab(self) -> Toast:
        """Asked on every open tab of the user; the first answer counts, and the question closes everywhere."""
        if await self.request.confirm("Send the reminders now?", all_tabs=True):
            return Toast("The reminders are on their way.", level="success")
        return Toast("No reminder was sent.", level="warning")

    @exhibits(Confirm, "Yielded")
    @action
    async def yielded(self) -> AsyncIterator[Any]:
        """Yielded by a generator: the ``yield`` gives the name of the choice."""
        labels = yield Confirm("Print the labels as well?", choices={"yes": "Print", "no": "No labels"})
        drive = yield Confirm("Call the courier?", choices={"ok": "Call", "cancel": "Cancel"}, variant="warning")
        self.answered = f"labels: {labels}, courier: {drive}"

    @exhibits(Confirm, "With a callback")
    @action
    def with_callback(self) -> None:
        """With a function that is called after a yes, as Lino asks."""

        def delete(request):
            request.success("The draft is gone.")

        self.request.confirm(delete, "The draft will be deleted.", "There is no way back.", variant="danger")

    @exhibits(Confirm, "Declared")
    @action(confirm="Really ask everybody to leave?")
    def asked_first(self) -> Toast:
        """Declared with the action: asked in the browser, before the server hears of it."""
        return Toast("You said yes.", level="warning")

    # Error and Log

    @exhibits(Error, "Error")
    @action
    def error(self) -> Error:
        return Error("The carrier does not answer.", status=422, action=Toast("Tried again."), action_label="Try again")

    @exhibits(Error, "Of a form")
    @action
    def form_error(self) -> Error:
        """``errors`` is for the form: it comes with the event ``live:error``."""
        return Error("Two fields are not right.", {"city": ["Which one?"], "zip": ["Five digits."]}, status=422)

    @exhibits(Log)
    @action
    def log(self, level: Literal["debug", "info", "warning", "error"]) -> Log:
        """Look into the browser's console."""
        return Log(f"This is {level}.", level=level)
