"""Rows, a component that has them, and templates with loops over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgpack

from liveactions import Component
from tests.templating.reference import Desk, engine_of


@dataclass
class Row:
    """A row that holds all it shows."""

    name: str = "a"
    n: int = 0
    tags: list[Any] = field(default_factory=list)
    inner: Any = None

    @property
    def shout(self) -> str:
        return f"{self.name}!"

    def greet(self) -> str:
        return f"Hello {self.name}"


class Rows(Component):
    name = "loops.rows"
    template = "x"
    items: list[Any] = []
    table: dict[str, Any] = {}
    picked: Any = 0
    title: str = "t"
    owner: Any = None

    @property
    def computed(self) -> list[Any]:
        return [item for item in self.items if item]


ENGINE = engine_of()


def desk(source: str, **state: Any) -> Desk:
    component = Rows()
    vars(component).update(state)
    tried = Desk(component, source, ENGINE)
    assert tried.fresh() == tried.django()
    return tried


def turned(tried: Desk, *dirty: str, **options: Any) -> list[Any]:
    """The changes of a turn, after which the page shows what Django renders."""
    changes = tried.change(*dirty, **options)
    assert tried.html() == tried.django()
    return changes


def dry(tried: Desk) -> None:
    """What is remembered goes into a store and comes back."""
    tried.memo = msgpack.unpackb(msgpack.packb(tried.program.dry(tried.memo)))


def people(*names: str) -> list[Row]:
    return [Row(name, number) for number, name in enumerate(names)]


def ul(rows: str, over: str = "item in items") -> str:
    """A template with a list of rows."""
    return f"<ul>{{% for {over} %}}{rows}{{% endfor %}}</ul>"


def li(row: str, over: str = "item in items") -> str:
    """A template with a list of rows that are one element each."""
    return ul(f"<li>{row}</li>", over)


TABLE = li("{{ item.name }}<b>{{ item.n }}</b>")
POSITIONS = (
    "<ul>{% for item in items %}<li>{{ forloop.counter }} {{ forloop.counter0 }}<b>{{ forloop.revcounter }}"
    " {{ forloop.revcounter0 }}</b><i>{{ forloop.first }}</i><u>{{ forloop.last }}</u><s>{{ forloop.length }}</s>"
    "{{ item.name }}</li>{% endfor %}</ul>"
)
PICKED = ul('<li class="{% if item.n == picked %}on{% endif %}">{{ item.name }}</li>')
KEYED = ul('<li live-key="{{ item.name }}">{{ item.n }}</li>')
KEYED_NESTED = (
    '<ul>{% for item in items %}<li live-key="k-{{ item.name|lower }}">{{ item.n }}'
    "{% for tag in item.tags %}<b>{{ tag }}</b>{% endfor %}</li>{% endfor %}</ul>"
)
