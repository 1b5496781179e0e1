"""Components that the kit's own tests open."""

from __future__ import annotations

import asyncio
from datetime import date

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.template import Context, Template

from liveactions import (
    HTML,
    Component,
    Delete,
    Error,
    Event,
    History,
    LoadJS,
    Notify,
    Redirect,
    Signal,
    Signals,
    Toast,
    abroadcast,
    action,
    broadcast,
    field,
    on,
    signal,
)


class Counter(Component):
    template = """
    <section>
      <output>{{ count }}</output>
      <button live-click="increment" live-value-by="2">Add two</button>
      <button live-click="increment" disabled>Add one</button>
    </section>"""
    count: int = 0

    @action
    def increment(self, by: int = 1):
        self.count += by
        return Toast(f"Counted to {self.count}", level="success")

    @action
    def forbidden(self):
        raise PermissionDenied("Not you.")

    @action
    def since(self, day: date):
        return Toast(f"since {day:%d.%m.}")

    @action
    def broken(self):
        raise ZeroDivisionError("by design")

    @action(confirm="Really reset?")
    def reset(self):
        self.count = 0

    @action
    async def steps(self, upto: int):
        for step in range(upto):
            self.count += 1
            yield Toast(f"Step {step + 1}")
            await asyncio.sleep(0)


class Search(Component):
    name = "testing.search"
    template = """
    <div>
      <label>Words <input live-model="words" value="{{ words }}"></label>
      <label><input type="checkbox" live-model="exact" {% if exact %}checked{% endif %}> Exact</label>
      <input type="number" live-model="most" aria-label="At most">
      <p>{{ words }}|{{ exact }}|{{ most }}</p>
    </div>"""
    words: str = field("", bind=True)
    exact: bool = field(False, bind=True)
    most: int | None = field(None, bind=True)
    secret: int = 7


class PersonForm(Component):
    template = """
    <form live-submit="save">
      {% csrf_token %}
      <label for="id_name">Name</label><input id="id_name" name="name" value="{{ name }}">
      <select name="size" aria-label="Size"><option value="s">Small</option><option value="l">Large</option></select>
      <label><input type="radio" name="colour" value="red" checked> Red</label>
      <label><input type="radio" name="colour" value="blue"> Blue</label>
      <label><input type="checkbox" name="tags" value="new"> New</label>
      <label><input type="checkbox" name="tags" value="hot"> Hot</label>
      <textarea name="notes"></textarea>
      {% for problem in problems %}<p class="problem">{{ problem }}</p>{% endfor %}
      <button live-value-via="button">Save</button>
      <button type="button" live-click="touch">Touch</button>
    </form>"""
    name: str = ""
    problems: list[str] = []
    saved: dict = {}

    @action
    def save(self, **fields: object):
        self.problems = [] if fields.get("name") else ["A name, please."]
        if not self.problems:
            self.saved, self.name = fields, ""

    @action
    def touch(self):
        self.problems = ["Touched."]


class SlowForm(Component):
    template = '<form live-submit="save"><input name="name"><p>{{ step }}</p></form>'
    step: str = ""

    @action
    def save(self, name: str):
        self.step = f"saving {name}"
        yield
        self.step = f"saved {name}"


class Row(Component):
    template = '<li>{{ label }}: <b>{{ clicks }}</b> <button live-click="hit">Hit</button></li>'
    label: str = ""
    clicks: int = 0

    @action
    def hit(self):
        self.clicks += 1


class Rows(Component):
    template = """
    {% load live %}
    <ul data-title="{{ title }}">
      {% for label in labels %}{% live "tests.row" label=label key=label %}{% endfor %}
    </ul>"""
    title: str = "first"
    labels: list[str] = ["a", "b"]

    @action
    def rename(self, title: str):
        self.title = title

    @action
    def order(self, labels: list[str]):
        self.labels = labels


class Words(Component):
    """Says whatever word is asked for."""

    template = """
    <div><p id="target">old</p><ul id="list"><li>one</li></ul><i class="x">1</i><i class="x">2</i></div>"""
    count: int = signal(3)

    @action
    def say(self, which: str):
        return WORDS[which]()

    @action
    def count_up(self):
        self.count += 1


