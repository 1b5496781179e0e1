"""Long lists: one of which only what is in sight is in the page, and one whose items nobody keeps."""

from __future__ import annotations

from typing import Any

from liveactions import Component, Stream, Window, action, field, stream, window
from liveactions.components.windows import Rows

__all__ = ["Feed", "Ledger"]


class Ledger(Component):
    """10,000 lines; every tenth is three times as high as the others."""

    template = """
      <section id="ledger">
        <p><b id="total" live-text="visible.total"></b> <input id="search" live-model="search" aria-label="Search"></p>
        <div id="list" live-window="visible" aria-label="Lines" style="height: 300px; overflow-y: auto; width: 300px">
          <table style="border-collapse: collapse">
            <thead><tr><th>Line</th></tr></thead>
            <tbody>
              <tr live-window-before></tr>
              {% for line in shown %}
                <tr live-key="{{ line.pk }}"><td class="line" style="padding: 0; height: {{ line.height }}px">
                  <button type="button" live-click="take_out" live-value-number="{{ line.pk }}">{{ line.pk }}</button>
                </td></tr>
              {% endfor %}
              <tr live-window-after></tr>
            </tbody>
          </table>
        </div>
        <button id="to_500" type="button" live-click="show" live-value-number="500">500</button>
      </section>
    """

    gone: set[int] = set()
    search: str = field("", bind=True)
    visible: Window = window(size=20)

    @property
    def shown(self) -> Rows[dict[str, int]]:
        lines = [number for number in range(10_000) if number not in self.gone and str(number).startswith(self.search)]
        rows = self.visible.of(lines)
        return Rows(({"pk": row, "height": 30 if row % 10 else 90} for row in rows), rows.first, rows.total)

    def updated(self, changed: frozenset[str]) -> None:
        if "search" in changed:
            self.visible.go_to()

    @action
    def take_out(self, number: int) -> None:
        self.gone.add(number)

    @action
    def show(self, number: int) -> None:
        self.visible.go_to(number)


def load(keys: list[Any]) -> list[dict[str, Any]]:
    return [{"id": key, "text": f"loaded {key}"} for key in keys if key != "gone"]


class Feed(Component):
    """A stream that grows at both ends and has no more than 5 rows."""

    template = """
      <section id="feed">
        <p id="count">{{ entries|length }}</p>
        <ol id="entries">
          {% for entry in entries %}<li id="entry_{{ entry.id }}">{{ entry.text }} <input></li>
          {% empty %}<li id="none">Nothing yet</li>{% endfor %}
        </ol>
      </section>
    """

    entries: Stream[dict[str, Any]] = stream("id", limit=5, load=load)

    def mount(self) -> None:
        self.entries.reset({"id": name, "text": f"first {name}"} for name in "abc")

    @action
    def change(self, what: str, name: str = "", to: int = -1) -> None:
        item = {"id": name, "text": f"{what} {name}"}
        steps = {
            "append": lambda: self.entries.append(item),
            "prepend": lambda: self.entries.prepend(item),
            "update": lambda: self.entries.update(item),
            "delete": lambda: self.entries.delete(name),
            "move": lambda: self.entries.move(name, to),
            "clear": self.entries.clear,
        }
        steps[what]()

    @action
    def fail(self, name: str) -> None:
        self.entries.append({"id": name, "text": "never seen"})
        raise RuntimeError("after the append")
