"""Words about windows, and about what stands under them."""

from __future__ import annotations

from typing import Literal

from django.core.exceptions import ValidationError

from liveactions import (
    Close,
    Component,
    Notify,
    Redirect,
    Refresh,
    SendMessage,
    WindowAction,
    Wizard,
    action,
    field,
    performs,
)
from liveactions.contrib.windows import WizardComponent
from liveactions.results.words import windows
from sample_site.gallery.exhibits import exhibits
from sample_site.gallery.pieces import clock
from sample_site.gallery.room import Room

__all__ = ["Greeting", "Inner", "Windows"]


class Greeting(WizardComponent):
    """Asks for a name."""

    window_title = "A wizard"
    confirm_label = "Greet"
    required = ("who",)

    who: str = field("", bind=True)

    def action_confirm(self):
        if self.who.lower() == "nobody":
            raise ValidationError({"who": "Greet somebody."})
        return Close(reload=True, notify=f"Hello {self.who}", infos={"who": self.who})

    @action
    def another(self):
        return Wizard("gallery.greeting", title="On top of the other")

    @action
    def instead(self):
        return Wizard("gallery.greeting", title="Instead of it", replace=True)

    template_name = "gallery/greeting.html"


@performs(WindowAction)
def to_a_word(word: WindowAction, request):
    """The words of the gallery are records of a kind: they can be gone to."""
    return Redirect(f"/gallery/?word={word.record_id}#{word.record_id}") if word.model == "gallery.word" else word


class Inner(Component):
    """A component in a component."""

    template_name = "gallery/inner.html"

    looked: int = 0

    def restored(self) -> None:
        self.looked += 1

    @action
    def refresh_parent(self) -> Refresh:
        return Refresh("parent")


class Windows(Room):
    words = windows

    looked: int = 0
    stock: int = 0
    heard: str = "nobody"

    def restored(self) -> None:
        self.looked += 1

    def window_closed(self, infos) -> None:
        self.heard = (infos or {}).get("who", "nobody")

    @exhibits(Close, "Close what is open")
    @action
    def close(self) -> Close:
        """Nothing is open here, so only the rest is done. The wizard below closes its window with it."""
        return Close(reload=True, notify=Notify("There was no window.", color="yellow"))

    @exhibits(Refresh)
    @action
    def refresh(self, scope: Literal["self", "parent", "all"]) -> Refresh:
        """The components look at their data again. What is above a component is its parent, or the opener of its window."""
        return Refresh(scope)

    @exhibits(Refresh, "Delayed values")
    @action
    def delayed(self) -> Refresh:
        """What is slow is loaded when the page stands (``live-load``), and again when it is named."""
        return Refresh(delayed=["stock"])

    @action
    def load_stock(self) -> None:
        self.stock += 1

    @exhibits(Wizard, "Open a wizard", also=(Greeting,))
    @action
    def wizard(self) -> Wizard:
        """Its form is made of its bound fields. From inside, one more wizard stands on top, or takes its place."""
        return Wizard("gallery.greeting", ctx={"default_who": self.user.get_username()})

    @exhibits(WindowAction, "Go to Toast", also=(to_a_word,))
    @action
    def go(self) -> WindowAction:
        """Who knows how to get there has said so with ``@performs``; ``liveactions.contrib.records`` does for models."""
        return WindowAction("gallery.word", "Toast")

    @exhibits(WindowAction, "Open an order", needs="liveactions.contrib.records")
    @action
    def open_order(self) -> WindowAction:
        return WindowAction("desk.order", 1, target="new", title="An order")

    @exhibits(SendMessage, "Write a message", "Log a note", "Write to followers", needs="liveactions.contrib.mail")
    @action
    def write(self, kind: Literal["message", "note", "followers"]) -> SendMessage:
        """Opens the composer. Nothing is sent before its user sends it."""
        subject = f"About your order, {clock()}"
        return SendMessage("desk.order", 1, modal_type=kind, rendered_subject=subject)
