"""A component for the cases of HyperDjango that need more than one word at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from django.utils.html import format_html
from django.utils.safestring import SafeString

from liveactions import (
    HTML,
    Component,
    Delete,
    Event,
    History,
    LoadJS,
    Result,
    Signal,
    Signals,
    Toast,
    action,
)
from tests.browser.site.gates import gate as gate_of

__all__ = ["Seeds"]


def form(name: str, problem: str) -> SafeString:
    invalid = format_html(' aria-invalid="true" aria-describedby="name_problem"') if problem else ""
    return format_html(
        '<form id="form" live-submit="save"><input name="first" aria-label="First" value="kept">'
        '<input name="name" aria-label="Name" value="{}"{}><p id="name_problem">{}</p><button>Save</button></form>',
        name,
        invalid,
        problem,
    )


class Seeds(Component):
    template = """
      <section id="seeds">
        <div class="buttons">{% for it in names %}
          <button type="button" live-key="{{ it }}" live-click="{{ it }}">{{ it }}</button>{% endfor %}</div>
        <ul id="list"><li>existing</li></ul>
        <p id="row"><b id="marker">marker</b></p>
        <p id="whole">old</p><p id="inside">old</p><p id="untouched">untouched</p><p id="doomed">doomed</p>
        <p id="receiver"></p>
        <p><b id="first" live-text="first">0</b><b id="second" live-text="second"></b><b id="all" live-text="$all"></b>
        </p>
        <div id="card">card</div>
        <div id="modal"></div>
        <form id="form" live-submit="save"><input name="first" aria-label="First"><input name="name" aria-label="Name">
          <button>Save</button></form>
        <input id="search" aria-label="Search" live-input="search" live-lane="replace" live-lane-key="search">
        <i id="searching" live-loading live-loading-lane="search">searching</i>
        <i id="saving" live-loading live-loading-lane="save">saving</i>
        <p id="found"></p>
        <button type="button" id="one" live-click="steps" live-value-line="one" live-lane="replace"
          live-lane-key="steps">One</button>
        <button type="button" id="two" live-click="steps" live-value-line="two" live-lane="replace"
          live-lane-key="steps">Two</button>
        <ol id="steps"></ol>
        <p id="chapter">{{ markup }}</p>
        <button type="button" live-click="turn" live-value-to="two">Turn</button>
      </section>
    """

    markup: str = ""
    names: list[str] = ["everything", "signals", "slowly", "missing", "deal", "compose"]

    @action
    def everything(self) -> list[Result]:
        return [
            HTML("<li>prepended</li>", target="#list", swap="prepend"),
            HTML("<li>appended</li>", target="#list", swap="append"),
            HTML("<i>before</i>", target="#marker", swap="before"),
            HTML("<i>after</i>", target="#marker", swap="after"),
            HTML('<h4 id="whole">new</h4>', target="#whole", swap="outer"),
            HTML("<em>new</em>", target="#inside", swap="inner"),
            HTML("never seen", target="#untouched", swap="none"),
            Delete("#doomed"),
            Event("site:delivered", {"message": "delivered"}, target="#receiver"),
            Toast({"message": "All of it", "level": "success", "order": 7}),
            History(replace_url="?everything=1"),
        ]

    @action
    def signals(self) -> list[Result]:
        return [Signal("first", 1), Signals({"second": "patched", "$all": "everywhere"})]

    @action
    def slowly(self) -> HTML:
        fresh = '<div id="card"><input id="fresh" aria-label="Fresh"></div>'
        return HTML(fresh, target="#card", focus="#fresh", transition=True, swap_delay=50, settle_delay=50)

    @action
    def missing(self) -> list[Result]:
        return [HTML("nobody", target="#nowhere", strict_targets=True), Toast("never shown")]

    @action
    def deal(self) -> HTML:
        return HTML('<div id="card" class="dealt">card</div>', target="#card", transition=True)

    @action
    def compose(self) -> list[Result]:
        modal = '<div id="modal"><dialog id="composer" live-hook="Composer"><input id="subject"></dialog></div>'
        return [LoadJS("/scripts/composer.js"), HTML(modal, target="#modal", focus="#subject")]

    @action
    def save(self, first: str = "", name: str = "") -> HTML:
        if not name:
            return HTML(form(name, "Give it a name."), target="#form", focus="first-invalid")
        return HTML(format_html('<p id="form">Saved {}</p>', name), target="#form")

    @action
    async def search(self, value: str, gate: str) -> list[Result]:
        await gate_of(f"{gate}-{value}").wait()
        found = format_html("found {}", value)
        return [HTML(found, target="#found", swap="inner"), History(replace_url=f"?q={value}")]

    @action
    async def steps(self, line: str, gate: str) -> AsyncIterator[Result]:
        yield HTML(f"<li>{line} begins</li>", target="#steps", swap="append")
        await gate_of(f"{gate}-{line}").wait()
        yield HTML(f"<li>{line} ends</li>", target="#steps", swap="append")

    @action
    def turn(self, to: str) -> History:
        self.markup = to
        return History(push_url=f"?markup={to}")
