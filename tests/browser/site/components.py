"""Components that write down what they are told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from liveactions import HTML, Component, Event, LoadJS, Result, Signals, Toast, action, field, on
from tests.browser.site.errands import Errand
from tests.browser.site.gates import gate as gate_of
from tests.browser.site.large_lists import Feed, Ledger
from tests.browser.site.seeds import Seeds
from tests.browser.site.words import Words
from tests.contrib.windows import components as windows

__all__ = [
    "TICKS",
    "Barrier",
    "Bound",
    "Clock",
    "Errand",
    "Feed",
    "Fields",
    "Ledger",
    "Seeds",
    "Sheet",
    "Slow",
    "Words",
    "windows",
]

TICKS = "ticks"


class Slow(windows.WizardComponent):
    """A window with actions that take as long as a test wants."""

    name = "site.slow"
    template = """
      {% extends "live_windows/wizard.html" %}
      {% block fields %}
        <button type="button" live-click="steps" live-value-gate="{{ gate }}">Steps</button>
        <button type="button" live-click="away" live-value-gate="{{ gate }}" live-primary>Away</button>
      {% endblock %}
    """

    gate: str = ""

    @action
    async def steps(self, gate: str) -> AsyncIterator[Toast]:
        yield Toast("begun")
        await gate_of(gate).wait()

    @action(background=True)
    async def away(self, gate: str) -> AsyncIterator[Toast]:
        yield Toast("begun")
        await gate_of(gate).wait()

    async def action_confirm(self) -> None:
        await gate_of(self.gate).wait()


class Bound(Component):
    """Markup that a test gives, and a log of everything it led to."""

    template = """
      <section id="bound">
        <div id="markup">{{ markup|safe }}</div>
        <ol id="log">{% for line in log %}<li>{{ line }}</li>{% endfor %}</ol>
      </section>
    """

    markup: str = ""
    log: list[str] = []
    text: str = field("", bind=True)
    number: int | None = field(None, bind=True)
    yes: bool = field(False, bind=True)
    choice: str = field("", bind=True)
    many: list[str] = field(default_factory=list, bind=True)

    def updated(self, changed: frozenset[str]) -> None:
        for name in sorted(changed & {"text", "number", "yes", "choice", "many"}):
            self.log.append(f"{name}={json.dumps(getattr(self, name))}")

    @action
    def note(self, **values: Any) -> None:
        self.log.append(" ".join(["note", *(f"{name}={json.dumps(values[name])}" for name in sorted(values))]))

    @action
    def shout(self, size: int) -> Event:
        """An answer of so many characters."""
        self.log.append("shout")
        return Event("shouted", {"text": "a" * size})

    @action
    def tell(self, value: str = "", key: str = "", checked: bool | None = None) -> None:
        """What happened in the browser, as an action may ask for it by name."""
        told = {"value": value, "key": key, "checked": checked}
        self.log.append(" ".join(["tell", *(f"{name}={json.dumps(told[name])}" for name in told if told[name])]))

    @action
    async def wait(self, gate: str, line: str = "waited") -> None:
        await gate_of(gate).wait()
        self.log.append(line)

    @action(parallel=True)
    async def beside(self, gate: str, line: str = "beside") -> None:
        await gate_of(gate).wait()
        self.log.append(line)

    @action
    async def fail(self, gate: str = "") -> None:
        if gate:
            await gate_of(gate).wait()
        raise RuntimeError("the-secret-of-the-programmer")

    @action(confirm="Is the server allowed to?")
    def allowed(self) -> None:
        self.log.append("allowed")

    @action
    def become(self, markup: str) -> None:
        """Other markup from now on."""
        self.markup = markup

    @action
    def signals(self, values: str) -> Signals:
        return Signals(json.loads(values))

    @action
    def append(self, content: str, target: str) -> HTML:
        return HTML(content, target=target, swap="append")

    @action
    def script(self, src: str) -> list[Result]:
        return [LoadJS(src), Toast("After the script.")]


class Barrier(Component):
    """Another component of the page: when it has counted, everything that was sent before has been seen to."""

    template = (
        '<p><button id="barrier" type="button" live-click="count">Count</button> <b id="counted">{{ counted }}</b></p>'
    )

    counted: int = 0

    @action
    def count(self) -> None:
        self.counted += 1


class Fields(Component):
    """Every kind of control, each as the server says it is."""

    template = """
      <section id="fields">
        <input id="text" live-model="text" value="{{ text }}">
        <textarea id="area" live-model="area">{{ area }}</textarea>
        <input id="number" type="number" live-model="number" value="{{ number|default_if_none:'' }}">
        <input id="yes" type="checkbox" live-model="yes"{% if yes %} checked{% endif %}>
        {% for it in colours %}
          <input id="{{ it }}" type="checkbox" live-model="many" value="{{ it }}"{% if it in many %} checked{% endif %}>
        {% endfor %}
        {% for it in sizes %}
          <input id="{{ it }}" type="radio" name="size" value="{{ it }}" live-model="size"
            {% if it == size %} checked{% endif %}>
        {% endfor %}
        <select id="one" live-model="one">
          {% for it in colours %}<option{% if it == one %} selected{% endif %}>{{ it }}</option>{% endfor %}
        </select>
        <select id="several" multiple live-model="several">
          {% for it in colours %}<option{% if it in several %} selected{% endif %}>{{ it }}</option>{% endfor %}
        </select>
        <output id="state">{{ state }}</output>
      </section>
    """

    text: str = field("", bind=True)
    area: str = field("", bind=True)
    number: int | None = field(None, bind=True)
    yes: bool = field(False, bind=True)
    many: list[str] = field(default_factory=list, bind=True)
    size: str = field("", bind=True)
    one: str = field("red", bind=True)
    several: list[str] = field(default_factory=list, bind=True)

    def colours(self) -> list[str]:
        return ["red", "green", "blue"]

    def sizes(self) -> list[str]:
        return ["small", "large"]

    def state(self) -> str:
        names = ("text", "area", "number", "yes", "many", "size", "one", "several")
        return json.dumps({name: getattr(self, name) for name in names})

    def updated(self, changed: frozenset[str]) -> None:
        if self.number is not None:
            self.number = min(self.number, 100)

    @action
    def become(self, values: str) -> None:
        for name, value in json.loads(values).items():
            setattr(self, name, value)


class Clock(Component):
    """Everything a patch must not disturb, patched with every tick."""

    template = """
      <section id="clock">
        <p id="ticks">{{ number }}</p>
        <label>Text <input id="text" name="text" value="as it was"></label>
        <label>Long <textarea id="long" name="long">one two three four</textarea></label>
        <label>Bound <input id="bound_text" live-model.debounce.100ms="text" value="{{ text }}"></label>
        <p id="typed">{{ text }}</p>
        <details id="details"><summary>More at {{ number }}</summary>Inside</details>
        <p id="marked" class="plain{% if even %} even{% endif %}">{{ number }}</p>
        <ol id="scrolled" style="height: 60px; overflow: auto">
          {% for line in lines %}<li id="line_{{ line }}">{{ line }} at {{ number }}</li>{% endfor %}
        </ol>
        <p id="read">Some words to select, at all times</p>
        <div id="foreign">{{ number }}</div>
      </section>
    """

    number: int = 0
    text: str = field("", bind=True)

    def topics(self) -> list[str]:
        return [TICKS]

    @on("tick")
    def tick(self, number: int) -> None:
        self.number = number

    def even(self) -> bool:
        return self.number % 2 == 0

    def lines(self) -> range:
        return range(40)


class Sheet(Component):
    """A slot of every kind, in every kind of place."""

    template = """
      <section id="sheet">
        <p id="text">{{ text }}</p>
        <p id="count">{{ count }} of <b>{{ count }}</b> and {{ total }}</p>
        <a id="link" class="base {{ kind }}" style="top: 0; color: {{ color }}" href="/?q={{ text }}&amp;r=1">Link</a>
        <form>
          <input id="field" name="field" value="{{ field }}">
          <input id="box" type="checkbox"{% if on %} checked{% endif %}>
          {% for it in sizes %}
            <input id="{{ it }}" type="radio" name="size" value="{{ it }}"{% if it == size %} checked{% endif %}>
          {% endfor %}
          <select id="choice">
            {% for it in choices %}<option{% if it == choice %} selected{% endif %}>{{ it }}</option>{% endfor %}
          </select>
          <textarea id="area">
{{ area }}</textarea>
        </form>
        <details id="details"{% if open %} open{% endif %}><summary>{{ text }}</summary>Inside</details>
        <dialog id="dialog"{% if shown %} open{% endif %}>{{ text }}</dialog>
        <video id="video"{% if quiet %} muted{% endif %}></video>
        <svg id="drawing" viewBox="0 0 {{ size_of_drawing }} 9">
          {% for it in radii %}<circle r="{{ it }}"></circle>{% if it > 1 %}<text>{{ it }}</text>{% endif %}{% endfor %}
        </svg>
        <table><tbody id="rows">
          {% for row in rows %}<tr live-key="{{ row }}"><td>{{ row }}</td><td><input aria-label="{{ row }}"></td></tr>
          {% endfor %}
        </tbody></table>
        <div id="frames">
          {% for it in frames %}
            <p live-key="{{ it }}"><iframe title="{{ it }}" srcdoc="<input aria-label=inside>"></iframe></p>
          {% endfor %}
        </div>
        <x-card id="card" label="{{ text }}"><b>{{ text }}</b></x-card>
        <div id="shadow"><template shadowrootmode="open"><slot></slot></template><i>{{ text }}</i></div>
        <template id="blank"><i>{{ text }}</i></template>
        <div id="ignored" live-ignore>{{ text }}</div>
        <div id="editable" contenteditable>{{ area }}</div>
        <p id="either">{% if on %}<b>{{ text }}</b>{% else %}nothing{% endif %} of it</p>
      </section>
    """

    text: str = "one"
    count: int = 1
    total: int = 9
    kind: str = "plain"
    color: str = "red"
    field: str = "first"
    on: bool = False
    size: str = "small"
    sizes: list[str] = ["small", "large"]
    choice: str = "b"
    choices: list[str] = ["a", "b"]
    area: str = "lines"
    open: bool = False
    shown: bool = False
    quiet: bool = False
    size_of_drawing: int = 9
    radii: list[int] = [1, 2]
    rows: list[str] = ["a", "b", "c", "d"]
    frames: list[str] = ["left", "right"]

    @action
    def put(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
