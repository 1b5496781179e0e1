"""A till and the windows that it opens; for the tests of the kit and for those in a browser."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from liveactions import Close, Component, Download, Notify, Redirect, Refresh, Result, UpdateParent, Wizard, action
from liveactions import field as state
from liveactions.contrib.windows import WizardComponent, open_window


class Till(Component):
    """Opens windows, and writes down what it hears of them."""

    name = "till.desk"
    template = """
      <section id="till">
        <button type="button" id="pay" live-click="pay">Pay</button>
        <button type="button" id="pay-busy" live-click="pay" live-disable>Pay, and wait</button>
        <button type="button" id="note" live-click="note">Note</button>
        <button type="button" id="search" live-click="search">Search</button>
        <button type="button" id="plain" live-click="plain">Plain</button>
        <button type="button" id="close" live-click="close_top">Close</button>
        <p id="looked">{{ looked }}</p>
        <p id="sum">{{ sum }}</p>
        <ol id="heard">{% for line in heard %}<li>{{ line }}</li>{% endfor %}</ol>
      </section>
    """

    heard: list[str] = state(default_factory=list)
    looked: int = 0
    sum: int = 0

    def restored(self) -> None:
        self.looked += 1

    def window_closed(self, infos: Any) -> None:
        self.heard.append(f"closed {infos}")

    @action
    def pay(self) -> Wizard:
        return Wizard("till.payment", title="Take a payment", ctx={"default_amount": 80, "default_colour": "red"})

    @action
    def note(self) -> Wizard:
        return Wizard("till.note")

    @action
    def search(self) -> Wizard:
        return Wizard("till.search", ctx={"default_text": "tea"})

    @action
    def plain(self) -> None:
        open_window(self.request, "till.card", title="A card", params={"text": "Hello"})

    @action
    def close_top(self, reload: bool = False) -> Close:
        return Close(reload=reload, notify="Closed from below", infos={"by": "till"})

    @action
    def open(self, word: dict[str, Any]) -> dict[str, Any]:
        return word

    @action
    def many(self, count: int) -> list[Result]:
        return [Wizard("till.note", title=f"Note {number + 1}") for number in range(count)]


class Payment(WizardComponent):
    """Several kinds of fields, and a few ways out."""

    name = "till.payment"
    confirm_label = "Take"
    labels = {"paid_on": "Paid on"}
    help_texts = {"amount": "In whole euros."}

    amount: int = state(0, bind=True)
    method: Literal["cash", "card"] = state("cash", bind=True)
    paid_on: date | None = state(None, bind=True)
    remark: str = state("", bind=True)
    receipt: bool = state(False, bind=True)
    tries: int = 0

    def action_confirm(self) -> Any:
        if self.amount > 1000:
            raise ValidationError({"amount": "That is more than the till holds."})
        return Close(reload=True, notify=f"Took {self.amount} by {self.method}", infos={"amount": self.amount})

    def action_refuse(self) -> None:
        raise ValidationError("Not today.")

    @action
    def more(self) -> Wizard:
        return Wizard("till.note", title="A note on it")

    @action
    def instead(self) -> Wizard:
        return Wizard("till.note", title="A note instead", replace=True)

    @action
    def chain(self) -> list[Result]:
        return [Close(), Wizard("till.note", title="The next step")]

    @action
    def tell(self) -> Notify:
        return Notify("Still here")

    @action
    def file(self) -> Download:
        return Download("receipt.txt", b"80 EUR", mimetype="text/plain")

    @action
    def hand_over(self) -> list[Result]:
        return [Close(), UpdateParent({"sum": self.amount})]

    @action
    def look(self) -> Refresh:
        return Refresh("parent")

    @action
    def leave(self) -> Redirect:
        return Redirect("/elsewhere/")


class Note(WizardComponent):
    """One text, in a template of its own; opens others from where it stands."""

    name = "till.note"
    template = """
      {% extends "live_windows/wizard.html" %}
      {% block intro %}
        <p><button type="button" live-click="another">Another</button>
           <button type="button" live-click="leave">Leave</button>
           <a href="/elsewhere/">Elsewhere</a></p>
      {% endblock %}
    """
    text: str = state("", bind=True)
    required = ["text"]
    widgets = {"text": forms.Textarea}

    @action
    def another(self) -> Wizard:
        return Wizard("till.note", title="Another note")

    @action
    def leave(self) -> Redirect:
        return Redirect("/elsewhere/")

    async def action_confirm(self) -> Close:
        return Close(infos={"text": self.text})


class Search(WizardComponent):
    """A window with an address."""

    name = "till.search"
    linkable = True
    confirm_label = "Search"
    text: str = state("", bind=True)


class SignUpForm(forms.Form):
    """A form as every Django project has some."""

    email = forms.EmailField(label="E-mail")
    again = forms.EmailField(label="Once more")
    seats = forms.IntegerField(min_value=1, initial=1)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("email") != data.get("again"):
            raise ValidationError("The two are not the same.")
        return data


class SignUp(WizardComponent):
    """A Django form, shown and cleaned."""

    name = "till.sign_up"
    form_class = SignUpForm
    seats: int = state(2, bind=True)

    def action_confirm(self) -> Close:
        return Close(infos=[self.cleaned_data["email"], self.seats])


class Locked(WizardComponent):
    """Not for everybody."""

    name = "till.locked"
    linkable = True
    permission = "auth.change_user"
    text: str = state("", bind=True)


class Card(Component):
    """No wizard at all."""

    name = "till.card"
    template = """<article id="card">{{ text }} <button type="button" live-click="shout">Shout</button></article>"""
    text: str = ""

    @action
    def shout(self) -> None:
        self.text = self.text.upper()


class Importing(WizardComponent):
    """Something that goes on when its window is closed."""

    name = "till.importing"

    @action(background=True)
    def run(self) -> Notify:
        return Notify("All is read")