def embedded() -> HTML:
    """A new root component, as a view might render it."""
    html = Template('{% load live %}{% live "tests.counter" count=8 %}').render(Context())
    return HTML(html, target="#list", swap="after")


WORDS = {
    "embedded": embedded,
    **{
        swap: lambda swap=swap: HTML("<b>new</b>", target="#target", swap=swap)
        for swap in ("inner", "outer", "before", "after", "prepend", "append", "delete", "none")
    },
    "delete word": lambda: Delete(".x"),
    "strict": lambda: [HTML("x", target="#nowhere", strict_targets=True), Toast("never")],
    "lenient": lambda: [HTML("x", target="#nowhere"), Toast("still")],
    "event": lambda: Event("moved", {"order": 7}),
    "toast": lambda: Toast("Moved", action=HTML("<b>undone</b>", target="#target"), action_label="Undo"),
    "notify": lambda: Notify("Seen", color="green"),
    "error": lambda: Error("Broken", status=422),
    "redirect": lambda: [Toast("first"), Redirect("/there/"), Toast("never")],
    "push": lambda: History(push_url="?tab=2"),
    "script": lambda: [LoadJS("/static/a.js"), LoadJS("/static/a.js")],
    "signal": lambda: [Signal("$unread", 1), Signals({"$user": {"name": "Ana"}}), Signals({"$user": {"age": 3}})],
    "rows": lambda: HTML("<li>two</li><li>three</li>", target="#list", swap="append"),
}


class Room(Component):
    """Hears what is told in its room."""

    template = """
    <div><ol>{% for word in heard %}<li>{{ word }}</li>{% endfor %}</ol>
    <button live-click="tell" live-value-word="hello">Tell</button></div>"""
    room: str = "lobby"
    heard: list[str] = []

    def topics(self):
        return [f"room.{self.room}"]

    @action
    def tell(self, word: str):
        broadcast(f"room.{self.room}", Toast(f"Somebody said {word}"), event="told", word=word)

    @action(atomic=True)
    def tell_and_fail(self, word: str):
        self.tell(word)
        raise ValueError("rolled back")

    @on("told")
    def note(self, word: str):
        self.heard.append(word)

    @action
    async def later(self, word: str):
        """Tells it when the call has long been answered."""
        self._telling = asyncio.create_task(tell_later(self.room, word))


async def tell_later(room: str, word: str):
    await asyncio.sleep(0.05)
    await abroadcast(f"room.{room}", event="told", word=word)


class People(Component):
    """Works with the database, synchronously and asynchronously."""

    template = """
    <div><ul>{% for person in people %}<li>{{ person.username }}</li>{% endfor %}</ul><em>{{ user }}</em></div>"""
    names: str = ""

    @property
    def people(self):
        return get_user_model().objects.order_by("username")

    @action
    def add(self, name: str):
        get_user_model().objects.create(username=name)

    @action
    async def add_later(self, name: str):
        await get_user_model().objects.acreate(username=name)
        self.names = name


class Keys(Component):
    template = """
    <div live-keydown.escape.window="close">
      <input name="q" live-keydown.enter="go" live-input="typed" live-on-done="done">
      <a href="#" live-click="once" live-click.once="first">Once</a>
      <p draggable="true" live-value-card="7">Card</p><p live-drop="dropped">Lane</p>
      <div live-click="outer"><button live-click.stop="inner">Inner</button><span>Outer</span></div>
      <button live-click="ask" live-confirm="Sure?">Ask</button>
      <a href="/elsewhere/">Elsewhere</a>
      <output>{{ log|join:" " }}</output>
    </div>"""
    log: list[str] = []

    def note(self, what):
        self.log.append(what)

    @action
    def close(self):
        self.note(f"close:{self.request.event['key']}")

    @action
    def go(self):
        self.note("go")

    @action
    def typed(self):
        self.note(f"typed:{self.request.event['value']}")

    @action
    def done(self):
        self.note(f"done:{self.request.event['value']}")

    @action
    def once(self):
        self.note("each")

    @action
    def first(self):
        self.note("first")

    @action
    def dropped(self, card: int):
        self.note(f"card:{card}")

    @action
    def outer(self):
        self.note("outer")

    @action
    def inner(self):
        self.note("inner")

    @action
    def ask(self):
        self.note("asked")
