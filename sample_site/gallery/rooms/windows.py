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
from sample_site.desk.models import Customer, Order
from sample_site.gallery.exhibits import exhibits
from sample_site.gallery.pieces import Looking
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


class Inner(Looking, Component):
    """A component in a component."""

    template_name = "gallery/inner.html"

    looked_at: str = ""

    @action
    def refresh_parent(self) -> Refresh:
        return Refresh("parent")


class Windows(Looking, Room):
    words = windows

    looked_at: str = ""
    stock: int = 0
    heard: str = "nobody"

    def window_closed(self, infos) -> None:
        self.heard = (infos or {}).get("who", "nobody")

    @exhibits(Close, "Close what is open")
    @action
    def close(self) -> Close:
        """Nothing is open here, so only the rest is done. The wizard below closes its window with it."""
        return Close(reload=True, notify=Notify("There was no window.", color="yellow"))

    @exhibits(Refresh, also=(Inner,))
    @action
    def refresh(self, scope: Literal["self", "all"]) -> Refresh:
        """Components look at their data again. The parent is what stands around, or has opened the window."""
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
        """Who knows the way has said so with ``@performs``; for models, ``liveactions.contrib.records`` does."""
        return WindowAction("gallery.word", "Toast")

    @exhibits(WindowAction, "Open an order", needs="liveactions.contrib.records")
    @action
    def open_order(self) -> WindowAction:
        """The newest order, in a window. ``target="current"`` goes to its page."""
        order = Order.objects.latest("number")
        return WindowAction("desk.order", order.pk, target="new", title=f"Order {order.number}")

    @exhibits(SendMessage, "A message", "A note", "To followers", needs="liveactions.contrib.mail")
    @action
    def write(self, kind: Literal["message", "note", "followers"]) -> SendMessage:
        """The composer opens, about a customer; what is written stays with that customer."""
        customer = Customer.objects.earliest("pk")
        return SendMessage("desk.customer", customer.pk, modal_type=kind, rendered_subject="About your order")
